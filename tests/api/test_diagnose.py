"""Tests of the address that reads a pasted log: its shape, its limits, bad input, and what is counted of a text."""

import json
import logging

import pytest

from tests.api.conftest import add_entries
from tests.search.samples import GUID
from troubleshoot.models import ErrorEntry, QueryLog
from troubleshoot.reading import limits

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

ADDRESS = "/api/v1/diagnose"
LIMIT = 262_144


@pytest.fixture
def send(client):
    """Post a body and return its JSON; the status must be as expected."""

    def post(body, status=200, address=ADDRESS, content_type="application/json"):
        body = body if isinstance(body, str | bytes) else json.dumps(body)
        answer = client.post(address, body, content_type=content_type)
        assert answer.status_code == status, answer.content
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.json()

    return post


def test_a_log_is_answered_with_the_masked_text_and_its_errors(send) -> None:
    answer = send({"text": f"10.0.0.4 {GUID}\n[ERROR] 에이전트가 응답하지 않습니다.\nkim@contoso.com"})
    (match,) = answer["matches"]
    assert isinstance(match.pop("score"), float)
    assert match == {
        "key": "agent",
        "url": "http://testserver/errors/agent/",
        "title": "에이전트가 응답하지 않습니다.",
        "is_partial": False,
        "matched_text": "에이전트가 응답하지 않습니다.",
    }
    assert answer["redacted"] == "‹ip› ‹guid›\n[ERROR] 에이전트가 응답하지 않습니다.\n‹email›"


def test_titles_and_pages_are_in_the_language_asked_for(send) -> None:
    (match,) = send({"text": "에이전트가 응답하지 않습니다."}, address=f"{ADDRESS}?lang=en")["matches"]
    assert (match["title"], match["url"]) == ("The agent does not respond.", "http://testserver/en/errors/agent/")


@pytest.mark.parametrize("text", ["", " ", "\r\n", "nothing of this is documented", "\x00", "\ud83d", "ㄱ", "😀"])
def test_any_text_is_answered(send, text) -> None:
    assert send({"text": text})["matches"] == []


def test_a_text_of_exactly_the_limit_is_read(send) -> None:
    assert len(send({"text": "a" * LIMIT})["redacted"]) == LIMIT
    assert send({"text": "가" * (LIMIT // 3)})["matches"] == []


@pytest.mark.parametrize("text", ["a" * (LIMIT + 1), "가" * (LIMIT // 3 + 1), "x" * 3_000_000])
def test_a_longer_text_is_refused_with_a_sentence(send, text) -> None:
    error = send({"text": text}, 413)["error"]
    assert error == {"code": "too_large", "message": "텍스트가 256KiB보다 깁니다."}


def test_a_long_request_is_refused_before_it_is_read(client) -> None:
    answer = client.post(ADDRESS, b"", content_type="application/json", CONTENT_LENGTH="999999999")
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "null", '"text"', "{}", '{"text": null}', '{"text": 1}', '{"text": []}']
)
def test_what_is_no_text_is_explained(send, body) -> None:
    assert send(body, 400)["error"]["message"]


def test_bytes_that_are_no_text_are_explained(send) -> None:
    assert send(b'{"text": "\xff"}', 400)["error"]["code"] == "parse_error"


def test_another_kind_of_body_is_refused(send) -> None:
    assert send("text=a", 415, content_type="text/plain")["error"]["code"] == "unsupported_media_type"


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_only_posting_is_allowed(client, method) -> None:
    answer = getattr(client, method)(ADDRESS)
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")


def test_no_cookie_is_needed_and_none_is_set(client) -> None:
    client.handler.enforce_csrf_checks = True
    answer = client.post(ADDRESS, {"text": "a"}, content_type="application/json")
    assert answer.status_code == 200
    assert not answer.cookies


def test_nothing_of_the_text_is_logged(send, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    send({"text": "secret-sentence 에이전트가 응답하지 않습니다."})
    send({"text": "secret-sentence " * 100_000}, 413)
    assert "secret-sentence" not in caplog.text


def test_only_the_codes_that_nobody_documented_are_counted(send) -> None:
    send({"text": "vm-prod-01 에이전트가 응답하지 않습니다."})
    send({"text": "vm-prod-01 ExtensionFailedVssWriterInBadState"}, address=f"{ADDRESS}?lang=en")
    (row,) = QueryLog.objects.values("query", "code", "source", "language", "undocumented")
    code = "ExtensionFailedVssWriterInBadState"
    assert row == {"query": code, "code": code, "source": "diagnosis", "language": "en", "undocumented": True}


def test_the_queries_do_not_grow_with_the_matches(send, count_queries) -> None:
    add_entries(2)
    rows = list(ErrorEntry.objects.order_by("pk"))
    said = (
        "디스크 암호화가 끝나지 않았습니다.",
        "네트워크 어댑터를 찾을 수 없습니다.",
        "서명 인증서가 만료되었습니다.",
        "클러스터 쿼럼을 잃었습니다.",
    )
    for row, message in zip(rows, said, strict=True):
        row.message_ko = message
        row.save()
    send({"text": rows[0].message_ko})
    one = count_queries(lambda: send({"text": rows[0].message_ko}))
    all_of_them = "\n".join(row.message_ko for row in rows)
    assert len(send({"text": all_of_them})["matches"]) == len(said)
    assert count_queries(lambda: send({"text": all_of_them})) == one


def test_more_than_a_network_may_send_is_refused_and_says_when_to_come_back(client, send, settings) -> None:
    settings.WORK_LIMITS = settings.WORK_LIMITS | {limits.DIAGNOSING: (1, 0)}
    send({"text": "a"})
    answer = client.post(ADDRESS, {"text": "a"}, content_type="application/json")
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert answer.json()["error"]["code"] == "throttled"
