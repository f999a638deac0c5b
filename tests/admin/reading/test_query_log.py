"""Tests of the query log in the administration: found, filtered, settled; never written, never counted in full."""

import time

import pytest
from django.urls import reverse

from tests.admin.cast import NOW, client_of, searched
from troubleshoot.admin.reading import query_log
from troubleshoot.models import QueryLog

pytestmark = pytest.mark.django_db

LIST = "/en" + reverse("admin:troubleshoot_querylog_changelist")
SECONDS = 10


@pytest.fixture
def analyst(db):
    return client_of("analyst")


@pytest.fixture
def rows(db) -> list[QueryLog]:
    return [
        *searched("nothing"),
        *searched("unopened", results=3, language="en"),
        *searched("opened", results=2, chosen="agent"),
        *searched("told", comment="어디 있나요?", settled=NOW),
    ]


def found(client, **query) -> set[str]:
    return {row.query for row in client.get(LIST, query).context["cl"].result_list}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, {"nothing", "unopened", "opened", "told"}),
        ({"language": "en"}, {"unopened"}),
        ({"language": "xx"}, set()),
        ({"result": "no"}, {"nothing", "told"}),
        ({"result": "yes"}, {"unopened", "opened"}),
        ({"opened": "yes"}, {"opened"}),
        ({"opened": "no", "result": "yes"}, {"unopened"}),
        ({"done": "yes"}, {"told"}),
        ({"done": "no"}, {"nothing", "unopened", "opened"}),
        ({"comment": "yes"}, {"told"}),
        ({"comment": "nonsense"}, {"nothing", "unopened", "opened", "told"}),
        ({"q": "어디"}, {"told"}),
        ({"time__year": "2026", "time__month": "3"}, {"nothing", "unopened", "opened", "told"}),
        ({"time__year": "2025"}, set()),
    ],
)
def test_searches_are_found_by_what_came_of_them(analyst, rows, query, expected):
    assert found(analyst, **query) == expected


@pytest.mark.parametrize("group", ["analyst", "editor"])
def test_nobody_adds_edits_or_deletes(rows, group):
    client = client_of(group)
    change = reverse("admin:troubleshoot_querylog_change", args=(rows[0].pk,))
    assert client.get(change).status_code == 200
    assert client.post(change, {"query": "other"}).status_code == 403
    assert client.get(reverse("admin:troubleshoot_querylog_add")).status_code == 403
    assert (
        client.post(reverse("admin:troubleshoot_querylog_delete", args=(rows[0].pk,)), {"post": "yes"}).status_code
        == 403
    )
    assert QueryLog.objects.get(pk=rows[0].pk).query == "nothing"


@pytest.mark.parametrize("groups", [(), ("author",)])
def test_who_may_not_read_it_does_not(rows, groups):
    client = client_of(*groups)
    assert client.get(LIST).status_code == 403
    assert client.get(reverse("admin:troubleshoot_querylog_change", args=(rows[0].pk,))).status_code == 403


def act(client, action: str, chosen: list[QueryLog]):
    return client.post(LIST, {"action": action, "_selected_action": [row.pk for row in chosen]}, follow=True)


def test_an_editor_settles_searches_and_opens_them_again(rows):
    client = client_of("editor")
    assert "2 searches are settled." in act(client, "settle", rows[:2]).content.decode()
    assert found(client, done="yes") == {"nothing", "unopened", "told"}
    assert "1 search is in the report again." in act(client, "reopen", rows[:1]).content.decode()
    assert found(client, done="yes") == {"unopened", "told"}


def test_an_analyst_has_no_such_actions(analyst, rows):
    act(analyst, "settle", rows[:2])
    assert found(analyst, done="yes") == {"told"}


def test_fifty_thousand_rows_take_as_many_queries_and_no_full_count(analyst, rows, count_queries, monkeypatch):
    analyst.get(LIST)
    few = count_queries(lambda: analyst.get(LIST))
    searched("백업 실패", times=50_000)
    began = time.monotonic()
    assert count_queries(lambda: analyst.get(LIST)) == few
    took = time.monotonic() - began
    print(f"a list of 50,000 searches opened in {took:.2f} s and {few} queries")  # noqa: T201 - shown with -s
    assert took < SECONDS
    assert analyst.get(LIST).context["cl"].result_count == query_log.MOST_COUNTED
    assert few < 11


def test_a_page_behind_the_last_is_refused_as_django_does(analyst, rows):
    assert analyst.get(LIST, {"p": "999"}).status_code in (200, 302)
