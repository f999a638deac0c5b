"""The headers of every answer: pages, admin, API, errors, redirects and static files."""

import re

import pytest
from django.test import Client, override_settings

pytestmark = pytest.mark.django_db

ANSWERS = (
    "/",
    "/en/",
    "/admin/login/",
    "/admin/",
    "/api/docs/",
    "/api/v1/schema",
    "/healthz",
    "/robots.txt",
    "/nowhere/",
    "/errors/none/",
)
DIRECTIVE = re.compile(r"([a-z-]+) ([^;]*)")


def policy(answer) -> dict[str, list[str]]:
    return {name: sources.split() for name, sources in DIRECTIVE.findall(answer["Content-Security-Policy"])}


@pytest.mark.parametrize("address", ANSWERS)
def test_every_answer_carries_a_strict_policy(client, content, address):
    sent = policy(client.get(address))
    assert sent["default-src"] == ["'none'"]
    assert sent["base-uri"] == ["'none'"]
    assert sent["frame-ancestors"] == ["'none'"]
    assert sent["script-src"] == ["'self'"]
    assert sent["style-src"] == ["'self'"]


@pytest.mark.parametrize("address", ANSWERS)
def test_no_policy_allows_what_is_inline_or_evaluated(client, content, address):
    header = client.get(address)["Content-Security-Policy"]
    for source in ("unsafe", "nonce", "sha256", "*", "http:", "https:", "blob:"):
        assert source not in header


@pytest.mark.parametrize("address", ANSWERS)
def test_every_answer_carries_the_other_headers(client, content, address):
    answer = client.get(address)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


def test_a_server_error_carries_the_headers(content, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("django.http.request.HttpRequest.get_host", fail)
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 500
    assert "Content-Security-Policy" in answer
    assert answer["Referrer-Policy"] == "same-origin"


def test_a_static_file_carries_the_headers(client, settings, tmp_path):
    (tmp_path / "a.css").write_text("")
    settings.STATIC_ROOT = tmp_path
    settings.MIDDLEWARE = [*settings.MIDDLEWARE]  # a changed list makes the client build its middleware anew
    assert "portal.stylesheets.StaticFiles" in settings.MIDDLEWARE
    answer = Client().get("/static/a.css")
    assert answer.status_code == 200
    assert "Content-Security-Policy" in answer
    assert "Permissions-Policy" in answer


@override_settings(SECURE_SSL_REDIRECT=True)
def test_the_redirect_to_https_spares_the_probes():
    assert Client().get("/").status_code == 301
    assert Client().get("/")["Content-Security-Policy"]
    assert Client().get("/healthz").status_code == 200


@override_settings(SECURE_SSL_REDIRECT=True, SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"))
def test_a_trusted_proxy_says_that_the_reader_came_by_https(content):
    assert Client(HTTP_X_FORWARDED_PROTO="https").get("/").status_code == 200


def test_a_name_the_portal_does_not_have_is_refused():
    assert Client(HTTP_HOST="elsewhere.example").get("/").status_code == 400


def test_a_form_from_elsewhere_is_refused(content):
    assert Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "a", "password": "b"}).status_code == 403
