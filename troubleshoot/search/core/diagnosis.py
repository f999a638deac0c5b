"""Owns reading a pasted log, portal text or job: which documented errors stand in it, and where. Pure.

Lines that say most (in words that the index knows, and little else) are looked at first. Each proposes the entries that
it may quote, and the text around it is aligned with their messages. So it does not matter whether a message stands
there in full or in part, on one line or wrapped over several, once or a thousand times. Where none stands there as the
document writes it, text and messages are compared once more with one word for all that mean the same.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from heapq import nlargest
from operator import itemgetter
from typing import TYPE_CHECKING

from troubleshoot.kinds import Kind
from troubleshoot.search.core import noise
from troubleshoot.search.core.alignment import Message, Place, align, message
from troubleshoot.search.core.analysis import Token, fold, fold_case, terms, tokens
from troubleshoot.search.core.boilerplate import blanked
from troubleshoot.search.core.codes import is_generic, named_by_code, names_a_vm, unknown_codes
from troubleshoot.search.core.corpus import rarest
from troubleshoot.search.core.evidence import Line, informative_lines
from troubleshoot.search.core.noise import only_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from troubleshoot.search.core.corpus import Candidate, Index
    from troubleshoot.search.core.lexicon import Wording

MOST_MATCHES = 10
# How much work a line may cause: terms that propose, entries proposed, messages aligned, text around the line.
_PROPOSING, _CANDIDATES, _ALIGNED, _CONTEXT = 24, 10, 3, 800
# How many synonyms propose beside the words themselves, and what they count.
_PROPOSING_SYNONYMS, _SYNONYM_WEIGHT = 12, 0.5

# Evidence is counted in words as rare as any. Korean bigrams overlap: five make two words.
_BIGRAM = 0.4
# A message that shares less with a line, or half as much as the best one does, is not worth a closer look.
_WORTH_ALIGNING, _WORTH_BESIDE = 1.0, 0.5
# A message stands there when all of it does, or most of it, or a good part with little between, or a long quotation.
_ENOUGH = (
    # share of the message, density, evidence
    (0.95, 0.95, 1.0),
    (0.55, 0.55, 1.6),
    (0.4, 0.9, 2.4),
    (0.0, 0.9, 3.5),
    (0.0, 0.75, 4.5),
)
# So does one that has a sentence there which says much, or its first one to the letter.
_SENTENCE, _SENTENCE_DENSITY, _SENTENCE_EVIDENCE = 0.8, 0.6, 2.6
_LITERAL, _LITERAL_EVIDENCE = 0.95, 1.7
# Unless nearly all of it is there, no other entry may say the same; what it says must be its own.
_BEYOND_DOUBT, _RIVAL, _OWN = 0.8, 0.9, 0.35
_OVERLAP = 0.3
# What any program prints beside an error is evidence of nothing: so much of another sentence must be there as well.
_LEFT, _LEFT_REWORDED, _LEFT_EVIDENCE = 0.45, 0.65, 0.9
# Less of a message than this is a part of it.
_WHOLE_MESSAGE = 0.75
# What a job says of itself stands right behind one of these.
_OWN_ERROR = re.compile(
    r"(?:error[\s_]?(?:message|string|details?|code|title)|오류[ \t]?(?:메시지|코드|세부[ \t]?정보|내용))"
    r"[\"']?\s{0,3}[:=][\s\"']{0,3}\Z",
    re.IGNORECASE,
)
_OWN_ERROR_WITHIN = 40
_SEVERAL, _LOOKED_THROUGH = 2, 20_000
# Of two that explain as much, the one that is there as a whole.
_WHOLE = 0.2

_BROKEN = re.compile(r"([A-Za-z]{1,40})\n[ \t]{0,60}([A-Za-z]{1,40})")
_ENDS = re.compile(r"(?<=[.!?])|[\s\"'”’<]{0,40}(?:\n|\Z|[\"'”’<])")


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
    def strength(self) -> float:
        """What decides between two that claim the same stretch: how much of it they explain."""
        return self.evidence * self.density * (1 + _WHOLE * self.named)


class Reading:
    """One text (readable, masked), read once."""

    def __init__(self, index: Index, wording: Wording, text: str) -> None:
        self._index = index
        self._wording = wording
        self._text = text
        self._weigh = index.weights.__getitem__
        # The weight of a word that a single document has.
        self._unit = index.weights[""] * 2 or 1.0
        self._plain = only_words(text)
        self._lines = informative_lines(self._plain, index, wording.terms)
        self._operation: dict[str, str] = {}

    def matches(self) -> list[Match]:
        """The entries whose message or code stands in the text, best first, each once."""
        coded = {match.key: match for match in self._coded()}
        quoted = [self._quotation(found) for found in self._undisputed(self._quoted())]
        # The parts of a code read like a message: CloudInternalError, a cloud internal error.
        quoted = [match for match in quoted if not any(_lies_in(match, code) for code in coded.values())]
        keys = {match.key for match in quoted}
        # A code that several entries share says less than the message beside it.
        settled = {match.matched_text for match in coded.values() if match.key in keys}
        best = [
            replace(match, score=match.score + coded[match.key].score) if match.key in coded else match
            for match in quoted
        ]
        best += [match for match in coded.values() if match.key not in keys and match.matched_text not in settled]
        operations = self._operations_of(coded)
        return sorted(
            best,
            key=lambda match: (
                not self._is_own_error(match),
                -match.score,
                -operations.get(match.key, 0),
                match.start,
                match.key,
            ),
        )[:MOST_MATCHES]

    def unknown(self) -> tuple[str, ...]:
        """The codes in the text that no entry has."""
        return unknown_codes(self._plain, self._index.frequency)

    def _is_own_error(self, match: Match) -> bool:
        """Whether the text itself calls this stretch its error."""
        return _OWN_ERROR.search(self._plain, max(match.start - _OWN_ERROR_WITHIN, 0), match.start) is not None

    def _operations_of(self, coded: Iterable[str]) -> dict[str, int]:
        """How often the text names the operation of each of these entries: one code can be of several operations."""
        wanted = set(coded)
        if len(wanted) < _SEVERAL:
            return {}
        words = Counter(terms(self._plain[:_LOOKED_THROUGH]))
        lexicon = self._wording.lexicon
        named = Counter[str]()
        for mention in lexicon.mentions(fold(self._plain[:_LOOKED_THROUGH])):
            named.update(lexicon.groups[mention.group])
        return {key: named[operation] + words[operation] for key, operation in self._operation.items() if key in wanted}

    def search_line(self) -> str:
        """The line that says most, without its noise: what to search for where nothing was recognised."""
        return noise.strip(self._plain[self._lines[0].start : self._lines[0].end]) if self._lines else ""

    def _quoted(self) -> list[_Found]:
        """Every message that may stand in the text; where several claim one stretch, all of them."""
        best: dict[str, _Found] = {}
        for line in self._lines:
            for found in self._standing_around(line):
                key = found.candidate.stored.key
                if key not in best or best[key].strength < found.strength:
                    best[key] = found
        return list(best.values())

    def _standing_around(self, line: Line) -> list[_Found]:
        said = self._plain[line.start : line.end]
        return self._standing(line, set(terms(said)), str, self._proposing(terms(said))) or self._standing(
            line, set(terms(self._wording.reworded(said).text)), self._wording.title, self._proposing_too(said)
        )

    def _standing(
        self, line: Line, said: set[str], word: Callable[[str], str], proposing: list[tuple[str, float]]
    ) -> list[_Found]:
        """The messages, each as ``word`` says it, that stand in or around ``line``, which ``said`` these terms."""
        proposed = nlargest(_ALIGNED, self._proposed(said, word, proposing), key=itemgetter(0))
        if not proposed or proposed[0][0] < _WORTH_ALIGNING:
            return []
        proposed = [one for one in proposed if one[0] >= _WORTH_BESIDE * proposed[0][0]]
        reach = min(_CONTEXT, max(len(title) for _worth, title, _candidate in proposed) * 3 // 2)
        first, last = max(line.start - reach, 0), min(line.end + reach, len(self._plain))
        around = self._tokens(first, last, reworded=word is not str)
        near = [one for _worth, title, found in proposed if (one := self._aligned(around, title, found, word))]
        return [
            one
            for one in near
            if one.is_there and (one.named >= _BEYOND_DOUBT or not any(self._rivals(one, other) for other in near))
        ]

    def _tokens(self, start: int, end: int, *, reworded: bool) -> list[Token]:
        """The terms of ``[start, end)``, with their places in the text; a word broken over two lines is one again."""
        words = [found for found in _BROKEN.finditer(self._plain, start, end) if self._is_one_word(found[1], found[2])]
        parts: list[str] = []
        resumes, skipped = [0], [start]
        at = start
        for word in words:
            parts.append(self._plain[at : word.end(1)])
            at = word.start(2)
            resumes.append(resumes[-1] + len(parts[-1]))
            skipped.append(at - resumes[-1])
        parts.append(self._plain[at:end])

        def place(index: int) -> int:
            return index + skipped[bisect_right(resumes, index) - 1]

        joined = "".join(parts)
        cuts = self._wording.reworded(joined).tokens() if reworded else tokens(joined)
        return [Token(cut.text, place(cut.start), place(cut.end - 1) + 1) for cut in cuts]

    def _is_one_word(self, left: str, right: str) -> bool:
        halves = min(map(self._index.frequency, (fold_case(left), fold_case(right))))
        return not halves and self._index.frequency(fold_case(left + right)) > 0

    def _proposing(self, said: Iterable[str], most: int = _PROPOSING, weight: float = 1.0) -> list[tuple[str, float]]:
        """The rarest of the terms ``said`` that entries have."""
        known = rarest((self._index.frequency(term), term) for term in set(said))
        return [(term, weight) for term in known[:most]]

    def _proposing_too(self, said: str) -> list[tuple[str, float]]:
        """The same, with some that mean the same."""
        own = terms(said)
        others = self._wording.others(said).difference(own)
        return self._proposing(own) + self._proposing(others, _PROPOSING_SYNONYMS, _SYNONYM_WEIGHT)

    def _proposed(
        self, said: set[str], word: Callable[[str], str], proposing: list[tuple[str, float]]
    ) -> Iterator[tuple[float, str, Candidate]]:
        """The titles that have enough of what was ``said`` to be worth aligning, with what they share."""
        for candidate in self._index.candidates(proposing, limit=_CANDIDATES, kind=Kind.ERROR):
            titles = map(word, candidate.titles)
            worth, title = max(
                ((self._evidence(said.intersection(message(title).terms)), title) for title in titles),
                default=(0.0, ""),
            )
            yield worth, title, candidate

    def _aligned(
        self, around: list[Token], title: str, candidate: Candidate, word: Callable[[str], str]
    ) -> _Found | None:
        wanted = message(title)
        place = align(around, wanted, self._weigh)
        if place is None:
            return None
        found = [wanted.terms[at] for at in place.found]
        end = self._end(around[place.last].end)
        evidence = self._evidence(found)
        named = place.matched / (wanted.weight(self._weigh) or 1.0)
        is_there = _is_enough(named, place.density, evidence) or self._says_a_sentence(
            wanted, place, end, begins=self._begins(around[place.first].start)
        )
        own = [word(blanked(one)) for one in candidate.titles if word(one) == title]
        least = _LEFT if word is str else _LEFT_REWORDED
        is_there = is_there and self._is_more_than_boilerplate(around[place.first : place.last + 1], own, least)
        return _Found(
            candidate,
            around[place.first].start,
            end,
            frozenset(found),
            evidence,
            named,
            place.density,
            is_there,
        )

    def _begins(self, start: int) -> bool:
        """Whether no word stands right before ``start``: "인쇄 작업을 취소하지 못했습니다" is of no job here."""
        before = self._plain[max(start - 2, 0) : start]
        return not (before.endswith(" ") and before[:1].isalpha())

    def _is_more_than_boilerplate(self, stretch: Sequence[Token], titles: Iterable[str], least: float) -> bool:
        """Whether enough stands there of what no other program would print beside its error."""
        for wanted in map(message, titles):
            place = align(stretch, wanted, self._weigh) if wanted.terms else None
            for share, evidence in self._sentences(wanted, place) if place else ():
                if share >= least and evidence >= _LEFT_EVIDENCE:
                    return True
        return False

    def _sentences(self, wanted: Message, place: Place) -> Iterator[tuple[float, float]]:
        """Of each sentence of the message the share that stands there, and how much evidence that is."""
        for first, last in wanted.sentences:
            found = [wanted.terms[at] for at in place.found if first <= at < last]
            share = sum(map(self._weigh, found)) / (wanted.weight(self._weigh, first, last) or 1.0)
            yield share, self._evidence(found)

    def _says_a_sentence(self, wanted: Message, place: Place, end: int, *, begins: bool) -> bool:
        """Whether a whole sentence of the message stands there, and says something; ``begins``: where one begins."""
        for number, (share, evidence) in enumerate(self._sentences(wanted, place)):
            if share >= _SENTENCE and place.density >= _SENTENCE_DENSITY and evidence >= _SENTENCE_EVIDENCE:
                return True
            is_literal = begins and share >= _LITERAL and place.density >= _LITERAL and evidence >= _LITERAL_EVIDENCE
            if number == 0 and is_literal and _ENDS.match(self._text, end):
                return True
        return False

    def _evidence(self, found: Iterable[str]) -> float:
        """How many of the rarest words the terms are worth."""
        weights = (self._weigh(term) * (1.0 if term.isascii() else _BIGRAM) for term in found)
        return sum(weights) / self._unit

    def _end(self, end: int) -> int:
        """Where the sentence's own full stop follows, it belongs to the match."""
        return end + 1 if self._text[end : end + 1] in (".", "!", "?") else end

    def _undisputed(self, found: Iterable[_Found]) -> list[_Found]:
        """Leave out a message that stands where a stronger one does, or says little that a stronger one does not."""
        kept: list[_Found] = []
        for one in sorted(found, key=lambda one: (-one.strength, one.candidate.stored.key)):
            if not any(_overlap(one, other) > _OVERLAP or self._repeats(one, other) for other in kept):
                kept.append(one)
        return kept

    def _rivals(self, one: _Found, other: _Found) -> bool:
        """Whether another entry says nearly as much of what is there, and as closely."""
        if one.candidate.stored.key == other.candidate.stored.key:
            return False
        shared = self._evidence(one.terms & other.terms)
        return shared * other.density >= _RIVAL * self._evidence(one.terms) * one.density

    def _repeats(self, one: _Found, other: _Found) -> bool:
        own = self._evidence(one.terms - other.terms)
        return one.named < _BEYOND_DOUBT and own < _OWN * self._evidence(one.terms)

    def _quotation(self, found: _Found) -> Match:
        stored = found.candidate.stored
        score = round(found.named * found.density, 4)
        said = self._text[found.start : found.end]
        return Match(stored.kind, stored.key, score, found.start, found.end, said, found.named < _WHOLE_MESSAGE)

    def _coded(self) -> list[Match]:
        """The entries whose code stands in the text, at its first place."""
        matches: dict[str, Match] = {}
        for candidate, code, at in named_by_code(self._plain, self._index):
            kind, key = candidate.stored.kind, candidate.stored.key
            if is_generic(code) and not names_a_vm(self._plain, at, at + len(code)):
                continue
            self._operation[key] = candidate.stored.operation
            matches.setdefault(key, Match(kind, key, 1.0, at, at + len(code), code))
        return list(matches.values())


def _is_enough(named: float, density: float, evidence: float) -> bool:
    return any(
        named >= share and density >= least_density and evidence >= least_evidence
        for share, least_density, least_evidence in _ENOUGH
    )


def _overlap(one: _Found, other: _Found) -> float:
    """The share of the shorter of two stretches that lies in the other."""
    common = min(one.end, other.end) - max(one.start, other.start)
    return common / min(one.end - one.start, other.end - other.start)


def _lies_in(match: Match, other: Match) -> bool:
    return other.start <= match.start and match.end <= other.end + 1
