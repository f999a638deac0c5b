"""Tests of the advice about an entry."""

import pytest
from django.contrib.auth.models import User
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.editing import publishing, revisions
from troubleshoot.editing.advice import NEARLY, Advice, Kind, has_steps, likeness, of_entry, of_translations
from troubleshoot.models import ErrorAlias, ErrorEntry, Operation, Resolution, Revision
from troubleshoot.search.index import freshness

pytestmark = pytest.mark.django_db
MESSAGE = "스냅숏 상태에 대해 VM 에이전트와 통신할 수 없습니다."


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


@pytest.fixture
def operation() -> Operation:
    return Operation.objects.create(key="backup", title_ko="백업", title_en="Backup", order=1)


@pytest.fixture
def entry(operation: Operation) -> ErrorEntry:
    return make(operation, 1, "agent", MESSAGE, "The VM agent can't be reached for the snapshot status.")


def make(operation: Operation, order: int, key: str, korean: str, english: str, **more: object) -> ErrorEntry:
    entry = ErrorEntry.objects.create(
        key=key, operation=operation, order=order, message_ko=korean, message_en=english, **more
    )
    Resolution.objects.create(entry=entry, order=1, body_ko="다시 시작합니다.", body_en="Restart.")
    return entry


def fresh(entry: ErrorEntry) -> ErrorEntry:
    return ErrorEntry.with_proposals.with_everything().get(pk=entry.pk)


def translations(entry: ErrorEntry) -> list[Advice]:
    row = fresh(entry)
    return of_translations(row, [row, *row.aliases.all(), *row.resolutions.all()])


def kinds(entry: ErrorEntry) -> list[Kind]:
    return [piece.kind for piece in of_entry(fresh(entry))]


def test_a_complete_entry_needs_no_advice(entry: ErrorEntry) -> None:
    assert [*of_entry(fresh(entry)), *translations(entry)] == []


def test_a_missing_translation_is_named_by_row_and_field(entry: ErrorEntry) -> None:
    entry.resolutions.update(body_en="")
    ErrorEntry.objects.update(cause_ko="이유", cause_en=None)
    found = translations(entry)
    assert [piece.kind for piece in found] == [Kind.MISSING] * 2
    assert "cause" in found[0].sentence
    assert "Resolution 1" in found[1].sentence


def test_neither_a_code_nor_what_is_for_staff_needs_a_translation(entry: ErrorEntry) -> None:
    ErrorAlias.objects.create(entry=entry, kind="code", text_ko="320001")
    Resolution.objects.create(entry=entry, order=2, body_ko="직원이 할 일", staff_only=True)
    assert translations(entry) == []
    ErrorAlias.objects.create(entry=entry, kind="message", text_ko="다른 말")
    assert [piece.kind for piece in translations(entry)] == [Kind.MISSING]
    ErrorEntry.objects.update(staff_only=True)
    assert translations(entry) == []


def test_an_outdated_translation_shows_what_changed_since(entry: ErrorEntry) -> None:
    revisions.record(entry, Revision.Action.EDITED)
    way = entry.resolutions.get()
    way.body_ko = "두 번 다시 시작합니다."
    way.save()
    [piece] = translations(entry)
    assert piece.kind is Kind.OUTDATED
    assert "Resolution 1" in piece.sentence
    assert "".join(part.text for part in piece.pieces if part.kind != "added") == "다시 시작합니다."
    assert "".join(part.text for part in piece.pieces if part.kind != "removed") == "두 번 다시 시작합니다."


def test_an_outdated_translation_without_a_history_is_told_all_the_same(entry: ErrorEntry) -> None:
    entry.message_ko = f"{MESSAGE} 또."
    entry.save()
    [piece] = translations(entry)
    assert (piece.kind, piece.pieces) == (Kind.OUTDATED, [])


@pytest.mark.parametrize(
    "message",
    [
        MESSAGE,
        "스냅숏 상태에 대해 VM에이전트와 통신할 수 없습니다",
        "스냅숏 상태에 대해 vm 에이전트와 통신할 수 없었습니다.",
    ],
)
def test_a_message_nearly_equal_to_another_is_told(entry: ErrorEntry, message: str) -> None:
    other = make(entry.operation, 2, "other", message, "Something else")
    [piece] = of_entry(fresh(other))
    assert (piece.kind, piece.entry) == (Kind.SIMILAR, entry)


