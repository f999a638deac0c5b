"""Tests of numbers and words that can be none: the pages that take them answer, and do nothing with them."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.admin.cast import searched
from tests.admin.forms import page_of, save
from troubleshoot.admin.guards import GuardedList
from troubleshoot.models import ErrorEntry, Flow, Operation, QueryLog, Revision, Section

pytestmark = pytest.mark.django_db

NONE = ["x", "\0", "9" * 40, "-1", "٣"]
LISTS = {"errorentry": "publish_entries", "operation": "delete_selected", "querylog": "settle"}


@pytest.fixture
def lead(entry) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.create_superuser("lead"))
    return client


def address(name: str) -> str:
    return reverse(f"admin:troubleshoot_{name}")


@pytest.mark.parametrize("number", NONE)
@pytest.mark.parametrize("page", ["errorentry_add operation", "section_add document", "operation_add section"])
def test_a_form_begins_empty_where_the_address_names_no_row(lead, page: str, number: str) -> None:
    name, field = page.split()
    assert lead.get(address(name), {field: number}).status_code == 200


@pytest.mark.parametrize("number", NONE)
def test_a_choice_that_is_none_is_asked_for_again(lead, entry, number: str) -> None:
    assert "operation" in save(lead, entry, operation=number).context["adminform"].form.errors
    answer = lead.post(page_of(entry, "archive"), {"successor": number})
    assert "successor" in answer.context["form"].errors
    rows = {f"flow_links-{name}": text for name, text in {"TOTAL_FORMS": "1", "INITIAL_FORMS": "0"}.items()}
    answer = save(lead, Flow.objects.get(), **{f"{name}".replace("-", "__"): text for name, text in rows.items()})
    assert answer.status_code in (200, 302)


@pytest.mark.parametrize("number", NONE)
@pytest.mark.parametrize("name", LISTS)
def test_an_action_on_what_is_no_row_does_nothing(lead, name: str, number: str) -> None:
    searched("nothing")
    before = ErrorEntry.objects.count(), Operation.objects.count(), QueryLog.objects.filter(settled=None).count()
    answer = lead.post(address(f"{name}_changelist"), {"action": LISTS[name], "_selected_action": [number]})
    assert answer.status_code == 302
    after = ErrorEntry.objects.count(), Operation.objects.count(), QueryLog.objects.filter(settled=None).count()
    assert before == after


def test_an_action_that_names_anything_but_rows_says_so_and_does_nothing(lead) -> None:
    (row,) = searched("nothing")
    numbers = [*NONE, str(row.pk)]
    action = {"action": "settle", "_selected_action": numbers}
    answer = lead.post(address("querylog_changelist") + "?done=no", action, follow=True)
    assert "잘못된 선택이므로 아무것도 변경하지 않았습니다." in answer.content.decode()
    assert answer.request["QUERY_STRING"] == "done=no"
    assert QueryLog.objects.get().settled is None


@pytest.mark.parametrize("term", ["\0", "에이전트\0", "9" * 400])
def test_a_search_for_a_choice_takes_any_text(lead, term: str) -> None:
    asked = {"app_label": "troubleshoot", "model_name": "errorentry", "field_name": "successor", "term": term}
    answer = lead.get(reverse("admin:autocomplete"), asked)
    assert answer.status_code == 200
    assert len(answer.json()["results"]) == (0 if term.isdigit() else 1)


def test_a_reason_is_kept_without_what_no_database_takes(lead, entry) -> None:
    assert save(lead, entry, message_en="Other", change_reason="a\0b").status_code == 302
    assert Revision.objects.of(entry).first().reason == "ab"


def test_every_page_of_the_administration_is_guarded() -> None:
    assert [row for row in admin.site._registry.values() if not isinstance(row, GuardedList)] == []


@pytest.mark.parametrize("field", ["", "nowhere", "operations", "pk", "id", "title", "\0"])
@pytest.mark.parametrize("page", ["", "{}/change/", "{}/delete/", "{}/history/", "add/"])
def test_a_row_is_asked_for_by_no_field_but_its_number(lead, page: str, field: str) -> None:
    section = Section.objects.get()
    answer = lead.get(address("section_changelist") + page.format(section.pk), {"_to_field": field})
    assert answer.status_code in (200, 302, 400)


@pytest.mark.parametrize("name", ["errorentry", "product", "section", "image", "querylog", "verdict", "apitoken"])
def test_a_list_takes_a_search_of_any_length(lead, name: str) -> None:
    assert lead.get(address(f"{name}_changelist"), {"q": "| a " * 800}).status_code in (200, 302)


@pytest.mark.parametrize("lookup", ["pk__in", "id__in", "pk__range", "id__range", "pk__exact", "pk__gt", "id"])
@pytest.mark.parametrize("name", ["errorentry", "section", "verdict", "querylog"])
def test_a_list_takes_numbers_of_any_length(lead, name: str, lookup: str) -> None:
    for numbers in ("9" * 30, f"1,{'9' * 30}", f"-{'9' * 30},1", "1,2"):
        assert lead.get(address(f"{name}_changelist"), {lookup: numbers}).status_code in (200, 302, 400)
