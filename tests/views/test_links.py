"""Holds addresses with parameters."""

import pytest

from troubleshoot.views.links import address, page_parameter, query_string


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
