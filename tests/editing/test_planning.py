"""Tests of publishing at a time: what was approved is what readers get, once, in order; all else is put aside."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.utils import timezone

from tests.flows import make_flow
from tests.people import staff
from troubleshoot.editing import edits, lost_update, planning, publishing, revisions
from troubleshoot.editing.edits import Edit
from troubleshoot.editing.publishing import OutdatedError, TransitionError
from troubleshoot.models import ContentVersion, ErrorEntry, Operation, Plan, Resolution, Revision

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def pass_until(self, time: datetime) -> None:
        self.time = time


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.time)
    return clock


@pytest.fixture
def entry() -> ErrorEntry:
    operation = Operation.objects.create(key="backup", title_ko="백업", title_en="Backup", order=1)
    entry = ErrorEntry.objects.create(key="agent", operation=operation, order=1, message_ko="오류", message_en="Error")
    Resolution.objects.create(entry=entry, order=1, body_ko="다시 설치합니다.", body_en="Reinstall.")
    return entry


@pytest.fixture
def proposal(entry, author) -> ErrorEntry:
    """The author's change of the message, in review."""
    proposal = publishing.propose(entry, user=author)
    proposal.message_ko = "새 오류"
    proposal.save()
    return publishing.submit(proposal, user=author)


def message(entry: ErrorEntry) -> str:
    return ErrorEntry.objects.get(pk=entry.pk).message_ko


def due() -> list[bool]:
    return [done.is_published for done in planning.publish_due()]


def test_what_was_approved_is_published_when_its_time_has_come_and_not_before(entry, proposal, editor, clock) -> None:
    planning.plan(proposal, user=editor, time=LATER, reason="새 릴리스")
    assert due() == []
    assert message(entry) == "오류"
    clock.pass_until(LATER)
    before = ContentVersion.objects.edition()
    assert due() == [True]
    assert message(entry) == "새 오류"
    assert ContentVersion.objects.edition() != before
    last = Revision.objects.of(entry).first()
    assert last.user == editor
    assert "새 릴리스" in last.reason
    assert not Plan.objects.exists()
    assert due() == []


def test_a_draft_and_a_wizard_are_planned_alike(entry, author, editor, clock) -> None:
    draft = ErrorEntry.objects.create(
        key="new", operation=entry.operation, order=2, message_ko="초안", message_en="Draft", state="draft"
    )
    flow = make_flow()
    proposal = publishing.propose(flow, user=author)
    proposal.title_ko = "새 제목"
    proposal.save()
    planning.plan(draft, user=editor, time=LATER)
    planning.plan(proposal, user=editor, time=LATER)
    clock.pass_until(LATER)
    assert due() == [True, True]
    draft.refresh_from_db()
    flow.refresh_from_db()
    assert (draft.state, flow.title_ko) == (ErrorEntry.State.PUBLISHED, "새 제목")
    assert not Plan.objects.exists()


def test_missed_times_are_made_up_for_in_their_order(entry, editor, clock) -> None:
    drafts = [
        ErrorEntry.objects.create(
            key=f"new-{number}", operation=entry.operation, order=number, message_ko=str(number), state="draft"
        )
        for number in (2, 3, 4)
    ]
    for draft, hours in zip(drafts, (3, 1, 2), strict=True):
        planning.plan(draft, user=editor, time=NOW + timedelta(hours=hours))
    clock.pass_until(NOW + timedelta(days=9))
    assert [done.title for done in planning.publish_due()] == ["3", "4", "2"]


def test_over_a_text_that_changed_meanwhile_nothing_is_published_blindly(entry, proposal, editor, clock) -> None:
    planning.plan(proposal, user=editor, time=LATER)
    entry.message_en = "Corrected"
    entry.save()
    proposal = ErrorEntry.with_proposals.get(pk=proposal.pk)
    assert "게시된 글이" in planning.obstacle(planning.plan_of(proposal), proposal)
    clock.pass_until(LATER)
    assert due() == [False]
    assert message(entry) == "오류"
    assert Plan.objects.get().missed == LATER
    assert due() == []
    shown = publishing.before_publishing(proposal)
    assert shown["is_outdated"]
    planning.plan(proposal, user=editor, time=LATER + timedelta(hours=1), seen=shown["seen"])
    clock.pass_until(LATER + timedelta(hours=1))
    assert due() == [True]
    assert message(entry) == "새 오류"


def test_another_text_than_was_approved_is_not_published(proposal, entry, editor, author, clock) -> None:
    planning.plan(proposal, user=editor, time=LATER)
    proposal.message_ko = "ㅋㅋㅋ"
    proposal.save()
    assert "승인한 뒤에 글이" in planning.obstacle(planning.plan_of(proposal), proposal)
    clock.pass_until(LATER)
    assert due() == [False]
    assert message(entry) == "오류"


def test_who_lost_the_right_to_publish_publishes_nothing_any_more(proposal, entry, editor, clock) -> None:
    planning.plan(proposal, user=editor, time=LATER)
    editor.groups.set([Group.objects.get(name="author")])
    editor = User.objects.get(pk=editor.pk)
    assert planning.obstacle(planning.plan_of(proposal), proposal)
    editor.delete()
    clock.pass_until(LATER)
    assert due() == [False]
    assert message(entry) == "오류"


