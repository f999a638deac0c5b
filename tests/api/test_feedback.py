"""Tests of the address that takes feedback."""

import json

import pytest
from limits import RateLimitItemPerHour

from tests.flows import make_flow
from troubleshoot.models import Resolution, Verdict
from troubleshoot.reading import feedback, limits

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/feedback"
YES = {"kind": "error", "key": "agent", "solved": True}


@pytest.fixture
def send(client, catalogue):
    """Send feedback and return the JSON of the answer; the status must be as expected."""

    def post(body, status=201, **extra):
        data = body if isinstance(body, (str, bytes)) else json.dumps(body)
        answer = client.post(ADDRESS, data, content_type="application/json", **extra)
        assert answer.status_code == status, answer.content
        return answer.json()

    return post


def test_feedback_on_an_error_is_kept(send):
    assert send(YES) == YES | {"comment": ""}
    assert list(Verdict.objects.values_list("kind", "key", "solved")) == [("error", "agent", True)]


def test_feedback_on_one_resolution_is_kept_for_it(send):
    resolution = Resolution.objects.filter(entry__key="agent").first()
    key = f"agent/{resolution.order}"
    assert send(YES | {"key": key})["key"] == key
    assert Verdict.objects.get().resolution == resolution


@pytest.mark.parametrize("hidden", [{"staff_only": True}, {"entry__staff_only": True}, {"entry__state": "draft"}])
def test_what_readers_do_not_see_is_unknown(send, hidden):
    resolution = Resolution.objects.select_related("entry").filter(entry__key="agent").first()
    for name, value in hidden.items():
        row = resolution.entry if name.startswith("entry__") else resolution
        setattr(row, name.removeprefix("entry__"), value)
        row.save()
    assert f"agent/{resolution.order}" in send(YES | {"key": f"agent/{resolution.order}"}, 404)["error"]["message"]


@pytest.mark.parametrize("key", ["nope", "agent/", "agent/99", "agent/x", "agent/01", "agent/1/1", "/1", "agent/-1"])
def test_a_resolution_that_does_not_exist_is_unknown(send, key):
    assert send(YES | {"key": key}, status=404)["error"]["code"] == "not_found"


def test_too_many_from_one_address_are_refused(send, monkeypatch):
    monkeypatch.setattr(limits, "ANSWERS", RateLimitItemPerHour(1))
    send(YES)
    assert send(YES, status=429)["error"]["code"] == "throttled"


@pytest.mark.parametrize("key", ["wizard-agent", "wizard-agent/done"])
def test_feedback_on_a_wizard_or_its_outcome_is_kept(send, key):
    make_flow("wizard-agent")
    send({"kind": "wizard", "key": key, "solved": False, "comment": "아직 실패합니다."})
    assert Verdict.objects.get().comment == "아직 실패합니다."


def test_a_comment_is_kept_without_personal_details_and_the_answer_says_what_is_kept(send):
    said = send(YES | {"comment": "mail someone@example.com"})
    assert "someone" not in said["comment"]
    assert said["comment"] == Verdict.objects.get().comment


def test_a_long_comment_is_cut(send):
    assert len(send(YES | {"comment": "가" * 2000})["comment"]) == Verdict.LONGEST_COMMENT


@pytest.mark.parametrize(
    ("changed", "about"),
    [
        ({"kind": "other"}, "kind"),
        ({"kind": None}, "kind"),
        ({"key": ""}, "key"),
        ({"key": "a" * 500}, "key"),
        ({"key": "x\x00y"}, "key"),
        ({"key": ["agent"]}, "key"),
        ({"solved": "perhaps"}, "solved"),
        ({"solved": None}, "solved"),
        ({"comment": {"a": 1}}, "comment"),
    ],
)
def test_what_can_not_be_used_is_refused_by_its_name(send, changed, about):
    error = send(YES | changed, status=400)["error"]
    assert error["code"] == "invalid"
    assert error["message"].startswith(f"{about}: ")
    assert not Verdict.objects.exists()


@pytest.mark.parametrize("name", ["kind", "key", "solved"])
def test_what_is_missing_is_named(send, name):
    body = {key: value for key, value in YES.items() if key != name}
    assert send(body, status=400)["error"]["message"].startswith(f"{name}: ")


@pytest.mark.parametrize("body", ["", "{", "[]", "1", '"x"', "null", b"\xff\xfe", "[" * 9000])
def test_what_is_no_object_is_refused(send, body):
    assert set(send(body, status=400)["error"]) == {"code", "message"}
    assert not Verdict.objects.exists()


def test_a_huge_request_is_refused(send):
    assert send(YES | {"comment": "가" * 20_000}, status=413)["error"]["code"] == "too_large"


def test_a_flood_is_refused_and_says_when_to_come_back(client, send, monkeypatch):
    monkeypatch.setattr(feedback, "MOST_VERDICTS_AN_HOUR", 1)
    send(YES)
    assert send(YES, status=429)["error"]["code"] == "throttled"
    answer = client.post(ADDRESS, json.dumps(YES), content_type="application/json")
    assert int(answer["Retry-After"]) > 0


def test_another_content_type_is_refused(client, catalogue):
    assert client.post(ADDRESS, {"kind": "error"}).status_code == 415


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_it_takes_nothing_else(client, method):
    assert getattr(client, method)(ADDRESS).status_code == 405


def test_another_site_may_not_send_it_from_its_readers_browser(client, catalogue):
    """There is no answer to a preflight, and JSON needs one."""
    answer = client.options(ADDRESS, headers={"Origin": "https://example.com", "Access-Control-Request-Method": "POST"})
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Access-Control-Allow-Methods" not in answer.headers
