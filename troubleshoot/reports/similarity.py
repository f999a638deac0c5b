"""Owns which queries ask for the same: grouped by what was typed, whatever its spacing, layout and typing errors. Pure.

Two wordings are compared as the keys that type them (``search.keyboard``), so that a word typed on the wrong layout
meets the right one, and one wrong key costs one character. Numbers are never near each other: error 320001 is not
error 320002.

The work is bounded: the commonest wordings lead, each other one is compared with few leaders only, those that share
its rarest trigrams (the blocking of record linkage: P. Christen, "A survey of indexing techniques for scalable record
linkage and deduplication", IEEE TKDE 24 (2012), 1537-1555).
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from troubleshoot.search.core.keyboard import grams, key_stream
from troubleshoot.search.core.redaction import without_noise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

NEAR = 80.0
"""Per cent of the keys that two wordings share, in order, for them to be one."""
SHORTEST = 6
"""Keys, below which a wording is compared as a whole only: vm and vn are not the same."""
MOST_COMPARED = 20
"""Leaders that a wording is compared with."""

_NUMBER = re.compile(r"\d+")


def form_of(query: str) -> str:
    """What of a query counts: its keys without noise, spaces and case; the text itself where that leaves nothing."""
    return key_stream(without_noise(query)) or key_stream(query) or query.strip()


def leaders(counts: Mapping[str, int]) -> dict[str, str]:
    """For each form the one that leads its group: the commonest of those near it, the first in order among equals."""
    blocks: dict[tuple[str, ...], _Block] = defaultdict(_Block)
    led: dict[str, str] = {}
    for form in sorted(counts, key=lambda form: (-counts[form], form)):
        block = blocks[tuple(_NUMBER.findall(form))]
        led[form] = block.nearest(form) or block.lead(form)
    return led


def near_pairs(forms: Iterable[str], least: float) -> Iterator[tuple[str, str]]:
    """Pairs of different forms of which ``least`` per cent are the same; of a form, those that it is compared with."""
    blocks: dict[tuple[str, ...], _Block] = defaultdict(_Block)
    for form in sorted(forms):
        block = blocks[tuple(_NUMBER.findall(form))]
        yield from ((other, form) for other in block.near(form, least))
        block.lead(form)


class _Block:
    """The leaders among forms with the same numbers, findable by their trigrams."""

    __slots__ = ("_by_gram",)

    def __init__(self) -> None:
        self._by_gram: dict[str, list[str]] = defaultdict(list)

    def lead(self, form: str) -> str:
        if len(form) >= SHORTEST:
            for gram in grams(form):
                self._by_gram[gram].append(form)
        return form

    def nearest(self, form: str) -> str | None:
        return next(iter(self.near(form, NEAR)), None)

    def near(self, form: str, least: float) -> list[str]:
        """The leaders that are near, the nearest first."""
        candidates = list(dict.fromkeys(self._candidates(form))) if len(form) >= SHORTEST else []
        found = process.extract(form, candidates, scorer=fuzz.ratio, score_cutoff=least, limit=None)
        return [text for text, _score, _place in found]

    def _candidates(self, form: str) -> Iterator[str]:
        """Leaders that share a trigram, those of the rarest first."""
        left = MOST_COMPARED
        for posting in sorted((self._by_gram[gram] for gram in grams(form) if gram in self._by_gram), key=len):
            yield from posting[:left]
            left -= len(posting)
            if left <= 0:
                return
