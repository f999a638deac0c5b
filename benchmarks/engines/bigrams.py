"""Owns the plain analysis that the other engines are given: lower-case words, or words with Hangul as bigrams. Pure."""

from __future__ import annotations

import re
import unicodedata
from itertools import chain, pairwise

_WORD = re.compile(r"[가-힣]+|[^\W_가-힣]+")


def words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text).lower())


def bigrams(text: str) -> list[str]:
    """Overlapping pairs of the syllables of each run of Hangul words, spaces ignored; other words whole."""
    runs: list[str] = []
    for word in words(text):
        if runs and _is_hangul(word) and _is_hangul(runs[-1]):
            runs[-1] += word
        else:
            runs.append(word)
    return list(chain.from_iterable(_pairs(run) if _is_hangul(run) and len(run) > 1 else [run] for run in runs))


def _pairs(run: str) -> list[str]:
    return [first + second for first, second in pairwise(run)]


def _is_hangul(word: str) -> bool:
    return "가" <= word[0] <= "힣"
