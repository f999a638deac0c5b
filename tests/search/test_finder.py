"""One search from what was typed to its results, over an index of a few entries."""

import random

import pytest
from django.conf import settings

from tests.search.cast import entry
from troubleshoot.search import spelling
from troubleshoot.search.engine import Outcome, SearchRequest, search
from troubleshoot.search.query import LONGEST_QUERY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def entries() -> None:
    entry("agent", "VM 에이전트와 통신할 수 없습니다.", "Could not communicate with the VM agent.")
    entry("quota", "리소스 그룹의 할당량에 도달했습니다.", "The resource group quota has been reached.")


def found(text: str, **options: object) -> list[str]:
    return [hit.key for hit in answer(text, **options).hits]


def answer(text: str, **options: object) -> Outcome:
    return search(SearchRequest(text, **options))


def test_only_so_much_of_a_query_is_read_as_the_page_says():
    assert settings.SEARCH_QUERY_LIMIT == LONGEST_QUERY
    assert found(" " * (LONGEST_QUERY - 10) + "VM 에이전트") == ["agent"]
    assert found(" " * LONGEST_QUERY + "VM 에이전트") == []


@pytest.mark.parametrize("exact", [False, True])
def test_64_kib_of_one_word_is_no_more_work_than_the_limit(monkeypatch, exact):
    looked_at: list[int] = []
    key_stream = spelling.key_stream
    monkeypatch.setattr(spelling, "key_stream", lambda text: looked_at.append(len(text)) or key_stream(text))
    syllables = random.Random(1).choices([chr(code) for code in range(0xAC00, 0xD7A4)], k=21_000)

    answer("".join(syllables), exact=exact)

    assert sum(looked_at) < LONGEST_QUERY
