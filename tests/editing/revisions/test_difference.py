"""Tests of the word-level difference: nothing is lost, whole words are named, and long texts stay quick."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.editing.revisions.difference import difference

WORDS = st.lists(st.sampled_from(["백업", "VM", "the", "agent.", " ", "\n", "  ", "에이전트를", ".", "!", "\t"]))
TEXTS = st.one_of(st.text(), WORDS.map("".join))


def shown(before: str, after: str) -> str:
    """The difference as one line: ``[-removed-]`` and ``{+added+}``."""
    marks = {"same": "%s", "removed": "[-%s-]", "added": "{+%s+}"}
    return "".join(marks[piece.kind] % piece.text for piece in difference(before, after))


@given(before=TEXTS, after=TEXTS)
def test_the_pieces_join_to_both_texts(before: str, after: str) -> None:
    pieces = difference(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after
    assert all(piece.text for piece in pieces)


@given(text=TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert [piece.kind for piece in difference(text, text)] == (["same"] if text else [])


@pytest.mark.parametrize(
    ("before", "after", "difference"),
    [
        ("", "", ""),
        ("", "새 글", "{+새 글+}"),
        ("옛 글", "", "[-옛 글-]"),
        ("VM을 다시 시작합니다.", "VM을 곧 다시 시작합니다.", "VM을 {+곧 +}다시 시작합니다."),
        ("Restart the agent.", "Restart the service.", "Restart the [-agent-]{+service+}."),
        ("the old agent fails", "the new service fails", "the [-old agent-]{+new service+} fails"),
        ("1. 하나\n2. 둘\n", "1. 하나\n1. 셋\n2. 둘\n", "1. 하나\n{+1. 셋\n+}2. 둘\n"),
        ("가상 머신", "가상머신", "[-가상 머신-]{+가상머신+}"),
        ("a  b", "a b", "a[-  -]{+ +}b"),
    ],
)
def test_whole_words_are_named(before: str, after: str, difference: str) -> None:
    assert shown(before, after) == difference


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("가 나 다 " * 15_000, "가 다 나 " * 15_000),
        ("\n" * 100_000, "\n\r" * 50_000),
        ("x" * 100_000, "y" * 100_000),
        ("".join(map(chr, range(0xAC00, 0xD7A3))) * 9, "".join(map(chr, range(0xD7A3, 0xAC00, -1))) * 9),
        ("a. " * 33_000, "b. " * 33_000),
        ("! " * 50_000, "? " * 50_000),
        (" ".join(map(str, range(20_000))), " ".join(map(str, range(20_000, 0, -1)))),
    ],
)
def test_long_texts_stay_quick(before: str, after: str) -> None:
    start = time.process_time()
    difference(before, after)
    assert time.process_time() - start < 3
