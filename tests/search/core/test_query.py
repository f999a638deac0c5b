"""What the reader meant: the wrong layout undone, noise dropped, the rest left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.search.core.analysis import terms
from troubleshoot.search.core.query import clean, understand

KNOWN = set(terms("백업 작업이 실패했습니다 스냅숏 상태 VM 에이전트 BitLocker snapshot DNS 오류로 안됩니다"))


def frequency(term: str) -> int:
    return int(term in KNOWN)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("qordjq", "백업"),
        ("QORDJQ", "백업"),
        ("tmsoqtyt tkdxo", "스냅숏 상태"),
        ("ㅠㅑ시ㅐ찯ㄱ", "bitlocker"),
        ("ㅍㅡ", "ㅍㅡ"),
        ("qordjq dksehldy", "백업 안되요"),
        ("dhfbfh", "오류로"),
        ("DNS", "DNS"),
        ("unknownword", "unknownword"),
        ("백업", "백업"),
    ],
)
def test_the_wrong_layout_is_undone_where_documents_speak_for_it(typed, meant):
    assert understand(typed, frequency).text == meant


def test_words_that_are_known_stay_as_they_are():
    understood = understand("snapshot 백업", frequency)
    assert understood.text == "snapshot 백업"
    assert not understood.layout_changed


def test_a_time_stamp_alone_is_the_query():
    assert understand("3f2504e0-4f89-11d3-9a0c-0305e82c3301", frequency).text


@given(st.text())
def test_any_text_is_understood(text):
    understand(text, frequency)


@given(st.text())
def test_a_clean_query_is_one_line_without_control_characters(text):
    assert all(character.isprintable() or ord(character) > 127 for character in clean(text))
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    "typed", ["[ERROR]", "ErrorMessage=", "vm-prod-01", "2024-01-02T10:11:12Z vm-prod-01 10.0.0.4", "...", "", "- [ ]"]
)
def test_a_query_of_noise_is_told_as_such(typed):
    assert understand(typed, frequency).is_noise


@pytest.mark.parametrize("typed", ["[ERROR] 백업", "vm-prod-01 snapshot", "ㅂ", "400094"])
def test_noise_beside_a_word_makes_no_query_of_noise(typed):
    assert not understand(typed, frequency).is_noise


@pytest.mark.parametrize("invisible", ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202e", "\u200e"])
def test_what_can_not_be_seen_cuts_no_word(invisible):
    assert clean(f"{invisible}스냅{invisible}숏 Bit{invisible}Locker") == "스냅숏 BitLocker"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("qlxmfhzj", "비트로커"), ("qhfxm", "볼트"), ("xkdladkdntdl", "타임아웃이"), ("vault", "vault")],
)
def test_a_word_that_only_the_synonyms_have_is_known_too(typed, meant):
    assert understand(typed, frequency, {"비트로커", "볼트", "타임아웃", "vault"}).text == meant


@pytest.mark.parametrize(("typed", "meant"), [("프 ㅁㅎ둣", "vm agent"), ("프 백업", "프 백업")])
def test_short_words_follow_a_longer_one_to_its_layout(typed, meant):
    known = KNOWN | {"vm", "agent"}
    assert understand(typed, lambda term: int(term in known)).text == meant
