"""Owns the correction of a mistyped word to one that the best candidates use, by the distance of their keys. Pure.

The distance counts keys, not syllables: 에이젼트 is one key away from 에이전트. It is the optimal string alignment of
the key streams (Damerau, 1964: insertion, deletion, substitution, transposition).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from troubleshoot.search.analysis import fold, fold_case, terms
from troubleshoot.search.keyboard import key_stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_WORD = re.compile(r"[가-힣]{2,}|[A-Za-z][A-Za-z0-9]{2,}")
# Keys of a word: how many of them may be wrong.
_SHORTEST = 4
_LONG = 8


class Vocabulary:
    """The words of some titles, each Hangul word also without its ending, by their keys."""

    def __init__(self, titles: Iterable[str]) -> None:
        self._words: dict[str, str] = {}
        for title in titles:
            for word in _WORD.findall(fold(title)):
                for form in _forms(word):
                    self._words.setdefault(key_stream(form), form)
        self._keys = list(self._words)

    def nearest(self, word: str) -> str | None:
        """The word of the vocabulary within reach of ``word``, or None; a word that is in it stands for itself."""
        keys = key_stream(word)
        if len(keys) < _SHORTEST:
            return None
        reach = 1 if len(keys) < _LONG else 2
        found = process.extractOne(keys, self._keys, scorer=OSA.distance, score_cutoff=reach)
        return self._words[found[0]] if found else None


def correct(text: str, titles: Iterable[str], frequency: Callable[[str], int]) -> str:
    """``text`` with each word that holds an unknown term replaced by its nearest neighbour in ``titles``, if any."""
    unknown = [word for word in _WORD.findall(text) if not all(map(frequency, terms(word)))]
    if not unknown:
        return text
    vocabulary = Vocabulary(titles)
    return _WORD.sub(lambda match: _corrected(match.group(), unknown, vocabulary), text)


def _corrected(word: str, unknown: list[str], vocabulary: Vocabulary) -> str:
    if word not in unknown:
        return word
    shortest = 2 if not word.isascii() else len(word)
    for end in range(len(word), shortest - 1, -1):
        better = vocabulary.nearest(word[:end])
        if better is not None:
            return better + word[end:]
    return word


def _forms(word: str) -> Iterable[str]:
    if word.isascii():
        return (fold_case(word),)
    return (word[:end] for end in range(len(word), 1, -1))
