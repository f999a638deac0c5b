"""Holds what is offered when a search found nothing: the search without filters, a completion, one of its words."""

import pytest

from troubleshoot.models import Operation
from troubleshoot.views.search import MOST_COMPLETIONS, MOST_WORDS, attempts, nearest_to
from troubleshoot.views.search_state import SearchState

pytestmark = pytest.mark.django_db


@pytest.fixture
def locked(make_entry):
    return make_entry("locked", message_ko="BitLocker 드라이브가 잠겨 있습니다.")


def test_first_comes_the_same_search_without_filters(locked):
    Operation.objects.create(key="restore", title_ko="복원", title_en="Restore", order=2)

    nearest = nearest_to(SearchState("BitLocker", operation="restore", page=3))

    assert nearest is not None
    assert nearest.state == SearchState("BitLocker")
    assert [result.hit.key for result in nearest.results] == ["locked"]


def test_then_a_completion(locked):
    nearest = nearest_to(SearchState("bitlo", exact=True))

    assert nearest is not None
    assert [result.hit.key for result in nearest.results] == ["locked"]


def test_then_the_words_one_by_one_the_longest_first(locked):
    texts = [state.text for state in attempts(SearchState("zz BitLocker yyyy"))]

    assert texts == ["BitLocker", "yyyy", "zz"]


def test_where_nothing_is_near_nothing_is_offered(locked):
    assert nearest_to(SearchState("zzzz qqqq")) is None


@pytest.mark.parametrize("text", ["", "?", "ㄱ", "가", "\u202e", "< >"])
def test_any_text_ends(locked, text):
    nearest_to(SearchState(text))


def test_a_long_query_is_not_asked_word_by_word_without_end(locked):
    state = SearchState(" ".join(f"word{number}" for number in range(300)))

    assert len(list(attempts(state))) <= MOST_COMPLETIONS + MOST_WORDS
