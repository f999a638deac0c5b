"""Tests of what makes a flow sound: each rule has a flow that breaks it."""

from dataclasses import replace

import pytest
from hypothesis import given

from tests.wizard.graphs import (
    AGENT,
    any_graphs,
    both,
    graph,
    instruction,
    outcome,
    question,
    sound_graphs,
    version,
)
from troubleshoot.wizard.checks import Finding, Rule, circle, findings, is_for_newcomers
from troubleshoot.wizard.graph import Check, Choice, Graph, Kind, Step, Text
from troubleshoot.wizard.paths import every

END = outcome("end")
ONLY_KOREAN = Text("한국어만")


def first(**changes: object) -> Graph:
    """A sound flow of two steps, its first step changed."""
    return graph(replace(question("a", x="end", y="end"), **changes), END)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("flow", "expected"),
    [
        (graph(), [Finding(Rule.NO_STEPS)]),
        (graph(question("a", x="end", y="end"), END, outcome("b")), [Finding(Rule.UNREACHABLE, "b")]),
        (first(choices=()), [Finding(Rule.UNREACHABLE, "end"), Finding(Rule.DEAD_END, "a")]),
        (graph(question("a", x="end", y=""), END), [Finding(Rule.NO_TARGET, "a", "y")]),
        (graph(question("a", x="end", y="lost"), END), [Finding(Rule.NO_TARGET, "a", "y")]),
        (graph(question("a", x="end", y="a"), END), [Finding(Rule.CYCLE, "a", about=("a",))]),
        (
            graph(question("a", x="b", y="end"), question("b", x="c", y="end"), instruction("c", "b"), END),
            [Finding(Rule.CYCLE, "b", about=("b", "c"))],
        ),
        (
            graph(question("a", x="end", y="b"), instruction("b", "c"), instruction("c", "b"), END),
            [
                Finding(Rule.CYCLE, "b", about=("b", "c")),
                Finding(Rule.ENDLESS, "b"),
                Finding(Rule.ENDLESS, "c"),
            ],
        ),
        (
            graph(question("a", x="end", y="end"), replace(END, choices=(Choice("x", both("x"), "end"),))),
            [Finding(Rule.CYCLE, "end", about=("end",)), Finding(Rule.OUTCOME_GOES_ON, "end")],
        ),
        (graph(question("a", x="end", y="end"), replace(END, result=None)), [Finding(Rule.NO_RESULT, "end")]),
        (
            graph(question("a", x="end", y="end"), outcome("end", hand_over="flow")),
            [Finding(Rule.SELF_HAND_OVER, "end")],
        ),
        (graph(question("a", x="end"), END), [Finding(Rule.SINGLE_CHOICE, "a")]),
        (graph(replace(version("a", enough="end", below="end"), check=None), END), [Finding(Rule.NO_CHECK, "a")]),
        (
            graph(replace(version("a", enough="end", below="end"), check=Check("2")), END),
            [Finding(Rule.BAD_MINIMUM, "a")],
        ),
        (
            first(kind=Kind.VALUE, check=Check("2.6")),
            [Finding(Rule.NO_VERDICT, "a", "at-least"), Finding(Rule.NO_VERDICT, "a", "below")],
        ),
        (
            graph(question("a", x="b", y="end"), question("b", "a", x="end", z="end"), END),
            [Finding(Rule.ANSWERS_DIFFER, "b", about=("a", "b"))],
        ),
        (first(title=ONLY_KOREAN), [Finding(Rule.NO_TEXT, "a", field="title", language="en")]),
        (
            first(title=Text()),
            [
                Finding(Rule.NO_TEXT, "a", field="title", language="ko"),
                Finding(Rule.NO_TEXT, "a", field="title", language="en"),
            ],
        ),
        (first(body=Text("", "English")), [Finding(Rule.NO_TEXT, "a", field="body", language="ko")]),
        (first(help=ONLY_KOREAN), [Finding(Rule.NO_TEXT, "a", field="help", language="en")]),
        (
            graph(replace(instruction("a", "end"), body=Text(" ", "\n")), END),
            [
                Finding(Rule.NO_TEXT, "a", field="body", language="ko"),
                Finding(Rule.NO_TEXT, "a", field="body", language="en"),
            ],
        ),
        (
            first(choices=(Choice("x", ONLY_KOREAN, "end"), Choice("y", both("y"), "end", ONLY_KOREAN))),
            [
                Finding(Rule.NO_TEXT, "a", "x", "label", "en"),
                Finding(Rule.NO_TEXT, "a", "y", "help", "en"),
            ],
        ),
        (replace(first(), title=ONLY_KOREAN), [Finding(Rule.NO_TEXT, field="title", language="en")]),
        (replace(first(), summary=ONLY_KOREAN), [Finding(Rule.NO_TEXT, field="summary", language="en")]),
        (replace(first(), needs=ONLY_KOREAN), [Finding(Rule.NO_TEXT, field="needs", language="en")]),
    ],
)
def test_what_is_wrong_is_found_and_nothing_else(flow, expected) -> None:
    assert list(findings(flow)) == expected


def test_every_rule_has_a_case_above() -> None:
    cases = test_what_is_wrong_is_found_and_nothing_else.pytestmark[0].args[1]
    assert {found.rule for _flow, expected in cases for found in expected} == set(Rule)


def test_a_sound_flow_has_no_findings() -> None:
    assert findings(AGENT) == ()


@given(sound_graphs())
def test_graphs_that_are_built_soundly_are_found_sound(flow) -> None:
    assert findings(flow) == ()


@given(any_graphs())
def test_any_graph_is_judged_and_one_without_findings_ends_everywhere(flow) -> None:
    named = replace(flow, steps=tuple(with_texts(step) for step in flow.steps))
    if not findings(named):
        for path, _number in zip(every(named), range(100), strict=False):
            last_step, choice = path[-1] if path else (None, None)
            last = named.by_key[choice.target] if choice else named.steps[0]
            assert last.is_outcome, last_step


def with_texts(step: Step) -> Step:
    choices = tuple(replace(choice, label=both(choice.key)) for choice in step.choices)
    return replace(step, title=both("t"), body=both("b"), choices=choices)


def test_a_hand_over_is_for_newcomers_where_a_question_keeps_all_others_from_it() -> None:
    go = replace(outcome("go"), hand_over="agent")
    checked = question("checked", answer="agent", yes="done", no="go")
    assert is_for_newcomers(graph(checked, go, outcome("done")), go)
    assert not is_for_newcomers(graph(replace(checked, answer=""), go, outcome("done")), go)
    assert not is_for_newcomers(graph(question("q", yes="checked", no="go"), checked, go, outcome("done")), go)
    assert not is_for_newcomers(
        graph(question("checked", answer="agent", yes="go", no="done"), go, outcome("done")), go
    )
    assert not is_for_newcomers(graph(go), go)


@pytest.mark.parametrize(
    ("following", "way"),
    [
        ({}, ()),
        ({"a": ["b"], "b": ["c"]}, ()),
        ({"a": ["b"], "b": ["a"]}, ("a", "b", "a")),
        ({"a": ["b"], "b": ["c"], "c": ["a"]}, ("a", "b", "c", "a")),
        ({"a": ["a"]}, ("a", "a")),
        ({"a": ["b"], "b": ["c"], "c": ["b"]}, ()),
    ],
)
def test_a_circle_of_wizards_is_the_way_back_to_where_it_began(
    following: dict[str, list[str]], way: tuple[str, ...]
) -> None:
    assert circle("a", following) == way
