"""Owns the answers to what fails outside a view: a page for readers, the API's JSON for programs."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.uploads import API
from troubleshoot.views import problems

if TYPE_CHECKING:
    from django.http import HttpRequest


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """400, for a request that could not be understood."""
    if request.path_info.startswith(API):
        return as_json(HTTPStatus.BAD_REQUEST, "parse_error", _("This request could not be read"))
    return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when the database is what failed."""
    page = problems.server_error(request)
    if not request.path_info.startswith(API):
        return page
    code = "unavailable" if page.status_code == HTTPStatus.SERVICE_UNAVAILABLE else "server_error"
    answer = as_json(page.status_code, code, _("Something went wrong on our side"))
    if "Retry-After" in page.headers:
        answer.headers["Retry-After"] = page.headers["Retry-After"]
    return answer


def as_json(status: int, code: str, message: str) -> JsonResponse:
    """The shape in which the API itself reports errors."""
    return JsonResponse({"error": {"code": code, "message": f"{message}."}}, status=status)
