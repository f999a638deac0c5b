"""Owns the page of the source document: its prose and tables in order, every row linked to its entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Prefetch
from django.shortcuts import render

from troubleshoot.models import Document, ErrorEntry, Section
from troubleshoot.views.page import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@page
def document(request: HttpRequest) -> HttpResponse:
    entries = Prefetch("operations__entries", ErrorEntry.objects.for_readers().order_by("order"))
    sections = Prefetch("sections", Section.objects.order_by("order").prefetch_related("operations", entries))
    return render(request, "troubleshoot/document.html", {"documents": Document.objects.prefetch_related(sections)})
