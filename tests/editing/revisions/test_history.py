"""Tests of the history: what is noted, what changed in words, and how something has its content again."""

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied

from tests.flows import make_flow, publish
from troubleshoot.editing import edits, revisions
from troubleshoot.editing.edits import Result
from troubleshoot.models import ErrorEntry, FlowLink, Operation, Resolution, Revision, SynonymGroup
from troubleshoot.reading import flows

pytestmark = pytest.mark.django_db

EDITED = Revision.Action.EDITED


def edit(row, user: User | None = None, reason: str = "", **fields: str):
    revisions.note_found(row)
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    return revisions.record(row, EDITED, user=user, reason=reason)


def restored(revision: Revision, user: User, reason: str = ""):
    outcome = edits.restore(revision, user=user, reason=reason)
    assert outcome.result is Result.SAVED
    return outcome.row


def refusal(revision: Revision, user: User) -> str:
    outcome = edits.restore(revision, user=user)
    assert outcome.result is Result.REFUSED
    return outcome.sentence


def actions(row) -> list[str]:
    return [f"{revision.number} {revision.action}" for revision in Revision.objects.of(row).reverse()]


def test_the_first_edit_notes_what_was_there(entry: ErrorEntry, editor: User) -> None:
    revision = edit(entry, editor, "오타", message_ko="새 오류")
    assert actions(entry) == ["1 found", "2 edited"]
    assert (revision.user, revision.reason, revision.title) == (editor, "오타", "새 오류")


def test_what_a_program_wrote_between_two_edits_is_told_apart(entry: ErrorEntry) -> None:
    edit(entry, message_ko="하나")
    ErrorEntry.objects.filter(pk=entry.pk).update(message_ko="둘")
    edit(ErrorEntry.objects.get(pk=entry.pk), message_en="Two")
    assert actions(entry) == ["1 found", "2 edited", "3 found", "4 edited"]


def test_saving_the_same_again_leaves_a_trace_only_with_a_reason(entry: ErrorEntry) -> None:
    assert edit(entry, message_ko="하나") == edit(entry, message_ko="하나")
    assert edit(entry, reason="검토함").number == 3


def test_a_step_is_a_part_of_its_wizards_history() -> None:
    flow = make_flow()
    edit(flow.steps.get(key="os"), title_ko="운영 체제는?")
    assert actions(flow) == ["1 found", "2 edited"]
    assert not Revision.objects.filter(model="troubleshoot.step").exists()


def test_the_history_outlives_the_entry_and_its_author(entry: ErrorEntry, editor: User) -> None:
    revision = edit(entry, editor, message_ko="하나")
    editor.delete()
    entry.delete()
    revision.refresh_from_db()
    assert revision.user is None
    assert revision.content["message_ko"] == "하나"


def test_changes_name_the_fields_as_the_form_does(entry: ErrorEntry) -> None:
    before = revisions.content_of(entry)
    resolution = entry.resolutions.get(order=2)
    resolution.body_en = "Restart it."
    resolution.save()
    entry.staff_only = True
    entry.save()
    entry.aliases.all().delete()
    found = revisions.changes(before, revisions.content_of(entry))
    assert [change.path for change in found] == [
        "staff_only",
        "aliases/1/kind",
        "aliases/1/text_ko",
        "aliases/1/text_en",
        "resolutions/2/body_en",
    ]
    assert "(영어)" in found[-1].title
    assert [(piece.kind, piece.text) for piece in found[-1].pieces] == [
        ("same", "Restart"),
        ("added", " it"),
        ("same", "."),
    ]


def test_an_alias_that_was_corrected_is_one_change_and_another_one_is_another(entry: ErrorEntry) -> None:
    before = revisions.content_of(entry)
    entry.aliases.update(text_ko="32000", text_en="32000")
    found = revisions.changes(before, revisions.content_of(entry))
    assert [(change.path, change.before) for change in found] == [
        ("aliases/1/text_ko", "320001"),
        ("aliases/1/text_en", "320001"),
    ]
    entry.aliases.update(text_ko="UserErrorVmNotFound", text_en="UserErrorVmNotFound")
    found = revisions.changes(before, revisions.content_of(entry))
    assert [change.before for change in found if change.path.endswith("text_ko")] == ["", "320001"]


