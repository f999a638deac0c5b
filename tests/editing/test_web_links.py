"""Tests of asking the web, against a server of one's own."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from troubleshoot.editing import web_links
from troubleshoot.editing.web_links import ask, ask_all


class Site(BaseHTTPRequestHandler):
    """``/200`` answers 200, ``/head/404`` refuses HEAD with 404 and answers GET, ``/to/…`` redirects."""

    asked: list[tuple[str, str, str]] = []
    at_once = most_at_once = 0

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        Site.at_once += 1
        Site.most_at_once = max(Site.most_at_once, Site.at_once)
        Site.asked.append((self.command, self.path, self.headers["User-Agent"]))
        _empty, first, *rest = self.path.split("/")
        if first == "slow":
            time.sleep(0.5)
        if first == "to":
            self.reply(302, "/".join(rest))
        elif first == "head":
            self.reply(int(rest[0]) if self.command == "HEAD" else 200)
        elif first == "broken":
            self.wfile.write(b"nonsense\r\n\r\n")
        else:
            self.reply(int(first) if first.isdigit() else 200)
        Site.at_once -= 1

    def reply(self, status: int, location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    Site.asked = []
    Site.at_once = Site.most_at_once = 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("path", ["/200", "/204", "/to//200", "/to//to//200", "/head/404", "/head/405", "/head/501"])
def test_a_page_that_answers_is_alive(site: str, path: str) -> None:
    assert ask(f"{site}{path}", allow_private=True) == ""


@pytest.mark.parametrize("status", [401, 403, 405, 406, 429])
def test_a_page_that_is_closed_to_programs_is_alive(site: str, status: int) -> None:
    assert ask(f"{site}/{status}", allow_private=True) == ""


@pytest.mark.parametrize("status", [400, 404, 410, 500, 503])
def test_a_page_that_is_gone_is_dead(site: str, status: int) -> None:
    assert str(status) in ask(f"{site}/{status}", allow_private=True)


def test_head_is_asked_before_get_and_says_who_asks(site: str) -> None:
    ask(f"{site}/404", allow_private=True)
    assert [(verb, path) for verb, path, _agent in Site.asked] == [("HEAD", "/404"), ("GET", "/404")]
    assert {agent for _verb, _path, agent in Site.asked} == {web_links.USER_AGENT}


def test_a_circle_of_redirects_is_dead(site: str) -> None:
    assert "redirects" in ask(f"{site}{'/to/' * 20}/200", allow_private=True)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.com/", "javascript:alert(1)"])
def test_a_redirect_leads_to_the_web_only(site: str, target: str) -> None:
    assert "redirected" in ask(f"{site}/to/{target}", allow_private=True)


def test_nonsense_for_an_answer_is_dead(site: str) -> None:
    assert "no answer" in ask(f"{site}/broken", allow_private=True)


def test_nobody_there_is_dead() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert "no answer" in ask(f"http://127.0.0.1:{port}/", allow_private=True)


def test_a_name_that_does_not_exist_is_dead() -> None:
    assert "no answer" in ask("http://nothing.invalid/", allow_private=True)


def test_a_site_that_does_not_answer_is_given_up(monkeypatch) -> None:
    monkeypatch.setattr(web_links, "TIMEOUT_SECONDS", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        assert "within" in ask(f"http://127.0.0.1:{silent.getsockname()[1]}/", allow_private=True)


def test_a_site_that_goes_on_answering_without_an_end_is_given_up(monkeypatch) -> None:
    """Each of its lines comes in time; http.client passes “100 Continue” by for ever."""
    monkeypatch.setattr(web_links, "TIMEOUT_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as endless:
        sending = threading.Thread(target=_send_without_an_end, args=(endless,))
        sending.start()
        assert "within" in ask(f"http://127.0.0.1:{endless.getsockname()[1]}/", allow_private=True)
        sending.join()


def _send_without_an_end(server: socket.socket) -> None:
    line, _address = server.accept()
    with line, suppress(OSError):
        while True:
            line.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            time.sleep(0.01)  # or all that was sent before it was given up would be read first


@pytest.mark.parametrize(
    "host",
    [
        *("168.63.129.16", "224.0.0.1", "100.64.0.1", "255.255.255.255"),
        *(
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a83f:8110",
            "2002:7f00:1::",
            "fe80::1%2",
            "ff02::1",
            "fd00::1",
        ),
    ],
)
def test_an_address_that_leads_into_the_own_network_by_a_detour_is_not_public(host: str) -> None:
    assert not web_links.is_public(host)


@pytest.mark.parametrize("host", ["20.112.250.133", "2603:1030:20e:3::23c", "64:ff9b::1470:fa85"])
def test_an_address_of_the_web_is_public(host: str) -> None:
    assert web_links.is_public(host)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "2130706433"]
)
def test_the_own_network_is_not_asked(host: str) -> None:
    assert "private" in ask(f"http://{host}:1/")


def test_a_redirect_into_the_own_network_is_not_followed(site: str, monkeypatch) -> None:
    """The first hop is let through, as a server of the web would be; its redirect is looked at like any address."""
    real = web_links._dial
    hops = iter([True, False])
    monkeypatch.setattr(
        web_links, "_dial", lambda *place, allow_private: real(*place, allow_private=allow_private or next(hops))
    )
    assert "private" in ask(f"{site}/to/{site}/200")
    assert [path for _verb, path, _agent in Site.asked] == [f"/to/{site}/200"]


@pytest.mark.parametrize("address", ["", "x", "file:///etc/passwd", "http://", "http://a b/", "https://e.com:99999/"])
def test_what_is_no_address_is_not_asked(address: str) -> None:
    assert ask(address) != ""


def test_each_address_is_asked_once_and_a_host_one_by_one(site: str) -> None:
    answers = list(ask_all([f"{site}/slow/{number % 3}" for number in range(9)], allow_private=True))
    assert sorted(answer.address for answer in answers) == [f"{site}/slow/{number}" for number in range(3)]
    assert not any(answer.reason for answer in answers)
    assert Site.most_at_once == 1
