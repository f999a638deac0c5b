"""Owns how a request is read: as UTF-8, whatever it says of itself, and refused by a page of ours where it can't be.

Django reads the address of a request with the charset that its Content-Type names, before any middleware. Python knows
a hundred codecs: some are no encoding of text at all, and one takes a minute for a megabyte. The portal's own pages and
the API's callers use none but UTF-8, so no other is ever looked up.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.core.exceptions import BadRequest
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http.multipartparser import MultiPartParserError

from portal import kept, request_id
from troubleshoot import keeping, metrics, replicas
from troubleshoot.models import ContentVersion

if TYPE_CHECKING:
    from collections.abc import Callable
    from wsgiref.types import WSGIApplication

    from django.http import HttpRequest, HttpResponseBase

API, ADMIN = "/api/", "/admin/"
UNAVAILABLE = HTTPStatus.SERVICE_UNAVAILABLE
# What is kept of a Content-Type beside the type itself: a multipart body is taken apart by it.
BOUNDARY = "boundary"
# Far more than any real one; a longer header is not looked into.
LONGEST_TYPE = 1_000
# A parameter that names the charset of its own value (RFC 2231): `title*=utf-8''a`.
ENCODED_PARAMETER = re.compile(r";[^;,=]{0,200}\*[0-9*]{0,9}=[^;,]*")
# What is left of a request that could not even be made, so that a refusal can be.
REFUSED = "portal.refused"
UNREADABLE = {"PATH_INFO": "/", "SCRIPT_NAME": "", "QUERY_STRING": "", "CONTENT_TYPE": "", "CONTENT_LENGTH": ""}


def content_type(header: str) -> str:
    """A Content-Type without what names a charset: the type, and the boundary where it has one."""
    kind, *parameters = header[:LONGEST_TYPE].split(";")
    kept = [part.strip() for part in parameters if part.partition("=")[0].strip().lower() == BOUNDARY]
    return "; ".join([kind.strip(), *kept[:1]])


def accepted(header: str) -> str:
    """An Accept header without parameters that name a charset of their own."""
    return ENCODED_PARAMETER.sub("", header)


def as_utf8(environ: dict[str, Any]) -> None:
    """Make what a request says of itself harmless, in place."""
    for name, clean in (("CONTENT_TYPE", content_type), ("HTTP_ACCEPT", accepted)):
        if environ.get(name):
            environ[name] = clean(environ[name])


class Request(WSGIRequest):
    """A request that is always made: what can't be read is kept in ``unreadable`` and refused by ``refuse_unreadable``.

    So the refusal passes through the middleware, has the headers of every answer, and is counted.
    """

    unreadable: Exception | None

    def __init__(self, environ: dict[str, Any]) -> None:
        as_utf8(environ)
        self.unreadable = environ.get(REFUSED)
        length = environ.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdecimal()):  # whoever serves the application may not look at it
            environ["CONTENT_LENGTH"] = ""
            self.unreadable = ValueError("The length of the request is no number.")
        try:
            super().__init__(environ)
        except Exception as error:  # noqa: BLE001 - whatever fails here would have no answer but the bare server's
            path = str(environ.get("PATH_INFO", "/"))
            super().__init__(environ | UNREADABLE | ({"PATH_INFO": API} if path.startswith(API) else {}))
            self.unreadable = error

    def parse_file_upload(self, *arguments: Any) -> Any:
        """As Django does; a part that names an encoding which is none is the sender's fault."""
        try:
            return super().parse_file_upload(*arguments)
        except (LookupError, UnicodeError) as error:
            raise MultiPartParserError("A part of the request names an encoding that can't be read.") from error


class Handler(WSGIHandler):
    """Django's handler for requests that are read so. What it answers is kept where it may be."""

    request_class = Request

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        """What only reads, for nobody in particular, comes from a replica where one has the content that was seen.

        One that goes meanwhile, or ends a question that is in the way of what it repeats, costs nobody the answer.
        """
        edition = "" if ADMIN in request.path_info else request.META.get(kept.EDITION, "")
        with replicas.reading(edition, ContentVersion.objects.edition) as is_replica:
            response = self._made(request, edition)
        return self._made(request, edition) if is_replica and response.status_code == UNAVAILABLE else response

    def _made(self, request: HttpRequest, edition: str) -> HttpResponseBase:
        with metrics.searches_noted() as searched, keeping.making(edition) as made:
            response = super().get_response(request)
        if not made.is_for_now:
            kept.keep(request, response, tuple(searched), made)
        return response


def refuse_unreadable(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer 400 to a request that could not be read."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if (error := getattr(request, "unreadable", None)) is not None:
            raise BadRequest("The request could not be read.") from error
        return get_response(request)

    return middleware


@lru_cache(maxsize=1)
def _refusals() -> WSGIApplication:
    """Made when the first is asked: a handler loads the middleware, which reads this module."""
    return request_id.numbered(Handler())


def refusal(status: int, reason: str) -> bytes:
    """The whole answer to what the server could not even make a request of: our page and headers, and it is counted."""
    said: list[str] = []

    def start(_status: str, headers: list[tuple[str, str]], _error: Any = None, /) -> Callable[[bytes], object]:
        said.extend(f"{name}: {value}" for name, value in headers)
        return lambda _data: None

    about = {"REQUEST_METHOD": "GET", "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1"}
    given = {"wsgi.input": BytesIO(), "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http"}
    answer = _refusals()(about | given | UNREADABLE | {REFUSED: BadRequest(reason)}, start)
    head = "\r\n".join([f"HTTP/1.1 {status} {reason}", "Connection: close", *said])
    return head.encode("latin-1") + b"\r\n\r\n" + b"".join(answer)
