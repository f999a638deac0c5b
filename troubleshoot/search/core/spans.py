"""Owns stretches ``[start, end)`` of a text: those that overlap as one, and the text cut where they stand. Pure."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
