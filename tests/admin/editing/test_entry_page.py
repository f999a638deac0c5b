"""Tests of the page of an entry: it begins where one comes from, and its parts fold and say what they hold."""

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
def test_the_page_begins_in_the_resolution_that_one_comes_from(
    editor: Client, entry: ErrorEntry, language: str
) -> None:
    second = entry.resolutions.get(order=2)
    prefix = "/en" if language == "en" else ""
    text = editor.get(f"{prefix}{page_of(entry)}?resolution={second.pk}").text
    focused = next(line for line in text.split("<") if "autofocus" in line)
    assert f'id="id_resolutions-1-body_{language}"' in focused


@pytest.mark.parametrize("resolution", ["", "0", "999999", "x", "-1", "9" * 400, "%00"])
def test_a_resolution_that_is_none_of_the_entry_begins_it_at_its_top(editor, entry, resolution: str) -> None:
    answer = editor.get(f"{page_of(entry)}?resolution={resolution}")
    assert answer.status_code == 200
    assert "autofocus" not in answer.text


def test_who_edits_finds_the_way_from_each_fix_on_its_page(editor: Client, entry: ErrorEntry) -> None:
    for fix in entry.resolutions.all():
        assert f"{page_of(entry)}?resolution={fix.pk}" in editor.get(entry.get_absolute_url()).text
    for client in (Client(), member("analyst")):
        assert "?resolution=" not in client.get(entry.get_absolute_url()).text
