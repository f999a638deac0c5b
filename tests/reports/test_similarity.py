"""Tests of which queries ask for the same."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.reports.similarity import form_of, leaders


def together(first: str, second: str) -> bool:
    led = leaders(Counter(map(form_of, (first, second))))
    return led[form_of(first)] == led[form_of(second)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("백업 실패", "백업실패"),
        ("백업 실패", "백업  실패 "),
        ("백업", "qordjq"),
        ("bitlocker", "ㅠㅑ시ㅐ찯ㄱ"),
        ("BitLocker", "bitlocker!"),
        ("스냅숏 만들기 실패", "스냅샷 만들기 실패"),
        ("vm agent not responding", "vm agent not responing"),
        ("에이전트가 응답하지 않음", "2026-03-31 10:00:00 에이전트가 응답하지 않음"),
        ("UserErrorVmNotFound", "usererrorvmnotfound"),
    ],
)
def test_the_same_in_other_letters_is_one(first, second) -> None:
    assert together(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("백업", "복원"),
        ("vm", "vn"),
        ("오류 320001 백업 실패", "오류 320002 백업 실패"),
        ("0x80090326", "0x80090327"),
        ("스냅숏 실패", "에이전트 실패"),
        ("백업 정책 만들기", "백업 작업 취소"),
    ],
)
def test_what_is_near_and_yet_another_thing_is_not(first, second) -> None:
    assert not together(first, second)


def test_the_commonest_wording_leads() -> None:
    common, rare = form_of("에이전트 응답 없음"), form_of("에이전트 응답 업음")
    assert leaders({rare: 1, common: 5}) == {common: common, rare: common}


@pytest.mark.parametrize("query", ["", " ", "?!", "2026-03-31 10:00:00", "‹email›", "😀"])
def test_a_query_of_nothing_but_noise_has_a_form_too(query) -> None:
    assert leaders({form_of(query): 1}) == {form_of(query): form_of(query)}


@given(st.dictionaries(st.text(max_size=40), st.integers(1, 9), max_size=30))
def test_every_form_has_a_leader_which_leads_itself_and_is_no_rarer(counts) -> None:
    led = leaders(counts)
    assert led.keys() == counts.keys()
    for form, leader in led.items():
        assert led[leader] == leader
        assert counts[leader] >= counts[form]
    assert leaders(dict(reversed(counts.items()))) == led
