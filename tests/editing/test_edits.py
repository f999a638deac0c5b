"""Tests of what becomes of an edit: each outcome, with the row that has it."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from troubleshoot.editing import revisions
from troubleshoot.editing.edits import Edit, Intent, Result, carry_out, restore
from troubleshoot.editing.lost_update import snapshot
from troubleshoot.models import ErrorEntry, Operation, Revision

pytestmark = pytest.mark.django_db


def make_entry(key: str, **fields: Any) -> ErrorEntry:
    operation, _made = Operation.objects.get_or_create(key="backup", defaults={"title_ko": "백업", "order": 1})
    return ErrorEntry.objects.create(key=key, operation=operation, order=1, **{"message_ko": "하나"} | fields)


@pytest.fixture
def entry() -> ErrorEntry:
    return make_entry("agent", message_ko="하나")


def edit(entry: ErrorEntry, **fields: Any) -> Edit:
    """What somebody makes of an entry who has just opened it."""
    before = revisions.content_of(entry, numbered=True)
    options = {name: fields.pop(name) for name in ("intent", "reason", "valid") if name in fields}
    row = ErrorEntry.objects.get(pk=entry.pk)
    return Edit(row, {"model": before["model"]} | fields, snapshot(before), **options)


def test_who_publishes_saves_for_readers(entry, editor) -> None:
    outcome = carry_out(edit(entry, message_ko="둘", reason="Tippfehler"), user=editor)
    assert (outcome.result, outcome.row.pk) == (Result.SAVED, entry.pk)
    assert ErrorEntry.objects.get().message_ko == "둘"
    assert [row.action for row in Revision.objects.of(entry)] == ["edited", "found"]


def test_who_does_not_publish_proposes(entry, author) -> None:
    outcome = carry_out(edit(entry, message_ko="둘"), user=author)
    assert (outcome.result, outcome.row.proposal_for, outcome.row.message_ko) == (Result.PROPOSED, entry, "둘")
    assert ErrorEntry.objects.get(pk=entry.pk).message_ko == "하나"


def test_a_second_proposal_is_refused_with_the_one_that_waits(entry, author) -> None:
    first = carry_out(edit(entry, message_ko="둘"), user=author)
    outcome = carry_out(edit(entry, message_ko="셋"), user=author)
    assert (outcome.result, outcome.row) == (Result.REFUSED, first.row)


def test_a_proposal_knows_which_english_is_outdated(author) -> None:
    entry = make_entry("agent", message_ko="하나", message_en="One")
    outcome = carry_out(edit(entry, message_ko="둘"), user=author)
    assert ErrorEntry.with_proposals.get(pk=outcome.row.pk).outdated_translations() == ["message"]


@pytest.mark.parametrize(
    ("intent", "result", "state"),
    [
        (Intent.SAVE, Result.SAVED, "published"),
        (Intent.DRAFT, Result.SAVED, "draft"),
        (Intent.SUBMIT, Result.SUBMITTED, "review"),
    ],
)
def test_a_new_entry_is_what_the_button_says(entry, editor, intent, result, state) -> None:
    row = ErrorEntry(key="new", operation=Operation.objects.get())
    outcome = carry_out(Edit(row, {"message_ko": "새 오류"}, intent=intent), user=editor)
    saved = ErrorEntry.objects.get(key="new")
    assert (outcome.result, saved.state, saved.proposed_by, saved.order) == (result, state, editor, 2)


def test_a_draft_is_published_with_its_edit(editor) -> None:
    entry = make_entry("agent", state="draft")
    outcome = carry_out(edit(entry, message_ko="둘", intent=Intent.PUBLISH), user=editor)
    assert (outcome.result, outcome.row.state, outcome.row.message_ko) == (Result.PUBLISHED, "published", "둘")


def test_who_may_not_publish_saves_nothing_by_trying(author) -> None:
    entry = make_entry("agent", state="draft", message_ko="하나")
    with pytest.raises(PermissionDenied):
        carry_out(edit(entry, message_ko="둘", intent=Intent.PUBLISH), user=author)
    assert ErrorEntry.objects.get().message_ko == "하나"


def test_what_can_not_be_published_stays_saved_and_says_why(editor) -> None:
    entry = make_entry("agent", state="draft")
    changed = edit(entry, cause_ko="[x](portal:error/nowhere)", intent=Intent.PUBLISH)
    outcome = carry_out(changed, user=editor)
    assert (outcome.result, ErrorEntry.objects.get().cause_ko) == (Result.SAVED, "[x](portal:error/nowhere)")
    assert "nowhere" in outcome.sentence


def test_a_change_of_the_same_field_collides_and_saves_nothing(entry, editor) -> None:
    late = edit(entry, message_ko="셋")
    carry_out(edit(entry, message_ko="둘"), user=editor)
    outcome = carry_out(late, user=editor)
    assert outcome.result is Result.COLLIDED
    assert [(clash.now, clash.yours) for clash in outcome.collision.merge.clashes] == [("둘", "셋")]
    assert outcome.collision.last.user == editor
    assert ErrorEntry.objects.get().message_ko == "둘"


def test_an_edit_that_is_not_valid_is_refused(entry, editor) -> None:
    assert carry_out(edit(entry, message_ko="", valid=False), user=editor).result is Result.REFUSED
    assert ErrorEntry.objects.get().message_ko == "하나"


def test_what_an_edit_does_not_name_stays(entry, editor) -> None:
    entry.resolutions.create(order=1, body_ko="기다립니다.")
    carry_out(edit(entry, message_ko="둘"), user=editor)
    assert [row.body_ko for row in entry.resolutions.all()] == ["기다립니다."]


def test_an_earlier_text_is_saved_or_proposed(entry, author, editor) -> None:
    carry_out(edit(entry, message_ko="둘"), user=editor)
    first = Revision.objects.of(entry).last()
    assert restore(first, user=author).result is Result.PROPOSED
    assert restore(first, user=editor).result is Result.SAVED
    assert ErrorEntry.objects.get(pk=entry.pk).message_ko == "하나"
    with pytest.raises(PermissionDenied):
        restore(first, user=author)
