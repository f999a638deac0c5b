"""The two-set keyboard: Hangul to keys and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.search.core.keyboard import hangul_of, initials_of, key_stream, keys_of

SYLLABLES = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=12)


@pytest.mark.parametrize(
    ("hangul", "keys"),
    [
        ("백업", "qordjq"),
        ("스냅숏", "tmsoqtyt"),
        ("에이전트", "dpdlwjsxm"),
        ("없습니다", "djqttmqslek"),
        ("괜찮아", "rhoscksgdk"),
        ("의사", "dmltk"),
        ("뺐", "QoT"),
        ("얘기", "dOrl"),
    ],
)
def test_a_word_and_the_keys_that_type_it(hangul, keys):
    assert keys_of(hangul) == keys
    assert hangul_of(keys) == hangul


@given(SYLLABLES)
def test_typing_the_keys_of_a_text_gives_the_text(text):
    assert hangul_of(keys_of(text)) == text


@given(st.text())
def test_any_text_can_be_typed_either_way(text):
    assert isinstance(hangul_of(text), str)
    assert isinstance(keys_of(text), str)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("ㅠㅑ시ㅐ찯ㄱ", "bitlocker"), ("눔ㄴ노ㅐㅅ", "snasshot"), ("ㅍㅡ", "vm"), ("ㅇㅜㄴ", "dns")],
)
def test_hangul_typed_instead_of_latin_has_the_keys_of_the_latin_word(typed, meant):
    assert key_stream(typed) == meant


def test_a_word_has_one_key_stream_on_either_layout_and_with_any_spacing():
    assert key_stream("백 업") == key_stream("qordjq") == key_stream("QORDJQ")


def test_initial_consonants():
    assert initials_of("백업 VM") == "ㅂㅇvm"
