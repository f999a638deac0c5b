"""Owns reading a pasted log, portal text or job: which documented errors stand in it, and where. Pure of Django.

Lines that say most (in words that the index knows, and little else) are looked at first. Each proposes the entries that
it may quote, and the text around it is aligned with their messages. So it does not matter whether a message stands
there in full or in part, on one line or wrapped over several, once or a thousand times.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cached_property
from heapq import nlargest
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING

from troubleshoot.search import noise
from troubleshoot.search.alignment import Message, Place, align, message
from troubleshoot.search.analysis import Token, compact, fold_case, terms, tokens
from troubleshoot.search.redaction import mask

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from troubleshoot.search.index import Candidate, Snapshot

MOST_MATCHES = 10
# How much work a text may cause: lines looked up, messages aligned with each, different terms looked up.
_RANKED_LINES, _MOST_LINES = 512, 64
# A line of whose words at least this share was in no line before says something new.
_ANEW = 0.25
_CANDIDATES = 10
_ALIGNED = 3
_MOST_TERMS = 10_000
_MOST_CODES = 50
_PROPOSING_TERMS = 24
# A longer line is cut at a sentence; what is shorter than the least says nothing.
_LONGEST_PIECE, _SHORTEST_PIECE, _LEAST_LINE = 240, 80, 4
_CONTEXT = 800

# Evidence is counted in words as rare as any. Korean bigrams overlap: five make two words.
_BIGRAM = 0.4
# ... and a message that shares half as much with a line as the best one does is not worth a closer look.
_WORTH_ALIGNING, _WORTH_BESIDE = 1.0, 0.5
# A message stands there when most of it does, or a good part without a foreign word between, or a long quotation.
_ENOUGH = (
    # share of the message, density, evidence
    (0.55, 0.55, 1.6),
    (0.4, 0.9, 2.4),
    (0.0, 0.9, 3.5),
    (0.0, 0.75, 4.5),
)
# So does one that has a sentence there which says much, or its first one to the letter.
_SENTENCE, _SENTENCE_DENSITY, _SENTENCE_EVIDENCE = 0.8, 0.6, 2.6
_LITERAL, _LITERAL_EVIDENCE = 0.95, 1.7
# Unless nearly all of it is there, no other entry may say the same; what it says must be its own.
_BEYOND_DOUBT = 0.8
_RIVAL = 0.9
_OWN = 0.35
_OVERLAP = 0.3
# Of two that explain as much, the one that is there as a whole.
_WHOLE = 0.2

_ANSI = re.compile(r"\x1b\[[0-9;?]{0,30}[ -/]{0,4}[@-~]|\x1b\][^\x07\x1b\n]{0,200}(?:\x07|\x1b\\)")
_ESCAPE = re.compile(r"\\{1,4}u([0-9a-fA-F]{4})")
_NEWLINE = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
# What stands for a line end or a mark inside JSON, XML and HTML.
_MARKUP = re.compile(r"\\+[nrt]|_x[0-9A-Fa-f]{4}_|&(?:#[0-9]{1,6}|[a-z]{2,6});")
_LINE = re.compile(rf"[^\n]{{{_LEAST_LINE},}}")
_BROKEN = re.compile(r"([A-Za-z]{1,40})\n[ \t]{0,60}([A-Za-z]{1,40})")
_BREAK = re.compile(r"[.!?]\s|\",|[}\]]")
_ENDS = re.compile(r"(?<=[.!?])|[\s\"'”’<]*(?:\n|\Z|[\"'”’<])")
_WORD = re.compile(r"[A-Za-z]{2,40}|[가-힣]{2,40}")
_CODE = re.compile(r"[0-9A-Za-z]+(?:[._-][0-9A-Za-z]+)*")
_LOOKS_LIKE_A_CODE = re.compile(
    r"(?=.{5,80}\Z)(?:[0-9]{5,10}|0[xX][0-9A-Fa-f]+|.*[a-z0-9][A-Z].*|[A-Z0-9._-]+|[a-z0-9_]{12,})\Z"
)
# A bare number is a code only where the text says so.
_SAYS_CODE = re.compile(r"code|error|코드|오류", re.IGNORECASE)
_SAYS_CODE_WITHIN = 24
_TROUBLE = re.compile(r"error|fail|exception|unable|could not|cannot|오류|실패|못했|없습니다|않습니다", re.IGNORECASE)
_TROUBLED = 1.5


@dataclass(frozen=True, slots=True)
class Match:
    """An entry found in the text: ``matched_text`` is the stretch ``[start, end)`` of it."""

    kind: str
    key: str
    score: float
    start: int
    end: int
    matched_text: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line, or a part of a long one, ``[start, end)`` of the text."""

    start: int
    end: int


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


def readable(pasted: str) -> str:
    r"""``pasted`` as it is read: ``\uXXXX`` as characters, no colours, one kind of line end, no control characters."""
    plain = _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), _ANSI.sub("", pasted))
    whole = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", _CONTROL.sub("", _NEWLINE.sub("\n", whole)))


