"""Tests of the pages of a wizard's drafts and proposals: who sees which button, what each does, what is refused."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.admin.forms import member, page_of, publish, save, send, shown
from tests.flows import make_flow
from troubleshoot.editing import publishing
from troubleshoot.models import ErrorEntry, Flow, Step
from troubleshoot.reading import flows

pytestmark = pytest.mark.django_db

MOVES = {
    "submit": "draft",
    "publish": "review",
    "send-back": "review",
    "discard": "draft",
    "archive": "published",
    "unarchive": "archived",
    "reviewed": "published",
}


@pytest.fixture
def live(entry: ErrorEntry) -> Flow:
    return make_flow("live", order=1)


@pytest.fixture
def proposal(live: Flow, author: Client) -> Flow:
    save(author, live.steps.get(key="os"), title_ko="새 질문", title_en="New question")
    return Flow.with_proposals.get(proposal_for=live)


def test_who_follows_edit_at_a_step_is_led_to_it_in_their_own_change(author, editor, live, proposal) -> None:
    for step in live.steps.filter(key__in=("os", "version")):
        answer = author.get(page_of(step), follow=True)
        assert answer.redirect_chain == [(page_of(proposal.steps.get(key=step.key)), 302)]
        assert "이미 제안한 변경이 있어" in answer.text
        assert editor.get(page_of(step)).status_code == 200
    assert author.get(f"{page_of(live)}?part").url.startswith(page_of(proposal))
    assert author.get(page_of(live)).status_code == 200


def html_of(client: Client, row: Any, page: str = "change") -> str:
    return client.get(page_of(row, page)).content.decode()


def stands(flow: Flow, state: str) -> Flow:
    flow.state = state
    flow.save()
    return flow


class TestIncomplete:
    """A wizard that can't be published yet, of which its pages say so before anybody is disappointed."""

    @pytest.fixture
    def incomplete(self, proposal: Flow) -> Flow:
        proposal.steps.get(key="version").choices.all().delete()
        step = proposal.steps.get(key="install")
        step.body_ko = "[다른 마법사](portal:flow/wizard)"
        step.save()
        return proposal

    @pytest.mark.parametrize("page", ["submit", "publish"])
    def test_each_finding_leads_to_its_step_and_names_things_by_their_titles(
        self, editor, author, incomplete, page
    ) -> None:
        html = html_of({"submit": author, "publish": editor}[page], incomplete, page)
        for key in ("version", "install"):
            assert f'<a href="{page_of(incomplete.steps.get(key=key))}">' in html
        assert "2. version 제목</a>: 선택지가 없어" in html
        assert "“에이전트 마법사” (portal:flow/wizard)" in html

    def test_its_author_is_told_and_may_ask_an_editor_for_help_all_the_same(self, author, incomplete) -> None:
        html = html_of(author, incomplete, "submit")
        assert "이 상태로는 게시할 수 없습니다" in html
        assert 'type="submit" value="검토 요청"' in html
        author.post(page_of(incomplete, "submit"), {"reason": "버전을 모르겠습니다."})
        assert Flow.with_proposals.get(pk=incomplete.pk).state == "review"

    def test_publishing_is_not_offered_and_who_asks_all_the_same_is_told_why(self, editor, incomplete) -> None:
        assert 'value="게시"' not in html_of(editor, incomplete, "publish")
        answer = publish(editor, incomplete)
        assert (answer.status_code, Flow.with_proposals.get(pk=incomplete.pk).state) == (200, "draft")
        assert "2. version 제목</a>: 선택지가 없어" in answer.text

    def test_what_is_complete_has_no_findings(self, author, editor, proposal) -> None:
        assert "이 상태로는" not in html_of(author, proposal, "submit")
        assert 'value="게시"' in html_of(editor, proposal, "publish")


