"""Tests of how the API says that it can't answer, of what holds for every address, and of its description."""

import re

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.test import Client
from drf_spectacular.validation import validate_schema

from tests.flows import make_flow
from troubleshoot.api import catalog
from troubleshoot.models import ApiToken, DocumentUpload

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


@pytest.fixture
def schema(client) -> dict:
    return client.get("/api/v1/schema").json()


def test_the_schema_is_valid_openapi_3(schema) -> None:
    validate_schema(schema)
    assert schema["openapi"].startswith("3.")


def test_the_schema_is_yaml_on_request(client) -> None:
    answer = client.get("/api/v1/schema", headers={"accept": "application/yaml"})
    assert answer.content.decode().startswith("openapi: 3.")


def test_the_schema_names_every_address(schema) -> None:
    assert set(schema["paths"]) == {
        "/api/v1/search",
        "/api/v1/products",
        "/api/v1/operations",
        "/api/v1/errors",
        "/api/v1/errors/{key}",
        "/api/v1/flows",
        "/api/v1/flows/{key}",
        "/api/v1/documents/{upload}",
        *SENT,
    }
    assert all(set(methods) == {"post" if path in SENT else "get"} for path, methods in schema["paths"].items())


def test_the_schema_is_made_without_a_warning(capsys, client) -> None:
    client.get("/api/v1/schema")
    assert "Warning" not in capsys.readouterr().err


def test_the_schema_names_every_parameter(schema) -> None:
    names = {
        path.removeprefix("/api/v1/"): {parameter["name"] for parameter in method["parameters"]}
        for path, methods in schema["paths"].items()
        for method in methods.values()
    }
    assert names == {
        "search": {"q", "limit", "product", "document", "operation", "kind", "lang"},
        "products": {"lang", "page", "page_size"},
        "operations": {"lang", "page", "page_size", "product", "document"},
        "errors": {"lang", "page", "page_size", "product", "document", "operation", "fix"},
        "errors/{key}": {"lang", "key"},
        "flows": {"lang", "page", "page_size"},
        "flows/{key}": {"lang", "key"},
        "diagnose": {"lang"},
        "feedback": {"lang"},
        "documents": {"lang", "dry_run"},
        "documents/{upload}": {"lang", "upload"},
    }


@pytest.mark.usefixtures("catalogue")
def test_every_address_of_the_schema_answers_as_it_says(client, schema) -> None:
    make_flow("agent")
    for path, methods in schema["paths"].items():
        answer = ask(client, path, {"q": "에이전트"})
        assert answer.status_code == (201 if path.endswith("/feedback") else 200)
        check(answer.json(), promise(methods, answer.status_code), schema)


@pytest.mark.usefixtures("catalogue")
def test_a_refusal_is_as_the_schema_says(client, schema) -> None:
    for path, methods in schema["paths"].items():
        answer = ask(client, path, {"lang": "fr"})
        assert answer.status_code == 400
        check(answer.json(), promise(methods, 400), schema)


# What is sent to the addresses that take something.
SENT = {
    "/api/v1/diagnose": {"text": "에이전트가 응답하지 않습니다."},
    "/api/v1/feedback": {"kind": "error", "key": "agent", "solved": True},
    "/api/v1/documents": {"documents": [{"path": "guide.md", "text": "# 안내\n\n본문입니다.\n"}]},
}


def ask(client, path: str, parameters: dict[str, str]):
    upload = DocumentUpload.objects.begin(user=pipeline(), data=b"").pk if "{upload}" in path else ""
    headers = {"authorization": f"Bearer {token()}"} if "/documents" in path else {}
    if path not in SENT:
        return client.get(path.format(key="agent", upload=upload), parameters, headers=headers)
    return client.post(path, SENT[path], content_type="application/json", query_params=parameters, headers=headers)


def pipeline() -> User:
    return User.objects.get_or_create(username="pipeline", is_staff=True, is_superuser=True)[0]


def token() -> str:
    return ApiToken.objects.issue(ApiToken(name="pipeline", user=pipeline()))


def promise(methods: dict, status: int) -> dict:
    """The shape that an address promises for a status."""
    (method,) = methods.values()
    return method["responses"][str(status)]["content"]["application/json"]["schema"]


TYPES = {"boolean": bool, "string": str, "integer": int, "number": float, "array": list, "object": dict}


def check(value, promised: dict, schema: dict) -> None:
    """Hold a value to its part of the schema: its type, no property missing and none unannounced."""
    promised = resolve(promised, schema)
    if value is None:
        assert promised.get("nullable")
    elif promised.get("type"):
        assert isinstance(value, TYPES[promised["type"]])
    if isinstance(value, dict):
        assert set(value) == set(promised["properties"])
        for name, part in value.items():
            check(part, promised["properties"][name], schema)
    for part in value if isinstance(value, list) else ():
        check(part, promised["items"], schema)


def resolve(promised: dict, schema: dict) -> dict:
    """The schema that a reference names, with the keywords beside it."""
    for reference in [promised, *promised.get("allOf", ())]:
        if "$ref" in reference:
            name = re.fullmatch(r"#/components/schemas/(\w+)", reference["$ref"])[1]
            return schema["components"]["schemas"][name] | promised
    return promised


@pytest.mark.parametrize("query", ["lang=fr", "lang=..%2F..%2Fetc", "lang=%00"])
def test_the_schema_refuses_a_language_that_it_does_not_speak(client, query: str) -> None:
    assert client.get(f"/api/v1/schema?{query}").status_code == 400


@pytest.mark.parametrize("query", ["", "?lang=en", "?version=%22%3E%3Cscript%3E", "?script="])
def test_the_documentation_page_has_a_title_one_heading_and_no_inline_script(client, query: str) -> None:
    answer = client.get(f"/api/docs/{query}", headers={"accept": "text/html"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert html.count("<h1") == 1
    assert "<title>Azure VM 백업 문제 해결 API</title>" in html
    assert not re.search(r"<script(?![^>]* src=)|<style| style=| on\w+=", html)
    assert "//cdn" not in html


def test_the_documentation_page_only_reads(client) -> None:
    answer = client.post("/api/docs/")
    assert answer.status_code == 405
    assert answer.json()["error"]["code"] == "method_not_allowed"
