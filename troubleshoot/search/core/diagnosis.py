"""Owns reading a pasted log, portal text or job: which documented errors stand in it, and where. Pure.

Lines that say most (in words that the index knows, and little else) are looked at first. Each proposes the entries that
it may quote, and the text around it is aligned with their messages. So it does not matter whether a message stands
there in full or in part, on one line or wrapped over several, once or a thousand times. Where none stands there as the
document writes it, text and messages are compared once more with one word for all that mean the same.

Three stages: ``propose`` the messages that a line may quote, ``align`` each with the text around the line, and
``arbitrate`` where several claim one stretch. What decides is in ``Thresholds``, and nowhere else.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from heapq import nlargest
from operator import attrgetter
from typing import TYPE_CHECKING

from troubleshoot.kinds import Kind
from troubleshoot.search.core.alignment import Message, Place, align, message, with_full_stop
from troubleshoot.search.core.analysis import Token, fold_case, terms, tokens
from troubleshoot.search.core.codes import (
    is_all_of,
    is_generic,
    is_of_any_service,
    named_by_code,
    names_a_vm,
    unknown_codes,
)
from troubleshoot.search.core.corpus import rarest
from troubleshoot.search.core.evidence import (
    THRESHOLDS,
    Evidence,
    Line,
    has_own_message,
    informative_lines,
    is_own_error,
    is_said_of_another_product,
    times_named,
)
from troubleshoot.search.core.grammar import (
    blanked,
    is_instruction,
    is_printed,
    says_nothing,
    stands_alone,
    without_instructions,
)
from troubleshoot.search.core.redaction import only_words, without_noise
from troubleshoot.search.core.subject import Subject, is_bare_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from troubleshoot.search.core.corpus import Candidate, Index
    from troubleshoot.search.core.lexicon import Wording

MOST_MATCHES = 10
# How much work a line may cause: terms that propose, entries proposed, messages aligned, text around the line.
_PROPOSING, _CANDIDATES, _ALIGNED, _CONTEXT = 24, 10, 3, 800
# How many synonyms propose beside the words themselves, and what they count.
_PROPOSING_SYNONYMS, _SYNONYM_WEIGHT = 12, 0.5

_BROKEN = re.compile(r"([A-Za-z]{1,40})\n[ \t]{0,60}([A-Za-z]{1,40})")
# What a clause is about may stand right before what is there of it.
_BEFORE, _CLAUSE_END = 16, re.compile(r"[^\w\s]|\n")


@dataclass(frozen=True, slots=True)
class Match:
    """An entry found in the text: ``matched_text`` is the stretch ``[start, end)`` of it.

    Where that is a part of its message only, the match ``is_partial``.
    """

    kind: str
    key: str
    score: float
    start: int
    end: int
    matched_text: str
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class _Proposed:
    """A message that a line may quote: ``worth`` is the evidence that they share.

    ``own`` is the message without what any program prints beside an error, ``least`` the share of a sentence of it that
    must be there.
    """

    worth: float
    title: str
    candidate: Candidate
    own: str
    least: float


@dataclass(frozen=True, slots=True)
class _Found:
    """A message of an entry at its place in the text, and whether enough of it is there to say so."""

    candidate: Candidate
    start: int
    end: int
    terms: frozenset[str]
    evidence: float
    named: float
    density: float
    is_there: bool

    @property
    def key(self) -> str:
        return self.candidate.stored.key

    @property
    def strength(self) -> float:
        """What decides between two that claim the same stretch: how much of it they explain."""
        return self.evidence * self.density * (1 + THRESHOLDS.whole * self.named)


class _Words:
    """A text in the words that stand there."""

    least = THRESHOLDS.own_sentence

    def __init__(self, index: Index) -> None:
        self._index = index

    def title(self, text: str) -> str:
        return text

    def terms(self, text: str) -> Sequence[str]:
        return terms(text)

    def tokens(self, text: str) -> list[Token]:
        return tokens(text)

    def proposing(self, line: str) -> list[tuple[str, float]]:
        """The rarest terms of ``line`` that entries have, with what they count."""
        return self._rarest(terms(line), _PROPOSING, 1.0)

    def _rarest(self, said: Iterable[str], most: int, weight: float) -> list[tuple[str, float]]:
        known = rarest((self._index.frequency(term), term) for term in set(said))
        return [(term, weight) for term in known[:most]]


class _Meanings(_Words):
    """A text with one word for all that mean the same."""

    least = THRESHOLDS.own_sentence_reworded

    def __init__(self, index: Index, wording: Wording) -> None:
        super().__init__(index)
        self._wording = wording

    def title(self, text: str) -> str:
        return self._wording.title(text)

    def terms(self, text: str) -> Sequence[str]:
        return terms(self._wording.reworded(text).text)

    def tokens(self, text: str) -> list[Token]:
        return self._wording.reworded(text).tokens()

    def proposing(self, line: str) -> list[tuple[str, float]]:
        """The same, with some that mean the same."""
        others = self._wording.others(line).difference(terms(line))
        return super().proposing(line) + self._rarest(others, _PROPOSING_SYNONYMS, _SYNONYM_WEIGHT)


class Reading:
    """One text (readable, masked), read once."""

    def __init__(self, index: Index, wording: Wording, text: str) -> None:
        self._index = index
        self._readings = (_Words(index), _Meanings(index, wording))
        self._text = text
        self._plain = only_words(text)
        self._lines = informative_lines(self._plain, index, wording.terms)
        self._evidence = Evidence(index)
        self._wording = wording
        self._operations: dict[str, str] = {}

    def matches(self) -> list[Match]:
        """The entries whose message or code stands in the text, best first, each once."""
        coded, unknown = {match.key: match for match in self._coded()}, self.unknown()
        quoted = [self._quotation(found) for found in arbitrate(self._quoted(), self._evidence)]
        # The parts of a code read like a message: CloudInternalError, a cloud internal error.
        quoted = [match for match in quoted if not any(_lies_in(match, code) for code in coded.values())]
        quoted = [match for match in quoted if not any(match.matched_text in code for code in unknown)]
        keys = {match.key for match in quoted}
        # A code that several entries share says less than the message beside it.
        settled = {match.matched_text for match in coded.values() if match.key in keys}
        best = [_with_code(match, coded[match.key]) if match.key in coded else match for match in quoted]
        best += [match for match in coded.values() if match.key not in keys and match.matched_text not in settled]
        return self._in_order(best)[:MOST_MATCHES]

    def _in_order(self, found: list[Match]) -> list[Match]:
        """What the text calls its error first; of entries that share it that of the job's own operation."""
        operations = set(self._operations.values())
        named = times_named(self._plain, operations, self._wording.lexicon) if operations else {}
        return sorted(
            found,
            key=lambda match: (
                not is_own_error(self._plain, match.start),
                -match.score,
                -named.get(self._operations.get(match.key, ""), 0),
                match.start,
                match.key,
            ),
        )

    def unknown(self) -> tuple[str, ...]:
        """The codes in the text that no entry has."""
        return unknown_codes(self._plain, self._index.frequency)

    def search_line(self) -> str:
        """The line that says most, without its noise: what to search for where nothing was recognised."""
        return without_noise(self._best_line())

    def undocumented_line(self) -> str:
        """The same line where it reads as an error of its own, or the text calls it one; or else nothing."""
        said = self.search_line()
        plain = blanked(said)
        is_said = has_own_message(self._best_line()) or is_printed(plain)
        return said if is_said and not says_nothing(plain) else ""

    def best_line_as(self, key: str) -> Match:
        """The line that says most as a part of the message of the entry ``key``."""
        line = self._lines[0]
        said = self._text[line.start : line.end]
        return Match(Kind.ERROR, key, 0.0, line.start, line.end, said, is_partial=True)

    def _best_line(self) -> str:
        return self._plain[self._lines[0].start : self._lines[0].end] if self._lines else ""

    def _quoted(self) -> list[_Found]:
        """Every message that may stand in the text; where several claim one stretch, all of them."""
        best: dict[str, _Found] = {}
        for line in self._lines:
            for found in self._standing_around(line):
                if found.key not in best or best[found.key].strength < found.strength:
                    best[found.key] = found
        return list(best.values())

    def _standing_around(self, line: Line) -> list[_Found]:
        """The messages that stand in or around ``line``, in its own words or else by what they mean."""
        for words in self._readings:
            proposed = propose(self._plain[line.start : line.end], words, self._index, self._evidence)
            if proposed and (found := self._aligned(line, words, proposed)):
                return found
        return []

    def _aligned(self, line: Line, words: _Words, proposed: list[_Proposed]) -> list[_Found]:
        reach = min(_CONTEXT, max(len(one.title) for one in proposed) * 3 // 2)
        around = self._tokens(max(line.start - reach, 0), min(line.end + reach, len(self._plain)), words)
        near = [found for one in proposed if (found := align_message(one, around, self._text, self._evidence))]
        return [found for found in unrivalled(near, self._evidence) if not self._is_of_something_else(found)]

    def _is_of_something_else(self, found: _Found) -> bool:
        """Whether it stands there but for what it is about (a VM name taken, not a DNS name), or for what happened."""
        before = _CLAUSE_END.split(self._plain[max(found.start - _BEFORE, 0) : found.start])[-1]
        there = self._plain[found.start : found.end]
        after = _CLAUSE_END.split(self._plain[found.end : found.end + _BEFORE])[0]
        titles = found.candidate.titles
        happened = Subject(map(without_instructions, titles), self._wording)
        if happened.is_told_otherwise(blanked(before + there + after)):
            return True
        return found.named < THRESHOLDS.to_the_letter and (
            is_instruction(blanked(there))
            or is_bare_name(there)
            or Subject(titles, self._wording).is_not_of(blanked(before + there))
            or is_said_of_another_product(self._plain, found.start, found.candidate.stored.product)
        )

    def _tokens(self, start: int, end: int, words: _Words) -> list[Token]:
        """The terms of ``[start, end)``, with their places in the text; a word broken over two lines is one again."""
        broken = [found for found in _BROKEN.finditer(self._plain, start, end) if self._is_one_word(found[1], found[2])]
        parts: list[str] = []
        resumes, skipped = [0], [start]
        at = start
        for word in broken:
            parts.append(self._plain[at : word.end(1)])
            at = word.start(2)
            resumes.append(resumes[-1] + len(parts[-1]))
            skipped.append(at - resumes[-1])
        parts.append(self._plain[at:end])

        def place(index: int) -> int:
            return index + skipped[bisect_right(resumes, index) - 1]

        return [Token(cut.text, place(cut.start), place(cut.end - 1) + 1) for cut in words.tokens("".join(parts))]

    def _is_one_word(self, left: str, right: str) -> bool:
        halves = min(map(self._index.frequency, (fold_case(left), fold_case(right))))
        return not halves and self._index.frequency(fold_case(left + right)) > 0

    def _quotation(self, found: _Found) -> Match:
        stored = found.candidate.stored
        self._operations[stored.key] = stored.operation
        score = round(found.named * found.density, 4)
        said = self._text[found.start : found.end]
        is_partial = found.named < THRESHOLDS.whole_message
        return Match(stored.kind, stored.key, score, found.start, found.end, said, is_partial)

    def _coded(self) -> list[Match]:
        """The entries whose code stands in the text, at its first place."""
        matches: dict[str, Match] = {}
        for candidate, code, at in named_by_code(self._plain, self._index):
            kind, key = candidate.stored.kind, candidate.stored.key
            is_alone = is_all_of(self._plain, code)
            if is_generic(code) and (is_alone or not names_a_vm(self._plain, at, at + len(code))):
                continue
            if is_of_any_service(code) and self._is_of_another_product(at, candidate):
                continue
            self._operations[key] = candidate.stored.operation
            matches.setdefault(key, Match(kind, key, 1.0, at, at + len(code), code))
        return list(matches.values())

    def _is_of_another_product(self, at: int, candidate: Candidate) -> bool:
        end = self._plain.find("\n", at)
        line_end = end if end >= 0 else len(self._plain)
        return is_said_of_another_product(self._plain, line_end, candidate.stored.product)


def _with_code(quoted: Match, coded: Match) -> Match:
    """What is quoted, if only in part, beside its own code: that error for certain, unless the code is generic."""
    is_partial = quoted.is_partial and is_generic(coded.matched_text)
    return replace(quoted, score=quoted.score + coded.score, is_partial=is_partial)


def propose(line: str, words: _Words, index: Index, evidence: Evidence) -> list[_Proposed]:
    """The messages that share enough with ``line`` to be worth aligning, the likeliest first."""
    said = set(words.terms(line))
    candidates = index.candidates(words.proposing(line), limit=_CANDIDATES, filters={"kind": Kind.ERROR})
    proposed = [_closest(candidate, said, words, evidence) for candidate in candidates]
    best = nlargest(_ALIGNED, proposed, key=attrgetter("worth"))
    if not best or best[0].worth < THRESHOLDS.worth_aligning:
        return []
    return [one for one in best if one.worth >= THRESHOLDS.worth_beside * best[0].worth]


def _closest(candidate: Candidate, said: set[str], words: _Words, evidence: Evidence) -> _Proposed:
    """The title of ``candidate`` that shares most with what was ``said``."""
    worth, text = max(
        ((evidence.of(said.intersection(message(words.title(text)).terms)), text) for text in candidate.titles),
        default=(0.0, ""),
    )
    return _Proposed(worth, words.title(text), candidate, words.title(blanked(text)), words.least)


def align_message(proposed: _Proposed, around: list[Token], text: str, evidence: Evidence) -> _Found | None:
    """Where the message stands among the tokens ``around`` the line that it was proposed for, if it does."""
    wanted = message(proposed.title)
    place = align(around, wanted, evidence.weigh)
    if place is None:
        return None
    found = [wanted.terms[at] for at in place.found]
    end = with_full_stop(text, around[place.last].end)
    worth = evidence.of(found)
    named = place.matched / (wanted.weight(evidence.weigh) or 1.0)
    is_there = any(enough.is_met(named, place.density, worth) for enough in THRESHOLDS.message)
    is_ended = stands_alone(text, around[place.first].start, end)
    is_there = is_there or _says_a_sentence(wanted, place, evidence, is_ended=is_ended)
    return _Found(
        proposed.candidate,
        around[place.first].start,
        end,
        frozenset(found),
        worth,
        named,
        place.density,
        is_there and _is_more_than_boilerplate(around[place.first : place.last + 1], proposed, evidence),
    )


def _is_more_than_boilerplate(stretch: list[Token], proposed: _Proposed, evidence: Evidence) -> bool:
    """Whether enough stands there of what no other program would print beside its error."""
    wanted = message(proposed.own)
    place = align(stretch, wanted, evidence.weigh) if wanted.terms else None
    return place is not None and any(
        share >= proposed.least and worth >= THRESHOLDS.own_evidence
        for share, worth in _sentences(wanted, place, evidence)
    )


def _sentences(wanted: Message, place: Place, evidence: Evidence) -> Iterator[tuple[float, float]]:
    """Of each sentence of the message the share that stands there, and what that is worth."""
    for first, last in wanted.sentences:
        found = [wanted.terms[at] for at in place.found if first <= at < last]
        share = sum(map(evidence.weigh, found)) / (wanted.weight(evidence.weigh, first, last) or 1.0)
        yield share, evidence.of(found)


def _says_a_sentence(wanted: Message, place: Place, evidence: Evidence, *, is_ended: bool) -> bool:
    """Whether a whole sentence of the message stands there, and says something."""
    for number, (share, worth) in enumerate(_sentences(wanted, place, evidence)):
        measured = (share, place.density, worth)
        if THRESHOLDS.sentence.is_met(*measured):
            return True
        if number == 0 and is_ended and THRESHOLDS.first_sentence.is_met(*measured):
            return True
    return False


def unrivalled(near: list[_Found], evidence: Evidence) -> list[_Found]:
    """Of messages found at one place those that are there, without doubt or without another entry that says as much."""
    return [
        one
        for one in near
        if one.is_there
        and (one.named >= THRESHOLDS.beyond_doubt or not any(_rivals(one, other, evidence) for other in near))
    ]


def arbitrate(found: Iterable[_Found], evidence: Evidence) -> list[_Found]:
    """Leave out a message that stands where a stronger one does, or says little that a stronger one does not.

    Entries that have one message in common all stay.
    """
    kept: list[_Found] = []
    for one in sorted(found, key=lambda one: (-one.strength, one.key)):
        if not any(_gives_way(one, other, evidence) for other in kept):
            kept.append(one)
    return kept


def _gives_way(one: _Found, other: _Found, evidence: Evidence) -> bool:
    if (one.start, one.end, one.terms, one.strength) == (other.start, other.end, other.terms, other.strength):
        return False
    return _overlap(one, other) > THRESHOLDS.overlap or _repeats(one, other, evidence)


def _rivals(one: _Found, other: _Found, evidence: Evidence) -> bool:
    """Whether another entry says nearly as much of what is there, and as closely."""
    if one.key == other.key:
        return False
    shared = evidence.of(one.terms & other.terms)
    return shared * other.density >= THRESHOLDS.rival * evidence.of(one.terms) * one.density


def _repeats(one: _Found, other: _Found, evidence: Evidence) -> bool:
    own = evidence.of(one.terms - other.terms)
    return one.named < THRESHOLDS.beyond_doubt and own < THRESHOLDS.own * evidence.of(one.terms)


def _overlap(one: _Found, other: _Found) -> float:
    """The share of the shorter of two stretches that lies in the other."""
    common = min(one.end, other.end) - max(one.start, other.start)
    return common / min(one.end - one.start, other.end - other.start)


def _lies_in(match: Match, other: Match) -> bool:
    return other.start <= match.start and match.end <= other.end + 1
