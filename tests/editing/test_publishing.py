"""Tests of the states of an entry: who moves it, what readers have afterwards, and what is refused."""

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.utils.translation import override

from tests.flows import make_flow
from tests.people import staff
from troubleshoot.editing import publishing, revisions
from troubleshoot.editing.publishing import OutdatedError, TransitionError
from troubleshoot.models import (
    ContentVersion,
    ErrorAlias,
    ErrorEntry,
    FixtureRecord,
    FlowLink,
    FormerKey,
    Operation,
    QueryLog,
    Resolution,
    Revision,
    SearchChange,
    Verdict,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> ErrorEntry:
    operation = Operation.objects.create(key="backup", title_ko="백업", title_en="Backup", order=1)
    entry = ErrorEntry.objects.create(key="agent", operation=operation, order=1, message_ko="에이전트 오류")
    ErrorAlias.objects.create(entry=entry, kind="code", text_ko="320001")
    Resolution.objects.create(entry=entry, order=1, body_ko="다시 설치합니다.", body_en="Reinstall.")
    Resolution.objects.create(entry=entry, order=2, body_ko="다시 시작합니다.", body_en="Restart.")
    return entry


@pytest.fixture
def proposal(entry: ErrorEntry, author: User) -> ErrorEntry:
    """The author's change of the message and the second resolution."""
    proposal = publishing.propose(entry, user=author)
    proposal.message_ko = "에이전트가 응답하지 않음"
    proposal.save()
    resolution = proposal.resolutions.get(order=2)
    resolution.body_ko = "VM을 다시 시작합니다."
    resolution.save()
    return proposal


def last(row: ErrorEntry) -> Revision:
    return Revision.objects.of(row).first()


def fresh(row: ErrorEntry) -> ErrorEntry:
    return ErrorEntry.with_proposals.get(pk=row.pk)


def test_a_proposal_begins_with_what_is_published(entry: ErrorEntry, author: User) -> None:
    proposal = publishing.propose(entry, user=author)
    assert revisions.digest_of(proposal) == revisions.digest_of(entry) == proposal.based_on
    assert (proposal.state, proposal.proposed_by, proposal.proposal_for) == ("draft", author, entry)
    assert last(proposal).action == "created"


def test_an_entry_has_one_proposal(proposal: ErrorEntry, entry: ErrorEntry, editor: User) -> None:
    assert publishing.propose(entry, user=editor) == proposal
    with pytest.raises(TransitionError):
        publishing.propose(entry, user=editor, content=revisions.content_of(entry))


def test_readers_do_not_see_a_proposal(proposal: ErrorEntry, entry: ErrorEntry) -> None:
    assert list(ErrorEntry.objects.seen_by_readers()) == [entry]
    assert fresh(entry).message_ko == "에이전트 오류"


def test_a_draft_goes_through_review_to_the_readers(proposal, entry, author, editor) -> None:
    publishing.submit(proposal, user=author, reason="새 문구")
    assert (fresh(proposal).state, last(proposal).reason) == ("review", "새 문구")
    live = publishing.publish(proposal, user=editor, reason="확인함")
    assert live == entry
    assert (live.message_ko, live.key, live.state) == ("에이전트가 응답하지 않음", "agent", "published")
    assert "author" in last(entry).reason
    assert not ErrorEntry.with_proposals.proposals().exists()


def test_publishing_keeps_everything_that_points_to_the_entry(proposal, entry, editor) -> None:
    second = entry.resolutions.get(order=2)
    Verdict.objects.create(kind="error", key="agent", solved=True, resolution=second)
    FlowLink.objects.create(entry=entry, flow=make_flow("wizard"))
    live = publishing.publish(proposal, user=editor)
    assert Verdict.objects.get().resolution.body_ko == "VM을 다시 시작합니다."
    assert live.flow_links.count() == 1
    assert [row.pk for row in live.resolutions.order_by("order")][1] == second.pk


def test_publishing_keeps_what_english_is_outdated(proposal, entry, editor) -> None:
    live = publishing.publish(proposal, user=editor)
    first, second = live.resolutions.order_by("order")
    assert (first.outdated_translations(), second.outdated_translations()) == ([], ["body"])


def test_publishing_keeps_what_the_english_of_the_documents_own_words_is_of(entry, author, editor) -> None:
    """No form has them, so no proposal has, and none of them may be called outdated for that."""
    entry.original_message_ko, entry.original_message_en = "320001 에이전트", "320001 agent"
    entry.original_ko, entry.original_en, entry.message_en = "원문", "Original", "Agent error"
    entry.save()
    row = entry.resolutions.get(order=1)
    row.original_ko, row.original_en = "원문 1", "Original 1"
    row.save()
    proposal = publishing.propose(entry, user=author)
    proposal.resolutions.filter(order=1).update(body_ko="다시 설치하세요.")
    publishing.publish(proposal, user=editor)
    assert fresh(entry).outdated_translations() == []
    assert Resolution.objects.get(pk=row.pk).outdated_translations() == ["body"]
    ErrorEntry.objects.update(original_ko="다른 원문")
    publishing.publish(publishing.propose(entry, user=author), user=editor)
    assert fresh(entry).outdated_translations() == ["original"]


def test_publishing_is_stamped_for_search(proposal, entry, editor) -> None:
    before = ContentVersion.objects.current().value
    publishing.publish(proposal, user=editor)
    assert SearchChange.objects.get(kind="error", key="agent").version > before


def test_the_history_shows_what_a_proposal_changed(proposal, entry, editor) -> None:
    publishing.publish(proposal, user=editor)
    after, before = Revision.objects.of(entry)
    paths = [change.path for change in revisions.changes(before.content, after.content)]
    assert paths == ["message_ko", "resolutions/2/body_ko"]


def test_a_proposal_of_a_text_that_changed_since_is_published_only_knowingly(proposal, entry, editor) -> None:
    entry.cause_ko = "다른 원인"
    entry.save()
    assert publishing.is_outdated(fresh(proposal))
    with pytest.raises(OutdatedError):
        publishing.publish(proposal, user=editor)
    assert fresh(entry).cause_ko == "다른 원인"
    publishing.publish(proposal, user=editor, seen=revisions.digest_of(fresh(entry)))
    assert fresh(entry).cause_ko == ""
    assert [revision.action for revision in Revision.objects.of(entry)] == ["published", "found"]


def test_a_proposal_that_was_changed_since_it_was_shown_is_not_published(proposal, entry, editor) -> None:
    shown = revisions.digest_of(proposal)
    proposal.resolutions.filter(order=1).update(body_ko="ungelesen")
    with pytest.raises(OutdatedError):
        publishing.publish(proposal, user=editor, shown=shown)
    assert fresh(entry).message_ko == "에이전트 오류"
    publishing.publish(proposal, user=editor, shown=revisions.digest_of(fresh(proposal)))
    assert fresh(entry).message_ko == "에이전트가 응답하지 않음"


def test_a_new_draft_is_published_in_its_place(entry: ErrorEntry, author: User, editor: User) -> None:
    draft = ErrorEntry.objects.create(
        key="new", operation=entry.operation, order=2, message_ko="새 오류", state="draft", proposed_by=author
    )
    assert publishing.publish(draft, user=editor) == draft
    assert fresh(draft).state == "published"
    assert last(draft).action == "published"


def test_an_editor_sends_back_with_a_reason(proposal, author, editor) -> None:
    publishing.submit(proposal, user=author)
    with pytest.raises(TransitionError):
        publishing.send_back(proposal, user=editor, reason=" ")
    publishing.send_back(proposal, user=editor, reason="원인이 없습니다.")
    assert (fresh(proposal).state, last(proposal).reason) == ("draft", "원인이 없습니다.")


def test_an_author_takes_back_what_was_submitted(proposal, author) -> None:
    publishing.submit(proposal, user=author)
    publishing.send_back(proposal, user=author)
    assert fresh(proposal).state == "draft"


def test_another_author_does_not_take_it_back(proposal, author) -> None:
    publishing.submit(proposal, user=author)
    other = staff("author", name="other")
    with pytest.raises(PermissionDenied):
        publishing.send_back(proposal, user=other, reason="nein")
    with pytest.raises(PermissionDenied):
        publishing.discard(proposal, user=other)


def test_who_discards_what_another_wrote_tells_why(proposal, editor) -> None:
    with pytest.raises(TransitionError):
        publishing.discard(proposal, user=editor, reason=" ")
    publishing.discard(proposal, user=editor, reason="중복")


def test_who_proposed_discards_and_the_history_keeps_it(proposal, entry, author) -> None:
    publishing.discard(proposal, user=author, reason="doppelt")
    assert list(ErrorEntry.objects.all()) == [entry]
    revision = Revision.objects.get(object_id=proposal.pk, action="deleted")
    assert revision.content["message_ko"] == "에이전트가 응답하지 않음"


def test_an_archived_entry_leads_to_its_successor(entry, editor) -> None:
    other = ErrorEntry.objects.create(key="other", operation=entry.operation, order=2, message_ko="다른 오류")
    publishing.archive(entry, user=editor, successor=other, reason="중복")
    assert (fresh(entry).state, fresh(entry).successor) == ("archived", other)
    publishing.archive(entry, user=editor)
    assert fresh(entry).successor is None
    publishing.unarchive(entry, user=editor)
    assert fresh(entry).state == "published"
    assert last(entry).action == "published"


@pytest.mark.parametrize("state", ["draft", "review", "archived"])
def test_only_a_published_entry_is_a_successor(entry, editor, state: str) -> None:
    other = ErrorEntry.objects.create(
        key="other", operation=entry.operation, order=2, message_ko="다른 오류", state=state
    )
    for successor in (other, entry):
        with pytest.raises(TransitionError):
            publishing.archive(entry, user=editor, successor=successor)


def test_an_entry_with_a_proposal_is_not_archived(proposal, entry, editor) -> None:
    with pytest.raises(TransitionError):
        publishing.archive(entry, user=editor)


def test_only_a_note_for_staff_is_replaced_by_one(entry, editor) -> None:
    secret = ErrorEntry.objects.create(
        key="secret", operation=entry.operation, order=9, message_ko="둘", staff_only=True
    )
    with override("en"), pytest.raises(TransitionError, match="staff"):
        publishing.archive(entry, user=editor, successor=secret)
    entry.staff_only = True
    entry.save()
    assert publishing.archive(entry, user=editor, successor=secret).successor == secret


def test_a_renamed_entry_keeps_its_former_addresses(entry, editor) -> None:
    publishing.rename(entry, "agent-silent", user=editor, reason="뜻이 분명한 키")
    publishing.rename(entry, "agent-mute", user=editor)
    assert {former.key for former in FormerKey.objects.filter(entry=entry)} == {"agent", "agent-silent"}
    assert fresh(entry).key == "agent-mute"
    publishing.rename(entry, "agent", user=editor)
    assert {former.key for former in FormerKey.objects.all()} == {"agent-silent", "agent-mute"}
    assert last(entry).action == "renamed"


def test_what_knows_an_entry_by_its_key_follows_a_rename(entry, editor) -> None:
    Verdict.objects.create(kind="error", key="agent", solved=True)
    Verdict.objects.create(kind="error", key="agent/2", solved=True)
    Verdict.objects.create(kind="error", key="agents/2", solved=True)
    Verdict.objects.create(kind="wizard", key="agent", solved=True)
    Verdict.objects.create(kind="wizard", key="agent/done", solved=True)
    QueryLog.objects.create(
        search="00000000-0000-0000-0000-000000000001",
        language="ko",
        query="x",
        results=1,
        chosen_kind="error",
        chosen_key="agent",
    )
    publishing.rename(entry, "mute", user=editor)
    assert sorted(Verdict.objects.values_list("kind", "key")) == [
        ("error", "agents/2"),
        ("error", "mute"),
        ("error", "mute/2"),
        ("wizard", "agent"),
        ("wizard", "agent/done"),
    ]
    assert QueryLog.objects.get().chosen_key == "mute"


def test_a_draft_that_nobody_saw_leaves_no_former_key(entry, editor) -> None:
    draft = ErrorEntry.objects.create(key="x", operation=entry.operation, order=2, message_ko="오류", state="draft")
    publishing.rename(draft, "y", user=editor)
    assert not FormerKey.objects.exists()


@pytest.mark.parametrize(
    "key", ["", "other", "former", "agent", "a b", "한글", "x" * 81, "proposal-of-7", "../x", "a\n", "\x00"]
)
def test_a_key_that_is_none_or_taken_is_refused(entry, editor, key: str) -> None:
    other = ErrorEntry.objects.create(key="other", operation=entry.operation, order=2, message_ko="다른 오류")
    FormerKey.objects.create(key="former", entry=other)
    with pytest.raises(TransitionError):
        publishing.rename(entry, key, user=editor)
    assert fresh(entry).key == "agent"


@pytest.mark.usefixtures("content")
def test_the_fixtures_load_again_after_a_rename(editor) -> None:
    entry = ErrorEntry.objects.filter(flow_links__isnull=False).first()
    parts = entry.aliases.count(), entry.resolutions.count(), entry.flow_links.count()
    publishing.rename(entry, "another-key", user=editor)
    for _time in range(2):
        call_command("load_content", verbosity=0)
        entry.refresh_from_db()
        assert entry.key == "another-key"
        assert (entry.aliases.count(), entry.resolutions.count(), entry.flow_links.count()) == parts
    assert FixtureRecord.objects.filter(natural_key__startswith='["another-key",').exists()


def test_a_review_is_noted_and_changes_nothing_else(entry, editor) -> None:
    ErrorEntry.objects.update(reviewed=None)
    before = fresh(entry)
    publishing.mark_reviewed(entry, user=editor)
    after = fresh(entry)
    assert after.reviewed is not None
    assert after.updated == before.updated
    assert last(entry).action == "reviewed"


def test_publishing_what_another_wrote_is_a_review_and_publishing_ones_own_is_none(entry, author, editor) -> None:
    ErrorEntry.objects.update(reviewed=None)
    publishing.publish(publishing.propose(entry, user=editor), user=editor)
    assert fresh(entry).reviewed is None
    publishing.publish(publishing.propose(entry, user=author), user=editor)
    assert fresh(entry).reviewed is not None


def test_what_readers_are_told_is_dated_by_its_publication_not_by_a_review(entry, editor) -> None:
    publishing.mark_reviewed(entry, user=editor)
    assert fresh(entry).edited is None
    proposal = publishing.propose(entry, user=editor)
    assert fresh(entry).edited is None
    publishing.publish(proposal, user=editor)
    assert fresh(entry).edited == last(entry).time


def test_an_outdated_entry_and_its_successor_pass_through_a_proposal(entry, editor) -> None:
    other = ErrorEntry.objects.create(key="new", operation=entry.operation, order=2, message_ko="새 오류")
    proposal = publishing.propose(entry, user=editor)
    proposal.is_outdated, proposal.outdated_note_ko, proposal.successor = True, "지금은 지원합니다.", other
    proposal.save()
    publishing.publish(proposal, user=editor)
    assert (fresh(entry).is_outdated, fresh(entry).outdated_note_ko) == (True, "지금은 지원합니다.")
    assert fresh(entry).successor == other


MOVES = {
    "submit": publishing.submit,
    "send_back": lambda entry, user: publishing.send_back(entry, user=user, reason="why"),
    "publish": publishing.publish,
    "archive": publishing.archive,
    "unarchive": publishing.unarchive,
    "mark_reviewed": publishing.mark_reviewed,
    "propose": publishing.propose,
    "discard": publishing.discard,
}
POSSIBLE = {
    "draft": {"submit", "publish", "discard"},
    "review": {"send_back", "publish", "discard"},
    "published": {"propose", "archive", "mark_reviewed"},
    "archived": {"unarchive", "archive"},
}


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("state", POSSIBLE)
def test_each_state_has_its_moves_and_no_other(entry, editor, state: str, move: str) -> None:
    ErrorEntry.objects.update(state=state)
    if move in POSSIBLE[state]:
        MOVES[move](entry, user=editor)
    else:
        with pytest.raises(TransitionError):
            MOVES[move](entry, user=editor)
        assert fresh(entry).state == state


@pytest.mark.parametrize("move", sorted({*MOVES, "rename"} - {"propose", "submit"}))
@pytest.mark.parametrize("group", ["author", "analyst"])
def test_only_who_may_publish_decides_what_readers_see(entry, move: str, group: str) -> None:
    state = next((state for state, moves in POSSIBLE.items() if move in moves), "published")
    ErrorEntry.objects.update(state=state)
    moves = MOVES | {"rename": lambda entry, user: publishing.rename(entry, "x", user=user)}
    with pytest.raises(PermissionDenied):
        moves[move](entry, user=staff(group))
    assert (fresh(entry).state, fresh(entry).key) == (state, "agent")


@pytest.mark.parametrize("move", ["propose", "submit"])
def test_an_analyst_proposes_nothing(entry, move: str) -> None:
    ErrorEntry.objects.update(state="published" if move == "propose" else "draft")
    with pytest.raises(PermissionDenied):
        MOVES[move](entry, user=staff("analyst"))
    assert ErrorEntry.objects.count() == 1


def test_what_is_gone_is_said_to_be_gone(proposal, editor) -> None:
    publishing.publish(proposal, user=editor)
    with pytest.raises(TransitionError):
        publishing.publish(proposal, user=editor)
