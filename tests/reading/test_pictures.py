"""Tests of the picture of a flow: nothing overlaps, every line fits its box, and texts break where they may."""

import re
import time
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wizard.graphs import AGENT, any_graphs, graph, instruction, outcome, question, sound_graphs
from troubleshoot.reading.pictures import (
    EM,
    LINE_HEIGHT,
    Box,
    Line,
    Part,
    part_around,
    picture,
    rounded,
    text_width,
    wrapped,
)
from troubleshoot.wizard.graph import Graph


def overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def room(lines: tuple[Line, ...]) -> tuple[float, float, float, float]:
    """The left, top, right and bottom of what the words on an arrow take."""
    half = max(text_width(line.text, 12) for line in lines) / 2
    middle = sum(line.y for line in lines) / len(lines) - EM / 3
    return (
        lines[0].x - half,
        middle - len(lines) * LINE_HEIGHT / 2,
        lines[0].x + half,
        middle + len(lines) * LINE_HEIGHT / 2,
    )


def meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] - 2 and other[0] < one[2] - 2 and one[1] < other[3] - 2 and other[1] < one[3] - 2


def ends(path: str) -> list[tuple[int, int]]:
    """Where a way begins and where it ends."""
    numbers = [int(number) for number in re.findall(r"-?\d+", path)]
    return [(numbers[0], numbers[1]), (numbers[-2], numbers[-1])]


@given(sound_graphs())
@settings(max_examples=30)
def test_every_step_and_choice_has_a_place_and_no_two_boxes_share_one(flow: Graph) -> None:
    drawn = picture(flow, "ko")
    assert {box.step.key for box in drawn.boxes} == set(flow.by_key)
    assert len(drawn.arrows) == len(list(flow.edges()))
    assert not any(overlap(one, other) for one, other in combinations(drawn.boxes, 2))
    assert all(box.x >= 0 and box.x + box.width <= drawn.width for box in drawn.boxes)
    assert all(box.y >= 0 and box.y + box.height <= drawn.height for box in drawn.boxes)


@given(sound_graphs())
@settings(max_examples=30)
def test_the_words_of_a_choice_stand_on_its_own_arrow_and_on_nothing_else(flow: Graph) -> None:
    drawn = picture(flow, "ko")
    words = {(arrow.step.key, arrow.choice.key): room(arrow.lines) for arrow in drawn.arrows if arrow.lines}
    boxes = [(box.x, box.y, box.x + box.width, box.y + box.height) for box in drawn.boxes]

    assert not any(meet(one, other) for one, other in combinations([*words.values(), *boxes], 2))
    for arrow in drawn.arrows:
        if not arrow.lines:
            continue
        left, top, right, bottom = words[arrow.step.key, arrow.choice.key]
        (_start, into), (out, _end) = (ends(part) for part in arrow.path.removeprefix("M").split("M"))
        assert left - EM / 2 <= into[0] <= right + EM / 2
        assert left - EM / 2 <= out[0] <= right + EM / 2
        assert sorted((into[1], out[1])) == [pytest.approx(top, abs=2), pytest.approx(bottom, abs=2)]


@given(any_graphs())
@settings(max_examples=30)
def test_a_flow_that_is_being_written_can_be_drawn(flow: Graph) -> None:
    assert len(picture(flow, "en").boxes) == len(flow.by_key)


def test_steps_are_numbered_as_readers_come_to_them_and_for_their_author_as_they_are_listed() -> None:
    flow = graph(question("os", windows="new", linux="done"), outcome("done"), instruction("new", "done"))
    numbers = [
        {box.step.key: box.lines[0].text.split(".")[0] for box in picture(flow, "en", is_authors=is_authors).boxes}
        for is_authors in (False, True)
    ]
    assert numbers == [{"os": "1", "new": "2", "done": "3"}, {"os": "1", "done": "2", "new": "3"}]


def test_a_flow_without_steps_is_an_empty_picture() -> None:
    drawn = picture(graph(), "ko")
    assert (drawn.boxes, drawn.arrows) == ((), ())


