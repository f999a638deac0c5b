"""Holds the links of a list: addresses with parameters, and the division into pages."""

import pytest

from troubleshoot.filters import Facet
from troubleshoot.views.lists import MOST_VALUES, Pages, address, facet_group, page_parameter, query_string, read_page


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


def test_of_many_values_those_with_the_most_entries_and_the_chosen_one_are_in_sight():
    facets = [Facet(str(number), f"작업 {number}", number, number == 1) for number in range(20)]

    group = facet_group("작업", facets, url=lambda value: f"?operation={value}")

    everything, *in_sight = group.links
    assert (everything.label, everything.url, everything.selected) == ("전체", "?operation=", False)
    assert [link.label for link in in_sight] == ["작업 1", *(f"작업 {number}" for number in range(13, 20))]
    assert len(in_sight) == MOST_VALUES
    assert [link.count for link in group.more] == list(range(2, 13))


def test_few_values_stand_in_their_own_order():
    facets = [
        Facet("a", "가", 1, selected=False),
        Facet("b", "나", 9, selected=False),
        Facet("c", "다", 0, selected=False),
    ]

    group = facet_group("작업", facets, url=str)

    assert [link.label for link in group.links] == ["전체", "가", "나"]
    assert group.more == ()
