"""Tests of keys that are made from titles: readable, of Latin letters, and never one that is taken."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.editing import keys


@given(st.text(max_size=60))
def test_any_title_gives_a_key_that_can_stand_in_an_address(title: str) -> None:
    assert re.fullmatch(r"[a-z0-9_-]{1,40}", keys.new_key(title, (), "step"))


@given(st.text(max_size=20), st.lists(st.sampled_from(["step", "step-2", "a", "ga"])))
def test_a_key_that_is_taken_is_not_made_again(title: str, taken: list[str]) -> None:
    assert keys.new_key(title, taken, "step") not in taken


@pytest.mark.parametrize(
    ("title", "latin"),
    [("가힣", "gahit"), ("값을 읽다", "gapeul ikda"), ("VM 꺼짐", "VM kkeojim"), ("ㄱ가", "ㄱga"), ("", "")],
)
def test_hangul_is_written_in_latin_letters(title: str, latin: str) -> None:
    assert keys.romanised(title) == latin
