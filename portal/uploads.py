"""Owns how much a request may bring: what is longer is refused by its announced length, before a byte of it is read."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.shortcuts import render

from troubleshoot.reading.parameters import announced_length

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse, HttpResponseBase

# They say it themselves: the diagnosis in words of its own, the API in JSON.
SPEAK_FOR_THEMSELVES = ("diagnose",)
API = "/api/"


class UploadLimit:
    """Stands before the check of the CSRF token, which reads the whole request.

    Django's own limit counts form fields and no files. ``UPLOAD_LIMITS`` names the views that accept files, with the
    most bytes that a request to each may have.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in SPEAK_FOR_THEMSELVES or request.path_info.startswith(API):
            return None
        if _hides_its_length(request):
            return render(request, "411.html", status=HTTPStatus.LENGTH_REQUIRED)
        limit = settings.UPLOAD_LIMITS.get(name, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        if announced_length(request.META) > limit:
            return render(request, "413.html", {"limit": limit}, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return None


def _hides_its_length(request: HttpRequest) -> bool:
    """Whether it comes in chunks, of which Django reads nothing: it would seem to be empty."""
    return "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH")
