"""Owns the number of a request: in the answer, on error pages, and in each line of the log that is written for it."""

from __future__ import annotations

import os
import re
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication

HEADER = "X-Request-ID"
_IN_ENVIRON = "HTTP_X_REQUEST_ID"
_USABLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")

_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """The number of the request that this thread answers, or answered last; empty before the first."""
    return _current.get()


def numbered(application: WSGIApplication) -> WSGIApplication:
    """``application``, whose requests have a number: the one of a trusted proxy, or else a random one."""

    def with_number(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        number = environ.get(_IN_ENVIRON, "") if settings.PROXIES else ""
        if not number or not _USABLE.fullmatch(number):
            number = os.urandom(16).hex()
        environ[_IN_ENVIRON] = number
        _current.set(number)

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            return start_response(status, [*headers, (HEADER, number)], *error)

        return application(environ, start)

    return with_number
