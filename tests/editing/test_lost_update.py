"""Tests of the three-way merge: what only one changed is kept, what both changed is named, and no text is lost."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.editing.lost_update import brought_over, carried_over, merged, read_snapshot, snapshot
from troubleshoot.editing.revisions.contents import shape_named

MODEL = "troubleshoot.errorentry"
TEXTS = st.sampled_from(["하나", "둘", "셋", ""])


def resolution(row: int | None, body: str, order: int | None = 1) -> dict[str, Any]:
    return {"row": row, "order": order, "body_ko": body, "staff_only": False}


def page(message: str, *resolutions: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"model": MODEL, "message_ko": message, "resolutions": list(resolutions)} | fields


def bodies(content: dict[str, Any]) -> list[str]:
    return [row["body_ko"] for row in content["resolutions"]]


@given(base=TEXTS, theirs=TEXTS, mine=TEXTS)
def test_a_field_says_what_changed_it_and_mine_where_both_did(base: str, theirs: str, mine: str) -> None:
    merge = merged(snapshot(page(base)), page(theirs), page(mine))
    only_theirs = mine == base != theirs
    assert merge.content["message_ko"] == (theirs if only_theirs else mine)
    assert bool(merge.taken_over) == only_theirs
    assert bool(merge.clashes) == (theirs not in {base, mine} and not only_theirs)


@given(base=TEXTS, mine=TEXTS)
def test_what_nobody_else_changed_is_clean(base: str, mine: str) -> None:
    before = page(base, resolution(1, base), resolution(2, "x", 2))
    merge = merged(snapshot(before), before, page(mine, resolution(1, mine), resolution(None, "y", 3)))
    assert merge.is_clean
    assert bodies(merge.content) == [mine, "y"]


def test_a_row_that_the_other_added_stays_and_mine_comes_after_it() -> None:
    before = page("", resolution(1, "a"))
    theirs = page("", resolution(1, "a"), resolution(2, "theirs", 2))
    merge = merged(snapshot(before), theirs, page("", resolution(1, "a"), resolution(None, "mine", 2)))
    assert bodies(merge.content) == ["a", "theirs", "mine"]
    assert [row["order"] for row in merge.content["resolutions"]] == [1, 2, None]
    assert len(merge.taken_over) == 1


def test_a_row_that_the_other_deleted_goes_unless_i_wrote_in_it() -> None:
    before = page("", resolution(1, "a"), resolution(2, "b", 2))
    theirs = page("")
    merge = merged(snapshot(before), theirs, page("", resolution(1, "a"), resolution(2, "mine", 2)))
    assert merge.content["resolutions"] == [resolution(None, "mine", 2)]
    assert len(merge.taken_over) == 2


def test_without_a_snapshot_whatever_differs_may_be_a_change() -> None:
    merge = merged(None, page("하나", resolution(1, "a")), page("둘", resolution(1, "b")))
    assert [(clash.now, clash.yours) for clash in merge.clashes] == [("하나", "둘"), ("a", "b")]


def test_what_was_not_in_the_form_is_not_compared() -> None:
    before = page("하나", cause_ko="a")
    assert merged(snapshot(page("하나")), before | {"cause_ko": "b"}, page("하나")).is_clean


@pytest.mark.parametrize("text", ["", "x", "[]", "{}", '{"": 1}', '{"": {"a": 1}}', "[" * 100_000])
def test_what_is_no_snapshot_is_none(text: str) -> None:
    assert read_snapshot(text) is None


def test_what_was_written_for_a_page_that_is_gone_fits_another() -> None:
    lost = page("x", resolution(7, "다시 설치합니다. 기다립니다."), resolution(8, "셋", 2))
    moved = brought_over(page("y", resolution(1, "다시 설치합니다."), resolution(2, "다시 시작합니다.", 2)), lost)
    assert [(row["row"], row["body_ko"]) for row in moved["resolutions"]] == [
        (1, "다시 설치합니다. 기다립니다."),
        (2, "셋"),
    ]
    assert [row["row"] for row in brought_over({}, lost)["resolutions"]] == [None, None]


WIZARDS = st.tuples(
    TEXTS, st.dictionaries(st.sampled_from("abc"), TEXTS).map(lambda steps: dict(sorted(steps.items())))
)
"""The title of a wizard, and the titles of its steps by their keys, in one order."""
ORDERS = st.permutations("abcd")


def wizard(title: str, steps: dict[str, str]) -> dict[str, Any]:
    blank = dict.fromkeys(shape_named("troubleshoot.flow").columns, "")
    rows = [
        {"key": key, "order": place, "title_ko": text, "choices": []} for place, (key, text) in enumerate(steps.items())
    ]
    page = {"model": "troubleshoot.flow", "title_ko": title, "translated_from": {}, "steps": rows, "entry_links": []}
    return blank | page


def said(content: dict[str, Any]) -> tuple[str, dict[str, str]]:
    return content["title_ko"], {row["key"]: row["title_ko"] for row in content["steps"]}


@given(before=WIZARDS, after=WIZARDS)
def test_what_is_as_it_was_has_all_that_changed(before: Any, after: Any) -> None:
    content, is_whole = carried_over(wizard(*before), wizard(*after), wizard(*before))
    assert (said(content), is_whole) == (after, True)


@given(before=WIZARDS, other=WIZARDS)
def test_where_nothing_changed_nothing_is_carried_over(before: Any, other: Any) -> None:
    content, is_whole = carried_over(wizard(*before), wizard(*before), wizard(*other))
    assert (said(content), is_whole) == (other, True)


def in_order(keys: Iterable[str]) -> dict[str, Any]:
    return wizard("", dict.fromkeys(keys, "x"))


@given(before=ORDERS, after=ORDERS)
def test_a_new_order_is_carried_over_where_the_steps_stood_as_before(before: list[str], after: list[str]) -> None:
    content, is_whole = carried_over(in_order(before), in_order(after), in_order([*before, "new"]))
    assert [row["key"] for row in content["steps"]] == [*after, "new"]
    assert [row["order"] for row in content["steps"]] == [0, 1, 2, 3, 4]
    assert is_whole


@given(before=ORDERS, after=ORDERS, other=ORDERS)
def test_an_order_of_its_own_stays_and_is_told(before: list[str], after: list[str], other: list[str]) -> None:
    content, is_whole = carried_over(in_order(before), in_order(after), in_order(other))
    now = [row["key"] for row in content["steps"]]
    assert now == (after if other == before else other)
    assert is_whole == (after in (before, now))


@given(before=WIZARDS, after=WIZARDS, other=WIZARDS)
def test_what_the_other_changed_too_stays_and_is_told(before: Any, after: Any, other: Any) -> None:
    content, is_whole = carried_over(wizard(*before), wizard(*after), wizard(*other))
    title, steps = said(content)
    every = [(before[0], after[0], other[0], title)]
    every += [tuple(found.get(key) for found in (before[1], after[1], other[1], steps)) for key in "abc"]
    assert all(now == (new if theirs == old else theirs) for old, new, theirs, now in every)
    assert is_whole == all(new in {old, theirs} or theirs == old for old, new, theirs, _now in every)
