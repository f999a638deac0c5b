"""Owns the correction of a mistyped word to one that the best candidates use, by the distance of their keys. Pure.

The distance counts keys, not syllables: 에이젼트 is one key away from 에이전트. It is the optimal string alignment of
the key streams (Damerau, 1964: insertion, deletion, substitution, transposition).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from troubleshoot.search.core.analysis import fold, fold_case, terms
from troubleshoot.search.core.grammar import is_complaint, is_ending, noun, stem
from troubleshoot.search.core.keyboard import key_stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_WORD = re.compile(r"[가-힣]{2,}|[A-Za-z][A-Za-z0-9]{2,}")
# Keys of a word: how many of them may be wrong.
_SHORTEST = 4
_LONG = 8
# A longer run of letters is no word that somebody mistyped; every one of its prefixes would be looked at.
_LONGEST, _LONGEST_LATIN = 24, 64
# Of a word this short, another letter makes another word; only a finger beside its key makes a mistake.
_SHORT_LATIN = 6
# A Korean word this short is one of its own as likely, unless so many documents have the other.
_SHORT_HANGUL, _COMMON = 2, 3
# What a noun becomes a verb with, as it is spelt right: 연결할 수 is no 연결을 수.
_INFLECTED = re.compile("[하할한합해했함되될된됩됐][가-힣]{0,6}")
_ROWS = (("qwertyuiop", 0.0), ("asdfghjkl", 0.25), ("zxcvbnm", 0.75))
_PLACES = {key: complex(offset + at, row) for row, (keys, offset) in enumerate(_ROWS) for at, key in enumerate(keys)}
_NEXT_KEY = 1.3
# Words repeat from title to title: the forms of so many are kept at hand.
_REMEMBERED, _REMEMBERED_TEXTS = 4_096, 2_000


class Vocabulary:
    """Words that a reader may have meant, each Hangul word also without its ending, by their keys.

    ``beside`` is a vocabulary that counts as part of this one; among equals its words come last.
    """

    def __init__(self, texts: Iterable[str], beside: Vocabulary | None = None) -> None:
        # Sorted, so that of two words with the same keys it is always the same one that stands for both.
        self._words = {keys: form for form, keys in sorted(frozenset[tuple[str, str]]().union(*map(_forms_in, texts)))}
        self._keys: dict[tuple[int, int], list[str]] = {}
        self._beside = beside

    def __contains__(self, word: str) -> bool:
        return key_stream(word) in self._words or (self._beside is not None and word in self._beside)

    def goes_on(self, beginning: str) -> bool:
        """Whether a word begins with ``beginning``, which is half typed then."""
        keys = key_stream(beginning)
        is_begun = any(known.startswith(keys) for known in self._words)
        return is_begun or (self._beside is not None and self._beside.goes_on(beginning))

    def nearest(self, word: str) -> str | None:
        """The word of the vocabulary within reach of ``word``, or None."""
        keys = key_stream(word)
        if len(keys) < _SHORTEST:
            return None
        reach = 1 if len(keys) < _LONG else 2
        near = [*self.near(word, keys, reach), *(self._beside.near(word, keys, reach) if self._beside else ())]
        return min(near, key=_by_distance)[1] if near else None

    def near(self, word: str, keys: str, reach: int) -> Iterator[tuple[int, str]]:
        """Words of this vocabulary's own within ``reach`` keys of ``word``, with their distances."""
        as_long = self._keys.get((len(keys), reach))
        if as_long is None:
            as_long = [known for known in self._words if abs(len(known) - len(keys)) <= reach]
            self._keys[len(keys), reach] = as_long
        for found, distance, _index in process.extract(keys, as_long, scorer=OSA.distance, score_cutoff=reach):
            if _is_alike(word, self._words[found]):
                yield distance, self._words[found]


def _is_alike(word: str, other: str) -> bool:
    """Keys alone do not tell scripts apart (works is one key away from 재난), nor syllables from endings."""
    if word.isascii() or other.isascii():
        return word.isascii() and other.isascii() and (len(word) > _SHORT_LATIN or _is_slip(word.lower(), other))
    return len(word) == len(other)


def _is_slip(word: str, other: str) -> bool:
    """Whether fingers make ``word`` of the short ``other``, one key away. Many such words are names: mysql, mssql."""
    if word[0] != other[0]:
        return False
    replaced = [(ours, theirs) for ours, theirs in zip(word, other, strict=False) if ours != theirs]
    return len(word) != len(other) or len(replaced) > 1 or all(_are_neighbours(*pair) for pair in replaced)


def _are_neighbours(key: str, other: str) -> bool:
    return key in _PLACES and other in _PLACES and abs(_PLACES[key] - _PLACES[other]) < _NEXT_KEY


def _by_distance(near: tuple[int, str]) -> int:
    return near[0]


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if len(word) <= (_LONGEST_LATIN if word.isascii() else _LONGEST)]


def doubtful_words(text: str, frequency: Callable[[str], int]) -> set[str]:
    """The words of ``text`` that hold a term no document has, and are no complaint (안됩니다 is not 아닙니다)."""
    return {word for word in _words(text) if not all(map(frequency, terms(word))) and not is_complaint(word)}


def correct(text: str, vocabulary: Vocabulary, frequency: Callable[[str], int]) -> str:
    """``text`` with each word that holds an unknown term replaced by its nearest neighbour in ``vocabulary``, if any.

    A word that is known but for its ending stays as it is; so does the last one where it begins a word, and a short one
    where no other word is known, unless many documents have what it may be: 커피 is no 카피.
    """
    doubtful = doubtful_words(text, frequency)
    is_alone = all(word in doubtful or is_complaint(word) for word in _words(text))
    better = {word: _corrected(word, vocabulary) for word in doubtful}
    last = next((word for word in doubtful if text.endswith(word)), "")
    if last and not better[last].startswith(last) and vocabulary.goes_on(last):
        better[last] = last
    if is_alone:
        better = {word: other for word, other in better.items() if not _is_another(word, other, frequency)}
    return _WORD.sub(lambda match: better.get(match.group(), match.group()), text)


def _is_another(word: str, other: str, frequency: Callable[[str], int]) -> bool:
    """Whether ``other`` is rather another word than what ``word`` was meant to be: of few syllables most are words."""
    is_short = len(stem(word)) <= _SHORT_HANGUL and not word.isascii()
    return is_short and min(map(frequency, terms(stem(other))), default=0) < _COMMON


def _corrected(word: str, vocabulary: Vocabulary) -> str:
    stems = [word] if word.isascii() else [word[:end] for end in range(len(word), 1, -1)]
    if word in vocabulary or any(begun in vocabulary and is_ending(word[len(begun) :]) for begun in stems):
        return word
    if _INFLECTED.fullmatch(word, len(named := noun(word))) and named in vocabulary:
        return word
    for begun in stems:
        ending = word[len(begun) :]
        better = vocabulary.nearest(begun) if not ending or is_ending(ending) else None
        if better is not None:
            return better + ending
    return word


@lru_cache(_REMEMBERED_TEXTS)
def _forms_in(text: str) -> frozenset[tuple[str, str]]:
    return frozenset(form for word in _words(fold(text)) for form in _forms(word))


@lru_cache(_REMEMBERED)
def _forms(word: str) -> tuple[tuple[str, str], ...]:
    """``word`` as a vocabulary holds it, each form with its keys."""
    forms = [fold_case(word)] if word.isascii() else [word[:end] for end in range(len(word), 1, -1)]
    return tuple((form, key_stream(form)) for form in forms)
