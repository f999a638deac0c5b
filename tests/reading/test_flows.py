"""Tests of flows as graphs, of what keeps them from being published, and of how that is said."""

import pytest
from django.utils.translation import override

from tests.flows import add_step, make_flow
from troubleshoot.models import Choice, Flow, Step
from troubleshoot.reading import flows
from troubleshoot.wizard import checks
from troubleshoot.wizard.graph import Asks, Check, Graph, Kind, Result, Text
from troubleshoot.wizard.paths import every

pytestmark = pytest.mark.django_db


def test_rows_become_a_graph() -> None:
    make_flow()
    graph = flows.find("agent").graph
    assert (graph.key, graph.start, graph.title, graph.published) == (
        "agent",
        "os",
        Text("에이전트 마법사", "Agent wizard"),
        True,
    )
    assert [(step.key, step.kind) for step in graph.steps] == [
        ("os", Kind.QUESTION),
        ("version", Kind.VALUE),
        ("install", Kind.INSTRUCTION),
        ("done", Kind.OUTCOME),
        ("support", Kind.OUTCOME),
    ]
    assert [(choice.key, choice.target) for choice in graph.step("os").choices] == [
        ("windows", "version"),
        ("linux", "install"),
    ]
    assert graph.step("version").check == Check("2.6.1198.718", "2.7.1")
    assert graph.step("done").result is Result.SOLVED
    assert checks.findings(graph) == ()


def test_readers_find_only_what_is_published() -> None:
    make_flow(published=False)
    assert flows.find("agent") is None
    assert flows.find_row("agent", unpublished=True).key == "agent"
    assert flows.find_row("nothing", unpublished=True) is None
    assert flows.published() == []


def test_a_graph_takes_as_many_queries_for_many_steps_as_for_few(count_queries) -> None:
    flow = make_flow()
    few = count_queries(lambda: flows.find("agent"))
    other = make_flow("other", order=2)
    for number in range(20):
        add_step(flow, f"more-{number}", kind="outcome", result="next", hand_over=other)
    names_of_the_content = 2
    assert count_queries(lambda: flows.find("agent")) == few == 3 + names_of_the_content


def test_a_flow_is_read_once_until_the_content_changes(count_queries) -> None:
    flow = make_flow()
    before = flows.find("agent").graph
    name_of_the_content = 1
    assert count_queries(lambda: flows.find("agent")) == name_of_the_content

    flow.title_ko = "다른 제목"
    flow.save()
    assert (before.title.ko, flows.find("agent").graph.title.ko) == ("에이전트 마법사", "다른 제목")

    flow.published = False
    flow.save()
    assert flows.find("agent") is None


def test_going_on_with_a_flow_that_is_not_published_is_a_problem() -> None:
    flow = make_flow(published=False)
    draft = make_flow("draft", published=False, order=2)
    flow.steps.filter(key="support").update(result="next", hand_over=draft)
    assert [problem.step for problem in flows.problems(flow)] == ["support"]


@pytest.mark.parametrize("rule", checks.Rule)
def test_every_problem_is_said_in_a_sentence(rule, language) -> None:
    finding = checks.Finding(rule, "step", "choice", "title", "en", ("a", "b"))
    with override(language):
        said = flows.explain(finding, Graph("agent"))
        assert said.endswith(".")
        assert "%(" not in said


def test_a_problem_names_its_place() -> None:
    assert flows.sentence_of(flows.Problem("Wrong.")) == "Wrong."
    graph = flows.graph_of(make_flow())
    for key, choice, place in (("install", "", "3. install 제목"), ("os", "linux", "1. os 제목 › linux 답")):
        problem = flows.Problem("Wrong.", key, choice, flows.place_of(graph, key, choice))
        assert flows.sentence_of(problem) == f"{place}: Wrong."
    assert flows.place_of(graph, "version", "gone") == "2. version 제목 › gone"


def test_a_proposal_is_looked_at_as_the_wizard_that_it_is_for() -> None:
    live = make_flow()
    proposal = make_flow("proposal-of-1", published=False, order=2)
    Flow.with_proposals.filter(pk=proposal.pk).update(proposal_for=live)
    proposal.steps.filter(key="support").update(result="next", hand_over=live)
    problems = flows.problems(Flow.with_proposals.get(pk=proposal.pk))
    assert [problem.step for problem in problems] == ["support"]


