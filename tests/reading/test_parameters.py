"""Holds how a value that a request brings is read."""

import sys

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
    ("announced", "length"), [("", 0), (None, 0), ("17", 17), ("x", 0), ("-1", 0), ("１２", 0), ("9" * 18, 10**18 - 1)]
)
def test_a_length_that_is_none_counts_as_nothing_which_is_what_is_read_of_it(announced, length):
    assert announced_length({"CONTENT_LENGTH": announced}) == length
    assert announced_length({}) == 0


@pytest.mark.parametrize("digits", [19, 30, 5_000])
def test_a_length_too_long_to_be_counted_is_larger_than_any_limit(digits):
    assert announced_length({"CONTENT_LENGTH": "9" * digits}) == sys.maxsize


@given(st.text(max_size=300))
def test_what_is_repeated_is_short_and_printable(text):
    assert len(repeatable(text)) <= LONGEST_REPEATED
    assert repeatable(text).isprintable()
