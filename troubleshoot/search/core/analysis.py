"""Owns the analyser: how a text becomes the terms that are indexed, asked for and highlighted. Pure.

Korean is cut into overlapping syllable bigrams, also across the spaces between Hangul words, so that spacing and
particles matter little (Lee & Ahn, "Using n-grams for Korean text retrieval", SIGIR 1996). Latin words stay whole and,
where they are CamelCase, snake_case or dotted, come in parts as well. Numbers, versions and hexadecimal codes stay
whole.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from operator import add, itemgetter
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

# Raised whenever the terms of a text change: the folder of the derived index is named after it.
ANALYSIS_VERSION = 1

_WIDE = re.compile("[\uff01-\uff5e\u3000]")
_WIDE_TO_ASCII = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {0x3000: 0x20}

NOT_LETTERS = re.compile(r"[\W_]+")
# Hangul words in a row, another word, or stray jamo: what a run is tells its first character.
_RUN = re.compile(r"[가-힣](?:[가-힣\s]*[가-힣])?|[^\W_가-힣ㄱ-ㆎ]+(?:[._\-][^\W_가-힣ㄱ-ㆎ]+)*\+{0,2}|[ㄱ-ㆎ]+")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W_0-9A-Za-z]+")
_CASE_CHANGE = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]")
# Words repeat: what a short one is cut into is kept at hand. Long ones are rare, and could fill the memory.
_LONGEST_REMEMBERED, _REMEMBERED = 40, 4_096
_Made = TypeVar("_Made")
_VERSION = re.compile(r"[0-9][0-9.\-]*")


class Token(NamedTuple):
    """A term and the stretch ``[start, end)`` of the original text it was read from, in characters."""

    text: str
    start: int
    end: int


def fold(text: str) -> str:
    """Full-width forms to ASCII, then Unicode NFC. Case is kept: word parts are read from it."""
    if text.isascii():
        return text
    if _WIDE.search(text) is not None:
        text = text.translate(_WIDE_TO_ASCII)
    return unicodedata.normalize("NFC", text)


def fold_case(text: str) -> str:
    """Unicode case folding that also joins the Turkish dotless i, whose capital is an ordinary I."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", text.casefold()).replace("ı", "i").replace("i̇", "i")


class _Remembered(dict[str, _Made]):
    """What is made of a short text, made when first asked for. What is known is given without a call of Python's."""

    def __init__(self, work: Callable[[str], _Made]) -> None:
        super().__init__()
        self._work = work

    def __missing__(self, text: str) -> _Made:
        made = self._work(text)
        if len(text) <= _LONGEST_REMEMBERED:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[text] = made
        return made


def remembered(work: Callable[[str], _Made]) -> Callable[[str], _Made]:
    """``work``, what it makes of short texts kept at hand."""
    return _Remembered(work).__getitem__


@remembered
def terms(text: str) -> tuple[str, ...]:
    """The terms of ``text`` in order, repeats included. The same as the texts of ``tokens``, only faster."""
    found: list[str] = []
    for run in _RUN.findall(fold(text)):
        if "가" <= run[0] <= "힣":
            syllables = "".join(run.split())
            found += map(add, syllables, syllables[1:]) if len(syllables) > 1 else (syllables,)
        elif "ㄱ" <= run[0] <= "ㆎ":
            found.append(run)
        else:
            found += _word_terms(run)
    return tuple(found)


def tokens(text: str) -> list[Token]:
    """The terms of ``text`` with the stretches of ``text`` they were read from."""
    folded = fold(text)
    place = _places(text, folded)
    return [Token(term, place(start)[0], place(end - 1)[1]) for term, start, end in _spans(folded)]


@remembered
def compact(text: str) -> str:
    """Only the letters and digits of ``text``, folded: equal for texts that differ in spacing, case or punctuation."""
    return NOT_LETTERS.sub("", fold_case(fold(text)))


def _spans(folded: str) -> Iterator[tuple[str, int, int]]:
    for run in _RUN.finditer(folded):
        first = run.group()[0]
        if "가" <= first <= "힣":
            yield from _hangul_spans(run.group(), run.start())
        elif "ㄱ" <= first <= "ㆎ":
            yield run.group(), run.start(), run.end()
        else:
            yield from _word_spans(run.group(), run.start())


def _hangul_spans(run: str, offset: int) -> Iterator[tuple[str, int, int]]:
    syllables = [(character, offset + index) for index, character in enumerate(run) if not character.isspace()]
    if len(syllables) == 1:
        yield syllables[0][0], offset, offset + 1
    for (first, start), (second, end) in pairwise(syllables):
        yield first + second, start, end + 1


@remembered
def _word_terms(word: str) -> tuple[str, ...]:
    if not _has_parts(word):
        return (fold_case(word),)
    return (fold_case(word), *(fold_case(part) for part in _PART.findall(word)))


def _word_spans(word: str, offset: int) -> Iterator[tuple[str, int, int]]:
    yield fold_case(word), offset, offset + len(word)
    if _has_parts(word):
        for part in _PART.finditer(word):
            yield fold_case(part.group()), offset + part.start(), offset + part.end()


def _has_parts(word: str) -> bool:
    if word.isalnum():
        return _CASE_CHANGE.search(word) is not None and word[:2].casefold() != "0x"
    return _VERSION.fullmatch(word) is None


def _places(text: str, folded: str) -> _Places:
    if len(text) == len(folded) and unicodedata.is_normalized("NFC", text):
        return _Places(None)
    return _Places(_cluster_places(text))


class _Places:
    """Where a character of the folded text stands in the original: ``(start, end)``."""

    __slots__ = ("_places",)

    def __init__(self, places: list[tuple[int, int]] | None) -> None:
        self._places = places

    def __call__(self, index: int) -> tuple[int, int]:
        if self._places is None:
            return index, index + 1
        return self._places[index]


def _cluster_places(text: str) -> list[tuple[int, int]]:
    """Fold ``text`` piece by piece, cutting only where Unicode composition can't reach across."""
    places: list[tuple[int, int]] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or _starts_cluster(text[end]):
            places.extend([(start, end)] * len(fold(text[start:end])))
            start = end
    return places


def _starts_cluster(character: str) -> bool:
    is_vowel_or_final_jamo = "\u1160" <= character <= "\u11ff"
    return (
        not unicodedata.combining(character)
        and not is_vowel_or_final_jamo
        and unicodedata.category(character)[0] != "M"
    )


_Label = TypeVar("_Label")


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping and touching stretches as one, in order."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def without(spans: Iterable[tuple[int, int]], others: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What of ``spans`` lies in none of ``others``; both in order and without overlaps."""
    left: list[tuple[int, int]] = []
    for start, end in spans:
        at = start
        for begin, stop in others:
            if stop <= at or begin >= end:
                continue
            if begin > at:
                left.append((at, begin))
            at = max(at, stop)
        if at < end:
            left.append((at, end))
    return left


def cut(text: str, labelled: Iterable[tuple[int, int, _Label]]) -> Iterator[tuple[str, _Label | None]]:
    """All of ``text`` in parts, in order, each with the label of its stretch; what stands between has none.

    Where stretches overlap, the one that begins first keeps what it claims. No part is empty.
    """
    at = 0
    for start, end, label in sorted(labelled, key=itemgetter(0, 1)):
        begin, stop = max(start, at), min(end, len(text))
        if begin >= stop:
            continue
        if begin > at:
            yield text[at:begin], None
        yield text[begin:stop], label
        at = stop
    if at < len(text):
        yield text[at:], None