@pytest.mark.usefixtures("content")
def test_the_flows_of_the_document_are_published_sound_and_lead_somewhere() -> None:
    assert [flow.key for flow in flows.published()] == ["vm-agent", "network", "vm-snapshot", "restore"]
    for flow in Flow.objects.with_steps():
        assert flows.problems(flow) == []
        results = {path[-1][1].target for path in every(flows.graph_of(flow))}
        assert results > {"support"}


class TestCircles:
    def test_wizards_that_lead_to_each_other_keep_each_other_from_being_published(self) -> None:
        first, second = make_flow("first"), make_flow("second", order=2)
        Flow.objects.filter(pk=second.pk).update(title_en="The other one")
        Step.objects.filter(flow=second, key="support").update(result="next", hand_over=first)
        assert flows.problems(first) == flows.problems(second) == []
        Step.objects.filter(flow=first, key="support").update(result="next", hand_over=second)

        with override("en"):
            problem = flows.problems(Flow.objects.get(key="first"))[0]

        assert problem.step == "support"
        way = "Agent wizard → The other one → Agent wizard"
        assert problem.sentence == f"The wizards form a loop: {way}. Let this outcome be the end."

    @pytest.mark.usefixtures("content")
    def test_no_wizard_of_the_document_leads_back_to_itself(self) -> None:
        handed = set(Step.objects.hand_overs(except_of=""))
        following = {flow: {onward for at, onward in handed if at == flow} for flow, _onward in handed}
        every_one = {(step.flow.key, step.hand_over.key) for step in Step.objects.exclude(hand_over=None)}

        assert handed == {("vm-agent", "network"), ("vm-agent", "vm-snapshot"), ("vm-snapshot", "network")}
        assert [checks.circle(flow, following) for flow in following] == [(), ()]
        # Only who has not been there is sent there.
        assert every_one - handed == {("network", "vm-agent"), ("vm-snapshot", "vm-agent"), ("network", "vm-snapshot")}


class TestSymptoms:
    def test_the_first_line_leads_into_the_very_step_and_of_a_choice_past_it_and_what_lies_before_is_assumed(
        self,
    ) -> None:
        flow = make_flow()
        Step.objects.filter(flow=flow, key="version").update(symptoms_ko="버전이 오래됐어요\n낡았어요")
        Choice.objects.filter(step__flow=flow, key="failed").update(
            symptoms_ko="설치가 안 돼요", symptoms_en="No install"
        )
        Step.objects.filter(flow=flow, order=1).update(symptoms_ko="안 돼요")

        assert [(each.said, each.url) for each in flows.offered()[0].symptoms] == [
            ("안 돼요", "/wizards/agent/#question"),
            ("버전이 오래됐어요", "/wizards/agent/?os=windows&assumed=os"),
            ("설치가 안 돼요", "/wizards/agent/?os=linux&install=failed&assumed=os"),
        ]

    def test_each_wizard_shows_some_and_one_without_symptoms_its_title(self) -> None:
        flow = make_flow()
        Step.objects.filter(flow=flow, kind="question").update(symptoms_ko="하나")
        Step.objects.filter(flow=flow, key="version").update(symptoms_ko="둘")
        make_flow("other", order=2)

        wizards = flows.offered()

        assert [symptom.said for symptom in flows.in_turn(wizards, 2)] == ["하나", "에이전트 마법사"]
        assert [symptom.said for symptom in flows.in_turn(wizards, 9)] == ["하나", "둘", "에이전트 마법사"]

    def test_they_take_three_queries_whatever_there_is(self, django_assert_num_queries) -> None:
        make_flow()
        make_flow("other", order=2)

        with django_assert_num_queries(3):
            flows.offered()

    @pytest.mark.usefixtures("content")
    @pytest.mark.parametrize("language", ["ko", "en"])
    def test_every_wizard_of_the_document_asks_somebody_and_is_found_by_a_symptom(self, language: str) -> None:
        with override(language):
            wizards = flows.offered()
            assert len(flows.in_turn(wizards, 12)) == 12
        assert all(wizard.symptoms for wizard in wizards)
        for wizard in wizards:
            asks = {step.asks for step in flows.graph_of(wizard.flow).steps if step.is_outcome}
            assert asks - {Asks.NOTHING}
