import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.document.steps import first_line, headline, plain_text, split_steps

LINE = st.text(alphabet="가나다 ab12", min_size=1, max_size=20).map(str.strip).filter(lambda text: text.isalpha())


@pytest.mark.parametrize(
    ("markdown", "steps"),
    [
        ("", []),
        ("\n \n", []),
        ("한 단계입니다.", ["한 단계입니다."]),
        ("1. 하나\n2. 둘", ["하나", "둘"]),
        ("먼저\n\n1. 하나\n2. 둘\n\n끝으로", ["먼저", "하나", "둘", "끝으로"]),
        (
            "실행합니다.\n\n```\nGet-AzureVM\n```\n\n확인합니다.",
            ["실행합니다.\n\n```\nGet-AzureVM\n```", "확인합니다."],
        ),
        ("```\na\n```\n\n다음", ["```\na\n```", "다음"]),
        ("1. ```\n   a\n\n   b\n   ```\n   를 확인합니다.", ["```\na\n\nb\n```\n를 확인합니다."]),
        ("1. 하나\n   - 안\n   - 밖\n2. 둘", ["하나\n- 안\n- 밖", "둘"]),
        ("- 하나\n- 둘", ["- 하나\n- 둘"]),
        ("1. 하나\n\t- 안", ["하나\n - 안"]),
        ("1. 하나\u2028둘\n2. 셋", ["하나\u2028둘", "셋"]),
        ("10) 열\n11) 열하나", ["열", "열하나"]),
    ],
)
def test_a_fix_comes_apart_into_its_steps(markdown, steps):
    assert split_steps(markdown) == steps


@pytest.mark.parametrize(
    ("message", "title"),
    [
        (
            "VM이 없습니다. - 보호를 중지합니다. http://e.com/a에 내용이 있습니다.",
            "VM이 없습니다. - 보호를 중지합니다.",
        ),
        ("No VM. Stop it. More details at http://e.com/?a=1", "No VM. Stop it."),
        ("http://e.com/a를 참조하세요.", "http://e.com/a를 참조하세요."),
        ("VM이 없습니다.", "VM이 없습니다."),
        ("", ""),
    ],
)
def test_a_title_leaves_out_what_only_leads_elsewhere(message, title):
    assert headline(message) == title


@given(st.lists(LINE, min_size=1, max_size=12))
def test_every_item_of_a_numbered_list_is_a_step(lines):
    assert split_steps("\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))) == lines


@given(st.text(max_size=200))
def test_splitting_never_fails(markdown):
    assert all(step.strip() for step in split_steps(markdown))


def test_plain_text_keeps_the_words_and_drops_the_marks():
    assert (
        plain_text("**굵게** `x` [링크](https://e.com)\\\n다음\n\n- 하나\n\n```\ncode\n```")
        == "굵게 x 링크\n다음\n하나\ncode"
    )


def test_plain_text_of_endless_nesting_is_the_text():
    assert plain_text("> " * 10_000 + "끝").endswith("끝")


@pytest.mark.parametrize(
    ("markdown", "line"),
    [
        ("", ""),
        ("1. **VM**을 다시 시작합니다. 그다음 확인합니다.\n2. 끝", "VM을 다시 시작합니다."),
        ("버전이 2.6.1198.718 이상이어야 합니다.", "버전이 2.6.1198.718 이상이어야 합니다."),
    ],
)
def test_the_first_line_is_the_first_sentence_of_the_fix(markdown, line):
    assert first_line(markdown) == line
