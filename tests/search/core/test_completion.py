"""Suggestions: a half-typed word is completed from the words of the titles."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.search.core.corpus import SearchDocument
from troubleshoot.search.core.query import complete, suggest
from troubleshoot.search.index.store import SearchIndex, Snapshot, Stamp

TITLES = ["백업 작업이 실패했습니다", "백업 정책", "VM 에이전트와 통신할 수 없습니다", "프록시 서버", "BitLocker"]


def snapshot_of(titles: Iterable[str]) -> Snapshot:
    """An index of errors that have nothing but a title."""
    index = SearchIndex()
    with index.writing() as batch:
        for number, title in enumerate(titles):
            batch.add(SearchDocument("error", str(number), "backup", (title,)))
        batch.commit(Stamp("test", 1))
    return index.snapshot()


@pytest.fixture(scope="module")
def snapshot():
    return snapshot_of(TITLES)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("백", "백업"),
        ("백ㅇ", "백업"),
        ("qord", "백업"),
        ("ㅂㅇ", "백업"),
        ("bitl", "BitLocker"),
        ("VM 에이", "VM 에이전트"),
        ("ㅠㅑ시", "BitLocker"),
    ],
)
def test_a_beginning_is_completed(snapshot, typed, first):
    assert suggest(snapshot, typed)[0] == first


def test_the_commonest_word_comes_first_and_each_once(snapshot):
    assert suggest(snapshot, "백") == ["백업"]


def test_what_is_suggested_is_what_somebody_would_type():
    titles = (
        "백업하지 못했습니다",
        "작업 실패한 뒤",
        "실행되도록 설정하세요",
        "연결할 수 없습니다",
        "snapshots",
        "무제한",
    )
    snapshot = snapshot_of(titles)

    assert [suggest(snapshot, typed) for typed in ("백", "실", "연", "없")] == [
        ["백업"],
        ["실행", "실패"],
        ["연결"],
        [],
    ]
    assert [suggest(snapshot, typed) for typed in ("백업", "작업 실패", "snapshot")] == [[], [], []]


def test_no_form_of_a_suggested_word_no_function_word_and_no_code_behind_a_word_is_suggested():
    index = SearchIndex()
    titles = ("restore the VM agent again", "a restored backup", "저장소 계정을 계속", "작업 상태인지", "작업 상태")
    titles += ("The domain doesn't allow it", "Downtime of all", "cannot cancel what is not cancelable")
    with index.writing() as batch:
        for number, title in enumerate(titles):
            batch.add(SearchDocument("error", str(number), "backup", (title,), ("BackUpOperationFailedV2",)))
        batch.add(SearchDocument("error", "code", "backup", ("BackUpOperationFailedV2",)))
        batch.commit(Stamp("test", 1))
    snapshot = index.snapshot()

    assert [suggest(snapshot, typed) for typed in ("VM ag", "rest", "restore", "저장소 계", "작업 상태", "backup")] == [
        ["VM agent"],
        ["restore"],
        [],
        ["저장소 계정"],
        [],
        [],
    ]
    assert suggest(snapshot, "BackUpOp") == ["BackUpOperationFailedV2"]
    # A whole word begins no other, and what an apostrophe leaves is none.
    assert [suggest(snapshot, typed) for typed in ("what do", "work at all", "it does", "all", "job can")] == [
        [],
        [],
        [],
        ["allow"],
        ["job cancel"],
    ]


def test_behind_a_word_those_are_suggested_that_a_title_says_there():
    titles = (
        "클라우드 서비스를 찾을 수 없습니다",
        "선택한 서브넷이 없습니다",
        "서버 오류",
        "수정한 정책",
        "취소한 작업",
    )
    titles += (
        "백업이 실패했습니다",
        "Could not communicate with the VM agent",
        "The configuration of the snapshot",
        "Snapshot operation failed",
    )
    snapshot = snapshot_of(titles)

    assert [
        suggest(snapshot, typed) for typed in ("클라우드 서", "VM ag", "snapshot fa", "백업 실", "could not co")
    ] == [
        ["클라우드 서비스"],
        ["VM agent"],
        ["snapshot failed"],
        ["백업 실패"],
        ["could not communicate"],
    ]
    # In another title, in front of it, far behind it, or behind what says nothing.
    assert [suggest(snapshot, typed) for typed in ("찾을 수", "VM conf", "agent sna", "작업 취", "the ag")] == [[]] * 5
    # What the content does not have may be the name of anything.
    assert {"지역 서비스", "지역 서브넷", "지역 서버"} <= set(suggest(snapshot, "지역 서"))


def test_half_a_verb_and_what_begins_no_query_are_not_suggested():
    titles = (
        "서브넷을 찾을 수 없습니다",
        "기다린 후 다시 시도하세요",
        "권한이 없습니다",
        "메시지를 확인하세요",
        "Could not allow another job",
    )
    snapshot = snapshot_of(titles)

    assert [suggest(snapshot, typed) for typed in ("찾", "기다", "cou", "ano", "서브넷을 찾")] == [[]] * 5
    assert [suggest(snapshot, typed) for typed in ("권", "메", "all")] == [["권한"], ["메시지"], ["allow"]]


def test_the_other_layout_is_meant_only_where_this_one_begins_no_word(snapshot):
    assert complete(snapshot, "vm") == ["VM"]
    assert complete(snapshot, "vmf") == ["프록시"]


@pytest.mark.parametrize("typed", ["", " ", "ㅂ", "…", "\x00"])
def test_too_little_is_completed_by_nothing(snapshot, typed):
    assert suggest(snapshot, typed) == []


@given(st.text())
def test_any_text_may_be_completed(snapshot, typed):
    assert len(suggest(snapshot, typed)) <= 8
