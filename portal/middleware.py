"""Owns what every request passes through here: the headers Django leaves open, language, count, length and limits."""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from portal.reading import ADMIN, API
from troubleshoot import metrics, read_only
from troubleshoot.reading import limits, readers
from troubleshoot.reading.parameters import announced_length
from troubleshoot.reading.readers import known_address

if TYPE_CHECKING:
    from django.http import HttpResponse


GetResponse = Callable[[HttpRequest], HttpResponseBase]

# Nothing here asks for a device; the clipboard stays allowed for the copy buttons.
REFUSED_FEATURES = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
    "xr-spatial-tracking",
)
READ_ONLY_SECONDS = 300
HEADERS = {
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in REFUSED_FEATURES),
    "Cross-Origin-Resource-Policy": "same-origin",
    # Set here and not by Django alone: the API page's own view would loosen it for an OAuth window we do not have.
    "Cross-Origin-Opener-Policy": "same-origin",
}


def security_headers(get_response: GetResponse) -> GetResponse:
    """Add the headers to every response, files and errors included; what staff are shown, no browser stores."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        if ADMIN in request.path_info:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    return middleware


class LanguageOfAddress(LocaleMiddleware):
    """Django's, where the address alone says the language: nothing that a browser asks for makes an answer vary."""

    def process_request(self, request: HttpRequest) -> None:
        language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:  # noqa: ARG002
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


def request_metrics(get_response: GetResponse) -> GetResponse:
    """Count each request and time it, by the name of its view, never by its address."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        start = time.perf_counter()
        response = get_response(request)
        match = request.resolver_match
        metrics.observe_request(
            view=match.view_name if match else "none",
            method=request.method or "",
            status=response.status_code,
            seconds=time.perf_counter() - start,
        )
        return response

    return middleware


# They say it themselves: the diagnosis in words of its own, the API in JSON.
SPEAK_FOR_THEMSELVES = ("diagnose",)


class UploadLimit(MiddlewareMixin):
    """Stands before the check of the CSRF token, which reads the whole request.

    Django's own limit counts form fields and no files. ``UPLOAD_LIMITS`` names the views that accept files, with the
    most bytes that a request to each may have.
    """

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


class ReadOnly(MiddlewareMixin):
    """Refuses forms where the portal only reads, and says so where the database is what refused one."""

    SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
    # They read what is sent, and write nothing that anybody waits for.
    READERS = frozenset({"diagnose", "api:diagnose"})

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        is_allowed = request.method in self.SAFE or name in self.READERS
        return _read_only(request) if settings.READ_ONLY and not is_allowed else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return _read_only(request) if read_only.refuses_to_write(exception) else None


def _read_only(request: HttpRequest) -> HttpResponse:
    message = _("The portal can only be read right now. Nothing was saved.")
    return _refusal(
        request, HTTPStatus.SERVICE_UNAVAILABLE, "read_only.html", ("read_only", message), READ_ONLY_SECONDS
    )


class SearchLimit(MiddlewareMixin):
    """Refuses searches of who sends very many. What is kept is given in front of Django, and not counted."""

    LIMITED = frozenset({"search", "suggest", "api:search"})

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name not in self.LIMITED or _is_of_this_machine(address := readers.address(request.META)):
            return None
        try:
            limits.refuse_too_much_work(limits.SEARCHING, address)
        except limits.TooManyError:
            return _too_many_searches(request)
        return None


def _is_of_this_machine(address: str) -> bool:
    """Whether an operator measures, or a proxy is not trusted to say who asks: all of its readers are not one."""
    known = known_address(address)
    return known is not None and known.is_loopback


def _too_many_searches(request: HttpRequest) -> HttpResponse:
    message = _("Too many searches came from your network. Try again in a minute.")
    return _refusal(request, HTTPStatus.TOO_MANY_REQUESTS, "429.html", ("throttled", message), limits.MINUTE)


def _refusal(request: HttpRequest, status: HTTPStatus, page: str, told: tuple[str, str], seconds: int) -> HttpResponse:
    """A page, or for the API a code and a message, and when to come back."""
    refusal: HttpResponse
    if request.path_info.startswith(API):
        refusal = JsonResponse({"error": dict(zip(("code", "message"), told, strict=True))}, status=status)
    else:
        refusal = render(request, page, status=status)
    refusal.headers["Retry-After"] = str(seconds)
    refusal.headers["Cache-Control"] = "no-store"
    return refusal


def _hides_its_length(request: HttpRequest) -> bool:
    """Whether it comes in chunks, of which Django reads nothing: it would seem to be empty."""
    return "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH")
