"""Owns the home page: the search box, the operations, and the parts of the document that readers start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from troubleshoot.models import Operation, Section
from troubleshoot.reading import flows
from troubleshoot.views.page import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

STARTING_POINTS = 12


@page
def home(request: HttpRequest) -> HttpResponse:
    prose = Section.objects.filter(operations=None, level__lte=3).order_by("document", "order")
    context = {
        "operations": Operation.objects.with_entry_counts(),
        "flows": flows.published(),
        "sections": prose[:STARTING_POINTS],
    }
    return render(request, "troubleshoot/home.html", context)
