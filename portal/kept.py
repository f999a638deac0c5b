"""Owns kept answers: what was made for a reader who is nobody in particular is given again until the content changes.

Kept answers are found in front of Django: neither its middleware nor its views run for one. Each is kept under all that
it was made from (docs/adr/0030-answers-are-kept.md), so what is found is what would be made. In front of a shared cache
stands the memory of this process; without either, each answer is made anew.
"""

from __future__ import annotations

import hashlib
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.http import parse_cookie
from django.middleware.gzip import re_accepts_gzip
from django.utils.cache import has_vary_header
from django.utils.http import parse_etags

from troubleshoot import keeping, metrics
from troubleshoot.models import ContentVersion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication

    from django.http import HttpRequest, HttpResponseBase

HOUR = 60 * 60
# Where the handler notes under what the answer to a request may be kept.
PLACE = "portal.kept"
# A longer address is a log that somebody pasted, which nobody asks for again.
LONGEST_ADDRESS = 8_192
# An answer that is larger would push out many others.
MOST_BYTES = 1_048_576
# Who sends one of these is somebody, or has chosen something: what is made for them is theirs.
COOKIES = frozenset(
    {
        settings.SESSION_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
        settings.LANGUAGE_COOKIE_NAME,
        settings.ANSWERING_COOKIE_NAME,
        "messages",
    }
)
# By these an answer may differ: each is part of its place, or who sends it is passed by.
VARIED = frozenset({"accept", "accept-encoding", "cookie", "hx-request"})
_ABOUT_THE_BODY = frozenset({"content-length", "content-type", "content-encoding", "content-disposition"})


class Answer(NamedTuple):
    """A kept answer. ``searched`` is how the search in it ended, if there is one: each reader's counts."""

    view: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    etag: str
    searched: tuple[str, ...]


def in_front_of(handler: WSGIApplication) -> WSGIApplication:
    """The application that gives what is kept, and leaves all else to ``handler``."""

    def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        answer = find(environ)
        return handler(environ, start_response) if answer is None else give(answer, environ, start_response)

    return application


def find(environ: dict[str, Any]) -> Answer | None:
    """The kept answer to a request; None where there is none, or where none may be given."""
    if not settings.PAGES_MIB or not _is_plain(environ):
        return None
    try:
        edition = ContentVersion.objects.edition()
    except DatabaseError:
        # Whoever answers says so; a connection that is broken must not stay.
        connection.close()
        return None
    if not edition:
        return None
    place = environ[PLACE] = _place(environ, edition)
    found = caches["pages"].get(place)
    if found is None and settings.CACHE_URL and (found := caches["default"].get(place)) is not None:
        caches["pages"].set(place, found)
    return None if found is None else Answer(*found)


def give(answer: Answer, environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
    """Answer a request with what was kept, or say that its reader has it already; either is counted."""
    start = time.perf_counter()
    status, headers, body = HTTPStatus.OK, list(answer.headers), answer.body
    if answer.etag and _has(environ.get("HTTP_IF_NONE_MATCH", ""), answer.etag):
        status, body = HTTPStatus.NOT_MODIFIED, b""
        headers = [(name, value) for name, value in headers if name.lower() not in _ABOUT_THE_BODY]
        headers.append(("Content-Length", "0"))
    start_response(f"{status.value} {status.phrase}", headers)
    for outcome in answer.searched:
        metrics.count_search(outcome=outcome)
    seconds = time.perf_counter() - start
    metrics.observe_request(view=answer.view, method="GET", status=status.value, seconds=seconds)
    return [body]


def keep(request: HttpRequest, response: HttpResponseBase, searched: tuple[str, ...]) -> None:
    """Keep the answer to a request, if it is one that may be kept."""
    place = request.META.get(PLACE)
    match = request.resolver_match
    if place is None or match is None or not _may_be_kept(match.func, response):
        return
    headers = tuple((name, str(value)) for name, value in response.items())
    answer = Answer(match.view_name, headers, response.content, response.get("ETag", ""), searched)  # type: ignore[attr-defined]
    if len(answer.body) > MOST_BYTES:
        return
    caches["pages"].set(place, tuple(answer))
    if settings.CACHE_URL:
        caches["default"].set(place, tuple(answer), HOUR)


def _is_plain(environ: dict[str, Any]) -> bool:
    """Whether a request is one that anybody may have sent, for a page."""
    if environ["REQUEST_METHOD"] != "GET" or "HTTP_AUTHORIZATION" in environ:
        return False
    if len(environ.get("PATH_INFO", "")) + len(environ.get("QUERY_STRING", "")) > LONGEST_ADDRESS:
        return False
    # A GET with a body is nothing that a page or a program of ours sends.
    if environ.get("CONTENT_LENGTH") not in {None, "", "0"} or "HTTP_TRANSFER_ENCODING" in environ:
        return False
    cookies = environ.get("HTTP_COOKIE")
    return not cookies or COOKIES.isdisjoint(parse_cookie(cookies))


def _place(environ: dict[str, Any], edition: str) -> str:
    """Under what the answer to a request is kept: all that an answer can be made from.

    The hour is part of it: what pages say of time is true for as long.
    """
    parts = (
        edition,
        str(int(time.time()) // HOUR),
        environ["wsgi.url_scheme"],
        _said_scheme(environ),
        environ.get("HTTP_HOST", ""),
        environ.get("SERVER_NAME", ""),
        environ.get("SERVER_PORT", ""),
        environ.get("SCRIPT_NAME", ""),
        environ.get("PATH_INFO", ""),
        environ.get("QUERY_STRING", ""),
        environ.get("HTTP_ACCEPT", "") if environ.get("PATH_INFO", "").startswith("/api/") else "",
        "gzip" if re_accepts_gzip.search(environ.get("HTTP_ACCEPT_ENCODING", "")) else "",
        environ.get("HTTP_HX_REQUEST", ""),
    )
    # The length of each stands before it, so that no two requests are written alike.
    written = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.blake2b(written.encode("utf-8", "surrogatepass"), digest_size=24).hexdigest()


def _said_scheme(environ: dict[str, Any]) -> str:
    header = settings.SECURE_PROXY_SSL_HEADER
    return str(environ.get(header[0], "")) if header else ""


def _has(if_none_match: str, etag: str) -> bool:
    """Whether the reader has this answer, compared weakly (RFC 9110, section 13.1.2)."""
    if not if_none_match:
        return False
    bare = etag.removeprefix("W/")
    return any(known == "*" or known.removeprefix("W/") == bare for known in parse_etags(if_none_match))


def _may_be_kept(view: Callable[..., Any], response: HttpResponseBase) -> bool:
    return (
        keeping.may_be_kept(view, response)
        and response.status_code == HTTPStatus.OK
        and not response.streaming
        and not response.cookies
        and "no-store" not in response.get("Cache-Control", "")
        and "private" not in response.get("Cache-Control", "")
        and {name.strip().lower() for name in response.get("Vary", "").split(",") if name.strip()} <= VARIED
        and not has_vary_header(response, "*")
    )
