"""Tests of what waits on the first page of the administration: each number a link to what it counts, for its reader."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from tests.admin.cast import NOW, answered, client_of, searched
from troubleshoot.models import ErrorEntry

pytestmark = pytest.mark.django_db

HOME = "/en/admin/"
ITEM = re.compile(r'<li><a href="([^"]+)"><strong>(\d+)</strong> <span>([^<]+)</span>')


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    cache.clear()


def waiting(client) -> dict[str, int]:
    return {label: int(number) for _address, number, label in ITEM.findall(page_of(client))}


def addresses(client) -> dict[str, str]:
    return {label: address.replace("&amp;", "&") for address, _number, label in ITEM.findall(page_of(client))}


def page_of(client) -> str:
    return client.get(HOME).content.decode()


def draft(entry, number, **values) -> ErrorEntry:
    usual = {"state": "draft", "message_ko": "초안", "message_en": "Draft"}
    place = {"operation": entry.operation, "order": 10 + number}
    return ErrorEntry.objects.create(key=f"draft-{number}", **place, **usual | values)


def test_nothing_waits_where_there_is_nothing_to_do(entry):
    page = page_of(client_of("editor"))
    assert "Nothing to do." in page
    assert ITEM.findall(page) == []


def test_an_editor_sees_all_that_waits(entry):
    client = client_of("editor", name="ed")
    editor = client.get(HOME).wsgi_request.user
    draft(entry, 1, state="review")
    draft(entry, 2, proposed_by=editor)
    draft(entry, 3, message_en="")
    entry.resolutions.filter(order=1).update(body_ko="새로 설치합니다.")
    searched("백업 실패", times=3)
    searched("복원", results=2, chosen="agent")
    answered("agent", solved=1, unsolved=2)
    assert waiting(client) == {
        "in review": 1,
        "your drafts": 1,
        "entries with outdated English": 1,
        "entries with missing English": 1,
        "failed searches this week": 3,
        "“not solved” answers this week": 2,
    }


def test_an_author_sees_nothing_of_the_reports(entry):
    client = client_of("author")
    searched("백업 실패")
    draft(entry, 1, state="review")
    assert waiting(client) == {"in review": 1}
    assert reverse("reports:overview") not in page_of(client)


def test_an_analyst_sees_the_reports_and_no_work_of_others(entry):
    client = client_of("analyst")
    searched("백업 실패")
    entry.resolutions.update(body_en="")
    assert waiting(client) == {"failed searches this week": 1}


def test_who_may_see_nothing_sees_nothing(entry):
    searched("백업 실패")
    draft(entry, 1, state="review")
    assert waiting(client_of()) == {}


def test_each_number_leads_to_a_list_of_as_many(entry):
    client = client_of("editor", name="ed")
    editor = client.get(HOME).wsgi_request.user
    draft(entry, 1, state="review")
    draft(entry, 2, state="review", message_en="")
    draft(entry, 3, proposed_by=editor)
    entry.resolutions.filter(order=1).update(body_ko="새로 설치합니다.")
    answered("agent", unsolved=2)
    answered("agent", unsolved=3, time=NOW.replace(day=24))
    searched("백업")
    numbers = waiting(client)
    for label, address in addresses(client).items():
        answer = client.get(address)
        assert answer.status_code == 200, address
        if "cl" in answer.context:
            assert answer.context["cl"].result_count == numbers[label], label
    assert numbers["“not solved” answers this week"] == 2


def test_an_edit_changes_the_numbers_at_once(entry):
    client = client_of("editor")
    assert waiting(client) == {}
    entry.message_ko = "다른 오류"
    entry.save()
    assert waiting(client) == {"entries with outdated English": 1}


def test_the_queries_do_not_grow_with_what_waits(entry, count_queries):
    client = client_of("editor")
    page_of(client)
    few = count_queries(lambda: page_of(client))
    for number in range(5):
        draft(entry, number, state="review")
    searched("백업", times=20)
    page_of(client)
    assert count_queries(lambda: page_of(client)) == few
    assert few < 12
