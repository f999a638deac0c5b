"""Owns what the commands have in common: the bar that shows how far a long one is."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from tqdm import tqdm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")


def progress(what: str, unit: str) -> Callable[[Iterable[T], int], Iterable[T]]:
    """Passes things on as they are taken, and shows how many of all were; on a terminal only."""
    return lambda things, total: tqdm(things, total=total, desc=what, unit=f" {unit}", disable=None, leave=False)


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Shows how much is done of all; on a terminal only."""
    with tqdm(desc=what, disable=None, leave=False) as shown:

        def progress(done: int, total: int) -> None:
            shown.total = total
            shown.update(done - shown.n)

        yield progress