class TestProposing:
    def test_who_wanted_to_publish_a_new_step_is_told_why_it_is_proposed(self, live, editor) -> None:
        step = live.steps.get(key="os")
        answer = save(editor, step, choices__0__target="", choices__0__new_step="전원 확인")
        assert "새 단계가 있어 변경 제안으로 저장했습니다" in editor.get(answer["Location"].partition("#")[0]).text

    def test_what_could_not_be_published_is_said_to_be_saved_alone(self, live, proposal, editor) -> None:
        proposal.steps.get(key="version").choices.all().delete()
        answer = save(editor, proposal, title_ko="새 제목", _publish="x")
        page = editor.get(answer["Location"]).text
        assert "저장했지만 게시하지 못했습니다" in page
        assert 'class="success"' not in page
        assert Flow.with_proposals.get(pk=proposal.pk).title_ko == "새 제목"

    def test_saving_a_step_proposes_it_and_leads_to_the_proposed_wizard(self, live, author) -> None:
        answer = save(author, live.steps.get(key="os"), title_ko="새 질문")
        proposal = Flow.with_proposals.get(proposal_for=live)
        assert answer["Location"] == f"{page_of(proposal)}#step-os"
        assert flows.find("live").graph.step("os").title.ko == "os 제목"

    def test_a_step_added_to_what_readers_see_is_proposed(self, live, author) -> None:
        with override("ko"):
            address = f"{reverse('admin:troubleshoot_step_add')}?flow={live.pk}"
        answer = send(author, address, shown(author, address), kind="question", title_ko="전원")
        assert answer.status_code == 302
        assert Step.objects.get(title_ko="전원").flow.proposal_for == live

    def test_the_wizard_is_proposed_and_submitted_in_one(self, live, author) -> None:
        assert save(author, live, title_ko="새 제목", _submit="on").status_code == 302
        assert Flow.with_proposals.get(proposal_for=live).state == "review"
        assert Flow.objects.get(key="live").title_ko == "에이전트 마법사"

    @pytest.mark.parametrize(("who", "names"), [("author", {"_save"}), ("editor", {"_save", "_continue", "_propose"})])
    def test_a_step_has_the_buttons_of_who_edits_it(self, live, who, names) -> None:
        buttons = member(who, "somebody").get(page_of(live.steps.get(key="os"))).context["buttons"]
        assert {name for name, _label in buttons} == names

    def test_what_has_a_proposal_is_edited_there(self, live, proposal, author) -> None:
        step = live.steps.get(key="os")
        another = member("author", "another")
        assert not another.get(page_of(step)).context["has_change_permission"]
        assert page_of(proposal) in html_of(another, step)
        assert page_of(proposal) in html_of(author, live)

    def test_what_was_typed_is_kept_where_somebody_proposed_meanwhile(self, live, author) -> None:
        step = live.steps.get(key="install")
        mine = shown(author, page_of(step))
        save(member("author", "another"), live.steps.get(key="os"), title_ko="새 질문")
        answer = send(author, page_of(step), mine, title_ko="내 글")
        assert answer.status_code == 200
        html = answer.content.decode()
        assert "내 글" in html
        assert page_of(Flow.with_proposals.get(proposal_for=live)) in html

    def test_two_who_edit_one_step_are_shown_both_texts(self, proposal, author) -> None:
        step = proposal.steps.get(key="os")
        mine = shown(author, page_of(step))
        save(member("author", "another"), step, title_ko="그 글")
        answer = send(author, page_of(step), mine, title_ko="내 글")
        clash = answer.context["collision"].merge.clashes[0]
        assert (clash.now, clash.yours) == ("그 글", "내 글")


class TestPageOfAProposal:
    def test_it_shows_words_pictures_problems_and_the_walk(self, live, proposal, author) -> None:
        html = html_of(author, proposal)
        assert "새 질문" in html
        for key in ("live", proposal.key):
            assert f"/wizards/{key}/map.svg?preview=1" in html.replace("/en/", "/")
        assert f"/wizards/{proposal.key}/?preview=1" in html
        assert page_of(live) in html

    def test_what_is_published_reaches_readers_at_once(self, live, proposal, editor) -> None:
        answer = publish(editor, proposal)
        assert answer["Location"] == page_of(live)
        assert flows.find("live").graph.step("os").title.ko == "새 질문"
        assert editor.get(page_of(proposal))["Location"] == page_of(live)

    def test_what_is_unsound_is_not_published_and_says_why(self, proposal, editor) -> None:
        proposal.steps.get(key="install").choices.all().delete()
        answer = publish(editor, proposal)
        assert answer.status_code == 200
        assert "3. install 제목" in answer.content.decode()

    def test_what_changed_since_it_was_looked_at_is_shown_first(self, proposal, editor, author) -> None:
        page = editor.get(page_of(proposal, "publish")).context
        save(author, proposal.steps.get(key="install"), title_ko="noch")
        answer = editor.post(page_of(proposal, "publish"), {"shown": page["shown"]})
        assert answer.status_code == 200
        assert answer.context["changes_meanwhile"]


