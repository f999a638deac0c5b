"""Owns ``make fuzz``: requests that nobody would send, drawn over every address, administration included, from a seed.

Each is asked of the real WSGI application in this process, and what it writes is rolled back. No answer may be a 5xx,
lack the headers of every answer, or take more than a second of processor.
"""

from __future__ import annotations

import argparse
import io
import json
import logging
import random
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from tqdm import tqdm

from benchmarks import golden, sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.urls import URLResolver

_REQUESTS = 100_000
_SECONDS = 1.0
_HEADERS = ("content-security-policy", "permissions-policy", "x-content-type-options", "referrer-policy")
_VALUE = re.compile(r"<(?:(\w+):)?(\w+)>")
_METHODS = (*("GET",) * 12, *("POST",) * 6, "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "get")
_HOSTILE = (
    *("", " ", "0", "-1", "1e9", "99999999999999999999", "½", "١٢", "NaN", "true", "null", "None", "undefined"),
    *("\x00", "a\x00b", "\r\nSet-Cookie: a=b", "\ud800", "\ufeff", "\u202e", "가" * 300, "ᄀ" * 300, "e\u0301" * 200),
    *(
        "../" * 20 + "etc/passwd",
        "..%2f..%2f",
        "%00",
        "%",
        "%zz",
        "{{7*7}}",
        "${jndi:ldap://a}",
        "%(a)s",
        "{0.__class__}",
    ),
    *("'", '"', "' OR 1=1--", "\\", "*", "?", "(", "[", "]]>", "<script>alert(1)</script>", "javascript:alert(1)"),
    *("//example.com/", "https://example.com/", "\\\\example.com", "user" + " " * 5_000, "host=" + "a" * 5_000 + "@"),
    *("[" * 2_000, "{" * 2_000, "a" * 9_000, "ㅁㅇㄴㄹ" * 500, "0x" + "f" * 400, "2026-13-45T99:99:99Z", "| a " * 800),
)
_NAMES = (
    *(
        "q",
        "page",
        "p",
        "o",
        "all",
        "lang",
        "limit",
        "page_size",
        "kind",
        "key",
        "product",
        "document",
        "operation",
        "fix",
    ),
    *(
        "next",
        "_popup",
        "_to_field",
        "e",
        "state__exact",
        "pk__in",
        "password",
        "_changelist_filters",
        "preview",
        "text",
    ),
    *("term", "app_label", "model_name", "field_name", "action", "_selected_action", "select_across", "index", "_save"),
    *("username", "solved", "comment", "token", "content_token", "form-TOTAL_FORMS", "form-INITIAL_FORMS", "report"),
    *(
        "message_ko",
        "cause_ko",
        "resolutions-TOTAL_FORMS",
        "resolutions-INITIAL_FORMS",
        "ids",
        "from",
        "to",
        "days",
        "a",
    ),
)
_TYPES = (
    *("application/x-www-form-urlencoded",) * 4,
    *(
        "application/json",
        "multipart/form-data; boundary=b",
        "multipart/form-data",
        "text/plain",
        "",
        "x/y; charset=hex",
    ),
    *("application/json; charset=punycode", "multipart/form-data; boundary=" + "b" * 300, "application/xml", "é"),
)
_HEADER_NAMES = (
    *("HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT_ENCODING", "HTTP_HOST", "HTTP_REFERER", "HTTP_ORIGIN"),
    *("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_HX_REQUEST", "HTTP_HX_CURRENT_URL"),
    *("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_REQUEST_ID", "HTTP_AUTHORIZATION", "HTTP_USER_AGENT"),
    *("HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_TRANSFER_ENCODING", "HTTP_EXPECT", "CONTENT_LENGTH", "HTTP_COOKIE"),
)


@dataclass(frozen=True)
class Asked:
    """A request as its bytes would say it."""

    number: int
    method: str
    path: str
    query: str
    body: bytes
    headers: dict[str, str]

    def __str__(self) -> str:
        return (
            f"{self.number}: {self.method} {self.path!r:.99} ?{self.query:.99} {self.body[:99]!r} {self.headers!r:.99}"
        )

    def environ(self) -> dict[str, Any]:
        return {
            "REQUEST_METHOD": self.method,
            "PATH_INFO": self.path.encode("utf-8", "surrogatepass").decode("latin-1"),
            "QUERY_STRING": self.query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(self.body)),
            "wsgi.input": io.BytesIO(self.body),
            "wsgi.url_scheme": "http",
            "wsgi.errors": io.StringIO(),
        } | self.headers


