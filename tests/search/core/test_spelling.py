"""A mistyped word becomes the nearest one that the best candidates use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.search.core.analysis import terms
from troubleshoot.search.core.spelling import Vocabulary, correct, doubtful_words

TITLES = ["스냅숏 상태에 대해 VM 에이전트와 통신할 수 없습니다.", "Snapshot operation failed with BitLocker"]
KNOWN = {term for title in TITLES for term in terms(title)}


def frequency(term: str) -> int:
    return int(term in KNOWN)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("에이젼트", "에이전트"),
        ("에이전투와 통신", "에이전트와 통신"),
        ("스냅솟 상태", "스냅숏 상태"),
        ("snapsht failed", "snapshot failed"),
        ("bitloker", "bitlocker"),
        ("통신이 상태", "통신이 상태"),
        ("완전히 다른 말", "완전히 다른 말"),
    ],
)
def test_words_within_reach_are_corrected_and_others_stay(typed, meant):
    assert correct(typed, Vocabulary(TITLES), frequency) == meant


@pytest.mark.parametrize(
    ("typed", "documents", "meant"),
    [
        ("커피", 1, "커피"),
        ("커피", 5, "카피"),
        ("블롭 커피", 1, "블롭 카피"),
        ("커피를", 1, "커피를"),
    ],
)
def test_a_short_korean_word_alone_is_corrected_only_to_one_that_several_documents_have(typed, documents, meant):
    known = {"블롭": 1, "카피": documents}

    assert correct(typed, Vocabulary(["블롭 카피"]), lambda term: known.get(term, 0)) == meant


@given(st.text())
def test_any_text_can_be_corrected(text):
    correct(text, Vocabulary(TITLES), frequency)


def test_a_short_word_has_no_neighbour():
    assert Vocabulary(TITLES).nearest("수") is None


def test_the_words_beside_a_vocabulary_count_too_but_later():
    beside = Vocabulary(["스냅샷", "에이전트"])
    assert Vocabulary(["에이전시"], beside).nearest("에이젼트") == "에이전트"
    assert "스냅샷" in Vocabulary([], beside)


def test_one_endless_word_is_left_as_it_is():
    endless = "에이젼트" * 1_000
    assert doubtful_words(endless, frequency) == set()
    assert correct(endless, Vocabulary(TITLES), frequency) == endless


def test_an_endless_word_of_a_title_costs_the_vocabulary_nothing():
    assert "에이전트" in Vocabulary(["에이전트 " + "가나다라" * 1_000])
    assert "가나다라" not in Vocabulary(["가나다라" * 1_000])


@pytest.mark.parametrize("name", ["docker", "token", "mysql", "suse", "DOCKER"])
def test_a_short_name_is_not_turned_into_a_word_that_looks_like_it(name):
    vocabulary = Vocabulary(["locker taken mssql sure"])
    assert correct(name, vocabulary, frequency) == name


@pytest.mark.parametrize(
    ("typed", "meant"), [("agemt", "agent"), ("agnet", "agent"), ("agnt", "agent"), ("diskk", "disk")]
)
def test_a_slip_of_the_fingers_in_a_short_word_is_mended(typed, meant):
    assert correct(typed, Vocabulary(["agent disk"]), frequency) == meant


def test_an_inflected_word_and_one_that_is_half_typed_at_the_end_are_spelt_right():
    vocabulary = Vocabulary(["저장소에 연결을 할 수", "Unable to communicate with COM+", "복원 지원되지 않음"])
    known = frozenset(("연결", "저장", "저장소", "복원", "unable", "to", "communicate", "com"))

    def frequency(term: str) -> int:
        return 5 if term in known else 0

    assert [correct(text, vocabulary, frequency) for text in ("연결할 수", "unable to comm", "저장소 연결하면")] == [
        "연결할 수",
        "unable to comm",
        "저장소 연결하면",
    ]
    assert correct("unable to comm with", vocabulary, frequency) == "unable to com with"
    assert correct("unable to communicat", vocabulary, frequency) == "unable to communicate"
    assert correct("복원 지원돼지", vocabulary, frequency) == "복원 지원되지"
