"""Owns the pages about the portal itself: what it is and what it keeps, and for staff what it looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.admin.views.decorators import staff_member_required
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from troubleshoot import __version__
from troubleshoot.models import Document
from troubleshoot.templatetags.icons import names
from troubleshoot.views.page import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

COLOURS = (
    *("accent", "accent-strong", "accent-soft", "on-accent", "paper", "paper-sunken", "paper-raised"),
    *(
        "ink",
        "ink-soft",
        "line",
        "line-strong",
        "mark",
        "good",
        "good-soft",
        "error",
        "error-soft",
        "warn",
        "warn-soft",
    ),
)
SIZES = ("hero", "page", "part", "lead", "small", "note")
SPACES = ("1", "2", "3", "4", "5", "6", "8", "10")
ELEVATIONS = ("raised", "floating")


@page
def about(request: HttpRequest) -> HttpResponse:
    documents = Document.objects.for_readers().order_by("pk")
    context = {"documents": documents, "contact": settings.PORTAL_CONTACT, "version": __version__}
    return render(request, "troubleshoot/about.html", context)


@require_safe
@staff_member_required
@cache_control(private=True, no_store=True)
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every piece that pages are made of, in each of its states, as this stylesheet draws it."""
    context = {"colours": COLOURS, "sizes": SIZES, "spaces": SPACES, "elevations": ELEVATIONS, "icons": names()}
    return render(request, "troubleshoot/styleguide.html", context)
