"""Tests of editing in the administration: what is saved shows on the pages, and the order can be changed."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.admin.forms import save, send, shown
from troubleshoot.models import ErrorEntry, Operation, SynonymGroup

pytestmark = pytest.mark.django_db


def errors(answer) -> str:
    return str([inline.formset.errors for inline in answer.context["inline_admin_formsets"]])


def order(entry: ErrorEntry) -> list[tuple[int, str]]:
    return list(entry.resolutions.order_by("order").values_list("order", "body_ko"))


def test_saving_without_a_change_changes_nothing(editor: Client, entry: ErrorEntry) -> None:
    before = order(entry)
    assert save(editor, entry).status_code == 302
    assert order(entry) == before


def test_an_edited_resolution_shows_on_the_entry_page(editor: Client, entry: ErrorEntry) -> None:
    assert save(editor, entry, resolutions__0__body_ko="패키지를 새로 받습니다.").status_code == 302
    assert "패키지를 새로 받습니다." in editor.get(entry.get_absolute_url()).content.decode()


def test_an_edited_english_message_shows_on_the_english_page(editor: Client, entry: ErrorEntry) -> None:
    save(editor, entry, message_en="The agent does not answer")
    assert "The agent does not answer" in editor.get(f"/en{entry.get_absolute_url()}").content.decode()


def test_two_resolutions_swap_places_in_one_save(editor: Client, entry: ErrorEntry) -> None:
    assert save(editor, entry, resolutions__0__order="2", resolutions__1__order="1").status_code == 302
    assert order(entry) == [(1, "다시 시작합니다."), (2, "다시 설치합니다.")]


def test_a_new_resolution_without_a_number_comes_last(editor: Client, entry: ErrorEntry) -> None:
    new = {
        "resolutions__TOTAL_FORMS": "3",
        "resolutions__2__entry": str(entry.pk),
        "resolutions__2__origin": "editor",
        "resolutions__2__body_ko": "기다립니다.",
    }
    assert save(editor, entry, **new).status_code == 302
    assert order(entry)[2] == (3, "기다립니다.")


def test_a_deleted_resolution_leaves_its_number_to_another(editor: Client, entry: ErrorEntry) -> None:
    assert save(editor, entry, resolutions__0__DELETE="on", resolutions__1__order="1").status_code == 302
    assert order(entry) == [(1, "다시 시작합니다.")]


def test_two_resolutions_can_not_have_the_same_number(editor: Client, entry: ErrorEntry) -> None:
    answer = save(editor, entry, resolutions__1__order="1")
    assert answer.status_code == 200
    assert "order" in errors(answer)
    assert len(order(entry)) == 2


@pytest.mark.parametrize("number", ["0", "-1", "abc", "99999999", "1.5", "\x00"])
def test_a_number_that_is_none_is_refused(editor: Client, entry: ErrorEntry, number: str) -> None:
    answer = save(editor, entry, resolutions__0__order=number)
    assert answer.status_code == 200
    assert "order" in errors(answer)


def test_the_same_alias_twice_is_refused(editor: Client, entry: ErrorEntry) -> None:
    new = {
        "aliases__TOTAL_FORMS": "2",
        "aliases__1__entry": str(entry.pk),
        "aliases__1__kind": "code",
        "aliases__1__text_ko": "320001",
    }
    answer = save(editor, entry, **new)
    assert answer.status_code == 200
    assert entry.aliases.count() == 1


@pytest.mark.parametrize("message", ["", "   ", "\x00"])
def test_an_entry_needs_a_korean_message(editor: Client, entry: ErrorEntry, message: str) -> None:
    answer = save(editor, entry, message_ko=message)
    assert answer.status_code == 200
    assert "message_ko" in answer.context["adminform"].form.errors


def test_an_entry_of_a_document_in_english_needs_no_korean_message(editor: Client, entry: ErrorEntry) -> None:
    ErrorEntry.objects.update(message_ko="", message_en="An error")
    assert save(editor, ErrorEntry.objects.get(), message_en="Another error").status_code == 302
    entry.refresh_from_db()
    assert (entry.message_ko, entry.message_en) == ("", "Another error")
    assert save(editor, ErrorEntry.objects.get(), message_en="").status_code == 200


def test_a_new_entry_without_a_number_comes_last_in_its_operation(editor: Client, entry: ErrorEntry) -> None:
    address = reverse("admin:troubleshoot_errorentry_add")
    new = {"key": "new", "operation": str(entry.operation_id), "message_ko": "새 오류"}
    assert editor.post(address, shown(editor, address) | new).status_code == 302
    assert ErrorEntry.objects.get(key="new").order == 2


def test_a_number_of_another_entry_is_refused(editor: Client, entry: ErrorEntry) -> None:
    address = reverse("admin:troubleshoot_errorentry_add")
    new = {"key": "new", "operation": str(entry.operation_id), "order": "1", "message_ko": "새 오류"}
    assert editor.post(address, shown(editor, address) | new).status_code == 200


def test_an_entry_can_be_made_anew_under_another_key(editor: Client, entry: ErrorEntry) -> None:
    address = reverse("admin:troubleshoot_errorentry_add")
    new = {"key": "agent", "operation": str(entry.operation_id), "message_ko": "새 오류"}
    assert "key" in editor.post(address, shown(editor, address) | new).context["adminform"].form.errors


def test_a_new_operation_without_a_number_comes_last(editor: Client, entry: ErrorEntry) -> None:
    new = {"key": "restore", "title_ko": "복원", "title_en": "Restore"}
    for section, number in ((str(entry.operation.section_id), 2), ("", 1), ("", 2)):
        own = {"key": f"restore-{section}-{number}", "section": section}
        assert editor.post(reverse("admin:troubleshoot_operation_add"), new | own).status_code == 302
        assert Operation.objects.get(key=own["key"]).order == number


def test_a_new_section_without_a_number_comes_last(editor: Client, entry: ErrorEntry) -> None:
    section = entry.operation.section
    new = {"key": "restore", "document": str(section.document_id), "level": "2", "title_ko": "복원"}
    assert editor.post(reverse("admin:troubleshoot_section_add"), new).status_code == 302
    assert section.document.sections.get(key="restore").order == 2


@pytest.mark.parametrize("level", ["1", "7", "0", "x"])
def test_a_section_needs_a_heading_level(editor: Client, entry: ErrorEntry, level: str) -> None:
    section = entry.operation.section
    new = {"key": "restore", "document": str(section.document_id), "level": level, "title_ko": "복원"}
    assert editor.post(reverse("admin:troubleshoot_section_add"), new).status_code == 200


def test_a_synonym_group_needs_two_words(editor: Client) -> None:
    address = reverse("admin:troubleshoot_synonymgroup_add")
    assert "terms" in editor.post(address, {"key": "x", "terms": "하나"}).context["adminform"].form.errors
    assert editor.post(address, {"key": "x", "terms": "하나\n둘"}).status_code == 302
    assert SynonymGroup.objects.get(key="x").term_list == ["하나", "둘"]


def test_keys_are_made_where_none_is_given(editor: Client, entry: ErrorEntry) -> None:
    address = reverse("admin:troubleshoot_errorentry_add")
    new = {"key": "", "operation": str(entry.operation_id), "message_ko": "공간 부족"}
    assert send(editor, address, shown(editor, address), **new).status_code == 302
    assert ErrorEntry.objects.get(message_ko="공간 부족").key == "gonggan-bujok"
    editor.post(reverse("admin:troubleshoot_synonymgroup_add"), {"terms": "digital copy\n사본"})
    assert SynonymGroup.objects.get(terms__startswith="digital").key == "digital-copy"


def test_a_word_that_two_groups_have_is_told(editor: Client) -> None:
    SynonymGroup.objects.create(key="disk", terms="디스크\ndisk")
    added = {"terms": "Disk\n볼륨"}
    answer = editor.post(reverse("admin:troubleshoot_synonymgroup_add"), added, follow=True)
    assert [str(message) for message in answer.context["messages"] if "disk" in str(message)]
    assert "Disk" in answer.text
    answer = editor.post(reverse("admin:troubleshoot_synonymgroup_add"), {"terms": "하나\n둘"}, follow=True)
    assert not [message for message in answer.context["messages"] if message.level_tag == "warning"]