@pytest.mark.parametrize("message", ["VM 에이전트를 설치할 수 없습니다.", "스냅숏", "오류 0x80070005"])
def test_another_message_is_no_likeness(entry: ErrorEntry, message: str) -> None:
    make(entry.operation, 2, "code", "오류 0x80070006", "Error")
    assert kinds(make(entry.operation, 3, "other", message, "Something else")) == []


@pytest.mark.parametrize("text", ["320001", "user error agent", MESSAGE])
def test_an_alias_of_two_entries_is_told(entry: ErrorEntry, text: str) -> None:
    ErrorAlias.objects.create(entry=entry, kind="code", text_ko="320001", text_en="320001")
    ErrorAlias.objects.create(entry=entry, kind="code", text_ko="UserErrorAgent", text_en="UserErrorAgent")
    other = make(entry.operation, 2, "other", "전혀 다른 오류", "Something else")
    ErrorAlias.objects.create(entry=other, kind="code", text_ko=text, text_en=text)
    [piece] = of_entry(fresh(other))
    assert (piece.kind, piece.entry) == (Kind.SIMILAR, entry)
    assert text in piece.sentence


def test_a_draft_and_a_proposal_are_compared_with_what_readers_search(entry: ErrorEntry) -> None:
    draft = make(entry.operation, 2, "draft", MESSAGE, "Another", state="draft")
    assert kinds(draft) == [Kind.SIMILAR]
    assert kinds(entry) == []
    proposal = publishing.propose(entry, user=User.objects.create_superuser("author"))
    assert kinds(proposal) == []


@pytest.mark.parametrize("body", ["없음", " None. ", "-", "> ", "---"])
def test_a_resolution_without_steps_is_told(entry: ErrorEntry, body: str) -> None:
    entry.resolutions.update(body_ko=body)
    assert Kind.NO_STEPS in kinds(entry)


@pytest.mark.parametrize("body", ["다시 시작합니다.", "1. 하나", "```\nGet-AzVM\n```", "[여기](portal:section/x)"])
def test_a_resolution_that_tells_something_has_steps(body: str) -> None:
    assert has_steps(body)


def test_a_published_entry_without_a_resolution_is_told(entry: ErrorEntry) -> None:
    entry.resolutions.update(staff_only=True)
    assert kinds(entry) == [Kind.NO_RESOLUTION]
    entry.resolutions.all().delete()
    assert kinds(entry) == [Kind.NO_RESOLUTION]
    ErrorEntry.objects.update(state="draft")
    assert kinds(entry) == []


def test_a_link_that_came_to_lead_nowhere_is_told(entry: ErrorEntry) -> None:
    ErrorEntry.objects.update(cause_ko="[가](portal:error/gone)", cause_en="[x](portal:error/gone)")
    assert Kind.LINK in kinds(entry)


def test_without_an_index_the_rest_is_told(entry: ErrorEntry, monkeypatch) -> None:
    def fail() -> None:
        raise freshness.IndexUnavailableError

    monkeypatch.setattr(freshness.view(), "current", fail)
    entry.resolutions.all().delete()
    assert kinds(entry) == [Kind.NO_RESOLUTION]


def test_the_number_of_queries_does_not_grow_with_entries_or_aliases(entry: ErrorEntry, count_queries) -> None:
    of_entry(fresh(entry))
    one = count_queries(lambda: of_entry(fresh(entry)))
    for number in range(2, 12):
        make(entry.operation, number, f"more-{number}", MESSAGE, "The VM agent")
        ErrorAlias.objects.create(entry=entry, text_ko=f"별칭 {number}", text_en=f"Alias {number}")
    of_entry(fresh(entry))
    assert count_queries(lambda: of_entry(fresh(entry))) <= one + 1
    assert one <= 12


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    share = likeness(one, other)
    assert 0 <= share <= 1
    assert share == pytest.approx(likeness(other, one))


@given(st.text(alphabet="가나다라마바사 abc", min_size=1, max_size=40).filter(str.strip))
def test_spacing_and_punctuation_make_no_difference(text: str) -> None:
    assert likeness(text, f" {text.upper()} ! ") == 1.0
    assert NEARLY <= 1.0
