"""Tests of the ways through a graph."""

from hypothesis import given

from tests.wizard.graphs import AGENT, any_graphs, graph, instruction, outcome, question, sound_graphs
from troubleshoot.wizard import paths
from troubleshoot.wizard.answers import write
from troubleshoot.wizard.graph import Graph

LOOP = graph(question("a", x="b", y="end"), question("b", x="c", y="end"), instruction("c", "b"), outcome("end"))


def test_what_can_be_reached_includes_the_step_itself() -> None:
    assert paths.reachable(AGENT, "update") == {"update", "done"}
    assert paths.reachable(AGENT, "nothing") == set()
    assert paths.reachable(AGENT, AGENT.start) == set(AGENT.by_key)


def test_a_cycle_is_named_in_its_order() -> None:
    assert paths.cycle(AGENT) == ()
    assert paths.cycle(LOOP) == ("b", "c")
    assert paths.cycle(graph(question("a", x="a", y="end"), outcome("end"))) == ("a",)


def test_steps_come_after_all_that_lead_to_them_and_else_as_written() -> None:
    flow = graph(question("a", x="end", y="c"), outcome("end"), instruction("c", "end"))
    assert [step.key for step in paths.in_order(flow)] == ["a", "c", "end"]
    assert [step.key for step in paths.in_order(AGENT)] == list(AGENT.by_key)
    assert [step.key for step in paths.in_order(LOOP)] == ["a", "b", "c", "end"]


def test_all_paths_of_a_flow_are_its_answers() -> None:
    queries = [write(paths.answers_of(path)) for path in paths.every(AGENT)]
    assert queries == [
        "origin=gallery&os=windows&version=at-least",
        "origin=gallery&os=windows&version=below&update=done",
        "origin=gallery&os=windows&version=missing&install-again=done",
        "origin=gallery&os=linux",
        "origin=migrated&os=windows&install=done&version=at-least",
        "origin=migrated&os=windows&install=done&version=below&update=done",
        "origin=migrated&os=windows&install=done&version=missing&install-again=done",
        "origin=migrated&os=linux",
    ]


def test_what_was_answered_on_a_path_is_not_asked_twice() -> None:
    flow = graph(
        question("os", windows="again", linux="again"),
        question("again", "os", windows="end", linux="other"),
        outcome("end"),
        outcome("other"),
    )
    assert [write(paths.answers_of(path)) for path in paths.every(flow)] == ["os=windows", "os=linux"]


@given(any_graphs())
def test_the_ways_to_all_steps_are_the_way_to_each(flow: Graph) -> None:
    assert paths.ways(flow) == {key: way for key in flow.by_key if (way := paths.way_to(flow, key)) is not None}


def test_the_way_to_a_step_is_the_one_with_the_fewest_answers() -> None:
    assert write(paths.answers_of(paths.way_to(AGENT, "update"))) == "origin=gallery&os=windows&version=below"
    assert paths.way_to(AGENT, AGENT.start) == ()
    assert paths.way_to(AGENT, "nothing") is None
    assert paths.way_to(graph(), "") is None


@given(any_graphs())
def test_paths_end_in_any_graph(flow) -> None:
    for _path, _number in zip(paths.every(flow), range(500), strict=False):
        pass
    paths.cycle(flow)
    assert all(paths.way_to(flow, key) is None or key in flow.by_key for key in [*flow.by_key, "nowhere"])
    assert {step.key for step in paths.in_order(flow)} == set(flow.by_key)
    assert paths.remaining(flow, flow.start) <= len(flow.steps)


@given(sound_graphs())
def test_in_order_every_choice_leads_onwards(flow) -> None:
    place = {step.key: number for number, step in enumerate(paths.in_order(flow))}
    assert all(place[step.key] < place[target.key] for step, _choice, target in flow.edges())
