"""Tests of how the API says that it can't answer, and of what holds for every address of it."""

import pytest
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.test import Client

from troubleshoot.api import catalog

pytestmark = pytest.mark.django_db

READABLE = ("search", "operations", "errors", "errors/agent", "schema")


@pytest.mark.parametrize(
    "path", ["v1", "v1/", "v1/nothing", "v2/errors", "v1/errors/a/b", "v1/errors/%00", "v1//errors"]
)
def test_an_unknown_address_is_json(client: Client, path: str) -> None:
    answer = client.get(f"/api/{path}")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", READABLE)
@pytest.mark.usefixtures("catalogue")
def test_the_api_only_reads(client: Client, path: str, method: str) -> None:
    answer = getattr(client, method)(f"/api/v1/{path}", "{}", content_type="application/json")
    assert answer.status_code == 405
    assert answer.json()["error"]["code"] == "method_not_allowed"
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("path", READABLE)
@pytest.mark.usefixtures("catalogue")
def test_head_and_options_answer(client: Client, path: str) -> None:
    assert client.head(f"/api/v1/{path}").status_code == 200
    assert client.options(f"/api/v1/{path}").status_code == 200


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*"])
@pytest.mark.parametrize("path", ["search", "operations", "errors", "errors/agent"])
@pytest.mark.usefixtures("catalogue")
def test_what_is_not_json_can_not_be_had(client: Client, path: str, accept: str) -> None:
    answer = client.get(f"/api/v1/{path}", headers={"accept": accept})
    assert answer.status_code == 406
    assert answer.json()["error"]["code"] == "not_acceptable"


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html,application/xhtml+xml,*/*;q=0.8", "", ";;,"])
@pytest.mark.usefixtures("catalogue")
def test_whoever_takes_json_gets_it(client: Client, accept: str) -> None:
    assert client.get("/api/v1/errors", headers={"accept": accept}).status_code in (200, 406)


@pytest.mark.parametrize("path", ["search", "operations", "errors", "errors/agent", "schema"])
@pytest.mark.usefixtures("catalogue")
def test_a_slash_too_many_leads_home_with_its_query(client: Client, path: str) -> None:
    answer = client.get(f"/api/v1/{path}/?lang=en")
    assert answer.status_code == 308
    assert answer.headers["Location"] == f"/api/v1/{path}?lang=en"


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/docs"])
def test_the_documentation_is_found_from_the_addresses_around_it(client: Client, path: str) -> None:
    answer = client.get(path, follow=True)
    assert answer.redirect_chain[-1][0] == "/api/docs/"
    assert answer.status_code == 200


@pytest.mark.usefixtures("catalogue")
def test_any_site_may_read(client: Client) -> None:
    for path in ("/api/v1/errors", "/api/v1/errors?page=x", "/api/nothing"):
        assert client.get(path).headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in client.post("/api/v1/errors").headers


@pytest.mark.usefixtures("catalogue")
def test_too_many_parameters_are_a_bad_request(client: Client) -> None:
    answer = client.get("/api/v1/errors?" + "&".join(f"p{number}=1" for number in range(3_000)))
    assert answer.status_code == 400
    assert set(answer.json()["error"]) == {"code", "message"}


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (RuntimeError("secret"), 500, "server_error"),
        (OperationalError("secret"), 503, "unavailable"),
        (RequestDataTooBig("secret"), 413, "too_large"),
    ],
)
def test_a_fault_is_json_and_tells_nothing_of_the_inside(monkeypatch, fault: Exception, status: int, code: str) -> None:
    def fail(_view: catalog.Operations) -> None:
        raise fault

    monkeypatch.setattr(catalog.Operations, "get_queryset", fail)
    answer = Client(raise_request_exception=False).get("/api/v1/operations")
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code
    assert "secret" not in answer.content.decode()


@pytest.mark.usefixtures("catalogue")
def test_no_cookie_is_looked_at_or_set(client: Client) -> None:
    answer = client.get("/api/v1/errors", headers={"cookie": "django_language=en"})
    assert not answer.cookies
    assert answer.json()["results"][1]["message"] == "알 수 없는 문제입니다."
