"""Owns the search page: what was found, by operation and kind, and what to do when nothing was."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _

from troubleshoot.filters import Facet
from troubleshoot.models import ErrorEntry, Operation
from troubleshoot.search.engine import Outcome, SearchRequest
from troubleshoot.search.engine import search as find
from troubleshoot.views.facets import FacetGroup, facet_group
from troubleshoot.views.page import page
from troubleshoot.views.paging import Pages
from troubleshoot.views.search_state import SearchState, read_search

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

PAGE_SIZE = 10


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found, ready to show."""

    outcome: Outcome
    entries: list[ErrorEntry]
    pages: Pages
    facets: list[FacetGroup]


@page
def search(request: HttpRequest) -> HttpResponse:
    operations = list(Operation.objects.with_entry_counts())
    titles = {operation.key: operation.title for operation in operations}
    state, notices = read_search(request.GET, titles)
    results = look_up(state, titles) if state.text else None
    context = {
        "state": state,
        "notices": [*notices, *(results.pages.notices if results else ())],
        "results": results,
        "operations": operations,
        "canonical_query": state.query,
        "exact_url": state.but(exact=True).url,
        "unfiltered_url": state.but(operation="", kind="").url,
    }
    return render(request, "troubleshoot/search.html", context)


def look_up(state: SearchState, titles: Mapping[str, str]) -> Results:
    outcome = ask(state, state.page or 1)
    pages = Pages.of(state.page, total=outcome.total, size=PAGE_SIZE, url=lambda number: state.but(page=number).url)
    if pages.number != (state.page or 1):
        outcome = ask(state, pages.number)
    keys = [hit.key for hit in outcome.hits if hit.kind == "error"]
    entries = ErrorEntry.objects.with_everything().by_keys(keys)
    return Results(outcome, entries, pages, facet_groups(state, outcome, titles))


def ask(state: SearchState, number: int) -> Outcome:
    return find(
        SearchRequest(
            text=state.text,
            operation=state.operation,
            kind=state.kind,
            limit=PAGE_SIZE,
            offset=(number - 1) * PAGE_SIZE,
            exact=state.exact,
        )
    )


def facet_groups(state: SearchState, outcome: Outcome, titles: Mapping[str, str]) -> list[FacetGroup]:
    """The facets that offer a choice: one with a single value is shown only when it is chosen."""
    kinds = {"error": _("Errors"), "wizard": _("Wizards")}
    offered = (
        ("operation", _("Operation"), values(titles, outcome.operations, state.operation)),
        ("kind", _("Kind"), values(kinds, outcome.kinds, state.kind)),
    )
    return [
        facet_group(title, facets, partial(state.choosing, name))
        for name, title, facets in offered
        if len(facets) > 1 or any(facet.selected for facet in facets)
    ]


def values(labels: Mapping[str, str], counts: Mapping[str, int], chosen: str) -> list[Facet]:
    """The values of a facet that have results, and the chosen one in any case."""
    return [
        Facet(key, label, counts.get(key, 0), key == chosen)
        for key, label in labels.items()
        if counts.get(key) or key == chosen
    ]
