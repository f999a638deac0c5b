"""Messages are found where a paragraph announces them, or where a sentence quotes one and calls it so."""

import pytest

from troubleshoot.document.articles.quotations import items_of, messages_in, unquoted

ANNOUNCED = "다음과 같은 오류 메시지가 나타납니다."


@pytest.mark.parametrize(
    ("paragraph", "messages"),
    [
        ("**인증서를 찾을 수 없습니다. (오류 798)**", ["인증서를 찾을 수 없습니다. (오류 798)"]),
        ("> 인증서를 찾을 수 없습니다.", ["인증서를 찾을 수 없습니다."]),
        ("> 서버가 사용 중입니다.\n>\n> 요청이 너무 많습니다.", ["서버가 사용 중입니다.", "요청이 너무 많습니다."]),
        ("```\nError 5: access denied\n```", ["Error 5: access denied"]),
        ('```json\n{"error": {"code": "NoDisk", "message": "The disk is gone"}}\n```', ["NoDisk: The disk is gone"]),
        ('```\n{"s": "{\\"code\\":\\"NoDisk\\",\\"message\\":\\"The disk\\"}"}\n```', ["NoDisk: The disk"]),
        ("`The disk is gone`", ["The disk is gone"]),
        ("    Error 5: access\n    denied", ["Error 5: access denied"]),
        ('* "서버가 사용 중입니다."\n* 요청이 너무 많습니다.', ["서버가 사용 중입니다.", "요청이 너무 많습니다."]),
        ("> [!NOTE]\n> 참고하세요.", []),
        ("포트를 엽니다.", []),
        ("* [문서로 가는 링크입니다](a.md)\n* [다른 문서로 가는 링크](b.md)", []),
    ],
)
def test_what_follows_an_announcement(paragraph, messages):
    assert messages_in([ANNOUNCED, paragraph]) == messages


def test_a_fence_that_says_error_is_a_message_and_the_command_above_it_is_none():
    assert messages_in(["작업이 멈춥니다.", "```error\nNo instance found\n```"]) == ["No instance found"]
    assert messages_in([ANNOUNCED, "```\n# disk list\nThe disk is gone\n```"]) == ["The disk is gone"]


def test_a_fence_whose_first_words_say_error_is_a_message_without_an_announcement():
    assert messages_in(["", "```\nError: the port is taken\n```"]) == ["Error: the port is taken"]
    assert messages_in(["", "```\nstarted\nError: the port is taken\n```"]) == []


def test_what_a_command_puts_out_as_an_example_is_none():
    assert (
        messages_in(["다음 출력에는 오류 및 경고 메시지의 예가 표시됩니다.", "```output\n[WARN] a\n[ERROR] b\n```"])
        == []
    )


def test_a_fence_that_tells_a_code_and_a_message_is_a_message():
    assert messages_in(["", "```\nCode: NoDisk\nMessage: The disk is gone\n```"]) == [
        "Code: NoDisk Message: The disk is gone"
    ]
    assert messages_in(["", "```\nCode: NoDisk\n```"]) == []


@pytest.mark.parametrize("paragraph", ["The job stops with the error:", "작업이 실패하고 남는 메시지:"])
def test_a_paragraph_that_ends_with_error_and_a_colon_announces_one(paragraph):
    assert messages_in([paragraph, "```\nThe disk is gone\n```"]) == ["The disk is gone"]


@pytest.mark.parametrize(
    "paragraph",
    [
        "오류가 발생하면 다음 명령을 실행합니다.",
        "위의 오류는 다음 쿼리에서 발생합니다.",
        "If you get this error, run the following command:",
        "The error appears. To fix it, use the following:",
    ],
)
def test_what_is_to_be_run_where_an_error_appears_is_no_message(paragraph):
    assert messages_in([paragraph, "```\nrepair disk\n```"]) == []


def test_what_appears_once_something_is_run_is_a_message():
    assert messages_in(["Run the job. You get this error:", "```\nNo disk\n```"]) == ["No disk"]
    assert messages_in(["명령을 실행하면 오류가 표시됩니다.", "```\nNo disk\n```"]) == ["No disk"]


def test_without_an_announcement_a_list_or_a_bold_line_is_no_message():
    assert messages_in(["다음을 확인합니다.", "**포트가 열려 있는지 봅니다**", "* 서버가 켜져 있습니다."]) == []


@pytest.mark.parametrize(
    ("sentence", "messages"),
    [
        ("“서버가 사용 중입니다.” 오류가 표시됩니다.", ["서버가 사용 중입니다."]),
        ('"server is busy"라는 메시지가 표시됩니다.', ["server is busy"]),
        ("**서버가 사용 중입니다.**라는 메시지", ["서버가 사용 중입니다."]),
        ("**다른 인증 옵션 사용**을 선택합니다.", []),
        ("“설정 페이지”를 엽니다.", []),
    ],
)
def test_a_sentence_that_quotes_a_message(sentence, messages):
    assert messages_in([sentence]) == messages


def test_a_message_is_no_longer_than_a_name_may_be():
    assert len(unquoted("가" * 600)) == 500
    assert unquoted('"가"') == unquoted("**“가”**") == unquoted('"가".') == "가"
    assert unquoted('"가" 오류') == '"가" 오류'


def test_a_text_with_anything_but_items_has_none():
    assert items_of("* 가\n* 나") == ["가", "나"]
    assert items_of("* 가\n글") == []
