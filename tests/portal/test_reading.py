"""How a request is read: as UTF-8 whatever it says, and refused by a page or JSON of ours where it can't be."""

import encodings
import json
import pkgutil
import socket
from collections.abc import Iterator
from contextlib import nullcontext
from encodings.aliases import aliases
from http import HTTPStatus
from urllib.parse import quote

import pytest
from django.db import OperationalError

from portal.reading import accepted, as_utf8, content_type
from tests.growth import is_quadratic
from tests.portal.server import Server, served
from tests.portal.wsgi import Answer
from troubleshoot import metrics, replicas
from troubleshoot.views import about

CODECS = sorted({*aliases.values(), *(module.name for module in pkgutil.iter_modules(encodings.__path__))})
ALIASES = sorted(aliases)
FORM = "application/x-www-form-urlencoded"
PLACES = ("/healthz", "/search/", "/en/diagnose/", "/api/v1/search", "/api/v1/diagnose", "/admin/login/", "/nowhere/")
PART_LINES = (
    "--b",
    "Content-Disposition: form-data; name=\"text\"; filename*={0}''%41%ff",
    "Content-Type: text/plain; charset={0}",
    "",
    "\xff",
    "--b--",
    "",
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("the_connection_stays_open")]


@pytest.mark.parametrize("path", ["/healthz", "/diagnose/", "/api/v1/diagnose"])
def test_no_codec_of_python_makes_an_answer_fail(path):
    asked = {codec: list(naming(codec, path)) for codec in CODECS}
    wrong = {codec for codec in asked for answer in asked[codec] if answer.status >= 500 or not answer.is_ours()}
    assert wrong == set()


def naming(codec: str, path: str) -> Iterator[Answer]:
    """Answers to requests that name the codec wherever one can be named."""
    yield Answer("GET", path, f"q=a%ff&{codec}=%ea%b0%80", CONTENT_TYPE=f"x/y; charset={codec}")
    yield Answer("GET", path, "q=1", HTTP_ACCEPT=f"application/json; a*={codec}''%41%ff, text/html; charset={codec}")
    yield Answer("GET", path, "q=1", CONTENT_TYPE=f"x/y; a*={codec}''%41%ff")
    yield Answer("POST", path, "", b"text=%ff%41\xff", CONTENT_TYPE=f"{FORM}; charset={codec}")
    yield Answer("POST", path, "", b'{"text": "\xff"}', CONTENT_TYPE=f"application/json; charset={codec}")
    part = "\r\n".join(PART_LINES).format(codec).encode("latin-1")
    yield Answer("POST", path, "", part, CONTENT_TYPE=f"multipart/form-data; charset={codec}; boundary=b")


def test_no_other_name_of_a_codec_makes_an_answer_fail():
    asked = {name: Answer("GET", "/healthz", "q=a%ff", CONTENT_TYPE=f"x/y; charset={name}") for name in ALIASES}
    assert {answer.status for answer in asked.values()} == {200}


@pytest.mark.parametrize("charset", ["punycode", "idna", "utf-7", "hex"])
@pytest.mark.usefixtures("content")
def test_an_address_is_read_as_utf_8_whatever_the_charset(charset):
    answer = Answer("GET", "/api/v1/search", f"q={quote('스냅숏')}", CONTENT_TYPE=f"x; charset={charset}")
    assert answer.status == 200
    assert json.loads(answer.body)["query"] == "스냅숏"


def test_a_long_address_takes_time_that_grows_with_its_length():
    def ask(length: int) -> None:
        Answer("GET", "/healthz", "x-" + "a" * length, CONTENT_TYPE="x; charset=punycode")

    assert not is_quadratic(ask)


@pytest.mark.parametrize("path", PLACES)
def test_more_parameters_than_are_read_are_no_fault_of_the_server(path):
    answer = Answer("GET", path, "&".join(["q=1"] * 2_001), CONTENT_TYPE="x; charset=utf-8")
    assert answer.status in (200, 302, 400, 404, 405)
    assert answer.is_ours()
    if answer.status == 400:
        assert answer.headers["content-type"].startswith("application/json" if "/api/" in path else "text/html")


@pytest.mark.parametrize("sent", ["multipart/form-data", f"multipart/form-data; boundary={'b' * 300}"])
@pytest.mark.parametrize("path", ["/search/missing/", "/errors/a/verdict/", "/wizards/a/seen/", "/admin/login/"])
def test_a_form_that_can_t_be_taken_apart_is_refused_whoever_sent_it(path, sent):
    answer = Answer("POST", path, "", b"text=a", CONTENT_TYPE=sent, HTTP_ORIGIN="https://elsewhere.example")
    assert answer.status in (400, 403)
    assert answer.is_ours()


@pytest.mark.parametrize("length", ["½", "١٢", "-1", "1e3", "a lot", "0x10"])
@pytest.mark.parametrize("path", ["/diagnose/", "/api/v1/diagnose", "/admin/login/"])
def test_a_length_that_is_no_number_is_refused(path, length):
    answer = Answer("POST", path, "", b"text=a", CONTENT_TYPE=FORM, CONTENT_LENGTH=length)
    assert answer.status == 400
    assert answer.is_ours()


