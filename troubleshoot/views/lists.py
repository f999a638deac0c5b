"""Owns how a list is walked by links: addresses with parameters, the values of a filter, the numbers of its pages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from django.utils.translation import gettext as _

from troubleshoot.models.translated import address_of
from troubleshoot.reading.parameters import whole_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from troubleshoot.filters import Facet


def query_string(**parameters: str) -> str:
    """``?a=1&b=2`` of the parameters that are not empty, in the order given, or an empty string."""
    written = "&".join([f"{name}={_quoted(value)}" for name, value in parameters.items() if value])
    return f"?{written}" if written else ""


# A page of results names its query in a dozen addresses, and the same keys as every other.
_quoted = lru_cache(256)(quote_plus)


def address(view: str, **parameters: str) -> str:
    """The address of a view without arguments, in the active language, with these parameters."""
    return address_of(view) + query_string(**parameters)


def page_parameter(number: int) -> str:
    """A page number as it is written in an address: the first page is the default and not written."""
    return str(number) if number > 1 else ""


@dataclass(frozen=True, slots=True)
class FacetLink:
    label: str
    count: int | None
    url: str
    selected: bool


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """``more`` are the links that are folded away: the values with the fewest entries, where there are many."""

    title: str
    links: tuple[FacetLink, ...]
    more: tuple[FacetLink, ...] = ()


MOST_VALUES = 8
"""So many values of a facet are in sight."""


def facet_group(title: str, facets: Iterable[Facet], url: Callable[[str], str]) -> FacetGroup:
    """``url`` gives the address for a value; for the empty value, the address without this filter.

    What would show nothing is not offered, and of many values those with the most entries are in sight.
    """
    facets = tuple(facet for facet in facets if facet.count or facet.selected)
    in_sight = sorted(facets, key=lambda facet: (not facet.selected, -facet.count))[:MOST_VALUES]
    links = {facet: FacetLink(facet.label, facet.count, url(facet.value), facet.selected) for facet in facets}
    everything = FacetLink(_("All"), None, url(""), not any(facet.selected for facet in facets))
    return FacetGroup(
        title,
        (everything, *(link for facet, link in links.items() if facet in in_sight)),
        tuple(link for facet, link in links.items() if facet not in in_sight),
    )


MOST_DIGITS = 6


def read_page(text: str) -> int | None:
    """The page number written in an address; 1 where there is none, None where it is no page number."""
    if not text:
        return 1
    return whole_number(text, most_digits=MOST_DIGITS) or None


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
