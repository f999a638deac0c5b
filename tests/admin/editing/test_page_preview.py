"""Tests of the page of an entry as its form says it: nothing is written, and what is wrong is shown as well."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.admin.cast import client_of
from tests.admin.forms import shown as form_of
from troubleshoot.models import ErrorEntry, Operation, Resolution, Revision

pytestmark = pytest.mark.django_db


def address(entry: ErrorEntry) -> str:
    return reverse("admin:troubleshoot_errorentry_page", args=(entry.pk,))


def typed(client: Client, entry: ErrorEntry, **more: str) -> dict[str, str]:
    return form_of(client, reverse("admin:troubleshoot_errorentry_change", args=(entry.pk,))) | more


def shown(client: Client, entry: ErrorEntry, **more: str) -> str:
    answer = client.post(address(entry), typed(client, entry, **more))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return answer.content.decode()


def test_the_page_says_what_is_typed_and_nothing_is_saved(editor: Client, entry: ErrorEntry) -> None:
    page = shown(editor, entry, message_ko="새 메시지", **{"resolutions-0-body_ko": "1. 새 단계\n2. 둘째"})
    assert "<h1>새 메시지</h1>" in page
    assert page.index("새 단계") < page.index("다시 시작합니다.")
    assert ErrorEntry.objects.get(pk=entry.pk).message_ko == "에이전트 오류"
    assert Resolution.objects.get(entry=entry, order=1).body_ko == "다시 설치합니다."
    assert not Revision.objects.exists()


def test_rows_are_shown_in_their_new_order_without_those_that_go_and_with_new_ones(
    editor: Client, entry: ErrorEntry
) -> None:
    swapped = {"resolutions-0-order": "2", "resolutions-1-order": "1"}
    page = shown(editor, entry, **swapped)
    assert page.index("다시 시작합니다.") < page.index("다시 설치합니다.")
    added = {"resolutions-TOTAL_FORMS": "3", "resolutions-2-body_ko": "세 번째", "resolutions-2-origin": "editor"}
    page = shown(editor, entry, **{"resolutions-0-DELETE": "on"}, **added)
    assert "다시 설치합니다." not in page
    assert page.index("다시 시작합니다.") < page.index("세 번째")


def test_a_text_that_would_be_refused_is_shown(editor: Client, entry: ErrorEntry) -> None:
    page = shown(editor, entry, **{"resolutions-0-body_ko": "[여기](portal:error/nowhere) 누르기"})
    assert "여기" in page
    assert "누르기" in page


def test_the_page_is_in_the_language_of_the_address(editor: Client, entry: ErrorEntry) -> None:
    data = typed(editor, entry, message_en="A new message")
    assert "<h1>A new message</h1>" in editor.post(f"/en{address(entry)}", data).content.decode()


def test_a_new_entry_has_a_page_once_its_operation_is_chosen(editor: Client, entry: ErrorEntry) -> None:
    new = reverse("admin:troubleshoot_errorentry_page_new")
    data = form_of(editor, reverse("admin:troubleshoot_errorentry_add")) | {"message_ko": "처음"}
    assert editor.post(new, data).status_code == 422
    answer = editor.post(new, data | {"operation": str(Operation.objects.get().pk)})
    assert "<h1>처음</h1>" in answer.content.decode()
    assert ErrorEntry.objects.count() == 1


def test_only_who_may_edit_it_sees_the_page(client: Client, entry: ErrorEntry) -> None:
    assert client.post(address(entry)).status_code == 302
    analyst = client_of("analyst")
    assert analyst.post(address(entry)).status_code == 403
    assert analyst.post(reverse("admin:troubleshoot_errorentry_page_new")).status_code == 403


@pytest.mark.parametrize("number", ["0", "9999999", "x", "9" * 40])
def test_an_unknown_entry_has_no_page(editor: Client, number: str) -> None:
    assert editor.post(reverse("admin:troubleshoot_errorentry_page", args=(number,))).status_code == 302


def test_any_other_verb_is_refused(editor: Client, entry: ErrorEntry) -> None:
    assert editor.get(address(entry)).status_code == 405


def test_a_form_that_is_no_form_is_refused(editor: Client, entry: ErrorEntry) -> None:
    assert editor.post(address(entry), {"message_ko": "x"}).status_code < 500
