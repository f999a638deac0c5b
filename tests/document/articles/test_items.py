"""Items of a list are errors where they name codes, or ask about a failure."""

import pytest

from tests.growth import is_quadratic
from troubleshoot.document.articles.article import read_article
from troubleshoot.document.articles.source import Source


def read(text):
    return read_article(Source("guide.md", f"# 문제 해결 안내\n\n{text}")).entries


def test_items_that_begin_with_a_code_are_errors_where_the_part_speaks_of_errors():
    items = "* ErrorCode.DeviceNotReady – 장치가 꺼졌습니다.\n* ErrorCode.ProxyError – 407\n* CPU – 가\n"
    text = f"## 진단\n\n다음 오류가 반환됩니다.\n\n{items}"
    assert [(entry.codes, entry.message, entry.aliases) for entry in read(text)] == [
        (("DeviceNotReady",), "장치가 꺼졌습니다.", ("ErrorCode.DeviceNotReady",)),
        (("ProxyError",), "407", ("ErrorCode.ProxyError",)),
    ]


def test_items_that_name_settings_are_none():
    assert read("## 설정\n\n* UpgradeTimeout – 초\n* HealthCheckRetryTimeout – 초\n") == ()


QUESTIONS = """1. 이름을 바꿀 수 있나요?

    아니요.
2. 복사할 때마다 "디스크가 이미 있습니다." 오류가 표시됩니다. 어떻게 해야 하나요?

    잠겨 있기 때문입니다.

    * 잠금을 풉니다.
"""


def test_of_questions_in_a_list_those_that_state_a_failure_are_errors():
    (entry,) = read(QUESTIONS)
    assert (entry.message, entry.line) == ("디스크가 이미 있습니다.", 6)
    assert entry.title.startswith("복사할 때마다")
    assert [way.body for way in entry.resolutions] == ["잠겨 있기 때문입니다.\n\n- 잠금을 풉니다."]


def test_a_question_without_an_answer_and_one_that_stands_alone_are_none():
    assert read(QUESTIONS.partition("    잠겨")[0]) == ()
    assert read("2. 왜 오류가 표시되나요?\n\n    잠겨 있기 때문입니다.\n") == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["- ErrorNotFound – 오류\n", "1. 오류가 나요?\n\n   네\n", "1. 오류가 나요?\n", "- a ?"]
)
def test_reading_takes_time_in_proportion_to_the_text(piece):
    assert not is_quadratic(lambda length: read((piece * length)[: length // 8]))
