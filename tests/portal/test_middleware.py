"""Uploads that are too long are refused before a byte of them is read, and searches of who sends very many."""

import socket
from io import BytesIO

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.conftest import PROJECT
from tests.portal.server import Server

MEGABYTE = 1_048_576
FORM = "application/x-www-form-urlencoded"
FILE = "multipart/form-data; boundary=x"

pytestmark = pytest.mark.django_db


class Untouched(BytesIO):
    """A request that fails the test when it is read."""

    def read(self, *args: object) -> bytes:
        raise AssertionError("The request was read.")

    readline = read


def send(address: str, length: object, kind: str = FILE, **more: object):
    environment = {"CONTENT_LENGTH": str(length), "CONTENT_TYPE": kind, "wsgi.input": Untouched(), **more}
    client = Client(enforce_csrf_checks=True)
    return client.generic("POST", address, b"", **environment)


@pytest.mark.parametrize("kind", [FORM, FILE])
@pytest.mark.parametrize("address", ["/admin/login/", "/en/admin/troubleshoot/errorentry/add/", "/search/log/"])
def test_twenty_megabytes_are_refused_before_they_are_read(address, kind) -> None:
    answer = send(address, 20 * MEGABYTE, kind)
    assert answer.status_code == 413
    assert "<h1>" in answer.content.decode()


def test_the_sentence_names_the_limit_in_the_language_of_the_page() -> None:
    assert "up to 1.0" in send("/en/admin/login/", 20 * MEGABYTE).content.decode()
    assert '<html lang="ko"' in send("/admin/login/", 20 * MEGABYTE).content.decode()


def test_the_refusal_carries_the_headers_of_every_answer() -> None:
    assert "default-src 'none'" in send("/admin/login/", 20 * MEGABYTE)["Content-Security-Policy"]


def test_a_page_that_accepts_files_accepts_more_and_not_everything(client) -> None:
    assert settings.UPLOAD_LIMITS
    for name, limit in settings.UPLOAD_LIMITS.items():
        address = reverse(name)
        assert limit > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        assert send(address, limit + 1).status_code == 413
        assert client.post(address, b"", content_type=FILE, CONTENT_LENGTH=str(limit)).status_code != 413


def test_what_comes_in_chunks_without_a_length_is_refused() -> None:
    answer = send("/admin/login/", "", HTTP_TRANSFER_ENCODING="chunked")
    assert answer.status_code == 411


@pytest.mark.parametrize("length", ["", "x", "-1"])
def test_a_length_that_is_none_is_no_fault_of_ours(client, length) -> None:
    answer = client.post("/admin/login/", b"", content_type=FORM, CONTENT_LENGTH=length)
    assert answer.status_code in (200, 400)


def test_the_diagnosis_and_the_api_refuse_in_their_own_words() -> None:
    assert "256" in send("/diagnose/", 20 * MEGABYTE).content.decode()
    assert send("/api/v1/diagnose", 20 * MEGABYTE, "application/json").json()["error"]["code"] == "too_large"


def answer_to(port: int, head: str) -> bytes:
    """The first line of what the server says to these headers, of whose body nothing was sent."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(f"POST {head}\r\nHost: 127.0.0.1\r\n\r\n".encode())
        return line.recv(4_096).split(b"\r\n")[0]


@pytest.mark.parametrize("kind", [FORM, FILE])
def test_the_real_server_answers_before_anything_was_sent(server: Server, kind) -> None:
    length = f"Content-Type: {kind}\r\nContent-Length: {20 * MEGABYTE}"
    assert b" 413 " in answer_to(server.port, f"/admin/login/ HTTP/1.1\r\n{length}")


def test_the_real_server_asks_for_the_length_of_what_comes_in_chunks(server: Server) -> None:
    chunked = f"Content-Type: {FILE}\r\nTransfer-Encoding: chunked"
    assert b" 411 " in answer_to(server.port, f"/admin/login/ HTTP/1.1\r\n{chunked}")


def test_the_server_serves_on_after_a_refusal(server: Server) -> None:
    answer_to(server.port, f"/admin/login/ HTTP/1.1\r\nContent-Length: {20 * MEGABYTE}")
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert b" 200 " in line.recv(4_096)


AWAY = {"REMOTE_ADDR": "192.0.2.1"}


@pytest.fixture
def few(settings) -> None:
    settings.WORK_LIMITS = settings.WORK_LIMITS | {"searching": (2, 3)}


def test_who_searches_very_often_gets_a_calm_page_and_when_to_come_back(client, content, few) -> None:
    answers = [client.get("/search/", {"q": f"a{number}"}, **AWAY) for number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1]["Retry-After"] == "60"
    assert "no-store" in answers[-1]["Cache-Control"]
    assert "한꺼번에 너무 많이 검색했습니다" in answers[-1].content.decode()
    assert "Too many searches at once" in client.get("/en/search/", {"q": "b"}, **AWAY).content.decode()


def test_pages_suggestions_and_the_api_are_one_share(client, content, few) -> None:
    addresses = ("/search/?q=a", "/search/suggest/?q=a", "/api/v1/search?q=a")
    answers = [client.get(address, **AWAY) for address in addresses]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].json()["error"]["code"] == "throttled"
    assert client.get("/errors/", **AWAY).status_code == 200


def test_neighbours_are_one_network_and_one_abuser_silences_nobody_else(client, content, few) -> None:
    sent_from = ["192.0.2.1", "192.0.2.200", "192.0.2.3", "192.0.2.4", "198.51.100.1", "203.0.113.1"]
    answers = [client.get("/search/?q=a", REMOTE_ADDR=address).status_code for address in sent_from]
    assert answers == [200, 200, 429, 429, 200, 429], "the last one is beyond what all may ask together"


def test_this_machine_and_a_portal_without_limits_are_not_counted(client, content, few, settings) -> None:
    assert {client.get("/search/?q=a").status_code for _ in range(5)} == {200}
    settings.WORK_LIMITS = settings.WORK_LIMITS | {"searching": (0, 0)}
    assert {client.get("/search/?q=a", **AWAY).status_code for _ in range(5)} == {200}


def test_a_kept_answer_is_not_counted(content, few, the_connection_stays_open) -> None:
    from tests.portal.wsgi import Answer  # noqa: PLC0415 - it loads the application that is served

    assert [Answer("GET", "/search/", "q=a", **AWAY).status for _ in range(5)] == [200] * 5


def test_how_much_an_upload_may_have_is_said_once() -> None:
    readme, nginx = (PROJECT / "README.md").read_text(), (PROJECT / "deploy/nginx.conf").read_text()
    assert f"documents {settings.DOCUMENTS_LIMIT // MEGABYTE} MiB together" in readme
    assert f"synonyms may have {settings.TABLES_LIMIT // MEGABYTE} MiB" in readme
    assert f"an image {settings.IMAGES_LIMIT // MEGABYTE} MiB" in readme
    assert f"client_max_body_size {settings.IMAGES_LIMIT // MEGABYTE}m;" in nginx