class Reading:
    """One text (readable, masked), read once."""

    def __init__(self, snapshot: Snapshot, text: str) -> None:
        self._snapshot = snapshot
        self._text = text
        self._weigh = snapshot.weights.__getitem__
        # The weight of a word that a single document has.
        self._unit = snapshot.weights[""] * 2 or 1.0
        # As long as the text, with spaces where it has masks and markup.
        self._plain = _MARKUP.sub(_blank, mask().sub(_blank, text))

    def matches(self) -> list[Match]:
        """The entries whose message or code stands in the text, best first, each once."""
        quoted = [self._quotation(found) for found in self._undisputed(self._quoted())]
        keys = {match.key for match in quoted}
        coded = {match.key: match for match in self._coded()}
        # A code that several entries share says less than the message beside it.
        settled = {match.matched_text for match in coded.values() if match.key in keys}
        best = [
            replace(match, score=match.score + coded[match.key].score) if match.key in coded else match
            for match in quoted
        ]
        best += [match for match in coded.values() if match.key not in keys and match.matched_text not in settled]
        return sorted(best, key=lambda match: (-match.score, match.start, match.key))[:MOST_MATCHES]

    def telling_line(self) -> str:
        """The line that says most, without its noise: what to search for where nothing was recognised."""
        first = next(iter(self._pieces), None)
        return noise.strip(self._plain[first.start : first.end]) if first else ""

    # Messages

    def _quoted(self) -> list[_Found]:
        """Every message that may stand in the text; where several claim one stretch, all of them."""
        best: dict[str, _Found] = {}
        for piece in self._pieces:
            for found in self._standing_around(piece):
                key = found.candidate.stored.key
                if key not in best or best[key].strength < found.strength:
                    best[key] = found
        return list(best.values())

    def _standing_around(self, piece: _Piece) -> list[_Found]:
        said = set(terms(self._plain[piece.start : piece.end]))
        proposed = nlargest(_ALIGNED, self._proposed(said), key=itemgetter(0))
        if not proposed or proposed[0][0] < _WORTH_ALIGNING:
            return []
        proposed = [one for one in proposed if one[0] >= _WORTH_BESIDE * proposed[0][0]]
        reach = min(_CONTEXT, max(len(title) for _worth, title, _candidate in proposed) * 3 // 2)
        around = self._tokens(max(piece.start - reach, 0), min(piece.end + reach, len(self._plain)))
        aligned = [self._aligned(around, title, candidate) for _worth, title, candidate in proposed]
        near = [one for one in aligned if one]
        return [
            one
            for one in near
            if one.is_there and (one.named >= _BEYOND_DOUBT or not any(self._rivals(one, other) for other in near))
        ]

    def _tokens(self, start: int, end: int) -> list[Token]:
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

        return [Token(cut.text, place(cut.start), place(cut.end - 1) + 1) for cut in tokens("".join(parts))]

    def _is_one_word(self, left: str, right: str) -> bool:
        halves = min(map(self._snapshot.frequency, (fold_case(left), fold_case(right))))
        return not halves and self._snapshot.frequency(fold_case(left + right)) > 0

    def _proposed(self, said: set[str]) -> Iterator[tuple[float, str, Candidate]]:
        """The titles that have enough of what was ``said`` to be worth aligning, with what they share."""
        known = sorted((self._snapshot.frequency(term), term) for term in said)
        rarest = [(term, 1.0) for frequency, term in known if frequency][:_PROPOSING_TERMS]
        for candidate in self._snapshot.candidates(rarest, limit=_CANDIDATES, kind="error"):
            worth, title = max(
                ((self._evidence(said.intersection(message(title).terms)), title) for title in candidate.titles),
                default=(0.0, ""),
            )
            yield worth, title, candidate

    def _aligned(self, around: list[Token], title: str, candidate: Candidate) -> _Found | None:
        wanted = message(title)
        place = align(around, wanted, self._weigh)
        if place is None:
            return None
        found = [wanted.terms[at] for at in place.found]
        end = self._end(around[place.last].end)
        evidence = self._evidence(found)
        named = place.matched / (wanted.weight(self._weigh) or 1.0)
        is_there = _is_enough(named, place.density, evidence) or self._says_a_sentence(wanted, place, end)
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

    def _says_a_sentence(self, wanted: Message, place: Place, end: int) -> bool:
        """Whether a whole sentence of the message stands there, and says something."""
        for number, (first, last) in enumerate(wanted.sentences):
            found = [wanted.terms[at] for at in place.found if first <= at < last]
            share = sum(map(self._weigh, found)) / (wanted.weight(self._weigh, first, last) or 1.0)
            evidence = self._evidence(found)
            if share >= _SENTENCE and place.density >= _SENTENCE_DENSITY and evidence >= _SENTENCE_EVIDENCE:
                return True
            is_literal = share >= _LITERAL and place.density >= _LITERAL and evidence >= _LITERAL_EVIDENCE
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
        return Match(stored.kind, stored.key, score, found.start, found.end, self._text[found.start : found.end])

    # Codes

    def _coded(self) -> list[Match]:
        """The entries whose code stands in the text, at its first place."""
        matches: dict[str, Match] = {}
        for code, at in islice(self._known_codes().items(), _MOST_CODES):
            word = fold_case(code)
            for candidate in self._snapshot.candidates([(word, 1.0)], limit=_CANDIDATES, kind="error"):
                stored = candidate.stored
                if any(compact(known) == compact(code) for known in candidate.codes):
                    matches.setdefault(stored.key, Match(stored.kind, stored.key, 1.0, at, at + len(code), code))
        return list(matches.values())

    def _known_codes(self) -> dict[str, int]:
        """What looks like a code and stands in some entry, with its first place."""
        first: dict[str, int] = {}
        for match in _CODE.finditer(self._plain):
            first.setdefault(match.group(), match.start())
        looking = ((code, at) for code, at in first.items() if _LOOKS_LIKE_A_CODE.match(code))
        return {
            code: at
            for code, at in islice(looking, _MOST_TERMS)
            if self._snapshot.frequency(fold_case(code)) and self._is_said_to_be_a_code(code, at)
        }

    def _is_said_to_be_a_code(self, code: str, at: int) -> bool:
        if not code.isdecimal() or len(self._text.strip()) == len(code):
            return True
        return _SAYS_CODE.search(self._plain, max(at - _SAYS_CODE_WITHIN, 0), at) is not None

    # Lines

    @cached_property
    def _pieces(self) -> list[_Piece]:
        """Lines and parts of long ones that say something: what says most first, but what says anew before the rest."""
        worth = _Worth(self._snapshot)
        said: set[str] = set()
        anew: list[_Piece] = []
        rest: list[_Piece] = []
        for _weight, piece, words in nlargest(_RANKED_LINES, self._weighed(worth), key=itemgetter(0)):
            is_new = worth.known(words - said) >= _ANEW * worth.known(words)
            (anew if is_new else rest).append(piece)
            said |= words
        return (anew + rest)[:_MOST_LINES]

    def _weighed(self, worth: _Worth) -> Iterator[tuple[float, _Piece, frozenset[str]]]:
        seen: set[str | frozenset[str]] = set()
        for piece in self._cut():
            text = self._plain[piece.start : piece.end]
            if text in seen:
                continue
            words = frozenset(_WORD.findall(text))
            if words not in seen and (weight := worth.of(words)):
                yield weight * (_TROUBLED if _TROUBLE.search(text) else 1.0), piece, words
            seen |= {text, words}

    def _cut(self) -> Iterator[_Piece]:
        for line in _LINE.finditer(self._plain):
            start, end = line.span()
            while end - start > _LONGEST_PIECE:
                cut = self._cut_at(start)
                yield _Piece(start, cut)
                start = cut
            yield _Piece(start, end)

    def _cut_at(self, start: int) -> int:
        """The first end of a sentence that makes a piece long enough, or else a space, or else the longest piece."""
        least, most = start + _SHORTEST_PIECE, start + _LONGEST_PIECE
        if found := _BREAK.search(self._plain, least, most):
            return found.end()
        space = self._plain.rfind(" ", least, most)
        return space + 1 if space > 0 else most


class _Worth:
    """What words say: how much of them entries have, and how little else there is. Looks up a bounded number."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._known: dict[str, tuple[float, float]] = {}
        self._left = _MOST_TERMS

    def of(self, words: Iterable[str]) -> float:
        """What ``words`` say, the less the more they hold that no entry has."""
        weights = [self._weights(word) for word in words]
        known = sum(weight for weight, _whole in weights)
        return known * known / sum(whole for _weight, whole in weights) if known else 0.0

    def known(self, words: Iterable[str]) -> float:
        """The weight of what entries have of ``words``."""
        return sum(self._weights(word)[0] for word in words)

    def _weights(self, word: str) -> tuple[float, float]:
        weights = self._known.get(word)
        if weights is None:
            weights = self._known[word] = self._look_up(word) if self._left > 0 else (0.0, 0.0)
        return weights

    def _look_up(self, word: str) -> tuple[float, float]:
        """The weight of the terms of ``word`` that entries have, and of all."""
        cut = [word] if word.isascii() and word.islower() else terms(word)
        self._left -= len(cut)
        known = [term for term in cut if self._snapshot.frequency(term)]
        weight = sum(map(self._snapshot.weights.__getitem__, known))
        return weight, weight + (len(cut) - len(known)) * self._snapshot.weights[""]


def _is_enough(named: float, density: float, evidence: float) -> bool:
    return any(
        named >= share and density >= least_density and evidence >= least_evidence
        for share, least_density, least_evidence in _ENOUGH
    )


def _overlap(one: _Found, other: _Found) -> float:
    """The share of the shorter of two stretches that lies in the other."""
    common = min(one.end, other.end) - max(one.start, other.start)
    return common / min(one.end - one.start, other.end - other.start)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())
