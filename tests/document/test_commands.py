"""Tests that a command changed in one language is changed in the other, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.document.commands import carried_over

BLOCK = "   ```powershell\n   Get-AzureVM -Name a\n   Stop-AzureVM\n   ```"
KOREAN = f"1. 명령을 실행합니다.\n\n{BLOCK}\n\n2. `Get-AzureVM`을 확인합니다."
ENGLISH = f"1. Run Get-AzureVM.\n\n{BLOCK.replace('   ', '    ')}\n\n2. Check `Get-AzureVM`."


def test_a_changed_line_of_a_block_is_changed_in_the_twin_and_keeps_its_indentation() -> None:
    after = KOREAN.replace("Get-AzureVM -Name a", "Get-AzVM -Name a")
    assert carried_over(KOREAN, after, ENGLISH) == ENGLISH.replace("Get-AzureVM -Name a", "Get-AzVM -Name a")


def test_a_changed_code_in_a_sentence_is_changed_where_it_is_code() -> None:
    after = KOREAN.replace("`Get-AzureVM`", "`Get-AzVM`")
    assert carried_over(KOREAN, after, ENGLISH) == ENGLISH.replace("`Get-AzureVM`", "`Get-AzVM`")


@pytest.mark.parametrize(
    "after",
    [
        KOREAN,
        KOREAN.replace("확인합니다", "봅니다"),
        KOREAN.replace("`Get-AzureVM`을 확인합니다", "`Get-AzVM`을 봅니다"),
        KOREAN.replace("   Stop-AzureVM\n", ""),
        KOREAN + " `Stop-AzVM`",
        "",
    ],
)
def test_what_changed_in_words_is_left_to_who_translates(after: str) -> None:
    assert carried_over(KOREAN, after, ENGLISH) == ENGLISH


def test_a_code_that_changed_in_one_place_alone_is_left() -> None:
    assert carried_over("`a` `a`", "`b` `a`", "`a` `a`") == "`a` `a`"


def test_codes_may_change_places() -> None:
    assert carried_over("`a` 다음 `b`", "`b` 다음 `a`", "`a`, then `b`") == "`b`, then `a`"


@given(st.text("`~\n ab", max_size=40), st.text("`~\n ab", max_size=40))
def test_a_text_that_is_its_own_twin_becomes_what_it_became_or_stays(before: str, after: str) -> None:
    assert carried_over(before, after, before) in {before, after}
