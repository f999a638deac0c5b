"""Owns what every request passes through here: the security headers Django leaves open, the language,
and the counting.
"""

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from troubleshoot import metrics

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
HEADERS = {
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in REFUSED_FEATURES),
    "Cross-Origin-Resource-Policy": "same-origin",
    # Set here and not by Django alone: the API page's own view would loosen it for an OAuth window we do not have.
    "Cross-Origin-Opener-Policy": "same-origin",
}


def security_headers(get_response: GetResponse) -> GetResponse:
    """Add the headers to every response, files and errors included."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
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
