"""Tests of the page of an entry: it begins where one comes from, and its parts fold and say what they hold."""

import re

import pytest
from django.test import Client

from tests.admin.forms import member, page_of, shown
from troubleshoot.models import ErrorEntry

pytestmark = pytest.mark.django_db


def headings(client: Client, entry: ErrorEntry) -> dict[str, bool]:
    """The titles of the parts, and whether they fold."""
    context = client.get(page_of(entry)).context
    parts = {str(part.name): part.is_collapsible for part in context["adminform"] if part.name}
    return parts | {
        str(inline.opts.verbose_name_plural): inline.is_collapsible for inline in context["inline_admin_formsets"]
    }


def test_parts_that_are_seldom_edited_fold_and_say_what_they_hold(editor: Client, entry: ErrorEntry) -> None:
    parts = headings(editor, entry)
    for title in ("위치: 백업 · 1", "발생 원인: 아직 없음", "오래된 내용: 아니요", "별칭: 320001"):
        assert parts[title] is True
    ErrorEntry.objects.filter(pk=entry.pk).update(cause_ko="원인", is_outdated=True, staff_only=True)
    parts = headings(editor, entry)
    assert parts["발생 원인"] is False
    assert "위치: 백업 · 1 · 직원 전용" in parts
    assert "오래된 내용: 예" in parts


def test_a_new_entry_has_all_its_parts_open(editor: Client) -> None:
    context = editor.get("/admin/troubleshoot/errorentry/add/").context
    assert not any(part.is_collapsible for part in context["adminform"] if "key" in str(part.fields))


def test_a_part_with_an_error_is_open(editor: Client, entry: ErrorEntry) -> None:
    data = shown(editor, page_of(entry)) | {"order": "0"}
    context = editor.post(page_of(entry), data).context
    assert not any(
        part.is_collapsible for part in context["adminform"] if "order" in part.form.errors and "order" in part.fields
    )


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    ("part", "field"),
    [("message", "message"), ("cause", "cause"), ("lead", "lead"), ("aliases", "aliases-0-text"), ("", "")],
)
def test_the_page_begins_in_the_part_that_one_comes_from(
    editor: Client, entry: ErrorEntry, language: str, part: str, field: str
) -> None:
    second = entry.resolutions.get(order=2)
    prefix = "/en" if language == "en" else ""
    text = editor.get(f"{prefix}{page_of(entry)}?part={part or f'resolution-{second.pk}'}").text
    (focused,) = [line for line in text.split("<") if "autofocus" in line]
    assert f'id="id_{field or "resolutions-1-body"}_{language}"' in focused


@pytest.mark.parametrize("part", ["", "0", "resolution-", "resolution-999999", "order", "x", "9" * 400, "%00"])
def test_a_part_that_is_none_of_the_entry_begins_it_at_its_top(editor: Client, entry: ErrorEntry, part: str) -> None:
    answer = editor.get(f"{page_of(entry)}?part={part}")
    assert answer.status_code == 200
    assert "autofocus" not in answer.text


def test_who_edits_finds_the_way_to_each_part_on_its_page(editor: Client, entry: ErrorEntry) -> None:
    parts = ["message", "aliases", "cause", *(f"resolution-{fix.pk}" for fix in entry.resolutions.all())]
    text = editor.get(entry.get_absolute_url()).text
    assert re.findall(rf'href="{page_of(entry)}\?part=([^"]+)"', text) == parts
    ErrorEntry.objects.filter(pk=entry.pk).update(lead_ko="먼저")
    assert "?part=lead" in editor.get(entry.get_absolute_url()).text
    for client in (Client(), member("analyst")):
        assert "?part=" not in client.get(entry.get_absolute_url()).text
