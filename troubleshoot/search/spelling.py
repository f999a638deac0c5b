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
from troubleshoot.search.endings import is_ending
from troubleshoot.search.keyboard import key_stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_WORD = re.compile(r"[가-힣]{2,}|[A-Za-z][A-Za-z0-9]{2,}")
# Keys of a word: how many of them may be wrong.
_SHORTEST = 4
_LONG = 8


class Vocabulary:
    """Words that a reader may have meant, each Hangul word also without its ending, by their keys."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._words: dict[str, str] = {}
        for text in texts:
            for word in _WORD.findall(fold(text)):
                for form in _forms(word):
                    self._words.setdefault(key_stream(form), form)
        self._keys = list(self._words)

    def __contains__(self, word: str) -> bool:
        return key_stream(word) in self._words

    def nearest(self, word: str) -> str | None:
        """The word of the vocabulary within reach of ``word``, or None."""
        keys = key_stream(word)
        if len(keys) < _SHORTEST:
            return None
        reach = 1 if len(keys) < _LONG else 2
        for near, _distance, _index in process.extract(keys, self._keys, scorer=OSA.distance, score_cutoff=reach):
            # Keys alone do not tell the scripts apart: works is one key away from 재난.
            if self._words[near].isascii() == word.isascii():
                return self._words[near]
        return None


def correct(text: str, words: Iterable[str], frequency: Callable[[str], int]) -> str:
    """``text`` with each word that holds an unknown term replaced by its nearest neighbour among ``words``, if any.

    A word that is known but for its ending stays as it is.
    """
    doubtful = {word for word in _WORD.findall(text) if not all(map(frequency, terms(word)))}
    if not doubtful:
        return text
    vocabulary = Vocabulary(words)
    better = {word: _corrected(word, vocabulary) for word in doubtful}
    return _WORD.sub(lambda match: better.get(match.group(), match.group()), text)


def _corrected(word: str, vocabulary: Vocabulary) -> str:
    stems = [word] if word.isascii() else [word[:end] for end in range(len(word), 1, -1)]
    if word in vocabulary or any(stem in vocabulary and is_ending(word[len(stem) :]) for stem in stems):
        return word
    for stem in stems:
        better = vocabulary.nearest(stem)
        if better is not None:
            return better + word[len(stem) :]
    return word


def _forms(word: str) -> Iterable[str]:
    if word.isascii():
        return (fold_case(word),)
    return (word[:end] for end in range(len(word), 1, -1))
