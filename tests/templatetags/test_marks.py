"""Holds the marking of what matched."""

import re
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.templatetags.marks import marked, pieces


@dataclass
class Fixed:
    """Says the same stretches of any text."""

    stretches: list[tuple[int, int]] = field(default_factory=list)

    def marks(self, text: str) -> list[tuple[int, int]]:
        return self.stretches


@pytest.mark.parametrize(
    ("stretches", "html"),
    [
        ([], "VM 오류"),
        ([(0, 2)], "<mark>VM</mark> 오류"),
        ([(3, 5), (0, 2)], "<mark>VM</mark> <mark>오류</mark>"),
        ([(0, 3), (2, 5)], "<mark>VM </mark><mark>오류</mark>"),
        ([(0, 5), (1, 2)], "<mark>VM 오류</mark>"),
        ([(2, 2)], "VM 오류"),
    ],
)
def test_stretches_are_marked_once(stretches, html):
    assert marked("VM 오류", Fixed(stretches)) == html


def test_text_is_escaped_inside_and_outside():
    assert marked("<b> & <i>", Fixed([(0, 3)])) == "<mark>&lt;b&gt;</mark> &amp; &lt;i&gt;"


def test_without_an_outcome_nothing_is_marked():
    assert marked("<VM>", None) == "&lt;VM&gt;"


@given(st.text(alphabet="가b <&"), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30))))
def test_no_text_is_lost(text, stretches):
    shown = "".join(re.sub("</?mark>", "", piece) if "<mark>" in piece else piece for piece in pieces(text, stretches))

    assert shown.replace("&lt;", "<").replace("&amp;", "&") == text