def test_nothing_changed_between_equal_contents(entry: ErrorEntry) -> None:
    content = revisions.content_of(entry)
    assert revisions.changes(content, content) == []


def test_changes_of_a_wizard_name_step_and_choice() -> None:
    flow = make_flow()
    before = revisions.content_of(flow)
    flow.steps.get(key="os").choices.filter(key="linux").update(label_en="Linux VM")
    (change,) = revisions.changes(before, revisions.content_of(flow))
    assert change.path == "steps/1/choices/2/label_en"
    assert "os" in change.group
    assert "linux" in change.group


def test_answers_that_a_link_gives_are_told_as_the_wizard_words_them(entry: ErrorEntry) -> None:
    flow = make_flow()
    link = FlowLink.objects.create(entry=entry, flow=flow, answers="os=windows")
    before = revisions.content_of(flow)
    link.answers = "os=linux&gone=x"
    link.save()
    os = flow.steps.get(key="os")
    said = [(change.before, change.after) for change in revisions.changes(before, revisions.content_of(flow))]
    windows, linux = (os.choices.get(key=key).label_ko for key in ("windows", "linux"))
    assert said == [(f"{os.title_ko}: {windows}", f"{os.title_ko}: {linux}\ngone: x")]


def test_an_entry_has_its_content_again(entry: ErrorEntry, editor: User) -> None:
    edit(entry, message_ko="하나")
    found = Revision.objects.of(entry).last()
    entry.resolutions.all().delete()
    edit(entry, message_ko="둘")
    row = restored(found, editor, reason="잘못된 수정")
    assert row.message_ko == "에이전트 오류"
    assert row.resolutions.count() == 2
    last = Revision.objects.of(entry).first()
    assert (last.action, last.user, "잘못된 수정" in last.reason) == ("restored", editor, True)


def test_what_is_restored_stays_as_readers_see_it(entry: ErrorEntry, editor: User) -> None:
    found = edit(entry, message_ko="하나")
    entry.state = "archived"
    entry.save()
    assert restored(found, editor).state == "archived"


def test_a_restored_text_leads_readers_nowhere_they_can_not_go(entry: ErrorEntry, editor: User) -> None:
    hidden = ErrorEntry.objects.create(
        key="hidden", operation=entry.operation, order=9, message_ko="둘", staff_only=True
    )
    linked = edit(entry, cause_ko="[가](portal:error/hidden)")
    edit(entry, cause_ko="")
    assert "portal:error/hidden" in refusal(linked, editor)
    assert ErrorEntry.objects.get(pk=entry.pk).cause_ko == ""
    hidden.staff_only = False
    hidden.save()
    assert restored(linked, editor).cause_ko


def test_a_deleted_entry_comes_back_as_a_draft_with_its_history(entry: ErrorEntry, editor: User) -> None:
    revision = edit(entry, message_ko="하나")
    revision = revisions.record(entry, Revision.Action.DELETED)
    entry.delete()
    row = restored(revision, editor)
    assert (row.key, row.state, row.message_ko) == ("agent", "draft", "하나")
    assert Revision.objects.of(row).count() == 4


def test_what_refers_to_something_deleted_says_so(entry: ErrorEntry, editor: User) -> None:
    revision = revisions.record(entry, Revision.Action.DELETED)
    entry.delete()
    Operation.objects.all().delete()
    assert refusal(revision, editor)
    assert not ErrorEntry.objects.exists()


def test_a_deleted_entry_whose_key_is_taken_stays_deleted(entry: ErrorEntry, editor: User) -> None:
    revision = revisions.record(entry, Revision.Action.DELETED)
    entry.delete()
    ErrorEntry.objects.create(key="agent", operation=Operation.objects.get(), order=1, message_ko="다른 오류")
    assert refusal(revision, editor)


