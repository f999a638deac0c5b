"""Owns the answers to what went wrong: an unknown or abandoned address, a fault of ours, a silent database."""

from __future__ import annotations

import sys
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from troubleshoot.kinds import Kind
from troubleshoot.models import ErrorEntry, Flow
from troubleshoot.reading import flows
from troubleshoot.reading.browsing import starts
from troubleshoot.search.engine import SearchRequest, answer

if TYPE_CHECKING:
    from django.http import HttpRequest

SUGGESTIONS = 5
# An entry that scores less has too little of the words to be the one that was meant.
LEAST_SCORE = 1.2
RETRY_AFTER_SECONDS = 30


def not_found(request: HttpRequest, exception: Exception | None) -> HttpResponse:
    is_archived = is_archived_wizard(request)
    context = {
        "starts": starts(),
        "nearest": nearest_entries(request, least=LEAST_SCORE),
        "flows": wizards_instead(request),
        "is_archived_wizard": is_archived,
    }
    return render(request, "404.html", context, status=HTTPStatus.GONE if is_archived else HTTPStatus.NOT_FOUND)


def gone(request: HttpRequest) -> HttpResponse:
    """The answer where an entry was archived and nothing took its place. It shows nothing of the entry."""
    context = {"starts": starts(), "nearest": nearest_entries(request)}
    return render(request, "410.html", context, status=HTTPStatus.GONE)


def nearest_entries(request: HttpRequest, least: float = 0) -> list[ErrorEntry]:
    """Entries of the words of the key that was asked for. Of a key that no entry had, they are what may be meant.

    Each scores ``least`` or more; where there is such a bound, none is given that is only loosely related.
    """
    match = request.resolver_match
    if match is None or match.url_name != "error":
        return []
    words = str(match.kwargs.get("key", "")).replace("-", " ").replace("_", " ")
    found = answer(SearchRequest(text=words, kind=Kind.ERROR, limit=SUGGESTIONS))
    near = [hit.key for hit in found.hits if hit.score >= least and not (least and found.is_loose)]
    return ErrorEntry.objects.seen_by_readers().with_operation().by_keys(near)


def wizards_instead(request: HttpRequest) -> list[Flow]:
    """The wizards, for a reader who asked for one that does not exist."""
    return flows.published() if wizard_asked_for(request) else []


def is_archived_wizard(request: HttpRequest) -> bool:
    """Whether the address is that of a wizard that was archived."""
    key = wizard_asked_for(request)
    return bool(key) and Flow.objects.in_state(Flow.State.ARCHIVED).filter(key=key).exists()


def wizard_asked_for(request: HttpRequest) -> str:
    match = request.resolver_match
    is_wizard = match is not None and (match.url_name or "").startswith("wizard")
    return str(match.kwargs.get("key", "")) if match is not None and is_wizard else ""


def server_error(request: HttpRequest) -> HttpResponse:
    """A page that needs neither database nor static manifest; 503 when the database is what failed."""
    number = {"request_number": request.META.get("HTTP_X_REQUEST_ID", "")}
    if isinstance(sys.exception(), (OperationalError, InterfaceError)):
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        return HttpResponse(
            render_to_string("503.html", number), status=HTTPStatus.SERVICE_UNAVAILABLE, headers=headers
        )
    return HttpResponse(render_to_string("500.html", number), status=HTTPStatus.INTERNAL_SERVER_ERROR)
