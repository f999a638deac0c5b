"""Holds the search address: read leniently, written without its defaults, the same after a round trip."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.views.search_state import SearchState, Titles, read_search

TITLES = Titles({"sql": "SQL"}, {"guide": "Guide"}, {"backup": "백업"})


def read(**parameters: str) -> SearchState:
    return read_search(parameters, TITLES)[0]


@pytest.mark.parametrize(
    ("state", "url"),
    [
        (SearchState(), "/search/"),
        (SearchState("VM"), "/search/?q=VM"),
        (SearchState("VM", page=2), "/search/?q=VM&page=2"),
        (SearchState("COM+ 오류", operation="backup"), "/search/?q=COM%2B+%EC%98%A4%EB%A5%98&operation=backup"),
        (SearchState("qordjq", exact=True), "/search/?q=qordjq&exact=1"),
        (SearchState("VM", kind="error", page=None), "/search/?q=VM&kind=error"),
        (SearchState("VM", document="guide"), "/search/?q=VM&document=guide"),
        (SearchState("VM", product="sql", operation="backup"), "/search/?q=VM&product=sql&operation=backup"),
    ],
)
def test_only_what_differs_from_the_default_is_written(state, url):
    assert state.url == url


def test_a_change_starts_again_at_the_first_page():
    assert SearchState("VM", page=3).but(operation="backup") == SearchState("VM", operation="backup")


@given(st.text(), st.sampled_from(["", "sql"]), st.sampled_from(["", "guide"]), st.integers(1, 999_999), st.booleans())
def test_what_is_written_reads_back_the_same(text, product, document, page, exact):
    state = read(q=text, product=product, document=document, page=str(page), exact="1" if exact else "")

    assert read(**dict(parse_qsl(state.query.removeprefix("?")))) == state


@given(st.dictionaries(st.sampled_from(["q", "product", "document", "operation", "kind", "page", "exact"]), st.text()))
def test_any_query_string_reads(parameters):
    state, notices = read_search(parameters, TITLES)

    assert state.operation in {"", "backup"}
    assert state.product in {"", "sql"}
    assert state.document in {"", "guide"}
    assert all(notices)


def test_blank_space_is_one_space():
    assert read(q="  스냅숏\n\t 오류 ").text == "스냅숏 오류"


def test_a_query_over_the_limit_is_cut(settings):
    settings.SEARCH_QUERY_LIMIT = 5

    assert read_search({"q": "가나다라마바"}, TITLES)[0].text == "가나다라마"
