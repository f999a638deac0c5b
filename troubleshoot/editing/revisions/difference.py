"""Owns comparing: two texts word by word, and which rows became which. Pure: knows no Django."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

from rapidfuzz.distance import Indel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


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
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    yield "".join(before[:start]), "".join(after[:start])
    yield from _aligned_middle(before[start : len(before) - end], after[start : len(after) - end])
    if end:
        yield "".join(before[-end:]), "".join(after[-end:])


def _common(before: Sequence[str], after: Sequence[str]) -> int:
    """How many units both begin with."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((place for place, (old, new) in pairs if old != new), min(len(before), len(after)))


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


Row = dict[str, Any]

# Half of the characters: below that it is another text about another way.
_ALIKE = 0.5
_LONGEST_COMPARED = 10_000


def matched(before: Sequence[Row], after: Sequence[Row], identity: str = "") -> list[int | None]:
    """For each row of ``after``, the index of the row of ``before`` that it is now, or None for a new one.

    With an ``identity`` the rows are the same that have it in common. Without one they are those that say the same,
    then those that say almost the same, then those in the same place.
    """
    if identity:
        places = {_plain(row[identity]): place for place, row in enumerate(before)}
        return [places.get(_plain(row[identity])) for row in after]
    found: list[int | None] = [None] * len(after)
    _pair(found, before, after, lambda old, new: float(_words(old) == _words(new)), least=1)
    _pair(found, before, after, _likeness, least=_ALIKE)
    _pair(found, before, after, lambda old, new: float(old.get("order") == new.get("order")), least=1)
    return found


def with_alike(found: Sequence[int | None], before: Sequence[Row], after: Sequence[Row]) -> list[int | None]:
    """What is ``matched``, and of the rows left over those that say almost the same: for whoever reads what changed."""
    pairs = list(found)
    _pair(pairs, before, after, _likeness, least=_ALIKE)
    return pairs


def _pair(
    found: list[int | None],
    before: Sequence[Row],
    after: Sequence[Row],
    score: Callable[[Row, Row], float],
    *,
    least: float,
) -> None:
    """Pair those left over whose score is ``least`` or more, the best first."""
    free = set(range(len(before))) - set(found)
    waiting = [place for place, old in enumerate(found) if old is None]
    scored = ((score(before[old], after[new]), old, new) for old in sorted(free) for new in waiting)
    for _score, old, new in sorted((item for item in scored if item[0] >= least), key=lambda item: -item[0]):
        if old in free and found[new] is None:
            found[new] = old
            free.remove(old)


def _likeness(old: Row, new: Row) -> float:
    return Indel.normalized_similarity(_text(old), _text(new), score_cutoff=_ALIKE)


def _text(row: Row) -> str:
    return "\n".join(_words(row))[:_LONGEST_COMPARED]


def _words(row: Row) -> list[str]:
    return [value for name, value in sorted(row.items()) if isinstance(value, str) and name.endswith(("_ko", "_en"))]


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def leftover(before: Sequence[Row], pairs: Iterable[int | None]) -> list[int]:
    """The indexes of the rows of ``before`` that are gone."""
    kept = set(pairs)
    return [place for place in range(len(before)) if place not in kept]
