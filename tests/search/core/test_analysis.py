"""The analyser: what a text is indexed, asked for and highlighted by."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.search.core import analysis
from troubleshoot.search.core.analysis import compact, remembered, terms, tokens

KOREAN = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=20)
LATIN = st.text("abcdefghijklmnopqrstuvwxyz0123456789 .,-_+", max_size=20)
MIXED = st.lists(st.one_of(KOREAN, LATIN), max_size=5).map(" ".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("백업", ["백업"]),
        ("백업 실패", ["백업", "업실", "실패"]),
        ("백업실패", ["백업", "업실", "실패"]),
        ("백", ["백"]),
        ("VM을", ["vm", "을"]),
        ("UserErrorVmNotFound", ["usererrorvmnotfound", "user", "error", "vm", "not", "found"]),
        ("user_error", ["user_error", "user", "error"]),
        ("COM+", ["com+", "com"]),
        ("2.6.1198.718", ["2.6.1198.718"]),
        ("0x80090326", ["0x80090326"]),
        ("0x8009ABcd", ["0x8009abcd"]),
        ("320001", ["320001"]),
        ("ㅂㅇ", ["ㅂㅇ"]),
        ("ＶＭ　백업", ["vm", "백업"]),
        ("백업, 실패", ["백업", "실패"]),
        ("", []),
        ("… !?", []),
    ],
)
def test_a_text_becomes_its_terms(text, expected):
    assert list(terms(text)) == expected


@given(st.text())
def test_any_text_has_terms_and_tokens_that_agree(text):
    assert tuple(token.text for token in tokens(text)) == terms(text)


@given(st.text())
def test_tokens_stand_inside_the_text_in_order(text):
    found = tokens(text)
    assert all(0 <= token.start < token.end <= len(text) for token in found)
    assert [token.start for token in found] == sorted(token.start for token in found) or any(
        len(terms(text[token.start : token.end])) > 1 for token in found
    )


@given(st.text())
def test_a_token_is_read_again_from_the_place_it_points_at(text):
    for token in tokens(text):
        assert token.text in terms(text[token.start : token.end])


@given(MIXED)
def test_normal_form_width_and_case_do_not_matter(text):
    wide = "".join(chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character for character in text)
    assert terms(unicodedata.normalize("NFD", text)) == terms(text)
    assert terms(wide) == terms(text)
    assert terms(text.upper()) == terms(text)


@given(st.text())
def test_normal_form_does_not_matter_to_any_text(text):
    assert terms(unicodedata.normalize("NFD", text)) == terms(unicodedata.normalize("NFC", text))


@given(st.lists(KOREAN.filter(bool), min_size=1, max_size=5))
def test_spacing_between_hangul_words_does_not_matter(words):
    assert terms(" ".join(words)) == terms("".join(words))


@given(st.text())
def test_lower_case_loses_no_term_but_the_parts_that_capitals_show(text):
    assert set(terms(text.lower())) <= set(terms(text)) | set(terms(text.lower()))


def test_offsets_point_at_decomposed_characters():
    text = unicodedata.normalize("NFD", "백업 VM")
    assert [text[token.start : token.end] for token in tokens(text)] == [
        unicodedata.normalize("NFD", "백업"),
        "VM",
    ]


@given(st.text())
def test_compact_ignores_spacing_case_and_punctuation(text):
    assert compact(f" {text} ") == compact(text)
    assert compact(compact(text)) == compact(text)


def test_what_was_made_of_a_long_text_is_not_kept():
    made = []
    of = remembered(lambda text: made.append(text) or text)
    for text in ("short", "long " * 20) * 2:
        assert of(text) == text
    assert made == ["short", "long " * 20, "long " * 20]


def test_so_many_texts_are_kept_at_most(monkeypatch):
    monkeypatch.setattr(analysis, "_REMEMBERED", 3)
    made = []
    of = remembered(lambda text: made.append(text) or text)
    for text in "abcabcda":
        assert of(text) == text
    assert made == ["a", "b", "c", "d", "a"]
