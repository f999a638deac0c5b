"""Owns what in a pasted text is evidence, and how much is enough. Pure.

Which of its lines say most, in words that entries have and little else; what it says of itself, its error and its
operation; and how much of a message must stand there for diagnosis to say that it does.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from heapq import nlargest
from operator import itemgetter
from typing import TYPE_CHECKING

from troubleshoot.search.core.analysis import compact, fold, terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from troubleshoot.search.core.corpus import Index
    from troubleshoot.search.core.lexicon import Lexicon

# How much work a text may cause: lines compared with each other, lines given back, terms looked up.
_RANKED, _MOST_LINES, _MOST_TERMS = 256, 32, 5_000
# A line is new when at least this share of what it says was said by no line before.
_NEW = 0.25
# A longer line is cut at the first sentence that makes the part long enough; one shorter than the least says nothing.
_LONGEST, _LONG_ENOUGH, _LEAST = 240, 80, 4

_LINE = re.compile(rf"[^\n]{{{_LEAST},}}")
_BREAK = re.compile(r"[.!?]\s|\",|[}\]]")
_WORD = re.compile(r"[A-Za-z]{2,40}|[가-힣]{2,40}")
_TROUBLE = re.compile(r"error|fail|exception|unable|could not|cannot|오류|실패|못했|없습니다|않습니다", re.IGNORECASE)
_TROUBLED = 1.5


@dataclass(frozen=True, slots=True)
class Line:
    """A line, or a part of a long one: ``[start, end)`` of the text."""

    start: int
    end: int


def informative_lines(text: str, index: Index, synonyms: frozenset[str] = frozenset()) -> list[Line]:
    """The lines that say something: those that say most first, but those that say it anew before the rest.

    What is one of the ``synonyms`` of something that entries have says as much.
    """
    worth = _Worth(index, synonyms)
    said: set[str] = set()
    new: list[Line] = []
    rest: list[Line] = []
    for _weight, line, words in nlargest(_RANKED, _weighed(text, worth), key=itemgetter(0)):
        is_new = worth.known(words - said) >= _NEW * worth.known(words)
        (new if is_new else rest).append(line)
        said |= words
    return (new + rest)[:_MOST_LINES]


def _weighed(text: str, worth: _Worth) -> Iterator[tuple[float, Line, frozenset[str]]]:
    """Each line once, with what it says; two with the same words say the same."""
    seen: set[frozenset[str]] = set()
    for part, line in sorted(_different(text), key=_is_calm):
        words = frozenset(_WORD.findall(part))
        if words not in seen and (weight := worth.of(words)):
            yield weight * (1.0 if _is_calm((part, line)) else _TROUBLED), line, words
        seen.add(words)


def _is_calm(line: tuple[str, Line]) -> bool:
    """Whether a line speaks of no trouble. Those that do come first: the words that may be looked up could run out."""
    return _TROUBLE.search(line[0]) is None


def _different(text: str) -> Iterator[tuple[str, Line]]:
    seen: set[str] = set()
    for line in _cut(text):
        part = text[line.start : line.end]
        if part not in seen:
            seen.add(part)
            yield part, line


def _cut(text: str) -> Iterator[Line]:
    for line in _LINE.finditer(text):
        start, end = line.span()
        while end - start > _LONGEST:
            cut = _cut_at(text, start)
            yield Line(start, cut)
            start = cut
        yield Line(start, end)


def _cut_at(text: str, start: int) -> int:
    """The end of the first part of a long line: at a sentence, or else at a space, or else anywhere."""
    least, most = start + _LONG_ENOUGH, start + _LONGEST
    if found := _BREAK.search(text, least, most):
        return found.end()
    space = text.rfind(" ", least, most)
    return space + 1 if space > 0 else most


class _Worth:
    """What words say: how much of them entries have, and how little else there is. Looks up a bounded number."""

    def __init__(self, index: Index, synonyms: frozenset[str]) -> None:
        self._index = index
        self._synonyms = synonyms
        self._looked_up: dict[str, tuple[float, float]] = {}
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
        weights = self._looked_up.get(word)
        if weights is None:
            weights = self._looked_up[word] = self._look_up(word) if self._left > 0 else (0.0, 0.0)
        return weights

    def _look_up(self, word: str) -> tuple[float, float]:
        """The weight of the terms of ``word`` that entries have, and of all."""
        cut = [word] if word.isascii() and word.islower() else terms(word)
        self._left -= len(cut)
        known = [term for term in cut if term in self._synonyms or self._index.frequency(term)]
        weight = sum(map(self._index.weights.__getitem__, known))
        return weight, weight + (len(cut) - len(known)) * self._index.weights[""]


@dataclass(frozen=True, slots=True)
class Enough:
    """So much must be there: a ``share`` of the message, as dense, and worth as many rare words of ``evidence``."""

    share: float
    density: float
    evidence: float

    def is_met(self, share: float, density: float, evidence: float) -> bool:
        return share >= self.share and density >= self.density and evidence >= self.evidence


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a text says a message. Evidence is counted in words as rare as any; shares and densities are 0 to 1.

    Fitted by hand on the 28 entries of the document: the quotations, fragments and uneventful logs of the tests.
    """

    bigram: float = 0.4
    """What a Korean bigram counts of a word: they overlap, and five make two words."""
    worth_aligning: float = 1.0
    """The evidence that a message must share with a line to be looked at more closely."""
    worth_beside: float = 0.5
    """The share of what the best message shares with the line that another must share, too."""
    message: tuple[Enough, ...] = (
        Enough(0.95, 0.95, 1.0),
        Enough(0.55, 0.55, 1.6),
        Enough(0.4, 0.9, 2.4),
        Enough(0.0, 0.9, 3.5),
        Enough(0.0, 0.75, 4.5),
    )
    """A message is there when all of it is, or most of it, or a good part with little between, or a long quotation."""
    sentence: Enough = Enough(0.8, 0.6, 2.6)
    """So it is when a sentence of it is there that says much."""
    first_sentence: Enough = Enough(0.95, 0.95, 1.7)
    """So it is when its first sentence is, to the letter and with its end."""
    beyond_doubt: float = 0.8
    """From this share of a message on, another entry may say the same."""
    rival: float = 0.9
    """Below, none may say this share of it as closely."""
    own: float = 0.35
    """Below, this share of its evidence must be its own beside a stronger message."""
    overlap: float = 0.3
    """Two messages that share more of the shorter stretch than this claim the same one."""
    own_sentence: float = 0.45
    """Boilerplate is evidence of nothing: so much of another sentence of the message must be there as well."""
    own_sentence_reworded: float = 0.7
    """The same where synonyms count as one word."""
    own_evidence: float = 0.9
    """And it must be worth so much."""
    to_the_letter: float = 0.95
    """From this share of a message on, what stands between its words is of the log."""
    whole_message: float = 0.85
    """Less of a message than this is a part of it."""
    whole: float = 0.2
    """Of two that explain as much, the one that is there as a whole is so much stronger."""


