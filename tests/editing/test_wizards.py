"""Tests of editing wizards as entries are: proposed, checked as a whole, published at once, and never lost."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.utils.translation import override

from tests.flows import add_step, make_flow
from tests.people import staff
from troubleshoot.editing import edits, lost_update, publishing, revisions
from troubleshoot.editing.edits import Edit, Intent, Result
from troubleshoot.editing.publishing import OutdatedError, TransitionError
from troubleshoot.exchange import fixtures
from troubleshoot.models import Choice, ErrorEntry, Flow, FlowLink, Operation, Revision, Step
from troubleshoot.reading import flows

pytestmark = pytest.mark.django_db


@pytest.fixture
def live(copies) -> Flow:
    """A wizard that readers see, and the entry to which a text of it links."""
    copies.make("live wizard", make_live)
    return Flow.objects.get(key="agent")


def make_live() -> None:
    operation = Operation.objects.create(key="backup", title_ko="백업", title_en="Backup", order=1)
    entry = ErrorEntry.objects.create(key="agent", operation=operation, order=1, message_ko="오류", message_en="Error")
    FlowLink.objects.create(entry=entry, flow=make_flow(), order=1, answers="os=linux")


def change(row: Any, user: User, *, intent: Intent = Intent.SAVE, begun: Any = None, **fields: Any) -> edits.Outcome:
    """Somebody saves the page of a row, opened just now or when it said ``begun``."""
    base = begun or (revisions.content_of(row, numbered=True) if row.pk else None)
    content = (base or {"choices": []}) | fields
    content.pop("translated_from", None)  # which no form has
    return edits.carry_out(Edit(row, content, lost_update.snapshot(base) if base else None, intent=intent), user=user)


def steps_of(key: str = "agent") -> list[str]:
    return [step.key for step in flows.find(key).graph.steps]


def leading_to(step: Step, number: int, **choice: Any) -> list[dict[str, Any]]:
    """The choices of a step as its page has them, of which one is changed."""
    choices = revisions.content_of(step, numbered=True)["choices"]
    return [row | choice if place == number else row for place, row in enumerate(choices)]


class TestProposing:
    def test_an_authors_change_of_a_step_is_proposed_and_readers_see_nothing_of_it(self, live, author) -> None:
        before = flows.find("agent").graph
        outcome = change(live.steps.get(key="os"), author, title_ko="새 질문")
        assert outcome.result is Result.PROPOSED
        assert (outcome.row.title_ko, outcome.row.flow.proposal_for) == ("새 질문", live)
        assert flows.find("agent").graph == before

    def test_a_proposal_is_the_wizard_as_it_stands_with_ways_of_its_own(self, live, editor) -> None:
        proposal = publishing.propose(live, user=editor)
        assert revisions.digest_of(proposal) == revisions.digest_of(live)
        assert not revisions.changes(revisions.content_of(live), revisions.content_of(proposal))
        assert set(Choice.objects.filter(step__flow=proposal).values_list("target__flow", flat=True)) == {proposal.pk}
        assert list(proposal.entry_links.values_list("entry__key", "answers")) == [("agent", "os=linux")]

    def test_who_publishes_saves_at_once_or_proposes(self, live, editor) -> None:
        assert change(live.steps.get(key="os"), editor, title_ko="하나").result is Result.SAVED
        assert flows.find("agent").graph.step("os").title.ko == "하나"
        assert change(live.steps.get(key="os"), editor, intent=Intent.PROPOSE, title_ko="둘").result is Result.PROPOSED
        assert flows.find("agent").graph.step("os").title.ko == "하나"

    @pytest.mark.parametrize("who", ["author", "editor"])
    def test_a_step_that_nothing_leads_to_yet_is_proposed_whoever_adds_it(self, live, who) -> None:
        step = Step(flow=live, key="power")
        new = {"title_ko": "전원", "kind": "question", "order": None, "key": "power"}
        outcome = change(step, staff(who, name="somebody"), **new)
        assert outcome.result is Result.PROPOSED
        assert (outcome.row.order, outcome.row.flow.proposal_for) == (6, live)
        assert "power" not in steps_of()

    @pytest.mark.parametrize(("language", "column"), [("ko", "title_ko"), ("en", "title_en")])
    def test_a_choice_makes_the_step_that_follows_it(self, live, editor, language, column) -> None:
        step = live.steps.get(key="os")
        with override(language):
            outcome = change(step, editor, choices=leading_to(step, 1, target=None, new_step="Check the power"))
        assert outcome.result is Result.PROPOSED
        made = outcome.row.choices.get(key="linux").target
        assert (made.key, made.flow, getattr(made, column)) == ("check-the-power", outcome.row.flow, "Check the power")
        assert len(steps_of()) == 5

    def test_a_step_made_in_a_draft_has_a_key_of_its_own(self, live, editor) -> None:
        draft = make_flow("draft", published=False, order=2)
        step = draft.steps.get(key="os")
        change(step, editor, choices=leading_to(step, 0, target=None, new_step="Done"))
        assert draft.steps.get(key="os").choices.first().target.key == "done-2"

    def test_the_wizard_itself_is_proposed_with_its_steps(self, live, author) -> None:
        steps = [{"order": row["order"], "row": row["row"]} for row in numbered(live)["steps"]]
        outcome = change(live, author, title_ko="새 제목", steps=steps[:-1])
        assert outcome.result is Result.PROPOSED
        assert [step.key for step in outcome.row.steps.order_by("order")] == ["os", "version", "install", "done"]
        assert outcome.row.steps.get(key="version").choices.count() == 2
        assert (Flow.objects.get().title_ko, len(steps_of())) == ("에이전트 마법사", 5)

    def test_a_change_of_what_has_a_proposal_belongs_in_there(self, live, author) -> None:
        waiting = publishing.propose(live, user=author)
        outcome = change(live.steps.get(key="os"), author, title_ko="둘")
        assert (outcome.result, outcome.row) == (Result.REFUSED, waiting)

    def test_who_may_not_change_wizards_proposes_nothing(self, live) -> None:
        with pytest.raises(PermissionDenied):
            change(live.steps.get(key="os"), staff("analyst"), title_ko="둘")

    def test_an_earlier_content_is_proposed_by_who_may_not_publish(self, live, author) -> None:
        first = revisions.record(live, Revision.Action.EDITED)
        change(live.steps.get(key="os"), staff("editor"), title_ko="둘")
        outcome = edits.restore(first, user=author)
        assert outcome.result is Result.PROPOSED
        assert outcome.row.steps.get(key="os").title_ko == "os 제목"


def numbered(row: Any) -> dict[str, Any]:
    return revisions.content_of(row, numbered=True)


@pytest.fixture
def proposal(live, author) -> Flow:
    """The wizard with one step more, which an author added: what to do for Linux."""
    step = live.steps.get(key="os")
    outcome = change(step, author, choices=leading_to(step, 1, target=None, new_step="Restart it"))
    made = outcome.row.choices.get(key="linux").target
    texts = {"title_ko": "다시 시작", "title_en": "Restart it", "body_ko": "시작합니다.", "body_en": "Start it."}
    change(made, author, kind="instruction", **texts, choices=[done_of(made)])
    return made.flow


def done_of(step: Step) -> dict[str, Any]:
    texts = {"label_ko": "완료", "label_en": "Done"}
    return {"key": "done", "order": 1, "target": [step.flow.key, "done"], "row": None, **texts}


class TestPublishing:
    def test_all_of_it_is_published_at_once_and_what_stays_is_the_same_row(
        self, live, proposal, author, editor
    ) -> None:
        before = dict(live.steps.values_list("key", "pk"))
        publishing.submit(proposal, user=author, reason="Linux")
        published = publishing.publish(proposal, user=editor)
        assert (published.pk, published.key, published.published) == (live.pk, "agent", True)
        assert [link.target for link in flows.find("agent").graph.step("os").choices] == ["version", "restart-it"]
        assert flows.find("agent").graph.step("restart-it").choices[0].target == "done"
        assert before.items() <= dict(live.steps.values_list("key", "pk")).items()
        assert not Flow.with_proposals.exclude(proposal_for=None).exists()
        assert FlowLink.objects.get().flow == live
        last = Revision.objects.of(live).first()
        assert (last.action, "author" in last.reason) == ("published", True)
        assert publishing.published_as(Flow, proposal.pk) == live

    def test_what_has_a_dead_end_is_not_published_and_its_place_is_named(self, live, proposal, editor) -> None:
        proposal.steps.get(key="restart-it").choices.all().delete()
        with override("en"), pytest.raises(TransitionError, match=r"6\. Restart it: The step has no choices"):
            publishing.publish(proposal, user=editor)
        assert len(steps_of()) == 5

    def test_a_link_that_readers_can_not_follow_keeps_it_from_being_published(self, live, proposal, editor) -> None:
        ErrorEntry.objects.update(state="archived")
        with pytest.raises(TransitionError, match="portal:error/agent"):
            publishing.publish(proposal, user=editor)

    def test_what_is_corrected_meanwhile_is_corrected_in_the_proposal_too(self, live, proposal, author, editor) -> None:
        publishing.submit(proposal, user=author)
        change(live.steps.get(key="install"), editor, title_ko="급한 수정", title_en="Urgent")
        change(Flow.objects.get(), editor, title_ko="새 제목", title_en="New title", entry_links=[])
        proposal = Flow.with_proposals.get(pk=proposal.pk)
        assert (proposal.title_ko, proposal.state, proposal.outdated_translations()) == ("새 제목", "review", [])
        assert proposal.steps.get(key="install").title_ko == "급한 수정"
        assert proposal.steps.get(key="install").outdated_translations() == []
        assert not proposal.entry_links.exists()
        assert not publishing.is_outdated(proposal)
        assert next(one.path for one in publishing.changes_to_live(proposal)) == "steps/1/choices/2/target"
        publishing.publish(proposal, user=editor)
        assert flows.find("agent").graph.step("install").title.en == "Urgent"
        assert "restart-it" in steps_of()

    def test_a_step_that_is_called_something_else_is_no_other_target(self, live, author) -> None:
        proposal = publishing.propose(live, user=author)
        proposal.steps.filter(key="install").update(title_ko="다른 제목")
        assert [one.path for one in publishing.changes_to_live(proposal)] == ["steps/3/title_ko"]

    def test_a_step_that_the_proposal_moves_is_corrected_where_it_is_then(self, live, proposal, author, editor) -> None:
        rows = numbered(proposal)["steps"]
        change(proposal, author, steps=[row | {"order": len(rows) + 1 - row["order"]} for row in rows])
        change(live.steps.get(key="os"), editor, title_ko="급한 수정")
        step = proposal.steps.get(key="os")
        assert (step.order, step.title_ko, step.choices.count()) == (6, "os 제목", 2)  # which the proposal changes, too
        change(live.steps.get(key="support"), editor, title_ko="급한 수정")
        step = proposal.steps.get(key="support")
        assert (step.order, step.title_ko) == (2, "급한 수정")

    def test_an_order_that_is_changed_meanwhile_is_that_of_the_proposal_too(self, live, proposal, editor) -> None:
        rows = numbered(live)["steps"]
        swapped = [row | {"order": {4: 5, 5: 4}.get(row["order"], row["order"])} for row in rows]
        assert change(live, editor, steps=swapped).result is Result.SAVED
        assert steps_of()[-2:] == ["support", "done"]
        keys = [step.key for step in proposal.steps.order_by("order")]
        assert keys == ["os", "version", "install", "support", "done", "restart-it"]
        assert not publishing.is_outdated(Flow.with_proposals.get(pk=proposal.pk))

    def test_what_is_restored_meanwhile_is_restored_in_the_proposal_too(self, live, proposal, editor) -> None:
        change(live.steps.get(key="install"), editor, title_ko="틀린 제목")
        assert proposal.steps.get(key="install").title_ko == "틀린 제목"
        first = Revision.objects.of(live).order_by("number").first()
        edits.restore(first, user=editor)
        assert proposal.steps.get(key="install").title_ko == "install 제목"
        assert not publishing.is_outdated(Flow.with_proposals.get(pk=proposal.pk))

    def test_what_both_changed_has_to_be_seen_first(self, live, proposal, editor) -> None:
        change(live.steps.get(key="os"), editor, title_ko="급한 수정")
        assert publishing.is_outdated(proposal)
        with pytest.raises(OutdatedError):
            publishing.publish(proposal, user=editor)
        told = publishing.before_publishing(proposal)
        assert [one.title for one in told["changes_since"]] == ["단계 급한 수정 · 제목 (한국어)"]
        publishing.publish(proposal, user=editor, seen=told["seen"])
        assert "restart-it" in steps_of()

    def test_an_author_publishes_nothing(self, proposal, author) -> None:
        with pytest.raises(PermissionDenied):
            publishing.publish(proposal, user=author)

    def test_it_is_sent_back_with_a_word_why(self, proposal, author, editor) -> None:
        publishing.submit(proposal, user=author)
        with pytest.raises(TransitionError):
            publishing.send_back(proposal, user=editor)
        assert publishing.send_back(proposal, user=editor, reason="왜?").state == "draft"
        assert publishing.sent_back(Flow.with_proposals.get(pk=proposal.pk)).reason == "왜?"

    def test_discarding_leaves_what_readers_see(self, live, proposal, author) -> None:
        publishing.discard(proposal, user=author)
        assert Flow.with_proposals.get() == live
        assert Step.objects.count() == len(steps_of()) == 5

    def test_a_draft_is_published_when_it_is_sound(self, live, editor) -> None:
        draft = make_flow("draft", published=False, order=2)
        dead = add_step(draft, "dead")
        with pytest.raises(TransitionError):
            publishing.publish(draft, user=editor)
        dead.delete()
        assert publishing.publish(draft, user=editor).published
        assert flows.find("draft") is not None


class TestArchiving:
    def test_what_readers_see_is_archived_and_comes_back(self, live, editor) -> None:
        assert publishing.archive(live, user=editor, reason="오래됨").state == "archived"
        assert flows.find("agent") is None
        assert publishing.unarchive(live, user=editor).state == "published"
        assert flows.find("agent") is not None

    def test_a_change_that_waits_is_decided_first(self, live, proposal, editor) -> None:
        with pytest.raises(TransitionError):
            publishing.archive(live, user=editor)
        assert flows.find("agent") is not None

    def test_what_is_archived_is_for_who_publishes(self, live, author, editor) -> None:
        publishing.archive(live, user=editor)
        step = Step.objects.get(key="os")
        assert not edits.may_write(author, Step, step)
        with pytest.raises(PermissionDenied):
            change(Step(flow=step.flow, key="more"), author, title_ko="하나", kind="outcome", order=None, key="more")
        assert edits.may_write(editor, Step, step)


class TestTogether:
    def test_two_people_in_two_steps_keep_both(self, proposal, author, editor) -> None:
        begun = {key: numbered(proposal.steps.get(key=key)) for key in ("os", "install")}
        for key, user in (("os", author), ("install", editor)):
            outcome = change(proposal.steps.get(key=key), user, begun=begun[key], title_ko=f"{key} 새로")
            assert outcome.result is Result.SAVED
        assert {"os 새로", "install 새로"} <= set(proposal.steps.values_list("title_ko", flat=True))

    def test_of_two_in_one_step_the_second_is_shown_both(self, proposal, author, editor) -> None:
        step = proposal.steps.get(key="os")
        begun = numbered(step)
        change(step, author, begun=begun, title_ko="처음")
        outcome = change(proposal.steps.get(key="os"), editor, begun=begun, title_ko="나중")
        assert outcome.result is Result.COLLIDED
        assert [(clash.now, clash.yours) for clash in outcome.collision.merge.clashes] == [("처음", "나중")]
        assert proposal.steps.get(key="os").title_ko == "처음"


class TestSoundness:
    @pytest.mark.parametrize("fields", [{"kind": "outcome"}, {"choices": []}])
    def test_what_readers_go_through_stays_sound(self, live, editor, fields) -> None:
        before = revisions.content_of(live)
        outcome = change(live.steps.get(key="os"), editor, **fields)
        assert outcome.result is Result.REFUSED
        assert "1. os " in outcome.sentence
        assert revisions.content_of(live) == before
        assert not Revision.objects.of(live).exclude(action="found").exists()

    def test_what_lacks_its_english_waits_as_a_proposal(self, live, editor) -> None:
        before = revisions.content_of(live)
        outcome = change(live.steps.get(key="os"), editor, help_ko="도움말", help_en="")
        assert (outcome.result, outcome.row.help_ko) == (Result.PROPOSED, "도움말")
        assert outcome.row.flow.proposal_for == live
        assert "1. os " in outcome.sentence
        assert revisions.content_of(live) == before

    def test_a_proposal_may_be_unfinished(self, live, author) -> None:
        assert change(live.steps.get(key="os"), author, title_en="", choices=[]).result is Result.PROPOSED


def test_a_history_of_before_there_were_states_is_still_the_same_content(live, editor) -> None:
    revision = revisions.record(live, Revision.Action.EDITED)
    Revision.objects.filter(pk=revision.pk).update(content=revision.content | {"published": True}, digest="of then")
    change(live.steps.get(key="os"), editor, title_ko="둘")
    assert list(Revision.objects.of(live).values_list("action", flat=True)) == ["edited", "edited"]


def test_no_fixture_holds_a_proposal_and_what_is_left_out_is_counted(live, proposal) -> None:
    before = fixtures.left_out()
    written = "".join(fixtures.export().values())
    assert before == 1
    assert "proposal-of" not in written
    assert "restart-it" not in written


def test_who_published_by_changing_wizards_still_publishes() -> None:
    group, user = Group.objects.create(name="ours"), User.objects.create_user("mine")
    change_flow = Permission.objects.get(codename="change_flow")
    group.permissions.add(change_flow)
    user.user_permissions.add(change_flow)
    import_module("troubleshoot.migrations.0030_wizard_proposals").let_publish_who_did(apps, None)
    assert group.permissions.filter(codename="publish_flow").exists()
    assert User.objects.get(pk=user.pk).has_perm("troubleshoot.publish_flow")
