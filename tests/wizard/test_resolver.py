"""Tests of where answers lead: named cases, bad input by table, and what holds for any graph and any query."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wizard.graphs import AGENT, any_graphs, graph, instruction, outcome, query_strings, question, sound_graphs
from troubleshoot.wizard import paths
from troubleshoot.wizard.answers import Answers, read
from troubleshoot.wizard.graph import Graph
from troubleshoot.wizard.resolver import EmptyGraphError, State, hand_over, resolve


def at(query: str, flow: Graph = AGENT) -> State:
    return resolve(flow, read(query))


def dropped(state: State) -> dict[str, str]:
    return {drop.name: drop.reason.value for drop in state.dropped}


@pytest.mark.parametrize(
    ("query", "step", "remaining"),
    [
        ("", "origin", 5),
        ("origin=migrated", "os", 4),
        ("origin=migrated&os=linux", "done", 0),
        ("origin=migrated&os=windows", "install", 3),
        ("origin=gallery&os=windows", "version", 2),
        ("os=windows&origin=gallery", "version", 2),
        ("origin=gallery&os=windows&version=2.10", "done", 0),
        ("origin=gallery&os=windows&version=v2.6.1198.718", "done", 0),
        ("origin=gallery&os=windows&version=2.5", "update", 1),
        ("origin=gallery&os=windows&version=below", "update", 1),
        ("origin=gallery&os=windows&version=missing", "install-again", 1),
        ("origin=migrated&os=windows&install=done&version=2.5&update=done", "done", 0),
        ("origin=gallery&gallery-os=windows", "version", 2),
    ],
)
def test_answers_lead_to_their_step(query, step, remaining) -> None:
    state = at(query)
    assert (state.step.key, state.remaining, state.dropped) == (step, remaining, ())


@pytest.mark.parametrize(
    ("query", "step", "reasons"),
    [
        ("x=y", "origin", {"x": "unknown"}),
        ("origin=x", "origin", {"origin": "impossible"}),
        ("origin=", "origin", {"origin": "empty"}),
        ("origin=gallery&origin=migrated&os=linux", "origin", {"origin": "contradictory"}),
        ("origin=gallery&origin=gallery", "gallery-os", {"origin": "repeated"}),
        ("origin=gallery&os=windows&install=done", "version", {"install": "stale"}),
        ("origin=gallery&os=linux&version=2.7", "done", {"version": "stale"}),
        ("origin=gallery&os=windows&version=abc", "version", {"version": "invalid"}),
        ("origin=gallery&os=windows&version=", "version", {"version": "empty"}),
        ("origin=gallery&os=windows&version=" + "2" * 200, "version", {"version": "overlong"}),
        ("origin=gallery&os=macos", "gallery-os", {"os": "impossible"}),
        ("os=macos", "origin", {"os": "impossible"}),
        ("origin=gallery&os=windows&gallery-os=linux", "version", {"gallery-os": "contradictory"}),
        ("done=x", "origin", {"done": "unknown"}),
    ],
)
def test_bad_answers_lead_to_the_furthest_step_that_holds_with_a_reason(query, step, reasons) -> None:
    state = at(query)
    assert (state.step.key, dropped(state)) == (step, reasons)


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("origin=gallery&os=windows&version=abc", "abc"),
        ("origin=gallery&os=windows&version=", ""),
        ("origin=gallery&os=windows&version=1.1&version=9.9", "1.1"),
    ],
)
def test_a_rejected_answer_to_the_step_shown_is_told_apart(query, value) -> None:
    assert at(query).rejected.value == value
    assert at(query).rejected.name == "version"


def test_a_rejected_answer_to_another_step_is_not_the_error_of_this_one() -> None:
    assert at("os=macos").rejected is None


def test_the_way_so_far_names_steps_values_and_choices() -> None:
    passed = at("origin=gallery&os=windows&version=v2.5").path
    assert [(one.step.key, one.value, one.choice.key, one.is_typed) for one in passed] == [
        ("origin", "gallery", "gallery", False),
        ("gallery-os", "windows", "windows", False),
        ("version", "v2.5", "below", True),
    ]


def test_changing_an_early_answer_keeps_the_later_ones_that_still_apply() -> None:
    before = at("origin=gallery&os=windows&version=2.5")
    asked_again = resolve(AGENT, before.changing("origin"))
    assert (asked_again.step.key, asked_again.query) == ("origin", "os=windows&version=2.5")
    assert asked_again.dropped == ()
    assert asked_again.remaining == 3  # the origin, and on one of its ways an installation and an update
    changed = resolve(AGENT, asked_again.choosing("migrated"))
    assert (changed.step.key, changed.query) == ("install", "origin=migrated&os=windows&version=2.5")
    assert resolve(AGENT, changed.choosing("done")).step.key == "update"


def test_changing_an_answer_drops_the_later_ones_that_no_longer_apply() -> None:
    changed = resolve(AGENT, at("version=2.5&os=linux").choosing("gallery"))
    assert (changed.step.key, dropped(changed)) == ("done", {"version": "stale"})


def test_back_shows_the_step_before_with_nothing_lost_before_it() -> None:
    state = at("origin=gallery&os=windows&version=2.5")
    assert resolve(AGENT, state.back).step.key == "version"
    assert at("").back is None


def test_a_form_carries_the_other_answers_along() -> None:
    assert at("os=windows").held == (("os", "windows"),)
    assert at("origin=gallery&os=windows&version=abc").held == (("origin", "gallery"), ("os", "windows"))


def test_the_canonical_query_has_one_order_and_nothing_that_was_dropped() -> None:
    assert at("version=2.5&x=y&os=windows&origin=gallery").query == "origin=gallery&os=windows&version=2.5"


def test_a_flow_edited_under_a_reader_goes_on_at_the_furthest_step_that_holds() -> None:
    edited = graph(question("origin", gallery="done", other="done"), outcome("done"))
    state = at("origin=migrated&os=windows&install=done", edited)
    assert state.step.key == "origin"
    assert dropped(state) == {"origin": "impossible", "os": "unknown", "install": "unknown"}


def test_another_flow_goes_on_with_the_answers_that_both_ask_for() -> None:
    other = graph(question("os", windows="fix", linux="done"), instruction("fix", "done"), outcome("done"))
    assert hand_over(at("origin=migrated&os=windows"), other).query == "os=windows"
    assert hand_over(at("origin=migrated"), other).query == ""


def test_who_comes_from_a_flow_is_not_asked_whether_they_went_through_it() -> None:
    here = at("origin=migrated&os=windows")
    other = graph(question("checked", answer=here.graph.key, yes="done", no="done"), outcome("done"))
    assert hand_over(here, other).query == f"{here.graph.key}=yes"
    assert hand_over(here, graph(question("checked", yes="done", no="done"), outcome("done"))).query == ""


def test_who_was_in_a_flow_before_goes_on_where_they_left_it_and_has_gone_through_those_between() -> None:
    asks = graph(
        question("os", windows="checked", linux="done"), question("checked", answer="agent", yes="done", no="go")
    )
    asks = replace(asks, key="asks", steps=(*asks.steps, outcome("go"), outcome("done")))
    left = at("os=windows&agent=no", asks)
    here = replace(at("origin=migrated&os=linux"), graph=replace(at("").graph, key="agent"))
    assert left.step.key == "go"
    assert hand_over(here, asks, [left]).query == "os=windows&agent=yes"
    third = replace(graph(question("checked", answer="asks", yes="done", no="done"), outcome("done")), key="third")
    assert hand_over(here, third, [left]).query == "asks=yes"


def test_what_was_done_in_one_flow_is_not_done_in_another() -> None:
    state = at("origin=migrated&os=windows&install=done")
    assert hand_over(state, graph(instruction("install", "done"), outcome("done"))).query == ""


def test_a_choice_that_leads_nowhere_stops_there() -> None:
    unfinished = graph(question("a", go="b", stay="a", lost="nothing"), outcome("b"))
    assert dropped(at("a=lost", unfinished)) == {"a": "nowhere"}
    assert dropped(at("a=stay", unfinished)) == {"a": "nowhere"}


def test_a_graph_without_steps_leads_nowhere() -> None:
    with pytest.raises(EmptyGraphError):
        resolve(graph(), Answers())


@given(st.data())
def test_any_query_string_resolves_in_any_graph(data) -> None:
    flow = data.draw(any_graphs())
    state = at(data.draw(query_strings(flow)), flow)
    assert state.step.key in flow.by_key
    assert state.remaining >= 0
    assert state.choosing("x").query


@given(st.data())
def test_replaying_a_resolved_state_gives_itself(data) -> None:
    flow = data.draw(sound_graphs())
    state = at(data.draw(query_strings(flow)), flow)
    again = at(state.query, flow)
    assert (again.step, again.path, again.later, again.query) == (state.step, state.path, state.later, state.query)
    assert (again.dropped, again.rejected) == ((), None)


@given(st.data())
def test_every_path_ends_at_an_outcome_within_what_was_promised(data) -> None:
    flow = data.draw(sound_graphs())
    promised = at("", flow).remaining
    state = at("", flow)
    for answered in range(promised + 1):
        if state.is_finished:
            break
        assert state.remaining <= promised - answered
        state = resolve(flow, state.choosing(data.draw(st.sampled_from([c.key for c in state.step.choices]))))
    assert state.is_finished
    assert state.remaining == 0


@given(sound_graphs(most=7))
def test_every_path_resolves_to_its_end_and_the_longest_is_what_remains(flow) -> None:
    lengths = []
    for path in paths.every(flow):
        state = resolve(flow, Answers.of(paths.answers_of(path)))
        assert [passed.step.key for passed in state.path] == [step.key for step, _choice in path]
        assert state.is_finished
        lengths.append(len(path))
    assert max(lengths) == at("", flow).remaining


@given(st.data())
def test_taking_an_answer_back_and_giving_it_again_changes_nothing(data) -> None:
    flow = data.draw(sound_graphs())
    state = at(data.draw(query_strings(flow)), flow)
    for passed in state.path:
        asked_again = resolve(flow, state.changing(passed.step.name))
        assert asked_again.step == passed.step
        assert resolve(flow, asked_again.choosing(passed.value)).path == state.path


class TestAssumed:
    """A link into a step answers what lies before it; that is never told as what the reader said."""

    def test_an_assumed_answer_leads_on_and_stays_marked(self) -> None:
        state = at("origin=gallery&os=windows&assumed=origin.os")

        assert state.step.key == "version"
        assert state.assumed == {"origin", "os"}
        assert state.dropped == ()
        assert state.choosing("2.10").query == "origin=gallery&os=windows&version=2.10&assumed=origin.os"

    def test_what_the_reader_answers_or_confirms_is_the_readers(self) -> None:
        state = at("origin=gallery&os=windows&assumed=origin.os")
        changed = resolve(AGENT, state.changing("os"))

        assert changed.query == "origin=gallery&assumed=origin"
        assert changed.choosing("linux").query == "origin=gallery&os=linux&assumed=origin"
        assert state.confirmed.query == "origin=gallery&os=windows"

    def test_changing_an_early_answer_keeps_the_mark_of_the_later_ones(self) -> None:
        state = at("origin=gallery&os=windows&assumed=origin.os")
        asked = resolve(AGENT, state.changing("origin"))

        assert asked.choosing("migrated").query == "origin=migrated&os=windows&assumed=os"

    @pytest.mark.parametrize("mark", ["", "nope", "os..os", "version.%00", "origin%2Eos%2Eos"])
    def test_a_mark_of_what_was_not_answered_says_nothing(self, mark: str) -> None:
        state = at(f"origin=gallery&assumed={mark}")

        assert state.dropped == ()
        assert state.query in {"origin=gallery", "origin=gallery&assumed=origin"}

    def test_the_key_of_a_step_is_as_good_as_the_name_of_its_answer(self) -> None:
        assert at("origin=gallery&gallery-os=linux&assumed=gallery-os").query == "origin=gallery&os=linux&assumed=os"

    def test_what_was_assumed_is_handed_over_as_assumed(self) -> None:
        asked = graph(question("os", windows="end", linux="end"), outcome("end"), key="other")

        onward = hand_over(at("origin=gallery&os=linux&assumed=origin.os"), asked)

        assert onward.query == "os=linux&assumed=os"
