"""Owns the one shape in which the API reports that it can't answer: ``{"error": {"code", "message"}}``."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.response import Response

logger = logging.getLogger("django.request")


class TooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = _("The request is larger than this address accepts.")


class Gone(exceptions.APIException):
    status_code = status.HTTP_410_GONE
    default_code = "gone"
    default_detail = _("This error was archived, and nothing replaces it.")


class ServerError(exceptions.APIException):
    default_code = "server_error"
    default_detail = _("Something went wrong on our side. Try the request again.")


class Unavailable(exceptions.APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "unavailable"
    default_detail = _("The database is not responding. Try again in 30 seconds.")
    wait = 30


def as_response(error: Exception, context: dict[str, Any]) -> Response:
    """Answer any exception that a view let through; an unforeseen one is logged and becomes a 500 or 503."""
    known = _known(error)
    if known is None:
        known = _fault(error)
        _report(error, context)
    return Response({"error": _envelope(known)}, status=known.status_code, headers=_headers(known))


def _known(error: Exception) -> exceptions.APIException | None:
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, Http404):
        return exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, RequestDataTooBig):
        return TooLarge()
    return exceptions.ParseError() if isinstance(error, SuspiciousOperation) else None


def _fault(error: Exception) -> exceptions.APIException:
    return Unavailable() if isinstance(error, OperationalError | InterfaceError) else ServerError()


def _envelope(error: exceptions.APIException) -> dict[str, str]:
    code = "invalid" if isinstance(error, exceptions.ValidationError) else str(error.get_codes())
    return {"code": code, "message": " ".join(_sentences(error.detail))}


def _sentences(detail: Any, name: str = "") -> list[str]:
    """Flatten DRF's nested details; each sentence is preceded by the parameter that it is about."""
    if isinstance(detail, dict):
        return [sentence for key, value in detail.items() for sentence in _sentences(value, str(key))]
    if isinstance(detail, list):
        return [sentence for value in detail for sentence in _sentences(value, name)]
    return [f"{name}: {detail}" if name else str(detail)]


def _headers(error: exceptions.APIException) -> dict[str, str]:
    wait = getattr(error, "wait", None)
    return {"Retry-After": str(int(wait))} if wait else {}


def _report(error: Exception, context: dict[str, Any]) -> None:
    """Tell the log and the test client, as Django does for a page; the exception itself ends here."""
    request = context["request"]
    logger.error("Internal Server Error: %s", request.path, exc_info=error, extra={"request": request._request})  # noqa: SLF001 - log handlers want Django's request
    got_request_exception.send(sender=type(context["view"]), request=request)