@pytest.mark.parametrize("path", ["/search/", "/api/v1/search", "/healthz"])
def test_what_fails_before_the_middleware_has_our_answer_and_is_counted(path, monkeypatch):
    monkeypatch.setattr("django.http.request.parse_header_parameters", fail_once_with(ValueError))
    before = counted()
    answer = Answer("GET", path, "q=1", CONTENT_TYPE="x/y")
    assert answer.status == 400
    assert answer.is_ours()
    assert counted() == before + 1
    if "/api/" in path:
        assert json.loads(answer.body)["error"]["code"] == "parse_error"
    else:
        assert b"<h1>" in answer.body


def counted() -> int:
    lines = metrics.exposition().decode().splitlines()
    return sum(
        int(float(line.rpartition(" ")[2]))
        for line in lines
        if line.startswith("portal_requests_total") and 'status="400"' in line
    )


def fail_once_with(error: type[Exception]):
    waiting = [error]

    def parse(line: str):
        if waiting:
            raise waiting.pop()
        return line, {}

    return parse


def test_a_fault_of_the_server_is_told_to_programs_in_json(monkeypatch):
    def fail(*_arguments):
        raise RuntimeError

    monkeypatch.setattr("django.http.request.HttpRequest.get_host", fail)
    answer = Answer("GET", "/api/v1/search", "q=1")
    assert answer.status == 500
    assert json.loads(answer.body)["error"]["code"] == "server_error"
    assert answer.is_ours()


@pytest.mark.parametrize(
    ("header", "left"),
    [
        ("", ""),
        ("text/plain", "text/plain"),
        ("text/plain; charset=utf-8", "text/plain"),
        ("multipart/form-data; charset=hex; Boundary=x", "multipart/form-data; Boundary=x"),
        ("multipart/form-data; boundary=x; boundary=y", "multipart/form-data; boundary=x"),
        ("multipart/form-data; boundary*=hex''41", "multipart/form-data"),
        (f"multipart/form-data; boundary={'x' * 70}", f"multipart/form-data; boundary={'x' * 70}"),
        (";charset=hex", ""),
    ],
)
def test_of_a_content_type_only_type_and_boundary_are_kept(header, left):
    assert content_type(header) == left


def test_an_accept_header_keeps_its_weights():
    assert accepted("text/html;q=0.9, a/b; t*=hex''41;q=0.5") == "text/html;q=0.9, a/b;q=0.5"


def test_an_absent_header_stays_absent():
    environ: dict[str, str] = {}
    as_utf8(environ)
    assert environ == {}


@pytest.mark.parametrize("codec", ["hex", "rot13", "base64", "idna", "undefined", "punycode", "utf-16", "utf-8"])
def test_the_real_server_reads_utf_8_only(server: Server, codec):
    for path in (f"/healthz?a=%ff{'&b' * 2_100}", f"/api/v1/none?x-{'a' * 100_000}"):
        answer = server.ask(path, "Content-Type", f"x; charset={codec}")
        assert b" 500 " not in answer.splitlines()[0]
        assert b"Content-Security-Policy" in answer


def test_the_real_server_takes_the_longest_search_and_no_longer_line(server: Server):
    longest = quote("가" * (65_536 // 3)) + "&page=1&operation=backup&kind=error"
    assert answer_line(server, f"/healthz?q={longest}") == HTTPStatus.OK
    assert answer_line(server, f"/healthz?q={'a' * (3 * 65_536 + 8 * 1024)}") == HTTPStatus.REQUEST_URI_TOO_LONG


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", HTTPStatus.BAD_REQUEST),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie secret=1\r\n\r\n", HTTPStatus.BAD_REQUEST),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: x\r\n\r\n", HTTPStatus.NOT_IMPLEMENTED),
        (b"GET /?" + b"a" * 205_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", HTTPStatus.REQUEST_URI_TOO_LONG),
    ],
    ids=["version", "header", "coding", "length"],
)
def test_what_the_server_itself_refuses_has_our_page_and_headers_and_is_counted(server: Server, sent, status):
    def counted() -> float:
        lines = server.ask("/metrics").decode().splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith("portal_requests_total{"))

    before = counted()
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
        line.sendall(sent)
        answer = b"".join(iter(lambda: line.recv(65_536), b"")).decode()
    head, _blank, page = answer.partition("\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status.value} ")
    assert "Content-Security-Policy: " in head
    assert "X-Request-ID: " in head
    assert "<h1" in page
    assert "secret" not in answer
    assert counted() == before + 2, "with the question itself"


def test_who_came_by_https_is_believed_of_a_trusted_proxy_only(server: Server, tmp_path):
    with served(tmp_path, TRUST_PROXY="true") as behind_a_proxy:
        told = behind_a_proxy.ask("/robots.txt", "X-Forwarded-Proto", "https")
    assert b"Sitemap: https://" in told
    assert b"Sitemap: http://" in server.ask("/robots.txt", "X-Forwarded-Proto", "https")


def answer_line(server: Server, path: str) -> int:
    return int(server.ask(path).split(b" ", 2)[1])


@pytest.mark.parametrize(("is_replica", "status"), [(True, 200), (False, 503)])
def test_a_replica_that_goes_while_a_page_is_made_costs_nobody_the_page(monkeypatch, settings, is_replica, status):
    """It may also end a question that is in the way of what it repeats."""
    falls, shown = [OperationalError], about.render

    def render(*arguments, **more):
        if falls:
            raise falls.pop()
        return shown(*arguments, **more)

    monkeypatch.setattr(about, "render", render)
    monkeypatch.setattr(replicas, "reading", lambda *_about: nullcontext(is_replica))
    settings.PAGES_MIB = 0
    assert Answer("GET", "/about/").status == status
