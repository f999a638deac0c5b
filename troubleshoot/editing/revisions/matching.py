"""Owns which of the rows below a page become which when it gets another content. Pure: knows no Django."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidfuzz.distance import Indel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

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
