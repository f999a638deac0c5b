"""Tests of the forms of wizards: keys are made, kinds keep only what is theirs, steps and answers are picked."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.admin.forms import member, page_of, save, send, shown
from tests.flows import make_flow, publish
from troubleshoot.models import Flow, FlowLink, Step

pytestmark = pytest.mark.django_db


@pytest.fixture
def flow(editor: Client) -> Flow:
    return make_flow(published=False)


def add_page(flow: Flow) -> str:
    with override("ko"):
        return f"{reverse('admin:troubleshoot_step_add')}?flow={flow.pk}"


def add_step(client: Client, flow: Flow, **fields: str) -> Any:
    return send(client, add_page(flow), shown(client, add_page(flow)), **{"kind": "question"} | fields)


def options(client: Client, address: str, name: str, *, of_choice: int | None = None) -> list[tuple[str, str]]:
    """What a list of a page offers, flat, by value and label."""
    context = client.get(address).context
    form = context["adminform"].form
    if of_choice is not None:
        form = context["inline_admin_formsets"][0].formset.forms[of_choice]
    listed: list[tuple[str, str]] = []
    for value, label in form.fields[name].choices:
        listed += label if isinstance(label, (list, tuple)) else [(value, label)]
    return [(str(value), str(label)) for value, label in listed]


class TestKeys:
    def test_a_wizard_has_a_key_made_from_its_title(self, editor, flow) -> None:
        for title, key in (("Restore a VM", "restore-a-vm"), ("Restore a VM", "restore-a-vm-2"), ("", "bokwon")):
            new = {"title_ko": "복원", "title_en": title, "summary_ko": "요약", "minutes": "5"}
            assert editor.post(reverse("admin:troubleshoot_flow_add"), new).status_code == 302
            assert Flow.objects.latest("pk").key == key

    def test_no_wizard_takes_the_key_of_a_proposal(self, editor, flow) -> None:
        new = {"title_ko": "복원", "summary_ko": "요약", "minutes": "5", "key": "proposal-of-1"}
        assert editor.post(reverse("admin:troubleshoot_flow_add"), new).status_code == 200

    @pytest.mark.parametrize(
        ("titles", "key"),
        [
            ({"title_ko": "전원", "title_en": "Is the VM turned on?"}, "is-the-vm-turned-on"),
            ({"title_ko": "전원"}, "jeonwon"),
            ({"title_ko": "★"}, "step"),
            ({"title_ko": "전원", "title_en": "Done"}, "done-2"),
            ({"title_ko": "전원", "title_en": "Done", "key": "power"}, "power"),
            ({"title_ko": "전원", "title_en": "word " * 30}, "-".join(["word"] * 8)),
            ({"title_ko": "전원", "title_en": "x" * 100}, "x" * 40),
        ],
    )
    def test_a_step_has_a_key_made_from_its_title(self, editor, flow, titles, key) -> None:
        assert add_step(editor, flow, **titles).status_code == 302
        assert flow.steps.latest("pk").key == key

    def test_the_key_of_a_step_that_readers_never_had_can_be_chosen_or_made_anew(self, editor, flow) -> None:
        step = flow.steps.get(key="done")
        for key, then in (("all-done", "all-done"), ("", "done-title")):
            assert save(editor, step, key=key).status_code == 302
            step.refresh_from_db()
            assert step.key == then
        assert save(editor, step, key="os").status_code == 200
        publish(flow)
        save(editor, step, key="other", title_ko="둘")
        step.refresh_from_db()
        assert (step.key, step.title_ko) == ("done-title", "둘")

    def test_choices_have_keys_made_from_their_labels_unlike_each_other(self, editor, flow) -> None:
        step = flow.steps.get(key="os")
        new = {"choices__TOTAL_FORMS": "4", "choices__2__label_ko": "기타", "choices__3__label_ko": "다른 것"}
        texts = {"choices__2__label_en": "Linux", "choices__3__label_en": ""}
        assert save(editor, step, **new, **texts).status_code == 302
        assert [choice.key for choice in step.choices.order_by("order")] == [
            "windows",
            "linux",
            "linux-2",
            "dareun-geot",
        ]


class TestKinds:
    def test_what_belongs_to_another_kind_is_not_kept(self, editor, flow) -> None:
        step = flow.steps.get(key="version")
        save(editor, step, kind="question", result="solved")
        step.refresh_from_db()
        assert (step.kind, step.minimum, step.example, step.result) == ("question", "", "", "")

    def test_a_comparison_is_told_in_words_and_its_key_made_of_it(self, editor, flow) -> None:
        step = flow.steps.get(key="version")
        assert [value for value, _label in options(editor, page_of(step), "verdict", of_choice=0)] == [
            "",
            "at-least",
            "below",
        ]
        save(editor, step, choices__0__verdict="below", choices__0__key="", choices__1__verdict="")
        assert [choice.key for choice in step.choices.order_by("order")] == ["below", "below-answer"]

    def test_a_verdict_says_nothing_where_nothing_is_compared(self, editor, flow) -> None:
        step = flow.steps.get(key="os")
        save(editor, step, choices__0__verdict="below")
        assert step.choices.first().key == "windows"


class TestTargets:
    def test_they_are_told_by_place_title_and_kind(self, editor, flow) -> None:
        flow.steps.update(title_ko="같은 제목")
        step = flow.steps.get(key="os")
        labels = [label for _value, label in options(editor, page_of(step), "target", of_choice=0)]
        assert labels == [
            "–",
            "2. 같은 제목 (값 입력)",
            "3. 같은 제목 (안내)",
            "4. 같은 제목 (결과)",
            "5. 같은 제목 (결과)",
        ]

    def test_a_new_step_is_made_where_it_is_chosen(self, editor, flow) -> None:
        step = flow.steps.get(key="os")
        assert save(editor, step, choices__0__target="", choices__0__new_step="전원 확인").status_code == 302
        made = step.choices.first().target
        assert (made.title_ko, made.order, made.key) == ("전원 확인", 6, "jeonwon-hwakin")

    def test_a_new_step_comes_instead_of_the_one_that_was_chosen(self, editor, flow) -> None:
        step = flow.steps.get(key="os")
        chosen = step.choices.first().target
        assert save(editor, step, choices__0__new_step="전원 확인").status_code == 302
        assert step.choices.first().target.title_ko == "전원 확인"
        assert Step.objects.filter(pk=chosen.pk).exists()

    def test_a_new_step_that_was_named_stands_in_the_form_when_it_is_shown_again(self, editor, flow) -> None:
        step = flow.steps.get(key="os")
        begun = shown(editor, page_of(step))
        save(editor, step, title_ko="다른 사람")
        mine = {"title_ko": "나", "choices__0__target": "", "choices__0__new_step": "전원 확인"}
        answer = send(editor, page_of(step), begun, **mine)
        assert "전원 확인" in answer.content.decode()
        assert Step.objects.count() == 5


class TestAnswers:
    def test_the_answer_of_another_question_is_chosen_by_its_title(self, editor, flow) -> None:
        make_flow("other", order=2)
        step = flow.steps.get(key="os")
        listed = dict(options(editor, page_of(step), "answer"))
        assert listed["version"] == "2. version 제목"
        assert "install" not in listed  # nobody answers what they are told to do
        assert (
            dict(options(editor, page_of(flow.steps.get(key="install")), "answer")).keys() & {"os", "version"} == set()
        )
        assert "os" not in listed
        assert "done" not in listed
        assert "에이전트 마법사" in listed["other"]

    def test_what_is_stored_and_not_offered_any_more_stays(self, editor, flow) -> None:
        flow.steps.filter(key="os").update(answer="gone")
        step = flow.steps.get(key="os")
        assert save(editor, step).status_code == 302
        assert flow.steps.get(key="os").answer == "gone"

    def test_what_an_entry_answers_is_picked(self, editor, flow, entry) -> None:
        link = FlowLink.objects.create(entry=entry, flow=flow, answers="os=windows&elsewhere=yes")
        html = editor.get(page_of(flow)).content.decode()
        assert '<option value="windows" selected>1. os 제목: windows 답</option>' in html
        assert "3. install 제목: –" not in html
        assert "에이전트 오류 → 에이전트 마법사" in html
        assert "agent → wizard" not in html
        sent = {name: text for name, text in shown(editor, page_of(flow)).items() if name != "entry_links-0-answers"}
        sent |= {"entry_links-0-answers_0": "linux", "entry_links-0-answers_1": ""}
        rest = "install=done&elsewhere=yes"
        assert send(editor, page_of(flow), sent, entry_links__0__answers_2=rest).status_code == 302
        link.refresh_from_db()
        assert link.answers == "os=linux&install=done&elsewhere=yes"


def test_who_only_reads_a_wizard_sees_what_is_in_it_and_no_way_to_change_it(flow) -> None:
    analyst = member("analyst")
    step = analyst.get(page_of(flow.steps.get(key="os"))).text
    assert "windows" in step
    assert "None" not in step
    assert "/step/add/" not in analyst.get(page_of(flow)).text