def test_a_published_wizard_can_not_become_unsound_by_a_restoration(editor: User, entry: ErrorEntry) -> None:
    flow = make_flow(published=False)
    step = flow.steps.get(key="install")
    choices = list(step.choices.all())
    step.choices.all().delete()
    unsound = revisions.record(flow, EDITED)
    for choice in choices:
        choice.save()
    publish(flow)
    assert refusal(unsound, editor)
    assert flows.find("agent").graph.step("install").choices


def test_a_wizard_that_is_published_stays_so(editor: User, entry: ErrorEntry) -> None:
    flow = make_flow(published=False)
    revision = revisions.record(flow, EDITED)
    publish(flow)
    assert restored(revision, editor).published


def test_a_synonym_group_has_its_words_again(editor: User) -> None:
    group = SynonymGroup.objects.create(key="vm", terms="VM\n가상 머신")
    edit(group, terms="VM\n버추얼 머신")
    assert restored(Revision.objects.of(group).last(), editor).terms == "VM\n가상 머신"


def test_authors_restore_drafts_and_not_what_is_published(entry: ErrorEntry, author: User) -> None:
    revision = edit(entry, message_ko="하나")
    ErrorEntry.objects.update(state="archived")
    with pytest.raises(PermissionDenied):
        edits.restore(revision, user=author)
    ErrorEntry.objects.update(state="draft")
    assert restored(revision, author)


def test_authors_do_not_restore_synonyms(author: User) -> None:
    group = SynonymGroup.objects.create(key="vm", terms="VM\n가상 머신")
    with pytest.raises(PermissionDenied):
        edits.restore(revisions.record(group, EDITED), user=author)


def test_an_entry_that_became_a_note_for_staff_stays_one(entry: ErrorEntry, editor: User) -> None:
    found = edit(entry, message_ko="하나")
    edit(ErrorEntry.objects.get(pk=entry.pk), message_ko="둘", staff_only=True)
    row = restored(found, editor)
    assert (row.message_ko, row.staff_only) == ("하나", True)


def test_an_entry_that_readers_see_does_not_vanish_by_a_restoration(entry: ErrorEntry, editor: User) -> None:
    found = edit(entry, message_ko="하나", staff_only=True)
    edit(ErrorEntry.objects.get(pk=entry.pk), message_ko="둘", staff_only=False)
    assert not restored(found, editor).staff_only


@pytest.mark.parametrize("changes", [{}, {"body_ko": "VM을 다시 시작합니다."}, {"order": 7}])
def test_a_resolution_that_became_a_note_for_staff_stays_one(entry: ErrorEntry, editor: User, changes) -> None:
    found = edit(entry, message_ko="하나")
    Resolution.objects.filter(entry=entry, order=2).update(staff_only=True, **changes)
    restored(found, editor)
    assert [row.staff_only for row in entry.resolutions.order_by("order")] == [False, True]


def test_a_resolution_that_is_gone_comes_back_as_it_was_seen(entry: ErrorEntry, editor: User) -> None:
    Resolution.objects.filter(entry=entry, order=2).update(staff_only=True)
    found = edit(entry, message_ko="하나")
    entry.resolutions.all().delete()
    restored(found, editor)
    assert [row.staff_only for row in entry.resolutions.order_by("order")] == [False, True]


def test_a_text_that_stands_twice_is_hidden_where_one_of_both_is(entry: ErrorEntry, editor: User) -> None:
    Resolution.objects.create(entry=entry, order=3, body_ko="다시 시작합니다.")
    found = edit(entry, message_ko="하나")
    Resolution.objects.filter(entry=entry, order=3).delete()
    Resolution.objects.filter(entry=entry, order=2).update(staff_only=True)
    restored(found, editor)
    assert [row.staff_only for row in entry.resolutions.order_by("order")] == [False, True, True]
