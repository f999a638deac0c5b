"""Owns which errors of a document are those of its last edition, and those of its edition in the other language."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from troubleshoot.search.core.analysis import compact

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

# How alike two messages are that say the same in other words: below one operation, and anywhere in the document.
NEARBY = 70
ANYWHERE = 85
# So many pairs are compared; in longer documents each with those of its neighbourhood alone.
_MOST_PAIRS = 1_000_000
_NEIGHBOURHOOD = 100


@dataclass(frozen=True, slots=True)
class Told:
    """What tells an error from the others of its document. ``place`` is its operation as the document titles it."""

    name: str
    message: str
    codes: frozenset[str]
    place: str

    @property
    def letters(self) -> str:
        return compact(self.message)


def same(known: Sequence[Told], read: Sequence[Told]) -> list[int | None]:
    """For each error of an edition, the one of the last edition that it is, or None for a new one.

    The same text and codes come first, then a code that only the two have, the same text, and what is nearly the same.
    Errors that have codes and none in common are not the same, however alike they sound, unless they alone say that.
    """
    if not known:
        return [None] * len(read)
    pairs = _Pairs(known, read)
    pairs.in_order(lambda told: (told.letters, told.codes, compact(told.place)))
    pairs.in_order(lambda told: (told.letters, told.codes))
    pairs.by_code()
    pairs.in_order(lambda told: (told.letters, compact(told.place)))
    pairs.only(lambda told: told.letters)
    pairs.by_likeness(NEARBY, in_one_place=True)
    pairs.by_likeness(ANYWHERE, in_one_place=False)
    return pairs.found


def twins(known: Sequence[Told], read: Sequence[Told]) -> list[tuple[int, bool] | None]:
    """For each error in one language, the one in the other that it translates, and whether their codes say so.

    Between two errors that share a code, as many on either side stand in the same order.
    """
    pairs = _Pairs(known, read)
    pairs.by_code()
    certain = {new for new, old in enumerate(pairs.found) if old is not None}
    fixed = [(-1, -1), *_ascending(pairs.found), (len(known), len(read))]
    for (old, new), (next_old, next_new) in pairwise(fixed):
        pairs.as_they_stand(range(old + 1, next_old), range(new + 1, next_new))
    return [None if old is None else (old, new in certain) for new, old in enumerate(pairs.found)]


def _ascending(found: Iterable[int | None]) -> Iterator[tuple[int, int]]:
    """Pairs that stand in the same order on both sides."""
    last = -1
    for new, old in enumerate(found):
        if old is not None and old > last:
            last = old
            yield old, new


class _Pairs:
    """Pairs that are found step by step: what has its counterpart is not asked again."""

    def __init__(self, known: Sequence[Told], read: Sequence[Told]) -> None:
        self._known, self._read = known, read
        self._taken: set[int] = set()
        self.found: list[int | None] = [None] * len(read)

    def in_order(self, key: Callable[[Told], Hashable]) -> None:
        """Of those with one key, the first with the first, the second with the second."""
        old, new = (_grouped(self._keys(key, side)) for side in self._free())
        for name, places in new.items():
            for one, other in zip(old.get(name, ()), places, strict=False):
                self._pair(one, other)

    def only(self, key: Callable[[Told], Hashable]) -> None:
        """Those that alone have their key, on either side."""
        old, new = (_grouped(self._keys(key, side)) for side in self._free())
        for name, places in new.items():
            if len(places) == len(old.get(name, ())) == 1:
                self._pair(old[name][0], places[0], whatever_codes=True)

    def by_code(self) -> None:
        """Those that alone have a code, on either side."""
        known, read = self._free()
        old, new = (
            _grouped((place, code) for place, told in side for code in sorted(told.codes)) for side in (known, read)
        )
        for code, places in new.items():
            if len(places) == len(old.get(code, ())) == 1:
                self._pair(old[code][0], places[0])

    def by_likeness(self, least: int, *, in_one_place: bool) -> None:
        """The most alike first."""
        known, read = self._free()
        scored = sorted(self._scored(known, read, least, in_one_place=in_one_place), reverse=True)
        for _score, _distance, old, new in scored:
            self._pair(old, new)

    def _scored(
        self, known: list[tuple[int, Told]], read: list[tuple[int, Told]], least: int, *, in_one_place: bool
    ) -> Iterator[tuple[float, int, int, int]]:
        is_bounded = len(known) * len(read) > _MOST_PAIRS
        letters = {old: (told.letters, compact(told.place)) for old, told in known}
        for rank, (new, told) in enumerate(read):
            around = rank * len(known) // max(len(read), 1)
            near = known[max(0, around - _NEIGHBOURHOOD) : around + _NEIGHBOURHOOD] if is_bounded else known
            wanted, place = told.letters, compact(told.place)
            for old, _told in near:
                message, where = letters[old]
                is_near = where == place or not in_one_place
                if is_near and (score := fuzz.ratio(message, wanted, score_cutoff=least)):
                    yield score, -abs(old - new), old, new

    def as_they_stand(self, known: Iterable[int], read: Iterable[int]) -> None:
        """All that are free in two stretches where they are as many; else operation by operation."""
        old = [place for place in known if place not in self._taken]
        new = [place for place in read if self.found[place] is None]
        if len(old) == len(new):
            for pair in zip(old, new, strict=True):
                self._pair(*pair)
            return
        there = [list(run) for _place, run in groupby(old, key=lambda place: self._known[place].place)]
        here = [list(run) for _place, run in groupby(new, key=lambda place: self._read[place].place)]
        if len(there) == len(here) > 1:
            for stretches in zip(there, here, strict=True):
                self.as_they_stand(*stretches)

    def _free(self) -> tuple[list[tuple[int, Told]], list[tuple[int, Told]]]:
        known = [(place, told) for place, told in enumerate(self._known) if place not in self._taken]
        return known, [(place, told) for place, told in enumerate(self._read) if self.found[place] is None]

    @staticmethod
    def _keys(key: Callable[[Told], Hashable], side: Iterable[tuple[int, Told]]) -> Iterator[tuple[int, Hashable]]:
        return ((place, key(told)) for place, told in side)

    def _pair(self, old: int, new: int, *, whatever_codes: bool = False) -> None:
        one, other = self._known[old].codes, self._read[new].codes
        is_other_error = one and other and not (one & other or whatever_codes)
        if old not in self._taken and self.found[new] is None and not is_other_error:
            self._taken.add(old)
            self.found[new] = old


def _grouped(keyed: Iterable[tuple[int, Hashable]]) -> dict[Hashable, list[int]]:
    found: dict[Hashable, list[int]] = defaultdict(list)
    for place, key in keyed:
        found[key].append(place)
    return found
