"""Owns the pages of the catalogue's entries: the list with its filters, and one entry."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render

from troubleshoot.filters import ErrorFilter
from troubleshoot.models import ErrorEntry
from troubleshoot.views.facets import FacetGroup, facet_group
from troubleshoot.views.links import address, page_parameter, query_string
from troubleshoot.views.page import page
from troubleshoot.views.paging import Pages, read_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PAGE_SIZE = 50


@page
def error_list(request: HttpRequest) -> HttpResponse:
    chosen = ErrorFilter(request.GET, queryset=ErrorEntry.objects.with_everything().in_document_order())
    paginator = Paginator(chosen.qs, PAGE_SIZE)
    pages = Pages.of(
        read_page(request.GET.get("page", "")),
        total=paginator.count,
        size=PAGE_SIZE,
        url=lambda number: list_address(chosen, page=page_parameter(number)),
    )
    context = {
        "entries": paginator.page(pages.number).object_list,
        "total": paginator.count,
        "pages": pages,
        "notices": [*filter_problems(chosen), *pages.notices],
        "facets": facet_groups(chosen),
        "canonical_query": query_string(**parameters(chosen), page=page_parameter(pages.number)),
    }
    return render(request, "troubleshoot/error_list.html", context)


def parameters(chosen: ErrorFilter) -> dict[str, str]:
    """The valid filters as they stand in an address."""
    return {name: chosen.chosen(name) for name in chosen.filters}


def list_address(chosen: ErrorFilter, **changes: str) -> str:
    return address("error_list", **{**parameters(chosen), **changes})


def filter_problems(chosen: ErrorFilter) -> list[str]:
    return [str(problem) for problems in chosen.errors.values() for problem in problems]


def facet_groups(chosen: ErrorFilter) -> list[FacetGroup]:
    return [
        facet_group(str(chosen.filters[name].label), facets, partial(address_choosing, chosen, name))
        for name, facets in chosen.facets().items()
    ]


def address_choosing(chosen: ErrorFilter, name: str, value: str) -> str:
    """The list with one filter set to a value, or without it where the value is empty; from its first page."""
    return list_address(chosen, **{name: value})


@page
def error(request: HttpRequest, key: str) -> HttpResponse:
    entry = get_object_or_404(ErrorEntry.objects.with_everything(), key=key)
    siblings = ErrorEntry.objects.of_operation(entry.operation.key)
    context = {
        "entry": entry,
        "wizards": entry.flow_links.published(),
        "previous": siblings.filter(order__lt=entry.order).order_by("-order").first(),
        "next": siblings.filter(order__gt=entry.order).order_by("order").first(),
    }
    return render(request, "troubleshoot/error.html", context)
