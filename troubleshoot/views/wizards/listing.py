"""Owns the list of the wizards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from troubleshoot.reading import flows
from troubleshoot.views.page import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@page
def wizard_list(request: HttpRequest) -> HttpResponse:
    return render(request, "troubleshoot/wizards/list.html", {"flows": flows.published()})
