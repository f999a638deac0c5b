"""Holds what is offered when a search found nothing: the search without filters, a completion, one of its words."""

import pytest

from troubleshoot.models import Operation
from troubleshoot.search.engine import answer
from troubleshoot.views.search import MOST_ATTEMPTS, Nearest, attempts, nearest_to, request_of
from troubleshoot.views.search_state import SearchState

pytestmark = pytest.mark.django_db


def nearest_of(state: SearchState) -> Nearest | None:
    return nearest_to(state, answer(request_of(state)))


@pytest.fixture
def locked(make_entry):
    return make_entry("locked", message_ko="BitLocker 드라이브가 잠겨 있습니다.")


def test_first_comes_the_same_search_without_filters(locked):
    Operation.objects.create(key="restore", title_ko="복원", title_en="Restore", order=2)

    nearest = nearest_of(SearchState("BitLocker", operation="restore", page=3))

    assert nearest is not None
    assert nearest.state == SearchState("BitLocker")
    assert [result.hit.key for result in nearest.results] == ["locked"]


def test_then_a_completion(locked):
    nearest = nearest_of(SearchState("bitlo", exact=True))

    assert nearest is not None
    assert [result.hit.key for result in nearest.results] == ["locked"]


def test_then_a_word_that_documents_have(locked):
    state = SearchState("zz BitLocker yyyy")

    assert "BitLocker" in [tried.text for tried in attempts(state, answer(request_of(state)))]


def test_where_nothing_is_near_nothing_is_offered(locked):
    assert nearest_of(SearchState("zzzz qqqq")) is None


@pytest.mark.parametrize("text", ["", "?", "ㄱ", "가", "\u202e", "< >"])
def test_any_text_ends(locked, text):
    nearest_of(SearchState(text))


def test_a_long_query_is_not_asked_word_by_word_without_end(locked, monkeypatch):
    state = SearchState(" ".join(f"word{number}" for number in range(300)))
    asked: list[str] = []
    monkeypatch.setattr(
        "troubleshoot.views.search.answer", lambda request: asked.append(request.text) or answer(request)
    )

    nearest_of(state)

    assert len(asked) <= MOST_ATTEMPTS
