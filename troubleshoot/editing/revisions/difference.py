"""Owns the difference of two texts, word by word. Pure: knows no Django."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from rapidfuzz.distance import Indel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Kind = Literal["same", "removed", "added"]

# A comparison takes a bit for each pair of units: at most this many, which is 8 MB and some milliseconds.
_MOST_PAIRS = 1 << 26

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_SENTENCES = re.compile(r"(?:(?![.!?;][ \t]).)+[.!?;]?[ \t]*|.", re.DOTALL)
_WORDS = re.compile(r"\w+|[^\S\n]+|.", re.DOTALL)
_LEVELS = (_LINES, _SENTENCES, _WORDS)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that both texts have, or only one of them."""

    kind: Kind
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """How ``before`` became ``after``: what is not added joins to ``before``, what is not removed to ``after``.

    Whole words are compared, spaces and line breaks are kept. Where much of a long text changed, whole sentences or
    lines count as changed, so that the time stays bounded.
    """
    return list(_merged(_without_lone_spaces(_merged(_compared(before, after, 0)))))


def _compared(before: str, after: str, level: int) -> Iterator[Piece]:
    if before == after:
        yield Piece("same", before)
    elif level == len(_LEVELS) or not (before and after):
        yield from (Piece("removed", before), Piece("added", after))
    else:
        units = _LEVELS[level].findall(before), _LEVELS[level].findall(after)
        for old, new in _aligned(*units):
            yield from _compared(old, new, level + 1)


def _aligned(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Stretches of both that belong together, in order: equal ones, and what stands between these."""
    start, end = _common_ends(before, after)
    yield "".join(before[:start]), "".join(after[:start])
    yield from _aligned_middle(before[start : len(before) - end], after[start : len(after) - end])
    if end:
        yield "".join(before[-end:]), "".join(after[-end:])


def _common_ends(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    shorter = min(len(before), len(after))
    start = 0
    while start < shorter and before[start] == after[start]:
        start += 1
    end = 0
    while end < shorter - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return start, end


def _aligned_middle(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    if len(before) * len(after) > _MOST_PAIRS:
        yield "".join(before), "".join(after)
        return
    numbers: dict[str, int] = {}
    old, new = ([numbers.setdefault(unit, len(numbers)) for unit in units] for units in (before, after))
    steps = groupby(Indel.opcodes(old, new), key=lambda step: step.tag == "equal")
    for _equal, group in steps:
        run = list(group)
        first, last = run[0], run[-1]
        yield (
            "".join(before[first.src_start : last.src_end]),
            "".join(after[first.dest_start : last.dest_end]),
        )


def _without_lone_spaces(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """A space between two changed words counts as changed: a phrase reads better than its words one by one."""
    listed = list(pieces)
    for place, piece in enumerate(listed):
        inside = 0 < place < len(listed) - 1
        if piece.kind == "same" and inside and piece.text.isspace() and "\n" not in piece.text:
            yield from (Piece("removed", piece.text), Piece("added", piece.text))
        else:
            yield piece


def _merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Pieces of a kind joined, between two that stay first what was removed, then what was added."""
    for same, group in groupby((piece for piece in pieces if piece.text), key=lambda piece: piece.kind == "same"):
        run = list(group)
        kinds: tuple[Kind, ...] = ("same",) if same else ("removed", "added")
        for kind in kinds:
            if text := "".join(piece.text for piece in run if piece.kind == kind):
                yield Piece(kind, text)
