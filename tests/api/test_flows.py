"""Tests of the addresses that read the wizards: their shapes, links from errors, and bad input."""

import pytest

from tests.flows import make_flow
from troubleshoot.models import ErrorEntry, FlowLink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

HOST = "http://testserver"


def test_wizards_are_listed_in_their_order(ask) -> None:
    make_flow("second", order=2)
    make_flow()
    make_flow("draft", published=False, order=3)
    answer = ask("flows")
    assert (answer["count"], answer["next"], answer["previous"]) == (2, None, None)
    assert answer["results"][0] == {
        "key": "agent",
        "url": f"{HOST}/wizards/agent/",
        "title": "에이전트 마법사",
        "minutes": 5,
    }
    assert [flow["key"] for flow in answer["results"]] == ["agent", "second"]


def test_wizards_speak_english_on_request(ask) -> None:
    make_flow()
    first = ask("flows", lang="en")["results"][0]
    assert (first["title"], first["url"]) == ("Agent wizard", f"{HOST}/en/wizards/agent/")


def test_a_wizard_is_read_with_its_steps(ask) -> None:
    make_flow()
    flow = ask("flows/agent", lang="en")
    steps = {step["key"]: step for step in flow.pop("steps")}
    assert flow == {
        "key": "agent",
        "url": f"{HOST}/en/wizards/agent/",
        "title": "Agent wizard",
        "summary": "A summary.",
        "needs": "",
        "minutes": 5,
        "start": "os",
        "source": {
            "document": None,
            "publisher": "",
            "published": None,
            "section": None,
            "line": None,
            "edition": "",
            "gone": "",
            "url": None,
            "article_url": "",
            "edited": None,
            "reviewed": None,
        },
    }
    assert list(steps) == ["os", "version", "install", "done", "support"]
    assert steps["os"] == {
        "key": "os",
        "kind": "question",
        "answer": "os",
        "title": "os title",
        "body": "",
        "help": f"Help [entry]({HOST}/en/errors/agent/)",
        "choices": [
            {"key": "windows", "label": "windows answer", "help": "", "next": "version"},
            {"key": "linux", "label": "linux answer", "help": "", "next": "install"},
        ],
        "check": None,
        "result": None,
        "hand_over": None,
    }
    assert steps["version"]["check"] == {"kind": "version", "minimum": "2.6.1198.718", "example": "2.7.1"}
    assert (steps["done"]["result"], steps["done"]["choices"]) == ("solved", [])


@pytest.mark.parametrize("key", ["nothing", "draft", "AGENT", "x" * 3_000])
def test_an_unknown_or_unpublished_wizard_is_not_found(ask, key) -> None:
    make_flow("draft", published=False)
    assert ask(f"flows/{key}", 404, lang="en")["error"] == {
        "code": "not_found",
        "message": f"There is no wizard “{key}”.",
    }


def test_an_archived_wizard_is_gone(ask) -> None:
    flow = make_flow("old")
    flow.state = "archived"
    flow.save()
    assert ask("flows/old", 410, lang="en")["error"] == {"code": "gone", "message": "This wizard was archived."}


def test_an_unknown_language_is_explained(ask) -> None:
    make_flow()
    for address in ("flows", "flows/agent"):
        assert ask(address, 400, lang="fr")["error"]["code"] == "invalid"


def test_an_error_names_the_wizards_that_help_with_what_it_answers_already(ask) -> None:
    entry = ErrorEntry.objects.get(key="agent")
    FlowLink.objects.create(entry=entry, flow=make_flow("second", order=2), order=2)
    FlowLink.objects.create(entry=entry, flow=make_flow(), order=1, answers="os=linux")
    FlowLink.objects.create(entry=entry, flow=make_flow("draft", published=False, order=3), order=3)
    assert [(one["key"], one["url"]) for one in ask("errors/agent", lang="en")["related_wizards"]] == [
        ("agent", f"{HOST}/en/wizards/agent/?os=linux&assumed=os"),
        ("second", f"{HOST}/en/wizards/second/"),
    ]
    assert ask("errors/agent")["related_wizards"][0]["title"] == {"ko": "에이전트 마법사", "en": "Agent wizard"}


def test_a_wizard_takes_as_many_queries_for_all_its_steps_as_for_one(ask, count_queries) -> None:
    make_flow()
    entries_linked = 1
    assert count_queries(lambda: ask("flows/agent")) == 3 + entries_linked
