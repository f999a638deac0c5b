"""Owns facets as links: each value of a filter, its count, and the address that chooses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from troubleshoot.filters import Facet


@dataclass(frozen=True, slots=True)
class FacetLink:
    label: str
    count: int | None
    url: str
    selected: bool


@dataclass(frozen=True, slots=True)
class FacetGroup:
    title: str
    links: tuple[FacetLink, ...]


def facet_group(title: str, facets: Iterable[Facet], url: Callable[[str], str]) -> FacetGroup:
    """``url`` gives the address for a value; for the empty value, the address without this filter."""
    facets = tuple(facets)
    everything = FacetLink(_("All"), None, url(""), not any(facet.selected for facet in facets))
    return FacetGroup(
        title,
        (everything, *(FacetLink(facet.label, facet.count, url(facet.value), facet.selected) for facet in facets)),
    )