def test_what_became_unfit_meanwhile_waits_for_somebody(entry, proposal, editor, clock) -> None:
    other = ErrorEntry.objects.create(key="other", operation=entry.operation, order=5, message_ko="다른 것")
    proposal.cause_ko = "[다른 것](portal:error/other)"
    proposal.save()
    planning.plan(proposal, user=editor, time=LATER)
    assert planning.obstacle(planning.plan_of(proposal), proposal) == ""
    other.delete()
    assert planning.obstacle(planning.plan_of(proposal), proposal)
    clock.pass_until(LATER)
    assert due() == [False]


def test_it_is_taken_back_sent_back_or_published_at_once(entry, proposal, author, editor, clock) -> None:
    planning.plan(proposal, user=editor, time=LATER)
    planning.take_back(proposal, user=editor)
    assert planning.plan_of(proposal) is None
    planning.plan(proposal, user=editor, time=LATER)
    publishing.send_back(proposal, user=author)
    assert not Plan.objects.exists()
    proposal.refresh_from_db()
    planning.plan(proposal, user=editor, time=LATER)
    publishing.publish(proposal, user=editor)
    assert not Plan.objects.exists()
    clock.pass_until(LATER)
    assert due() == []


def test_a_new_time_takes_the_place_of_the_old_one(proposal, editor, clock) -> None:
    planning.plan(proposal, user=editor, time=LATER)
    planning.plan(proposal, user=editor, time=LATER + timedelta(days=1))
    clock.pass_until(LATER)
    assert due() == []


def test_only_who_publishes_plans_and_only_for_later_and_what_they_saw(proposal, author, editor) -> None:
    with pytest.raises(PermissionDenied):
        planning.plan(proposal, user=author, time=LATER)
    with pytest.raises(TransitionError):
        planning.plan(proposal, user=editor, time=NOW)
    with pytest.raises(OutdatedError):
        planning.plan(proposal, user=editor, time=LATER, shown="something else")
    planning.plan(proposal, user=editor, time=LATER)
    with pytest.raises(PermissionDenied):
        planning.take_back(proposal, user=author)


def test_a_discarded_text_takes_its_plan_along(proposal, editor) -> None:
    planning.plan(proposal, user=editor, time=LATER)
    publishing.discard(proposal, user=editor, reason="중복")
    assert not Plan.objects.exists()


def edited(page, user, **fields) -> str:
    """Somebody saves the page of a draft; what is in the way of its plan then."""
    draft = ErrorEntry.with_proposals.get(pk=page.pk)
    before = revisions.content_of(draft, numbered=True)
    edits.carry_out(Edit(draft, before | fields, lost_update.snapshot(before)), user=user)
    draft = ErrorEntry.with_proposals.get(pk=page.pk)
    return planning.obstacle(planning.plan_of(draft), draft)


def test_what_a_publisher_corrects_stays_planned(entry, proposal, editor, clock) -> None:
    other = staff("editor", name="another")
    planning.plan(proposal, user=other, time=LATER)
    assert edited(proposal, editor, message_ko="새 오류!") == ""
    assert Plan.objects.get().user == editor
    clock.pass_until(LATER)
    assert due() == [True]
    assert message(entry) == "새 오류!"


def test_what_an_author_wrote_meanwhile_is_not_approved_by_correcting_it(proposal, author, editor) -> None:
    planning.plan(proposal, user=editor, time=LATER)
    assert "승인한 뒤에 글이" in edited(proposal, author, message_ko="ㅋㅋㅋ")
    assert "승인한 뒤에 글이" in edited(proposal, editor, message_en="Corrected")


def test_a_correction_of_a_published_wizard_leaves_its_proposal_planned(entry, author, editor, clock) -> None:
    flow = make_flow()
    proposal = publishing.propose(flow, user=author)
    proposal.title_ko = "새 제목"
    proposal.save()
    planning.plan(proposal, user=editor, time=LATER)
    step = flow.steps.get(key="os")
    before = revisions.content_of(step, numbered=True)
    edits.carry_out(Edit(step, before | {"title_ko": "고친 질문"}, lost_update.snapshot(before)), user=editor)
    clock.pass_until(LATER)
    assert due() == [True]
    flow.refresh_from_db()
    assert (flow.title_ko, flow.steps.get(key="os").title_ko) == ("새 제목", "고친 질문")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_publish_once(entry, proposal, editor, clock) -> None:
    planning.plan(proposal, user=editor, time=LATER)
    clock.pass_until(LATER)
    done: list[bool] = []

    def run() -> None:
        try:
            done.extend(due())
        finally:
            connections.close_all()

    if connection.vendor == "sqlite":  # whose tests share one connection in memory, and can't be two
        done = due() + due()
    else:
        both = [Thread(target=run) for _ in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join()
    assert done == [True]
    published = Revision.objects.of(entry).filter(action=Revision.Action.PUBLISHED)
    assert published.count() == 1
