"""Owns the page of one operation: its entries, in the order of the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render

from troubleshoot.models import ErrorEntry, Operation
from troubleshoot.views.lists import Pages, page_parameter, query_string, read_page
from troubleshoot.views.page import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PAGE_SIZE = 50


@page
def operation(request: HttpRequest, key: str) -> HttpResponse:
    shown = get_object_or_404(Operation.objects.select_related("section"), key=key)
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
        "operations": Operation.objects.with_entry_counts(),
        "entries": paginator.page(pages.number).object_list,
        "total": paginator.count,
        "pages": pages,
        "notices": pages.notices,
        "canonical_query": query_string(page=page_parameter(pages.number)),
    }
    return render(request, "troubleshoot/operation.html", context)
