"""Holds the links of a list: addresses with parameters, and the division into pages."""

import pytest

from troubleshoot.views.lists import Pages, address, page_parameter, query_string, read_page


@pytest.mark.parametrize(
    ("parameters", "written"),
    [
        ({}, ""),
        ({"a": ""}, ""),
        ({"a": "1", "b": "", "c": "x y&"}, "?a=1&c=x+y%26"),
        ({"q": "백업"}, "?q=%EB%B0%B1%EC%97%85"),
    ],
)
def test_only_what_says_something_is_written(parameters, written):
    assert query_string(**parameters) == written


def test_the_first_page_is_not_written():
    assert address("error_list", page=page_parameter(1)) == "/errors/"
    assert address("error_list", page=page_parameter(2)) == "/errors/?page=2"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 1),
        ("1", 1),
        ("12", 12),
        ("0", None),
        ("-1", None),
        ("x", None),
        ("1.0", None),
        ("٣", None),
        ("9" * 99, None),
    ],
)
def test_a_page_number_is_read_or_refused(text, number):
    assert read_page(text) == number


@pytest.mark.parametrize(
    ("wanted", "total", "number", "last", "said"),
    [(1, 0, 1, 1, 0), (1, 10, 1, 1, 0), (1, 11, 1, 2, 0), (2, 11, 2, 2, 0), (3, 11, 2, 2, 1), (None, 11, 1, 2, 1)],
)
def test_the_page_shown_always_exists(wanted, total, number, last, said):
    pages = Pages.of(wanted, total=total, size=10, url=str)

    assert (pages.number, pages.last, len(pages.notices)) == (number, last, said)


def test_neighbours_have_addresses_where_they_exist():
    pages = Pages.of(2, total=21, size=10, url=lambda number: f"?page={number}")

    assert (pages.previous_url, pages.next_url) == ("?page=1", "?page=3")
    assert Pages.of(1, total=1, size=10, url=str).next_url == ""
