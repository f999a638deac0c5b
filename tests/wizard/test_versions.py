"""Tests of product versions as readers type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.wizard.versions import at_least, parse

NUMBERS = st.lists(st.integers(0, 999_999_999), min_size=2, max_size=8).map(tuple)


@pytest.mark.parametrize(
    ("typed", "version"),
    [
        ("2.6.1198.718", (2, 6, 1198, 718)),
        (" 2.7 ", (2, 7)),
        ("v2.7.1", (2, 7, 1)),
        ("V 2.7.1", (2, 7, 1)),
        ("Version 2.7.1", (2, 7, 1)),
        ("ver. 2.7.1", (2, 7, 1)),
        ("버전 2.7.1", (2, 7, 1)),
        ("2. 7 .1", (2, 7, 1)),
        ("2.7.1.", (2, 7, 1)),
        ("２．７．１", (2, 7, 1)),
        ("2.06", (2, 6)),
        ("", None),
        ("2", None),
        ("two", None),
        ("2.x", None),
        ("2..6", None),
        (".6", None),
        ("-2.6", None),
        ("2,6", None),
        ("2.6-beta", None),
        ("2.6 2.7", None),
        ("٢.٦", None),
        ("2." * 100 + "1", None),
        ("9999999999.1", None),
        ("1.2\x003", None),
    ],
)
def test_a_version_is_numbers_between_dots(typed, version) -> None:
    assert parse(typed) == version


@pytest.mark.parametrize(
    ("version", "minimum", "enough"),
    [
        ("2.6.1198.718", "2.6.1198.718", True),
        ("2.6.1198.717", "2.6.1198.718", False),
        ("2.6.1198.719", "2.6.1198.718", True),
        ("2.10", "2.9", True),
        ("2.9", "2.10", False),
        ("2.10", "2.6.1198.718", True),
        ("2.6", "2.6.1198.718", False),
        ("2.6", "2.6.0.0", True),
        ("3.0", "2.6.1198.718", True),
        ("1.99.9999.9999", "2.6.1198.718", False),
        ("2.6.1198.718.1", "2.6.1198.718", True),
    ],
)
def test_versions_are_compared_number_by_number(version, minimum, enough) -> None:
    assert at_least(parse(version), parse(minimum)) is enough


@given(NUMBERS)
def test_a_version_is_read_as_it_is_written(numbers) -> None:
    assert parse(".".join(map(str, numbers))) == numbers
    assert at_least(numbers, numbers)


@given(NUMBERS, NUMBERS)
def test_of_two_versions_one_is_at_least_the_other(one, other) -> None:
    assert at_least(one, other) or at_least(other, one)


@given(st.text())
def test_any_text_is_a_version_or_none(text) -> None:
    assert parse(text) is None or len(parse(text)) >= 2
