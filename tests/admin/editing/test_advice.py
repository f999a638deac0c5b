"""Tests that the page of an entry shows what could be better, and saves all the same."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.admin.forms import opened, page_of, save
from troubleshoot.models import ErrorEntry

pytestmark = pytest.mark.django_db


def shown(client: Client, entry: ErrorEntry) -> list[str]:
    return [piece.kind.value for piece in opened(client, page_of(entry))["advice"]]


def test_a_complete_entry_shows_no_advice(editor: Client, entry: ErrorEntry) -> None:
    assert shown(editor, entry) == []
    assert 'class="advice"' not in editor.get(page_of(entry)).content.decode()


def test_advice_stands_above_the_form_and_saving_goes_on(editor: Client, entry: ErrorEntry) -> None:
    assert save(editor, entry, resolutions__0__body_en="", cause_ko="이유").status_code == 302
    assert shown(editor, entry) == ["missing", "missing"]
    page = editor.get(page_of(entry)).content.decode()
    assert page.index('class="advice') < page.index('id="id_message_ko"')


def test_another_entry_that_is_nearly_the_same_is_linked(editor: Client, entry: ErrorEntry) -> None:
    twin = ErrorEntry.objects.create(
        key="twin", operation=entry.operation, order=7, message_ko="에이전트  오류", message_en="x", state="draft"
    )
    assert shown(editor, twin) == ["similar"]
    assert f'href="{page_of(entry)}"' in editor.get(page_of(twin)).content.decode()


def test_a_page_for_a_new_entry_has_no_advice(editor: Client) -> None:
    assert not editor.get(reverse("admin:troubleshoot_errorentry_add")).context["advice"]