def test_it_is_the_same_each_time_and_drawn_once() -> None:
    first = picture(AGENT, "ko")
    assert picture(AGENT, "ko") is first
    picture.cache_clear()
    assert picture(AGENT, "ko") == first


def test_it_speaks_the_language_asked_for() -> None:
    assert picture(AGENT, "ko").boxes[0].lines[0].text == "1. origin (ko)"
    assert picture(AGENT, "en").boxes[0].lines[0].text == "1. origin"


def test_the_only_way_on_needs_no_words() -> None:
    flow = graph(question("a", x="b", y="end"), instruction("b", "end"), outcome("end"))
    labels = {(arrow.step.key, arrow.choice.key): arrow.lines for arrow in picture(flow, "en").arrows}
    assert [line.text for line in labels["a", "x"]] == ["x"]
    assert labels["b", "done"] == ()


def test_a_step_knows_the_fewest_answers_that_lead_to_it() -> None:
    flow = graph(question("a", x="b", y="end"), instruction("b", "end"), outcome("end"), outcome("lost"))
    answers = {box.step.key: box.answers for box in picture(flow, "en").boxes}
    assert answers == {"a": (), "b": (("a", "x"),), "end": (("a", "y"),), "lost": None}


def test_two_hundred_steps_are_drawn_in_seconds() -> None:
    names = [f"s{number}" for number in range(200)]
    pairs = zip(names, [*names[1:], "end"], [*names[2:], "end", "end"], strict=True)
    flow = graph(*(question(name, x=near, y=far) for name, near, far in pairs), outcome("end"))
    start = time.process_time()
    assert len(picture(flow, "ko").boxes) == 201
    assert time.process_time() - start < 20


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("VM 에이전트를 설치하세요", ("VM 에이전트를 설치하세요",)),
        ("지금 실행 중인 백업 작업이 있나요?", ("지금 실행 중인 백업 작업이", "있나요?")),
        ("가" * 30, ("가" * 15, "가" * 15)),
        ("가나 " * 40, ("가나 가나 가나 가나 가나 가나", "가나 가나 가나 가나 가나 가…")),
        ("", ()),
        ("  a \n b ", ("a b",)),
    ],
)
def test_texts_break_between_words_where_they_can(text: str, lines: tuple[str, ...]) -> None:
    assert wrapped(text, 200, 14, 2) == lines


@given(st.text(max_size=80), st.integers(1, 4))
def test_no_line_is_wider_than_the_room_and_no_more_are_made_than_allowed(text: str, most: int) -> None:
    lines = wrapped(text, 150, 12, most)
    assert len(lines) <= most
    assert all(text_width(line, 12) <= 150 for line in lines)


def test_corners_are_round_unless_there_is_no_room() -> None:
    assert rounded([(0, 0), (0, 50)]) == "M0 0L0 50"
    assert rounded([(0, 0), (0, 50), (50, 50)]) == "M0 0L0 42Q0 50 8 50L50 50"
    assert rounded([(0, 0), (0, 4), (50, 4)]) == "M0 0L0 2Q0 4 8 4L50 4"
    assert rounded([(0, 0), (0, 0), (50, 0)]) == "M0 0L0 0Q0 0 8 0L50 0"


def test_the_part_around_a_step_shows_it_with_those_before_and_after_it() -> None:
    flow = graph(
        question("os", windows="install", linux="end"),
        instruction("install", "restart"),
        instruction("restart", "end"),
        outcome("end"),
    )
    drawn = picture(flow, "ko")
    part = part_around(drawn, {"install"})

    def is_shown(key: str) -> bool:
        box = next(box for box in drawn.boxes if box.step.key == key)
        return part.x <= box.x and part.y <= box.y and box.y + box.height <= part.y + part.height

    assert {key: is_shown(key) for key in flow.by_key} == {"os": True, "install": True, "restart": True, "end": False}


@pytest.mark.parametrize("keys", [set(), {"no step of it"}])
def test_of_no_step_the_whole_picture_is_shown(keys: set[str]) -> None:
    drawn = picture(AGENT, "ko")
    assert part_around(drawn, keys) == Part(0, 0, drawn.width, drawn.height)