@dataclass
class Told:
    """What was answered: how often which status, and what may not be."""

    statuses: Counter[int] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")

    def __str__(self) -> str:
        counts = ", ".join(f"{number:,} x {status}" for status, number in sorted(self.statuses.items()))
        lines = [f"{self.statuses.total():,} requests, {len(self.violations)} violations: {counts}"]
        lines.append(f"the slowest took {self.slowest[0]:.2f} s of processor: {self.slowest[1]}")
        return "\n".join([*lines, *self.violations[:50]])


class Drawing:
    """Draws requests from a seed: each by its number, so that one can be drawn again alone."""

    def __init__(self, seed: int, session: str = "") -> None:
        from django.urls import get_resolver  # noqa: PLC0415 - needs Django set up

        self._seed = seed
        self._session = session
        self._routes = sorted(set(_routes(get_resolver())))
        self._known = _known_values()
        self._texts = [query.text for query in golden.queries()]

    def draw(self, number: int) -> Asked:
        chance = random.Random(f"{self._seed}/{number}")
        route = chance.choice(self._routes)
        path = "/" + _VALUE.sub(lambda match: self._value(chance, match[2]), route)
        if chance.random() < 0.1:
            path += chance.choice(("/", "//", "x", "\x00", "%", ".md", ".txt", "?", ";a=b", "가"))
        if chance.random() < 0.2:
            path = "/en" + path
        method = chance.choice(_METHODS)
        query = self._pairs(chance, most=4)
        headers, body = self._about(chance, path), b""
        if method not in {"GET", "HEAD"} or chance.random() < 0.05:
            kind = chance.choice(_TYPES)
            headers["CONTENT_TYPE"], body = kind, self._body(chance, kind)
        if chance.random() < 0.02:
            query = "&".join(f"a{place}={place}" for place in range(chance.choice((1_999, 2_001, 5_000))))
        return Asked(number, method, path, query, body, headers)

    def _value(self, chance: random.Random, name: str) -> str:
        drawn = chance.random()
        if drawn < 0.75:
            return chance.choice(self._known.get(name, self._known["key"]))
        return chance.choice(_HOSTILE) if drawn < 0.9 else chance.choice(self._known["key"])

    def _text(self, chance: random.Random) -> str:
        drawn = chance.random()
        if drawn < 0.4:
            return chance.choice(_HOSTILE)
        if drawn < 0.7:
            return chance.choice(self._texts)
        if drawn < 0.9:
            return chance.choice(chance.choice(list(self._known.values())))
        return "".join(chr(chance.randrange(0x20, 0x3000)) for _again in range(chance.randint(1, 60)))

    def _pairs(self, chance: random.Random, most: int) -> str:
        pairs = [
            (chance.choice(_NAMES).encode(), self._text(chance).encode("utf-8", "surrogatepass"))
            for _again in range(chance.randint(0, most))
        ]
        written = urlencode(pairs)
        return written if chance.random() < 0.9 else written.replace("%", chance.choice(("%25", "%f", "", "%80%")))

    def _body(self, chance: random.Random, kind: str) -> bytes:
        if "json" in kind and chance.random() < 0.8:
            value: Any = {chance.choice(_NAMES): self._text(chance) for _again in range(chance.randint(0, 5))}
            return json.dumps(chance.choice((value, [value], self._text(chance), None, 1))).encode()
        if "multipart" in kind and chance.random() < 0.8:
            name, text = chance.choice((*_NAMES, "file", "files")), self._text(chance).encode("utf-8", "surrogatepass")
            file = chance.choice((b"", b'; filename="a.xlsx"', b'; filename="../a.zip"', b"; filename*=hex''%41"))
            head = b'--b\r\nContent-Disposition: form-data; name="' + name.encode() + b'"' + file
            return head + b"\r\n\r\n" + text + b"\r\n--b--\r\n"
        if chance.random() < 0.1:
            return chance.randbytes(chance.randint(1, 5_000))
        return self._pairs(chance, most=12).encode()

    def _about(self, chance: random.Random, path: str) -> dict[str, str]:
        """Headers; who is signed in, and who sends a token with a form, is drawn too."""
        token = "a" * 32
        cookies = ["csrftoken=" + token]
        if "admin" in path and chance.random() < 0.9:
            cookies.append("sessionid=" + self._session)
        headers = {"HTTP_HOST": "localhost", "HTTP_X_CSRFTOKEN": token}
        if len(cookies) > 1 or chance.random() < 0.5:
            headers["HTTP_COOKIE"] = "; ".join(cookies)
        for _again in range(chance.choice((0, 0, 0, 1, 2))):
            text = self._text(chance).encode("utf-8", "surrogatepass").decode("latin-1")
            headers[chance.choice(_HEADER_NAMES)] = re.sub(r"[\x00\r\n]", "", text)  # the server refuses them itself
        return headers


