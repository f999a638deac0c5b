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


def told(entry):
    return entry.message, entry.cause, [way.body for way in entry.resolutions]


@pytest.mark.parametrize(
    "items",
    [
        '**"문이 멈춤"** — 문을 엽니다.\n\n**"문이 잠김"** — 열쇠를 씁니다.\n',
        "- **문이 멈춤**: 문을 엽니다.\n- **문이 잠김**: 열쇠를 씁니다.\n- **점검**: 가끔 합니다.\n",
        "1. **문이 멈춤.** 문을 엽니다.\n2. **문이 잠김.** 열쇠를 씁니다.\n",
        "* **문이 멈춤**\n  문을 엽니다.\n* **문이 잠김**\n\n  열쇠를 씁니다.\n\n글\n",
    ],
)
def test_below_an_announcement_what_begins_with_an_error_in_bold_is_one(items):
    entries = read(f"## 자주 발생하는 문제 해결\n\n{items}")
    assert [(entry.message.rstrip("."), told(entry)[2]) for entry in entries] == [
        ("문이 멈춤", ["문을 엽니다."]),
        ("문이 잠김", ["열쇠를 씁니다."]),
    ]
    assert read(f"## 문의 상태\n\n{items}") == ()


def test_below_known_issues_any_sentence_in_bold_is_an_error_and_below_others_one_that_tells_of_trouble():
    items = "- **문에서 소리가 납니다.** 기름을 칩니다.\n- **여는 데 1분이 걸립니다.** 기다립니다.\n"
    assert len(read(f"## 알려진 문제\n\n{items}")) == 2
    assert read(f"## 문제 해결\n\n{items}") == ()


def test_an_item_that_says_what_goes_wrong_and_behind_a_label_what_to_do_is_an_error():
    items = "- 저장하면 앱이 종료됩니다. 큰 파일에서 그렇습니다. **해결 방법:** [나눠](a.md) 저장합니다.\n- 끝.\n"
    (entry,) = read(f"## 변경 내용\n\n{items}")
    assert told(entry) == (
        "저장하면 앱이 종료됩니다.",
        "저장하면 앱이 종료됩니다. 큰 파일에서 그렇습니다.",
        ["나눠 저장합니다."],
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        "- ErrorNotFound – 오류\n",
        "1. 오류가 나요?\n\n   네\n",
        "1. 오류가 나요?\n",
        "- a ?",
        "- **오류** - ",
        "- 오류입니다. 해결: ",
    ],
)
def test_reading_takes_time_in_proportion_to_the_text(piece):
    assert not is_quadratic(lambda length: read((piece * length)[: length // 8]))
