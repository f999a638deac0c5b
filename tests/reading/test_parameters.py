"""Holds how a value that a request brings is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.reading.parameters import LONGEST_REPEATED, announced_length, repeatable, whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("12", 12), (7, 7), ("9" * 18, 10**18 - 1), ("9" * 19, None), ("", None), ("-1", None), ("１", None),
     ("²", None), ("1\x00", None), (" 1", None), ("1.0", None)],
)  # fmt: skip
def test_only_digits_that_the_database_can_count_are_a_number(text, number):
    assert whole_number(text) == number


@pytest.mark.parametrize(
    ("said", "length"), [("", 0), (None, 0), ("17", 17), ("x", 0), ("-1", 0), ("１２", 0), ("9" * 30, int("9" * 30))]
)
def test_a_length_that_is_none_counts_as_nothing_which_is_what_is_read_of_it(said, length):
    assert announced_length({"CONTENT_LENGTH": said}) == length
    assert announced_length({}) == 0


@given(st.text(max_size=300))
def test_what_is_repeated_is_short_and_printable(text):
    assert len(repeatable(text)) <= LONGEST_REPEATED
    assert repeatable(text).isprintable()
