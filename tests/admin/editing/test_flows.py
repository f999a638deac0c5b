"""Tests of editing wizards: what is saved is what readers get, and nothing unsound reaches them."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.admin.forms import page_of, save, shown
from tests.flows import add_step, make_flow, publish
from troubleshoot.models import Choice, ErrorEntry, Flow, FlowLink, Revision
from troubleshoot.reading import flows

pytestmark = pytest.mark.django_db


@pytest.fixture
def flow(editor: Client) -> Flow:
    return make_flow(published=False)


def complaints(answer: Any) -> str:
    """Everything that the page complains about."""
    assert answer.status_code == 200, answer
    forms = [inline.formset for inline in answer.context["inline_admin_formsets"]]
    return str([answer.context["errors"], *(form.non_form_errors() for form in forms)])


def test_saving_without_a_change_changes_nothing(editor: Client, flow: Flow) -> None:
    before = flows.graph_of(flows.find_row("agent", unpublished=True))
    assert save(editor, flow).status_code == 302
    for step in flow.steps.all():
        assert save(editor, step).status_code == 302
    assert flows.graph_of(flows.find_row("agent", unpublished=True)) == before


def test_the_page_of_a_flow_shows_its_steps_and_where_they_lead(editor: Client, flow: Flow) -> None:
    html = editor.get(page_of(flow)).content.decode()
    for step in flow.steps.all():
        assert f'href="{page_of(step)}"' in html
    assert "windows 답 → 2. version 제목" in html


def test_what_is_wrong_is_shown_with_a_link_to_its_step(editor: Client, flow: Flow) -> None:
    step = flow.steps.get(key="install")
    step.choices.all().delete()
    html = editor.get(page_of(flow)).content.decode()
    assert f'<li><a href="{page_of(step)}">3. install 제목: ' in html


@pytest.mark.parametrize(
    "change",
    [
        {"steps__2__DELETE": "on"},
        {"steps__2__DELETE": "on", "title_en": ""},
        {"steps__0__order": "3", "steps__2__order": "1"},
    ],
)
def test_a_published_flow_can_not_become_unsound(editor: Client, flow: Flow, change: dict[str, str]) -> None:
    publish(flow)
    before = flows.find("agent")
    assert complaints(save(editor, flow, **change))
    assert flows.find("agent") == before


@pytest.mark.parametrize(
    "change",
    [
        {"choices__0__target": ""},
        {"choices__0__target": "", "choices__0__help_ko": "도움말"},
        {"choices__0__DELETE": "on"},
        {"kind": "outcome"},
        {"kind": "value"},
    ],
)
def test_a_step_of_a_published_flow_can_not_become_unsound(editor: Client, flow: Flow, change: dict[str, str]) -> None:
    publish(flow)
    before = flows.find("agent")
    assert complaints(save(editor, flow.steps.get(key="os"), **change))
    assert flows.find("agent") == before


@pytest.mark.parametrize(
    ("page", "change", "what"),
    [
        ("wizard", {"title_en": ""}, "영어 내용이 없습니다: 제목"),
        ("wizard", {"summary_en": ""}, "영어 내용이 없습니다: 설명"),
        ("step", {"help_ko": "고친 도움말", "help_en": ""}, "1. os 제목: 영어 내용이 없습니다: 도움말"),
        ("step", {"choices__0__help_ko": "도움말"}, "영어 내용이 없습니다: 도움말"),
        ("step", {"choices__0__label_en": ""}, "영어 내용이 없습니다: 레이블"),
    ],
)
def test_who_writes_the_korean_first_has_it_kept_as_a_proposal_that_says_what_is_missing(
    editor: Client, flow: Flow, page: str, change: dict[str, str], what: str
) -> None:
    publish(flow)
    before = flows.find("agent")
    answer = save(editor, flow if page == "wizard" else flow.steps.get(key="os"), **change)
    assert flows.find("agent") == before
    proposal = Flow.with_proposals.get(proposal_for=flow)
    assert answer["Location"].partition("#")[0] == page_of(proposal)
    html = editor.get(page_of(proposal)).text
    assert "저장했지만 게시하지 못했습니다" in html
    assert what in html.partition('class="messagelist"')[2].partition("</ul>")[0]
    assert what in str([flows.sentence_of(problem) for problem in flows.problems(proposal)])


def test_what_has_a_proposal_already_is_not_proposed_twice(editor: Client, flow: Flow) -> None:
    publish(flow)
    save(editor, flow.steps.get(key="os"), help_en="")
    assert "이미" in complaints(save(editor, flow.steps.get(key="os"), title_en=""))
    assert Flow.with_proposals.filter(proposal_for=flow).count() == 1


def test_the_key_of_a_choice_is_no_box(editor: Client, flow: Flow) -> None:
    html = editor.get(page_of(flow.steps.get(key="os"))).text
    (box,) = [part for part in html.split("<") if 'name="choices-0-key"' in part]
    assert 'type="hidden"' in box


def test_a_step_of_an_unpublished_flow_may_be_unfinished(editor: Client, flow: Flow) -> None:
    assert save(editor, flow.steps.get(key="os"), choices__0__target="", title_en="").status_code == 302
    assert len(flows.problems(flow)) == 3  # a text and a target are missing, and the version is not reached


def test_an_edited_step_is_what_readers_get(editor: Client, flow: Flow) -> None:
    publish(flow)
    target = flow.steps.get(key="install")
    answer = save(editor, flow.steps.get(key="version"), title_ko="새 질문", choices__0__target=str(target.pk))
    assert answer["Location"] == f"{page_of(flow)}#step-version"
    step = flows.find("agent").graph.step("version")
    assert (step.title.ko, step.choices[0].target) == ("새 질문", "install")


def test_steps_change_places(editor: Client, flow: Flow) -> None:
    assert save(editor, flow, steps__3__order="5", steps__4__order="4").status_code == 302
    assert [step.key for step in flow.steps.order_by("order")][3:] == ["support", "done"]


def test_choices_change_places(editor: Client, flow: Flow) -> None:
    step = flow.steps.get(key="os")
    assert save(editor, step, choices__0__order="2", choices__1__order="1").status_code == 302
    assert [choice.key for choice in step.choices.order_by("order")] == ["linux", "windows"]


def test_a_choice_is_added(editor: Client, flow: Flow) -> None:
    step = flow.steps.get(key="os")
    new = {
        "choices__TOTAL_FORMS": "3",
        "choices__2__step": str(step.pk),
        "choices__2__key": "other",
        "choices__2__label_ko": "다른 것",
        "choices__2__label_en": "Other",
        "choices__2__target": str(flow.steps.get(key="support").pk),
    }
    publish(flow)
    assert save(editor, step, **new).status_code == 302
    assert flows.find("agent").graph.step("os").choice("other").target == "support"


def test_a_step_is_added_at_the_end_of_its_flow(editor: Client, flow: Flow) -> None:
    address = f"{reverse('admin:troubleshoot_step_add')}?flow={flow.pk}"
    new = {"key": "more", "kind": "outcome", "title_ko": "끝", "title_en": "End", "result": "solved"}
    answer = editor.post(address, shown(editor, address) | new)
    assert answer.status_code == 302
    assert flow.steps.get(key="more").order == 6


def test_a_choice_can_only_lead_to_a_step_of_its_flow(editor: Client, flow: Flow) -> None:
    other = make_flow("other", published=False, order=2)
    step = flow.steps.get(key="os")
    for elsewhere in (other.steps.get(key="version"), step):
        assert complaints(save(editor, step, choices__0__target=str(elsewhere.pk)))


@pytest.mark.parametrize("wanted", ["", "0", "x", "%00", "9" * 400, "-1", "1.5", "²"])
def test_the_page_that_adds_a_step_opens_for_any_flow_named(editor: Client, flow: Flow, wanted: str) -> None:
    assert editor.get(f"{reverse('admin:troubleshoot_step_add')}?flow={wanted}").status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"title_ko": ""},
        {"choices__0__key": "linux"},
        {"choices__0__order": "2"},
        {"choices__0__target": "999"},
    ],
)
def test_a_step_that_can_not_be_is_refused(editor: Client, flow: Flow, change: dict[str, str]) -> None:
    assert complaints(save(editor, flow.steps.get(key="os"), **change))


def test_a_new_flow_comes_last_and_is_not_published(editor: Client, flow: Flow) -> None:
    new = {"key": "new", "title_ko": "새 마법사", "summary_ko": "요약", "minutes": "5"}
    assert editor.post(reverse("admin:troubleshoot_flow_add"), new).status_code == 302
    made = Flow.objects.get(key="new")
    assert (made.order, made.published) == (2, False)
    assert editor.get(page_of(made)).status_code == 200


def test_an_entry_is_linked_after_the_wizards_that_it_offers_already(editor: Client, flow: Flow, entry: Any) -> None:
    FlowLink.objects.create(entry=entry, flow=make_flow("other", order=2), order=1)
    new = {
        "entry_links__TOTAL_FORMS": "1",
        "entry_links__0__flow": str(flow.pk),
        "entry_links__0__entry": str(entry.pk),
        "entry_links__0__answers": "?os=linux",
    }
    assert save(editor, flow, **new).status_code == 302
    assert list(ErrorEntry.objects.get(pk=entry.pk).flow_links.values_list("order", "answers")) == [
        (1, ""),
        (2, "os=linux"),
    ]


def test_a_step_of_a_published_flow_is_deleted_on_the_page_of_the_flow_only(editor: Client, flow: Flow) -> None:
    step = add_step(flow, "more")
    page = reverse("admin:troubleshoot_step_delete", args=(step.pk,))
    assert editor.get(page).status_code == 200
    Flow.objects.update(published=True)
    assert editor.get(page).status_code == 403


def test_who_would_delete_a_published_flow_with_others_is_told_that_it_is_archived(editor: Client, flow: Flow) -> None:
    Flow.objects.update(published=True)
    chosen = {"action": "delete_selected", "_selected_action": [str(flow.pk)]}
    answer = editor.post(reverse("admin:troubleshoot_flow_changelist"), chosen)
    assert "게시된 단계별 해결은 해당 페이지에서 보관하세요" in answer.text
    assert "권한이 없습니다" not in answer.text


def test_the_page_of_a_flow_takes_as_many_queries_for_many_steps(editor: Client, flow: Flow, count_queries) -> None:
    def read() -> None:
        editor.get(page_of(flow))

    read()
    few = count_queries(read)
    for number in range(20):
        add_step(flow, f"more-{number}")
        Choice.objects.create(step=flow.steps.last(), key="x", order=1, label_ko="답", target=flow.steps.first())
    assert count_queries(read) == few


def test_a_flow_of_two_hundred_steps_can_be_saved(editor: Client, flow: Flow) -> None:
    for number in range(200):
        add_step(flow, f"more-{number}", kind="outcome", result="solved")
    assert save(editor, flow).status_code == 302


def test_wizards_are_marked_as_reviewed_from_the_list(editor: Client, flow: Flow) -> None:
    with override("ko"):
        address = reverse("admin:troubleshoot_flow_changelist")
    chosen = {"action": "mark_reviewed", "_selected_action": [flow.pk, make_flow("draft", published=False, order=2).pk]}
    publish(flow)
    editor.post(address, chosen)
    flow.refresh_from_db()
    assert flow.reviewed is not None
    assert Flow.objects.get(key="draft").reviewed is None
    assert flow.edited is None
    assert Revision.objects.of(flow).first().action == "reviewed"
