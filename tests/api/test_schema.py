"""Tests that the OpenAPI document is valid, and that what it promises holds."""

import re

import pytest
from drf_spectacular.validation import validate_schema

from tests.flows import make_flow

pytestmark = pytest.mark.django_db


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
        "/api/v1/operations",
        "/api/v1/errors",
        "/api/v1/errors/{key}",
        "/api/v1/flows",
        "/api/v1/flows/{key}",
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
        "search": {"q", "limit", "operation", "kind", "lang"},
        "operations": {"lang", "page", "page_size"},
        "errors": {"lang", "page", "page_size", "operation", "fix"},
        "errors/{key}": {"lang", "key"},
        "flows": {"lang", "page", "page_size"},
        "flows/{key}": {"lang", "key"},
        "diagnose": {"lang"},
        "feedback": {"lang"},
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
}


def ask(client, path: str, parameters: dict[str, str]):
    if path not in SENT:
        return client.get(path.replace("{key}", "agent"), parameters)
    return client.post(path, SENT[path], content_type="application/json", query_params=parameters)


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
    assert "<title>Backup troubleshooting API</title>" in html
    assert not re.search(r"<script(?![^>]* src=)|<style| style=| on\w+=", html)
    assert "//cdn" not in html


def test_the_documentation_page_only_reads(client) -> None:
    answer = client.post("/api/docs/")
    assert answer.status_code == 405
    assert answer.json()["error"]["code"] == "method_not_allowed"