class TestWhoMay:
    @pytest.mark.parametrize("move", MOVES)
    @pytest.mark.parametrize("who", ["author", "editor", "analyst"])
    def test_each_move_is_for_its_roles_by_address_too(self, live, who, move) -> None:
        stands(live, MOVES[move])
        allowed = who == "editor" or (who == "author" and move == "submit")
        client = member(who, "somebody")
        assert client.get(page_of(live, move)).status_code == (200 if allowed else 403)
        data = (
            {"reason": "왜", "shown": client.get(page_of(live, move)).context["shown"]}
            if allowed and move == "publish"
            else {"reason": "왜"}
        )
        assert client.post(page_of(live, move), data).status_code == (302 if allowed else 403)
        now = Flow.objects.filter(pk=live.pk).first()
        assert ((now.state if now else "gone") != MOVES[move]) is (allowed and move != "reviewed")

    @pytest.mark.parametrize("who", ["author", "analyst"])
    @pytest.mark.parametrize("state", ["published", "archived"])
    def test_only_who_publishes_changes_what_readers_saw(self, live, editor, who, state) -> None:
        stands(live, state)
        step = live.steps.get(key="os")
        mine = shown(editor, page_of(step))
        answer = send(member(who, "somebody"), page_of(step), mine, title_ko="둘")
        assert answer.status_code == (302 if (who, state) == ("author", "published") else 403)
        assert live.steps.get(key="os").title_ko == "os 제목"

    @pytest.mark.parametrize("who", ["author", "editor"])
    def test_what_readers_see_is_archived_and_not_deleted(self, live, who) -> None:
        client = member(who, "somebody")
        assert client.post(page_of(live, "delete"), {"post": "yes"}).status_code == 403
        assert client.post(page_of(live.steps.get(key="os"), "delete"), {"post": "yes"}).status_code == 403
        assert Step.objects.filter(flow=live).count() == 5

    @pytest.mark.parametrize("move", MOVES)
    def test_an_unknown_wizard_and_a_wrong_verb_are_refused(self, live, editor, move) -> None:
        stands(live, MOVES[move])
        assert editor.put(page_of(live, move)).status_code == 405
        gone = page_of(live, move).replace(f"/{live.pk}/", "/999999/")
        assert editor.get(gone).status_code == 302  # to the first page, with a word

    def test_what_depends_on_a_wizard_is_told_before_it_is_archived(self, live, entry, editor) -> None:
        other = make_flow("other", order=3)
        other.steps.filter(key="support").update(hand_over=live)
        entry.cause_ko = "[단계별 해결](portal:flow/live)"
        entry.save()
        told = {row for _said, row, _page in editor.get(page_of(live, "archive")).context["dependents"]}
        assert told == {other, entry}


def test_the_list_tells_proposals_and_narrows_to_them(live, proposal, editor) -> None:
    with override("ko"):
        address = reverse("admin:troubleshoot_flow_changelist")
    every = editor.get(address).content.decode()
    assert "변경 제안: 초안" in every
    for value, keys in (("proposals", {proposal.key}), ("published", {"live"}), ("draft", {"wizard", proposal.key})):
        found = editor.get(f"{address}?state={value}").context["cl"].queryset
        assert {row.key for row in found} == keys


def test_an_authors_work_on_a_wizard_waits_on_the_desk(live, proposal, author, editor) -> None:
    assert "your drafts of wizards" in author.get("/en/admin/").content.decode()
    publishing.submit(proposal, user=proposal.proposed_by)
    html = editor.get("/en/admin/").content.decode()
    assert "wizards in review" in html
    assert page_of(proposal).replace("/admin", "/en/admin") in html
