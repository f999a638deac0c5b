"""Owns the division of a list into pages: which one is shown, and what to say when there is no such page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_DIGITS = 6


def read_page(text: str) -> int | None:
    """The page number written in an address; 1 where there is none, None where it is no page number."""
    if not text:
        return 1
    if len(text) > MOST_DIGITS or not (text.isascii() and text.isdigit()):
        return None
    return int(text) or None


@dataclass(frozen=True, slots=True)
class Pages:
    """The page that is shown, out of how many, with the addresses of its neighbours (empty where there is none)."""

    number: int
    last: int
    previous_url: str
    next_url: str
    notices: tuple[str, ...]

    @classmethod
    def of(cls, wanted: int | None, *, total: int, size: int, url: Callable[[int], str]) -> Pages:
        """``wanted`` is what ``read_page`` read; ``url`` gives the address of a page number."""
        last = max(1, -(-total // size))
        number = min(wanted or 1, last)
        return cls(
            number=number,
            last=last,
            previous_url=url(number - 1) if number > 1 else "",
            next_url=url(number + 1) if number < last else "",
            notices=() if number == wanted else (no_such_page(number, last),),
        )


def no_such_page(shown: int, last: int) -> str:
    return _("The page in the address does not exist. This is page %(shown)s of %(last)s.") % {
        "shown": shown,
        "last": last,
    }
