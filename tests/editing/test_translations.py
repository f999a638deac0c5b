"""Tests that the database finds the English twins that the rows themselves call missing or outdated."""

import pytest

from troubleshoot.editing.translations import has_outdated_english, lacks_translation, on_page
from troubleshoot.models import ErrorAlias, ErrorEntry, Operation, Resolution

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(db) -> ErrorEntry:
    operation = Operation.objects.create(key="backup", title_ko="백업", title_en="Backup", order=1)
    entry = ErrorEntry.objects.create(
        key="gone", operation=operation, order=1, message_ko="없습니다.", message_en="Gone.", cause_ko=" 줄\r\n둘\n"
    )
    ErrorAlias.objects.create(entry=entry, text_ko="사라짐", text_en="Vanished")
    Resolution.objects.create(entry=entry, order=1, body_ko="만듭니다.", body_en="Make it.")
    return entry


def found(condition) -> bool:
    return ErrorEntry.objects.filter(condition).exists()


@pytest.mark.parametrize(
    ("korean", "english", "missing", "outdated"),
    [
        ("", "", [], []),
        ("", None, [], []),
        ("줄\r\n둘 ", "", ["cause"], []),
        (" \t줄\r\n둘\n", "Line\ntwo", [], []),
        ("줄 '둘' 100% $.message", "Line", [], []),
    ],
)
def test_a_saved_row_is_found_as_it_finds_itself(entry, korean, english, missing, outdated) -> None:
    entry.cause_ko, entry.cause_en = korean, english
    entry.save()
    row = ErrorEntry.objects.get()
    assert (row.missing_translations(), row.outdated_translations()) == (missing, outdated)
    assert found(lacks_translation(ErrorEntry)) == bool(missing)
    assert found(has_outdated_english(ErrorEntry)) == bool(outdated)


@pytest.mark.parametrize("korean", ["사라졌습니다.", "", "없습니다"])
def test_a_twin_is_outdated_once_its_korean_changed(entry, korean) -> None:
    entry.cause_ko, entry.cause_en = "까닭", "Reason"
    entry.save()
    entry.cause_ko = korean
    entry.save()
    assert ErrorEntry.objects.get().outdated_translations() == ["cause"]
    assert found(has_outdated_english(ErrorEntry))


def test_a_twin_of_which_nothing_is_known_is_outdated(entry) -> None:
    ErrorEntry.objects.update(translated_from={})
    assert found(has_outdated_english(ErrorEntry))


def test_white_space_around_a_text_does_not_count(entry) -> None:
    ErrorEntry.objects.update(cause_ko="", message_ko=" \n없습니다.\r\n")
    assert not ErrorEntry.objects.get().outdated_translations()
    assert not found(has_outdated_english(ErrorEntry))


def test_the_parts_of_an_entry_count_as_it(entry) -> None:
    ErrorEntry.objects.update(cause_ko="")
    assert not found(on_page(ErrorEntry, lacks_translation))
    entry.aliases.update(text_en=None)
    assert found(on_page(ErrorEntry, lacks_translation))
    assert not found(on_page(ErrorEntry, has_outdated_english))
    entry.resolutions.update(body_ko="새로 만듭니다.")
    assert found(on_page(ErrorEntry, has_outdated_english))


def test_what_needs_no_twin_lacks_none(entry) -> None:
    ErrorEntry.objects.update(cause_ko="")
    entry.aliases.update(kind="code", text_en=None)
    entry.resolutions.update(staff_only=True, body_en="")
    assert not found(on_page(ErrorEntry, lacks_translation))
    assert [row.missing_translations() for row in (*entry.aliases.all(), *entry.resolutions.all())] == [[], []]
    ErrorEntry.objects.update(message_en="", staff_only=True)
    assert not found(on_page(ErrorEntry, lacks_translation))
    ErrorEntry.objects.update(staff_only=False)
    assert found(on_page(ErrorEntry, lacks_translation))