def _routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Every address that there is, with ``<…>`` where something stands."""
    for pattern in resolver.url_patterns:
        here = str(pattern.pattern)
        if hasattr(pattern.pattern, "regex") and not hasattr(pattern.pattern, "_route"):
            here = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", here).strip("^$").replace("\\", "")
        here = "" if type(pattern.pattern).__name__ == "LocalePrefixPattern" else here
        if hasattr(pattern, "url_patterns"):
            yield from _routes(pattern, before + here)
        else:
            yield before + here


def _known_values() -> dict[str, list[str]]:
    """What stands in addresses: keys and numbers of rows that there are."""
    from django.apps import apps  # noqa: PLC0415 - needs Django set up
    from django.contrib.contenttypes.models import ContentType  # noqa: PLC0415 - needs Django set up

    known: dict[str, list[str]] = {"object_id": ["1", "2", "3"], "key": ["vm-agent"]}
    for model in apps.get_app_config("troubleshoot").get_models():
        names = {one.name for one in model._meta.get_fields()}
        rows = model._default_manager.order_by("pk")[:40]
        known["object_id"] += [str(pk) for pk in rows.values_list("pk", flat=True)]
        if "key" in names:
            known["key"] += [quote(key, safe="") for key in rows.values_list("key", flat=True)]
    known["content_type_id"] = [str(pk) for pk in ContentType.objects.values_list("pk", flat=True)]
    known["section"] = ["errors", "pages", "wizards", "operations"]
    known["app_label"] = ["troubleshoot", "auth", "admin"]
    return known


def look(asked: Iterable[Asked], application: Callable[..., Iterable[bytes]]) -> Told:
    """Ask each, roll back what it wrote, and judge the answer."""
    from django.db import transaction  # noqa: PLC0415 - needs Django set up

    told = Told()
    for request in asked:
        began = time.process_time()
        with transaction.atomic():
            status, headers = _answer(application, request.environ())
            transaction.set_rollback(True)
        seconds = time.process_time() - began
        told.statuses[status] += 1
        told.slowest = max(told.slowest, (seconds, str(request)))
        told.violations += [f"{reason}: {request}" for reason in _violations(request, status, headers, seconds)]
    return told


def _answer(application: Callable[..., Iterable[bytes]], environ: dict[str, Any]) -> tuple[int, dict[str, str]]:
    said: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Callable[[bytes], object]:
        said[:] = [int(status.split(maxsplit=1)[0]), {name.lower(): value for name, value in headers}]
        return lambda _data: None

    answer = application(environ, start)
    try:
        for _chunk in answer:
            pass
    finally:
        if (close := getattr(answer, "close", None)) is not None:
            close()
    return said[0], said[1]


def _violations(request: Asked, status: int, headers: dict[str, str], seconds: float) -> Iterator[str]:
    if status >= 500:
        yield f"{status}"
    if missing := [name for name in _HEADERS if name not in headers]:
        yield f"no {', '.join(missing)}"
    if "unsafe" in headers.get("content-security-policy", ""):
        yield "an unsafe policy"
    if "/admin/" in request.path and status == 200 and "no-store" not in headers.get("cache-control", ""):
        yield "a page of the administration that may be stored"
    if any(character in value for value in headers.values() for character in "\r\n\0"):
        yield "a broken header"
    if seconds > _SECONDS:
        yield f"{seconds:.2f} s of processor"


def main() -> int:
    parser = argparse.ArgumentParser(description="Ask what nobody would ask.")
    parser.add_argument("--requests", type=int, default=_REQUESTS)
    parser.add_argument("--first", type=int, default=0, help="the number of the first request")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with sandbox.portal():
        from django.conf import settings  # noqa: PLC0415 - reads the environment set up above
        from django.core.signals import request_finished, request_started  # noqa: PLC0415 - needs Django set up
        from django.db import close_old_connections  # noqa: PLC0415 - needs Django set up

        from benchmarks.admin import administrator  # noqa: PLC0415 - needs Django set up

        plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # static files need no collecting
        settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
        logging.disable(logging.CRITICAL)
        for sent in (request_started, request_finished):
            sent.disconnect(close_old_connections)
        from portal.wsgi import application  # noqa: PLC0415 - needs Django set up

        drawing = Drawing(options.seed, administrator().cookies["sessionid"].value)
        numbers = range(options.first, options.first + options.requests)
        told = look(map(drawing.draw, tqdm(numbers, unit=" requests", leave=False)), application)
    print(told)
    return 1 if told.violations else 0


if __name__ == "__main__":
    sys.exit(main())
