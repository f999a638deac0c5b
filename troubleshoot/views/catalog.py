"""Owns the pages of the catalogue: home, the list of entries, an operation, an entry or its preview, the documents."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from troubleshoot.document.rendering import headline
from troubleshoot.filters import ErrorFilter
from troubleshoot.keeping import for_now, keepable
from troubleshoot.models import Document, ErrorEntry, Operation, Section
from troubleshoot.reading import flows, sources
from troubleshoot.reading.browsing import starts
from troubleshoot.reading.entries import (
    entry_for_readers,
    is_older_than_the_korean,
    neighbours,
    related,
    shown_in_another_language,
)
from troubleshoot.reading.feedback import solved_lately
from troubleshoot.reading.redirects import has_several_documents, moved
from troubleshoot.reading.results import shown_of
from troubleshoot.views.editions import replies
from troubleshoot.views.lists import FacetGroup, Pages, address, facet_group, page_parameter, query_string, read_page
from troubleshoot.views.page import PREVIEW, may_preview, page
from troubleshoot.views.problems import gone
from troubleshoot.views.verdicts import further, ways

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase


STARTING_POINTS = 12
MOST_SYMPTOMS = 12
MOST_SOLVED = 5
MOST_RELATED = 3


@page
def home(request: HttpRequest) -> HttpResponse:
    context = {
        "starts": starts(),
        "symptoms": flows.in_turn(flows.offered(), MOST_SYMPTOMS),
        "solved": solved_lately(MOST_SOLVED),
        "has_several_documents": has_several_documents(),
    }
    if context["has_several_documents"]:
        context["documents"] = Document.objects.for_readers()[:STARTING_POINTS]
    else:
        shown = Document.objects.for_readers()
        prose = Section.objects.filter(document__in=shown, operations=None, level__lte=3).order_by("document", "order")
        context["sections"] = prose[:STARTING_POINTS]
    return render(request, "troubleshoot/home.html", context)


PAGE_SIZE = 50


@page
def error_list(request: HttpRequest) -> HttpResponse:
    entries = ErrorEntry.objects.for_readers()
    chosen = ErrorFilter(request.GET, queryset=ErrorEntry.objects.seen_by_readers().in_document_order())
    product = chosen.chosen("product")
    # Sorted by their numbers alone: a late page would carry the texts of all that come before it along.
    paginator = Paginator(chosen.qs.values_list("pk", flat=True), PAGE_SIZE)
    pages = Pages.of(
        read_page(request.GET.get("page", "")),
        total=paginator.count,
        size=PAGE_SIZE,
        url=lambda number: list_address(chosen, page=page_parameter(number)),
    )
    context = {
        "rows": list(map(shown_of, in_order(entries, paginator.page(pages.number).object_list))),
        "total": paginator.count,
        "pages": pages,
        "notices": [*filter_problems(chosen), *pages.notices],
        "facets": facet_groups(chosen),
        "feed": address("feed", product=product) if product else "",
        "canonical_query": query_string(**parameters(chosen), page=page_parameter(pages.number)),
    }
    return render(request, "troubleshoot/error_list.html", context)


def in_order(entries: QuerySet[ErrorEntry], numbers: Iterable[int]) -> list[ErrorEntry]:
    """Those of the ``entries`` that have these primary keys, in that order."""
    found = entries.in_bulk(list(numbers))
    return [found[number] for number in numbers if number in found]


def parameters(chosen: ErrorFilter) -> dict[str, str]:
    """The valid filters as they stand in an address."""
    return {name: chosen.chosen(name) for name in chosen.filters}


def list_address(chosen: ErrorFilter, **changes: str) -> str:
    return address("error_list", **{**parameters(chosen), **changes})


def filter_problems(chosen: ErrorFilter) -> list[str]:
    return [str(problem) for problems in chosen.errors.values() for problem in problems]


def facet_groups(chosen: ErrorFilter) -> list[FacetGroup]:
    return [
        facet_group(
            str(chosen.filters[name].label),
            [facet for facet in facets if facet.count or facet.selected],
            partial(address_choosing, chosen, name),
        )
        for name, facets in chosen.facets().items()
    ]


def address_choosing(chosen: ErrorFilter, name: str, value: str) -> str:
    """The list with one filter set to a value, or without it where the value is empty; from its first page."""
    return list_address(chosen, **{name: value})


@keepable
def error(request: HttpRequest, key: str) -> HttpResponseBase:
    """An entry as readers see it; with ``preview=1``, for staff, in any state and with what is for staff only."""
    is_preview = request.GET.get(PREVIEW) == "1" and may_preview(request.user, "errorentry")
    return preview(request, key) if is_preview else entry_page(request, key)


@page
def entry_page(request: HttpRequest, key: str) -> HttpResponse:
    entry = entry_for_readers(key)
    if entry is None:
        return elsewhere(request, key)
    answered = request.GET.get("answered", ""), request.GET.get("solved", "")
    shown = render(request, "troubleshoot/error.html", context_of(entry) | {"ways": ways(entry, answered)})
    # What others tried changes with their answers.
    return for_now(shown) if any(answered) else shown


@require_safe
@cache_control(private=True, no_store=True)
def preview(request: HttpRequest, key: str) -> HttpResponse:
    entry = get_object_or_404(ErrorEntry.with_proposals.with_everything(), key=key)
    return render(request, "troubleshoot/error.html", context_of(entry) | {"ways": ways(entry), "is_preview": True})


def context_of(entry: ErrorEntry) -> dict[str, object]:
    """What a page of an entry shows, with its neighbours as readers see them."""
    message = entry.message
    return {
        "entry": entry,
        "message": message,
        "headline": headline(message),
        **further(entry),
        "source": sources.of_entry(entry),
        "place": sources.place_in(entry.operation.section, sources.anchor_of(entry)),
        "successor": sources.successor_of(entry),
        "replies": replies(entry),
        "related": SimpleLazyObject(lambda: related(entry, MOST_RELATED)),
        "is_older_than_the_korean": is_older_than_the_korean(entry),
        "not_translated": shown_in_another_language(entry),
        **neighbours(entry),
    }


def elsewhere(request: HttpRequest, key: str) -> HttpResponse:
    """The answer at an address that shows no entry: what took its place, why nothing did, or that there was none."""
    found = moved(key)
    if found and found.entry:
        return HttpResponsePermanentRedirect(found.entry.get_absolute_url())
    if ErrorEntry.with_proposals.filter(key=key).exists() and may_preview(request.user, "errorentry"):
        return HttpResponseRedirect(f"{request.path}?{PREVIEW}=1")
    if found is None:
        raise Http404(key)
    return gone(request)


@page
def operation(request: HttpRequest, key: str) -> HttpResponse:
    shown = get_object_or_404(Operation.objects.select_related("section__document"), key=key)
    entries = ErrorEntry.objects.for_readers().of_operation(key).in_document_order()
    paginator = Paginator(entries, PAGE_SIZE)
    pages = Pages.of(
        read_page(request.GET.get("page", "")),
        total=paginator.count,
        size=PAGE_SIZE,
        url=lambda number: shown.get_absolute_url() + query_string(page=page_parameter(number)),
    )
    context = {
        "operation": shown,
        "place": sources.place_in(shown.section),
        "rows": list(map(shown_of, paginator.page(pages.number).object_list)),
        "total": paginator.count,
        "pages": pages,
        "notices": pages.notices,
        "canonical_query": query_string(page=page_parameter(pages.number)),
    }
    return render(request, "troubleshoot/operation.html", context)


@page
def documents(request: HttpRequest) -> HttpResponse:
    """The one document, or a list of several."""
    if has_several_documents():
        listed = Document.objects.for_readers().select_related("product").with_entry_counts()
        return render(request, "troubleshoot/documents.html", {"documents": listed})
    return render(request, "troubleshoot/document.html", {"document": whole_documents().first()})


@page
def document(request: HttpRequest, key: str) -> HttpResponse:
    """One of several; who asks for the only one is led to where it stands."""
    shown = get_object_or_404(whole_documents() if has_several_documents() else Document.objects.for_readers(), key=key)
    if not has_several_documents():
        return HttpResponseRedirect(reverse("document"))
    return render(request, "troubleshoot/document.html", {"document": shown, "is_one_of_several": True})


def whole_documents() -> QuerySet[Document]:
    """Documents with their sections, and the entries of the operations of these, as readers see them.

    ``goes_on`` says of an operation that it has more entries than stand there.
    """
    is_there = Q(order__lte=sources.MOST_IN_DOCUMENT)
    whole = ErrorEntry.objects.for_readers().filter(is_there).prefetch_related("imports").order_by("order")
    others = ErrorEntry.objects.seen_by_readers().filter(~is_there, operation=OuterRef("pk"))
    operations = Operation.objects.annotate(goes_on=Exists(others)).prefetch_related(Prefetch("entries", whole))
    sections = Prefetch(
        "sections", Section.objects.order_by("order").prefetch_related(Prefetch("operations", operations))
    )
    return Document.objects.for_readers().prefetch_related(sections)
