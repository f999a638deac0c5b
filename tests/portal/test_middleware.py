"""Uploads: what is too long is refused by its length, before a byte of it is read, by the real server too."""

import socket
from collections.abc import Iterator
from io import BytesIO

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.portal.server import served

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


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[int]:
    """The port of a real gunicorn with nothing prepared."""
    with served(tmp_path_factory.mktemp("var")) as running:
        yield running.port


def answer_to(port: int, head: str) -> bytes:
    """The first line of what the server says to these headers, of whose body nothing was sent."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(f"POST {head}\r\nHost: 127.0.0.1\r\n\r\n".encode())
        return line.recv(4_096).split(b"\r\n")[0]


@pytest.mark.parametrize("kind", [FORM, FILE])
def test_the_real_server_answers_before_anything_was_sent(server, kind) -> None:
    length = f"Content-Type: {kind}\r\nContent-Length: {20 * MEGABYTE}"
    assert b" 413 " in answer_to(server, f"/admin/login/ HTTP/1.1\r\n{length}")


def test_the_real_server_asks_for_the_length_of_what_comes_in_chunks(server) -> None:
    chunked = f"Content-Type: {FILE}\r\nTransfer-Encoding: chunked"
    assert b" 411 " in answer_to(server, f"/admin/login/ HTTP/1.1\r\n{chunked}")


def test_the_server_serves_on_after_a_refusal(server) -> None:
    answer_to(server, f"/admin/login/ HTTP/1.1\r\nContent-Length: {20 * MEGABYTE}")
    with socket.create_connection(("127.0.0.1", server), timeout=30) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert b" 200 " in line.recv(4_096)