THRESHOLDS = Thresholds()


class Evidence:
    """What terms are worth in one state of the index, counted in words that a single document has."""

    def __init__(self, index: Index) -> None:
        self.weigh = index.weights.__getitem__
        self._unit = index.weights[""] * 2 or 1.0

    def of(self, found: Iterable[str]) -> float:
        """How many of the rarest words the terms are worth."""
        weights = (self.weigh(term) * (1.0 if term.isascii() else THRESHOLDS.bigram) for term in found)
        return sum(weights) / self._unit


# What a job calls its error stands behind one of these, at once or after a word or two of the same sentence.
_OWN_ERROR = re.compile(
    r"(?:error[\s_]?(?:message|string|details?|code|title)|오류[ \t]?(?:메시지|코드|세부[ \t]?정보|내용))"
    r"[\"']?\s{0,3}[:=][\s\"']{0,3}(?:[^\W\d_]{1,12}[ ]){0,2}\Z",
    re.IGNORECASE,
)
_WITHIN = 40
_OWN_MESSAGE = re.compile(
    r"(?:error[\s_]?(?:message|string)|오류[ \t]?(?:메시지|내용))[\"']?\s{0,3}[:=]", re.IGNORECASE
)
# Where a job says what it was, it says so early.
_LOOKED_THROUGH = 20_000


def is_own_error(text: str, start: int) -> bool:
    """Whether ``text`` calls what stands at ``start`` its error."""
    return _OWN_ERROR.search(text, max(start - _WITHIN, 0), start) is not None


def has_own_message(line: str) -> bool:
    """Whether ``line`` calls what it says the message of an error."""
    return _OWN_MESSAGE.search(line) is not None


# What Azure has beside virtual machines and their backup, as a log begins its lines with it.
_PRODUCT = re.compile(
    r"\b(?:app ?service|web ?app|function ?app|logic ?app|data ?factory|synapse|databricks|aks|kubernetes|azure devops"
    r"|sql database|sql managed instance|cosmos ?db|vpn gateway|application gateway|container (?:instance|registry)"
    r"|event hubs?|service bus|api management|static web app|machine learning|azure monitor|log analytics"
    r"|site recovery)\b|\b(?:ms)?sql(?: server)?(?=\s?:)"
    r"|앱 ?서비스|웹 ?앱|함수 ?앱|논리 ?앱|데이터 ?팩터리|쿠버네티스|컨테이너 ?(?:인스턴스|레지스트리)",
    re.IGNORECASE,
)
_OF_A_LINE = 120


def is_said_of_another_product(text: str, start: int, product: str) -> bool:
    """Whether the line of ``text`` names, before ``start``, a product that is not ``product``."""
    line = text.rfind("\n", 0, start) + 1
    named = _PRODUCT.findall(text, max(line, start - _OF_A_LINE), start)
    return any(compact(one) not in compact(product) for one in named)


def times_named(text: str, operations: Iterable[str], lexicon: Lexicon) -> dict[str, int]:
    """How often ``text`` names each of these ``operations``, by their keys or by what means the same."""
    beginning = text[:_LOOKED_THROUGH]
    named = Counter(terms(beginning))
    for mention in lexicon.mentions(fold(beginning)):
        named.update(lexicon.groups[mention.group])
    return {operation: named[operation] for operation in operations}
