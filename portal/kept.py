"""Owns kept answers: what was made for a reader who is nobody in particular is given again until the content changes.

Kept answers are found in front of Django: neither its middleware nor its views run for one. Each is kept under all that
it was made from (docs/adr/0030-answers-are-kept.md), so what is found is what would be made. In front of a shared cache
stands the memory of this process; without either, each answer is made anew.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import time
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.core.cache import caches
from django.core.handlers.wsgi import get_str_from_wsgi
from django.db import Error, connection
from django.http import parse_cookie
from django.middleware.gzip import re_accepts_gzip
from django.utils.http import parse_etags
from django.utils.translation import override

from troubleshoot import keeping, metrics, replicas
from troubleshoot.models import ContentVersion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication

    from django.http import HttpRequest, HttpResponseBase

    from portal.caches import SegmentedMemory

HOUR = 60 * 60
_NOT_MODIFIED = "304 Not Modified"
logger = logging.getLogger(__name__)

# Where is noted what the answer to a request may be kept under, and of which content.
PLACE = "portal.kept.place"
EDITION = "portal.kept.edition"
# A longer address is a log that somebody pasted, which nobody asks for again.
LONGEST_ADDRESS = 8_192
# An answer that is larger would push out many others.
MOST_BYTES = 1_048_576
# Who sends one of these is somebody, or has chosen something: what is made for them is theirs.
COOKIES = frozenset(
    {
        settings.SESSION_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
        settings.ANSWERING_COOKIE_NAME,
        "messages",
    }
)
# By these an answer may differ: each is part of its place, or who sends it is passed by.
VARIED = frozenset({"accept-encoding", "cookie", "hx-request"})
# They are asked when the database is gone, too, and at once.
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
_ASKED_IF = ("HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_AUTHORIZATION", "HTTP_TRANSFER_ENCODING")
# Settings by which pages differ, and the code that makes them: another release keeps its own.
_SETTINGS = (
    *("ALLOWED_HOSTS", "CONTENT_SECURITY_POLICY", "HTTPS", "TIME_ZONE"),
    *("PORTAL_NAME", "PORTAL_SHORT_NAME", "PORTAL_DESCRIPTION", "PORTAL_SOURCE", "PORTAL_RIGHTS", "PORTAL_CONTACT"),
    *("SEARCH_EXAMPLES", "CODE_EXAMPLES", "LEARN_SEARCH", "LEARN_SEARCH_NAME"),
    *("SUPPORT_REQUEST", "SUPPORT_NAMES", "SUPPORT_FIELDS"),
)
_CODE = ("portal/**/*.py", "troubleshoot/**/*.py", "troubleshoot/**/*.html", "troubleshoot/**/*.mo", "templates/**/*.*")
_SIGNATURE = 32
# The content that was there when the database last told, and in which hour that was.
_last_seen: list[Any] = ["", 0]
# What who has an answer already is told of it again (RFC 9110, section 15.4.5); all else their browser has kept.
_TOLD_AGAIN = frozenset({"cache-control", "content-location", "date", "etag", "expires", "vary"})
_accepts_gzip = re_accepts_gzip.search  # the pattern itself: Django's waits to be compiled, and asks so each time


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
        start = time.perf_counter()
        answer = find(environ)
        if answer is not None:
            return give(answer, environ, start_response, start)
        if PLACE in environ and (known := environ.pop("HTTP_IF_NONE_MATCH", "")):
            return _made_whole(handler, environ, start_response, known)
        return handler(environ, start_response)

    return application


def find(environ: dict[str, Any]) -> Answer | None:
    """The kept answer to a request; None where there is none, or where none may be given."""
    if not (settings.PAGES_MIB or settings.DATABASE_ROUTERS) or not _is_plain(environ):
        return None
    hour = int(time.time()) // HOUR
    try:
        edition = ContentVersion.objects.edition()
        _last_seen[:] = [edition, hour]
    except Error:
        # A connection that is broken must not stay. What was kept goes on, until the hour after has ended: nobody edits
        # meanwhile.
        connection.close()
        edition, seen = _last_seen
        if hour - seen > 1:
            return None
        hour = seen
    if not edition:
        return None
    environ[EDITION] = edition
    if not settings.PAGES_MIB:
        return None
    place = environ[PLACE] = _place(environ, hour)
    return _own(place, edition) or _shared(place, edition)


def _own(place: str, edition: str) -> Answer | None:
    """What this process kept: of the content as it is, or of another that says the same where the answer looks."""
    memory: SegmentedMemory = caches["pages"]  # type: ignore[assignment]  # as the settings say
    kept, is_asked_again = memory.look(place)
    if kept is None:
        return None
    made_of, found, trace = kept
    if made_of != edition:
        try:
            with replicas.reading(edition, ContentVersion.objects.edition):
                is_true = keeping.holds(trace)
            if not is_true or ContentVersion.objects.edition() != edition:
                return None
        except Error:  # whoever makes the answer anew says so
            return None
        memory.set(place, (edition, found, trace))
    if is_asked_again or made_of != edition:
        _share(place, edition, found)
    return Answer(*found)


def give(answer: Answer, environ: dict[str, Any], start_response: StartResponse, start: float) -> list[bytes]:
    """Answer a request with what was kept, or say that its reader has it already; either is counted."""
    status, headers, body = 200, list(answer.headers), [answer.body]
    if answer.etag and _has(environ.get("HTTP_IF_NONE_MATCH", ""), answer.etag):
        status, headers, body = 304, _told_again(headers), []
    start_response("200 OK" if body else _NOT_MODIFIED, headers)
    for outcome in answer.searched:
        metrics.count_search(outcome=outcome)
    metrics.observe_request(view=answer.view, method="GET", status=status, seconds=time.perf_counter() - start)
    return body


def keep(request: HttpRequest, response: HttpResponseBase, searched: tuple[str, ...], made: keeping.Making) -> None:
    """Keep the answer to a request, if it is one that may be kept. Whatever fails here costs no answer."""
    try:
        if PLACE in request.META and _may_be_kept(request, response):
            headers = tuple((name, str(value)) for name, value in response.items())
            view = request.resolver_match.view_name  # type: ignore[union-attr]  # what has no view may not be kept
            answer = Answer(view, headers, response.content, response.get("ETag", ""), searched)  # type: ignore[attr-defined]
            trace = made.trace()
            # What was written while it was made may be on it: it would come back with a restored backup.
            with replicas.primary():
                is_as_it_was = ContentVersion.objects.edition() == request.META[EDITION]
            if is_as_it_was:
                caches["pages"].set(request.META[PLACE], (request.META[EDITION], tuple(answer), trace))
    except Exception as error:  # noqa: BLE001 - a reader waits for the answer, which is made
        logger.warning("An answer was not kept: %s", type(error).__name__)


def _made_whole(
    handler: WSGIApplication, environ: dict[str, Any], start_response: StartResponse, known: str
) -> Iterable[bytes]:
    """The answer to who has one already: made whole, so that it can be kept, and not sent where it is that one."""
    said: list[Any] = []

    def hold(status: str, headers: list[tuple[str, str]], _error: Any = None, /) -> Callable[[bytes], object]:
        said[:] = [status, headers]
        return lambda _data: None

    answer = handler(environ, hold)
    status, headers = said
    etag = next((value for name, value in headers if name.lower() == "etag"), "")
    if not status.startswith("200") or not etag or not _has(known, etag):
        start_response(status, headers)
        return answer
    if (close := getattr(answer, "close", None)) is not None:
        close()
    start_response(_NOT_MODIFIED, _told_again(headers))
    return []


def _told_again(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [header for header in headers if header[0].lower() in _TOLD_AGAIN]


def _share(place: str, edition: str, answer: tuple[Any, ...]) -> None:
    """Give other machines what was asked for again; a million addresses asked for once fill no shared cache."""
    if settings.CACHE_URL:
        view, headers, body, etag, searched = answer
        data = json.dumps([view, headers, etag, searched]).encode() + b"\n" + body
        shared_place = f"{place}/{edition}"
        caches["shared pages"].set(shared_place, _signature(shared_place, data) + data, HOUR)


def _shared(place: str, edition: str) -> Answer | None:
    """What another process made for this place, of this content. Only what is signed is believed."""
    if not settings.CACHE_URL:
        return None
    try:
        data = caches["shared pages"].get(shared_place := f"{place}/{edition}") or b""
        signature, data = data[:_SIGNATURE], data[_SIGNATURE:]
        if not data or not hmac.compare_digest(signature, _signature(shared_place, data)):
            return None
        head, _break, body = data.partition(b"\n")
        view, headers, etag, searched = json.loads(head)
    except (ValueError, TypeError) as error:
        logger.warning("What the shared cache has is no page: %s", type(error).__name__)
        return None
    answer = Answer(view, tuple(map(tuple, headers)), body, etag, tuple(searched))
    caches["pages"].set(place, (edition, tuple(answer), None))
    return answer


def _signature(place: str, data: bytes) -> bytes:
    key = hashlib.sha256(f"portal.kept{settings.SECRET_KEY}".encode()).digest()
    return hmac.digest(key, place.encode() + data, "sha256")


@lru_cache(maxsize=1)
def _release() -> str:
    """A name for the code, the texts, the static files and the settings that pages are made with."""
    told = hashlib.blake2b(digest_size=16)
    for path in sorted({path for pattern in _CODE for path in settings.BASE_DIR.glob(pattern) if path.is_file()}):
        told.update(path.read_bytes())
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    told.update(manifest.read_bytes() if manifest.exists() else b"")
    for language in dict(settings.LANGUAGES):
        with override(language):  # some say something else in each
            told.update(repr([(name, getattr(settings, name, "")) for name in _SETTINGS]).encode())
    told.update(settings.SECRET_KEY.encode())
    return told.hexdigest()


def _is_plain(environ: dict[str, Any]) -> bool:
    """Whether a request is one that anybody may have sent, for a page."""
    if environ["REQUEST_METHOD"] != "GET" or any(name in environ for name in _ASKED_IF):
        return False
    if len(environ.get("PATH_INFO", "")) + len(environ.get("QUERY_STRING", "")) > LONGEST_ADDRESS:
        return False
    if environ.get("PATH_INFO") in PROBES:
        return False
    # A GET with a body is nothing that a page or a program of ours sends.
    if environ.get("CONTENT_LENGTH") not in {None, "", "0"}:
        return False
    # Read as Django reads it: a name that only Django understood would be somebody's.
    return "HTTP_COOKIE" not in environ or COOKIES.isdisjoint(
        parse_cookie(get_str_from_wsgi(environ, "HTTP_COOKIE", ""))
    )


def _place(environ: dict[str, Any], hour: int) -> str:
    """Under what the answer to a request is kept: all that an answer can be made from beside the content.

    The hour is part of it: what pages say of time is true for as long.
    """
    path = environ.get("PATH_INFO", "")
    parts = (
        _release(),
        hour,
        environ["wsgi.url_scheme"],
        _said_scheme(environ),
        environ.get("HTTP_HOST", ""),
        environ.get("SERVER_NAME", ""),
        environ.get("SERVER_PORT", ""),
        environ.get("SCRIPT_NAME", ""),
        path,
        environ.get("QUERY_STRING", ""),
        environ.get("HTTP_ACCEPT", "") if path.startswith("/api/") else "",
        _accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")) is not None,
        environ.get("HTTP_HX_REQUEST", ""),
    )
    # As Python writes them, so that no two requests are written alike.
    return hashlib.blake2b(repr(parts).encode(), digest_size=24).hexdigest()


def _said_scheme(environ: dict[str, Any]) -> str:
    header = settings.SECURE_PROXY_SSL_HEADER
    return str(environ.get(header[0], "")) if header else ""


def _has(if_none_match: str, etag: str) -> bool:
    """Whether the reader has this answer, compared weakly (RFC 9110, section 13.1.2)."""
    if not if_none_match or if_none_match == etag:
        return bool(if_none_match)
    bare = etag.removeprefix("W/")
    return any(known == "*" or known.removeprefix("W/") == bare for known in parse_etags(if_none_match))


def _may_be_kept(request: HttpRequest, response: HttpResponseBase) -> bool:
    match = request.resolver_match
    return (
        match is not None
        and keeping.may_be_kept(match.func, response)
        and COOKIES.isdisjoint(request.COOKIES)
        and response.status_code == HTTPStatus.OK
        and not response.streaming
        and not response.cookies
        and len(response.content) <= MOST_BYTES  # type: ignore[attr-defined]  # one that does not stream has a content
        and "no-store" not in response.get("Cache-Control", "")
        and "private" not in response.get("Cache-Control", "")
        and {name.strip().lower() for name in response.get("Vary", "").split(",") if name.strip()} <= VARIED
    )
