"""Errors that have a heading of their own are told from other headings, and read with or without labels below them."""

import pytest

from tests.growth import is_quadratic
from troubleshoot.document.articles.article import read_article
from troubleshoot.document.articles.source import Source


def read(text, before="# 문제 해결 안내\n\n"):
    return read_article(Source("guide.md", before + text)).entries


def only(text, before="# 문제 해결 안내\n\n"):
    (entry,) = read(text, before)
    return entry


def ways(entry):
    return [(way.condition, way.body) for way in entry.resolutions]


LABELLED = """## VM을 시작할 수 없습니다

### 증상

VM을 시작하면 다음 오류 메시지가 표시됩니다.

**할당하지 못했습니다. (오류 798)**

### 원인

지역에 용량이 부족합니다.

### 해결 방법

1. 크기를 바꿉니다.
2. 다시 시작합니다.
"""


def test_a_heading_with_symptom_cause_and_resolution_below_is_an_error():
    entry = only(LABELLED)
    assert (entry.title, entry.message, entry.codes, entry.line) == (
        "VM을 시작할 수 없습니다",
        "할당하지 못했습니다. (오류 798)",
        ("798",),
        3,
    )
    assert entry.cause == "지역에 용량이 부족합니다."
    assert ways(entry) == [("", "1. 크기를 바꿉니다.\n2. 다시 시작합니다.")]


@pytest.mark.parametrize(
    "labels",
    [
        ("문제", "가능한 원인", "해결책"),
        ("Symptoms", "Cause", "Solution"),
        ("Issue", "Possible causes", "Workaround"),
        ("증상:", "원인 1", "완화 방법"),
        ("Problem", "Root cause", "Recommended actions"),
    ],
)
def test_labels_have_many_names(labels):
    text = LABELLED
    for written, name in zip(("증상", "원인", "해결 방법"), labels, strict=True):
        text = text.replace(f"### {written}", f"### {name}")
    entry = only(text)
    assert (entry.cause, len(entry.resolutions)) == ("지역에 용량이 부족합니다.", 1)


BOLD = """## 백업이 실패함

**증상**

느립니다.

**원인:** 포트가 닫혔습니다.

**해결 방법:**
- 포트를 엽니다.
"""


@pytest.mark.parametrize("text", [BOLD, BOLD.replace("**증상**", "증상:"), BOLD.replace("**원인:**", "원인:")])
def test_labels_may_be_bold_lines_or_words_before_a_colon(text):
    entry = only(text)
    assert (entry.lead, entry.cause, ways(entry)) == ("느립니다.", "포트가 닫혔습니다.", [("", "- 포트를 엽니다.")])


def test_without_labels_what_only_tells_is_the_cause_and_the_rest_the_way_out():
    entry = only("## VM에 연결할 수 없음\n\n포트가 닫혔습니다.\n\n포트를 엽니다.\n\n- 443\n")
    assert (entry.cause, ways(entry)) == ("포트가 닫혔습니다.", [("", "포트를 엽니다.\n\n- 443")])


def test_without_labels_in_english_a_list_or_a_command_begins_the_way_out():
    text = "## The VM does not start\n\nThe disk is full.\n\nDelete files on the disk.\n"
    entry = only(text, before="# Troubleshooting\n\n")
    assert (entry.cause, ways(entry)) == ("The disk is full.", [("", "Delete files on the disk.")])


def test_each_of_several_causes_has_its_way_out():
    port = "### 원인 1: 포트\n\n#### 해결 방법\n\n엽니다.\n\n"
    disk = "### 원인 2: 디스크\n\n**해결 방법**\n\n비웁니다.\n"
    text = f"## 증상: VM이 응답하지 않습니다.\n\n{port}{disk}"
    entry = only(text)
    assert (entry.message, entry.cause) == ("VM이 응답하지 않습니다.", "")
    assert ways(entry) == [("포트", "엽니다."), ("디스크", "비웁니다.")]


@pytest.mark.parametrize(
    ("heading", "message"),
    [
        ("문제: 백업이 멈춥니다", "백업이 멈춥니다"),
        ("문제 해결: 백업이 멈춥니다", "백업이 멈춥니다"),
        ("시나리오: 백업이 멈춥니다", "백업이 멈춥니다"),
        ("1. 백업이 멈춥니다", "백업이 멈춥니다"),
        ("오류: “해지할 수 없습니다(오류 0x80092013).”", "“해지할 수 없습니다(오류 0x80092013).”"),
        ("404 찾을 수 없음", "404 찾을 수 없음"),
        ("403... 쿠키 확인", "403... 쿠키 확인"),
        ("Error: access denied", "access denied"),
        ("Cannot read the logs", "Cannot read the logs"),
        ("Invitations have been disabled", "Invitations have been disabled"),
        ("Why do I get error 0x80070005?", "Why do I get error 0x80070005?"),
        ("502 오류 문제 해결", "502 오류 문제 해결"),
        ("VM이 백업되지 않는 이유는 무엇인가요?", "VM이 백업되지 않는 이유는 무엇인가요?"),
        ("오류가 발생하면 어떻게 해야 하나요?", "오류가 발생하면 어떻게 해야 하나요?"),
    ],
)
def test_a_heading_may_be_the_message(heading, message):
    assert only(f"## {heading}\n\n다시 시도합니다.\n").message == message


@pytest.mark.parametrize(
    "heading",
    [
        *("개요", "다음 단계", "참고 항목", "관련 문서", "추가 정보", "시작하기 전에", "피드백 제공", "로그 수집"),
        *(
            "업그레이드 시간 제한 조사",
            *("업그레이드 시간 제한 조사", "2단계: 오류 확인", "문제에 대한 답변을 찾을 수 없는 경우"),
            "문제에 대한 답변을 찾을 수 없는 경우",
            "오류 코드 확인 방법",
        ),
        *(
            "Next steps",
            "See also",
            "How to collect logs",
            "Troubleshoot connection errors",
            "Step 1: check for errors",
        ),
        *(
            "무료입니까?",
            "POST 데이터를 어떻게 확인하나요?",
            "Can I use it without an account?",
            "Timeout settings",
            "Common errors during setup",
            "오류 로그를 어떻게 볼 수 있나요?",
            "상태 모니터란?",
        ),
        *("지원되지 않는 브라우저", "알려진 호환되지 않는 확장", "Unsupported data types", "찾는 오류가 나열되지 않음"),
        *("방화벽 문", "데이터 모델", "Architecture", "일반 오류"),
    ],
)
def test_a_heading_about_something_else_is_no_error(heading):
    assert read(f"## {heading}\n\n오류가 발생하면 다시 시도합니다.\n") == ()


def test_below_a_heading_that_names_errors_any_name_is_one_and_no_task():
    names = "### AzureRoleMissing\n\n관리자가 아닙니다.\n\n### 프록시 확인\n\n확인합니다.\n\n### 잘못된 권한\n\n가\n"
    text = f"## 인증 오류\n\n{names}"
    assert [(entry.message, entry.codes) for entry in read(text)] == [
        ("AzureRoleMissing", ("AzureRoleMissing",)),
        ("잘못된 권한", ()),
    ]


def test_a_catalogue_of_codes_has_an_error_a_heading():
    text = "## 400 잘못된 요청\n\n가\n\n## 409 충돌\n\n나\n\n## 참고 항목\n\n다\n"
    assert [entry.codes for entry in read(text, "# 서비스 오류 코드\n\n")] == [("400",), ("409",)]


def test_a_document_that_is_one_error_is_named_by_its_title():
    entry = only(
        "## 증상\n\n가\n\n## 원인\n\n나\n\n## 해결 방법\n\n다\n\n## 다음 단계\n\n라\n", "# 로그에 데이터가 없습니다\n\n"
    )
    assert (entry.message, entry.line, entry.cause, ways(entry)) == ("로그에 데이터가 없습니다", 1, "나", [("", "다")])


@pytest.mark.parametrize("title", ["느린 복사 문제 해결", "문제 해결: 느린 복사", "# Fix the slow copy"])
def test_a_document_of_causes_is_the_failure_that_its_title_is_about(title):
    causes = "## 원인: 디스크\n\n디스크를 바꿉니다.\n\n## 원인: 포트\n\n포트를 엽니다.\n"
    assert only(causes, f"# {title.removeprefix('# ')}\n\n").line == 1


def test_a_document_without_an_error_below_is_the_failure_of_its_title():
    text = "## 복사 실행\n\n실행합니다.\n\n## 디스크 부족 오류 디버깅\n\n다음 오류가 표시됩니다.\n\n    Disk full\n"
    assert only(text, "# 복사 중인 서버의 디스크 부족 오류 수정\n\n").title.startswith("복사 중인")


@pytest.mark.parametrize("title", ["연결 문제 해결", "일반적인 오류 문제 해결", "복사 문제 해결 가이드"])
def test_a_document_about_no_one_failure_is_none(title):
    assert read("## 복사 실행\n\n실행합니다.\n", f"# {title}\n\n") == ()


def test_a_heading_that_repeats_the_name_above_is_a_label_of_it():
    parts = {"설명": "가", "CopyTooOld 오류의 예제": "나", "CopyTooOld 오류 해결 방법": "다"}
    name = "### CopyTooOld\n\n" + "".join(f"#### {title}\n\n{text}\n\n" for title, text in parts.items())
    entry = only(f"## 중복 항목\n\n{name}")
    assert (entry.message, ways(entry)) == ("CopyTooOld", [("", "다")])


def test_a_task_about_an_error_is_the_error_where_its_way_out_stands_below():
    text = "## 영구 오류 문제 해결\n\n차단되었습니다.\n\n### 차단 문제를 해결하는 단계\n\n1. 엽니다.\n"
    assert ways(only(text)) == [("", "1. 엽니다.")]


def test_a_message_of_powershell_is_freed_from_what_is_written_around_it():
    shown = "    Copy-Disk : The disk is gone.\n    At line:1 char:1\n    + Copy-Disk\n    + ~~~~~~~~~\n"
    text = (
        f"## 복사할 수 없음\n\n### 문제\n\n다음과 같은 오류와 함께 멈춥니다.\n\n{shown}\n### 해결 방법\n\n기다립니다.\n"
    )
    assert only(text).message == "The disk is gone."


def test_labels_without_a_failure_in_the_title_name_the_error_by_its_symptom():
    text = "## 증상\n\n파일이 그대로 복사됩니다.\n\n## 원인\n\n가\n\n## 문제 해결 단계\n\n나\n"
    entry = only(text, "# 파일 복사 문제 해결\n\n")
    assert (entry.message, entry.title, entry.line) == ("파일이 그대로 복사됩니다.", "파일 복사 문제 해결", 1)


def test_a_failure_in_the_title_whose_message_comes_first_stands_beside_its_causes():
    overview = '## 개요\n\n"복사 실패: 503 - 디스크가 응답하지 않습니다." 오류가 발생할 수 있습니다.\n\n'
    cause = "## 꺼진 디스크\n\n### 원인\n\n가\n\n### 해결 방법\n\n나\n"
    whole, part = read(overview + cause, "# 느린 복사 오류 문제 해결\n\n")
    assert (whole.message, whole.codes, part.message) == (
        "복사 실패: 503 - 디스크가 응답하지 않습니다.",
        ("503",),
        "꺼진 디스크",
    )


def test_a_code_that_a_label_gives_and_a_table_of_causes_make_a_heading_an_error():
    table = "| 원인 | 해결 방법 |\n| - | - |\n| 가 | 나 |\n"
    entry = only(f"## 나쁜 디스크\n\n**HTTP 상태 코드**: 512\n\n{table}")
    assert (entry.message, entry.codes, "| 가 | 나 |" in ways(entry)[0][1]) == ("나쁜 디스크", ("512",), True)
    assert read(f"## 나쁜 디스크\n\n{table}") == ()


def test_a_label_in_a_paragraph_names_an_error_below_a_heading_that_is_none():
    told = '"디스크가 없습니다."라는 메시지가 표시됩니다. 꺼졌기 때문입니다. 디스크를 켭니다.'
    entry = only(f"## 디스크 확인\n\n1. 봅니다.\n\n**잠재적인 문제**: {told}\n")
    assert (entry.message, entry.line, ways(entry)) == ("디스크가 없습니다.", 7, [("", "디스크를 켭니다.")])
    assert "꺼졌기 때문입니다." in entry.cause
    assert read("## 디스크 확인\n\n**문제**: 디스크를 봅니다. 켭니다.\n") == ()


def test_below_problems_what_users_see_is_an_error_and_what_they_are_to_do_is_none():
    seen = "### 껐는데도 '활성'으로 표시됩니다. 무슨 뜻인가요?\n\n가\n\n### I see the old data\n\n나\n\n"
    assert len(read(f"## 알림 문제\n\n{seen}### 디스크를 켭니다.\n\n다\n")) == 2
    assert read(f"## 알림\n\n{seen}") == ()


def test_a_heading_that_names_a_problem_is_an_error_where_a_message_is_quoted():
    assert (
        only('## 복사 명령 문제\n\n"디스크를 찾을 수 없습니다." 오류가 표시됩니다.\n').message
        == "디스크를 찾을 수 없습니다."
    )
    assert read("## 복사 명령 문제\n\n알아봅니다.\n") == ()


def test_the_same_message_below_two_headings_stands_twice():
    table = "| 오류 | 해결 방법 |\n| - | - |\n| 안 됩니다 | 기다립니다. |\n"
    assert len(read(f"## 백업\n\n{table}\n## 복원\n\n{table}")) == 2


def test_a_heading_that_only_groups_errors_is_none():
    text = "## 초대에 오류가 발생했습니다\n\n일반적인 오류는 다음과 같습니다.\n\n### 사용자가 없습니다\n\n만듭니다.\n"
    assert only(text).message == "사용자가 없습니다"


@pytest.mark.parametrize("title", ["Errors in the wizard", "Wizard errors", "마법사 오류"])
def test_a_heading_over_errors_is_none_in_english_either(title):
    text = f"## {title}\n\n### A guest account is used\n\nUse another one.\n"
    assert only(text, "# Guide\n\n").message == "A guest account is used"


def test_a_heading_over_nothing_but_links_is_none():
    assert read("## 메모리 부족 오류\n\n* [가](a.md): 나\n* [다](b.md)\n") == ()


def test_headings_below_an_error_that_are_none_are_part_of_its_way_out():
    entry = only("## 복제가 멈춥니다\n\n연결 때문입니다.\n\n### 서버 확인\n\n엽니다.\n\n### 정책 확인\n\n봅니다.\n")
    assert "엽니다." in ways(entry)[-1][1]
    assert "봅니다." in ways(entry)[-1][1]


def test_messages_listed_where_they_are_announced_are_names_of_the_error():
    messages = '* "서버가 사용 중입니다."\n* 요청이 너무 많습니다.\n'
    text = f"## 503 사용할 수 없음\n\n다음 오류 메시지 중 하나가 표시됩니다.\n\n{messages}"
    assert only(text).aliases == ("서버가 사용 중입니다.", "요청이 너무 많습니다.")


def test_code_and_message_labels_name_an_error_each_time_they_come():
    text = """## 알려진 문제

**오류 코드**: 320001

**오류 메시지**: 백업이 실패했습니다.

**해결 방법**: 다시 시도합니다.

**오류 메시지**: 복원이 실패했습니다. (ID: 33621)

**해결 방법**: 기다립니다.
"""
    assert [(entry.codes, ways(entry)[0][1]) for entry in read(text)] == [
        (("320001",), "다시 시도합니다."),
        (("33621",), "기다립니다."),
    ]


def test_a_heading_that_begins_with_a_code_is_an_error_where_labels_explain_it():
    text = "## VMS101: 미리 보기 디렉터리\n\n### 경고 메시지\n\n*켤 수 없습니다.*\n\n### 해상도\n\n만듭니다.\n\n---\n"
    entry = only(text)
    assert (entry.codes, entry.message, ways(entry)) == (("VMS101",), "켤 수 없습니다.", [("", "만듭니다.")])


def test_an_error_that_its_code_names_stands_below_the_heading_above_it():
    labels = "**Error code**: `UserErrorNoDisk`\n\n**Error message**: No disk.\n\n**Recommended action**: Add one.\n"
    dataset = read_article(Source("guide.md", f"# Backup\n\n## Common errors\n\n### UserErrorNoDisk\n\n{labels}"))
    assert [one.title for one in dataset.operations] == ["Common errors"]


def test_a_symptom_that_only_leads_to_its_message_is_no_name():
    symptom = "### Issue\n\nThe job stops and tells:\n\n- one\n\n"
    entry = only(f"## Scenario: No disk was made\n\n{symptom}### Cause\n\nNone.\n\n### Resolution\n\nAdd one.\n")
    assert entry.message == "No disk was made"


def test_a_heading_below_which_a_failure_is_shown_is_an_error_and_its_message_no_part_of_the_way_out():
    text = "## 네트워크 플러그인\n\n다음 오류가 표시됩니다.\n\n```\nThe disk is not found\n```\n\n포트를 엽니다.\n"
    entry = only(text)
    assert (entry.message, ways(entry)) == ("The disk is not found", [("", "포트를 엽니다.")])
    assert read(text.replace("not found", "ready").replace("오류가", "메시지가")) == ()


def test_kinds_of_errors_below_a_task_are_none():
    assert read("## 오류 코드 찾기\n\n### 유효성 검사 오류\n\n포털에 나타납니다.\n") == ()
    assert only("## 오류 코드\n\n### 메모리 부족 오류\n\n크기를 늘립니다.\n").message == "메모리 부족 오류"


def test_symptoms_that_bold_lines_name_are_errors_of_their_own():
    text = "## 푸시\n\n**문제:** 오지 않습니다.\n\n**해결:** 켭니다.\n\n**문제:** 늦습니다.\n\n**해결:** 기다립니다.\n"
    entries = read(text)
    assert [(entry.message, entry.line) for entry in entries] == [("오지 않습니다.", 5), ("늦습니다.", 9)]


def test_bold_lines_that_tell_of_trouble_stand_for_headings():
    first = "**VM이 시작되지 않음**\n\n크기를 바꿉니다.\n\n**포트를 확인합니다**\n\n가\n\n"
    last = "**디스크를 찾을 수 없음**\n\n만듭니다.\n"
    dataset = read_article(Source("guide.md", f"# 안내\n\n## 작업\n\n{first}{last}"))
    assert [(entry.message, entry.line) for entry in dataset.entries] == [
        ("VM이 시작되지 않음", 5),
        ("디스크를 찾을 수 없음", 13),
    ]
    assert [operation.title for operation in dataset.operations] == ["작업"]


def test_bold_lines_with_a_cause_and_a_way_out_are_errors_whatever_they_say():
    one = "***토큰은 16자여야 합니다.***\n\n표시됩니다.\n\n* 원인:   \n짧습니다.\n* 해결 방법:   \n늘립니다.\n\n"
    other = "**하나만 허용됨**\n\n* 원인:\n둘입니다.\n* 해결 방법:\n지웁니다.\n"
    entries = read(f"## 일반적인 오류\n\n{one}{other}")
    assert [(entry.message, entry.cause, ways(entry)) for entry in entries] == [
        ("토큰은 16자여야 합니다.", "짧습니다.", [("", "늘립니다.")]),
        ("하나만 허용됨", "둘입니다.", [("", "지웁니다.")]),
    ]


def test_labels_that_stand_as_high_as_their_error_belong_to_it():
    scenario = "### 시나리오: 연결을 끊는 중 오류 발생\n\n#### 문제\n\n멈춥니다.\n\n#### 원인\n\n잠겼습니다.\n\n"
    entry = only(f"## 일반 오류\n\n{scenario}### 해결 방법\n\n풉니다.\n")
    assert (entry.message, entry.cause, ways(entry)) == ("연결을 끊는 중 오류 발생", "잠겼습니다.", [("", "풉니다.")])
    causes = "## Cause 1: The port is closed\n\nIt may be.\n\n## Cause 2: A proxy\n\nIt may be.\n\n"
    entries = read(
        f"## The disk isn't found\n\nSo it is.\n\n{causes}## The VM isn't found\n\nSo it is.\n", "# Guide\n\n"
    )
    assert [entry.message for entry in entries] == ["The disk isn't found", "The VM isn't found"]


def test_a_heading_that_sums_up_the_codes_below_it_is_none():
    below = "".join(f"### 계정 {code[-1]}(ErrorID: {code})\n\n켭니다.\n\n" for code in ("95519", "95520"))
    entries = read(f"## 로그인 실패(ErrorID: 95519, 95520)\n\n다음과 같습니다.\n\n{below}")
    assert [entry.codes for entry in entries] == [("95519",), ("95520",)]


def test_a_task_with_a_code_is_an_error_and_the_explanation_of_one_is_none():
    task = "## 공유 폴더에 대한 액세스 확인(오류 ID: 95105, 95523)\n\n확인합니다.\n\n"
    entry = only(f"{task}## 오류가 발생하는 이유\n\n찼습니다.\n")
    assert entry.codes == ("95105", "95523")


def test_an_error_with_a_code_of_its_own_stands_beside_those_below_it():
    below = "### 추가 원인\n\n봅니다.\n\n#### 기록기가 없음 - 오류 2147221164\n\n설치합니다.\n"
    entries = read(f"## 오류 ID 153006 - 지점이 없습니다.\n\n다음과 같습니다.\n\n### 느린 서버\n\n바꿉니다.\n\n{below}")
    assert {"153006", "2147221164"} <= {code for entry in entries for code in entry.codes}


def test_bold_lines_that_begin_with_error_are_errors_in_a_document_about_another():
    whole = "## 증상\n\n멈춥니다.\n\n## 원인\n\n모릅니다.\n\n## 해결 방법\n\n다시 시작합니다.\n\n"
    lines = "**오류: 파일을 읽을 수 없습니다.**\n\n경로입니다.\n\n**오류: Get-Item이 없음**\n\n설치합니다.\n"
    entries = read(f"{whole}## 스크립트 문제 해결\n\n{lines}", "# 부팅 오류\n\n")
    assert [entry.message for entry in entries] == ["부팅 오류", "파일을 읽을 수 없습니다.", "Get-Item이 없음"]


def test_symptoms_listed_below_a_line_that_leads_to_them_are_names_of_the_error():
    symptom = "## Symptoms\n\nOne of these:\n\n* Unable to sign in\n* Unable to push\n\n"
    entry = only(f"{symptom}## Causes\n\nNone.\n\n## Potential solutions\n\nWait.\n", "# Sign-in fails\n\n")
    assert entry.aliases == ("Unable to sign in", "Unable to push")


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["### 원인\n\n", "**원인:** ", "“가 오류", "오류: ", "    + ~~~\n"])
def test_reading_takes_time_in_proportion_to_the_text(piece):
    assert not is_quadratic(lambda length: read((piece * length)[: length // 8]))


CALLED = """### 화면 공유 이슈

이 이슈는 새 버전에서 나타납니다. 공유한 화면이 검게만 보입니다.

드라이버를 업데이트합니다.

### 화면 공유 설정 문제

설정은 두 곳에 있습니다.
"""


@pytest.mark.parametrize("title", ["화면 공유 이슈", "화면을 두 번 공유해야 함"])
def test_a_heading_that_its_text_calls_an_issue_is_an_error(title):
    entry = only(CALLED.replace("화면 공유 이슈", title, 1))
    assert (entry.title, ways(entry)) == (title, [("", "드라이버를 업데이트합니다.")])


@pytest.mark.parametrize("label", ["**해결 방법:**", "**Workaround**", "[조치]", "■ 조치 방법"])
def test_a_heading_whose_paragraphs_a_way_out_follows_is_an_error(label):
    entry = only(f"## 세션의 시간 제한\n\n세션이 1분 만에 끝납니다.\n\n{label}\n\n제한을 늘립니다.\n")
    assert (entry.title, entry.lead, ways(entry)) == (
        "세션의 시간 제한",
        "세션이 1분 만에 끝납니다.",
        [("", "제한을 늘립니다.")],
    )


def test_of_bold_lines_that_count_themselves_each_with_a_way_out_is_an_error_where_one_tells_of_trouble():
    counted = """## 알려진 문제 및 완화 방법

**1. 런타임 버전**

오래된 이미지에는 런타임이 없습니다.

**완화 방법:** 런타임을 설치합니다.

**2. 차트가 표시되지 않음**

언어가 다르면 이름을 알 수 없습니다.

**완화 방법**: 언어를 바꿉니다.

**3. 참고 자료**

설명서를 읽습니다.
"""
    assert [entry.message for entry in read(counted)] == ["런타임 버전", "차트가 표시되지 않음"]
    others = counted.replace("**2. 차트가 표시되지 않음**", "**2. 차트**")
    assert read(others) == ()


def test_a_document_about_one_failure_may_ask_why_it_happens_and_suggest_what_to_do():
    def document(title, why, way):
        told = ("역할의 임시 폴더는 작습니다.", f"## {why}", "100MB가 상한입니다.", f"## {way}", "1. 폴더를 늘립니다.")
        return "\n\n".join((f"# {title}", *told))

    entry = only(document("임시 폴더가 너무 작습니다", "공간이 부족한 이유는 무엇인가요?", "해결 제안"), "")
    assert (entry.message, entry.cause, ways(entry)) == (
        "임시 폴더가 너무 작습니다",
        "100MB가 상한입니다.",
        [("", "1. 폴더를 늘립니다.")],
    )
    entry = only(document("The folder is too small", "Why do I run out of space?", "Suggestion to fix the problem"), "")
    assert entry.cause == "100MB가 상한입니다."
    # In a document about a product, a question why something fails is an error of its own.
    assert [
        entry.message
        for entry in read(document("폴더 문제 해결 안내", "공간이 부족한 이유는 무엇인가요?", "다음 단계"), "")
    ] == ["공간이 부족한 이유는 무엇인가요?"]


def test_how_a_program_deals_with_errors_is_no_error():
    assert read("## 일시적인 오류에 대한 재시도 논리\n\n5초 뒤에 다시 시도합니다.\n") == ()
    assert read("## Retry logic\n\nWait.\n\n## Retry strategy for failures\n\nWait five seconds.\n") == ()


def test_a_bold_word_of_a_sentence_is_no_way_out():
    assert read("## 계보\n\n규칙을 보여 줍니다.\n\n**Action** 열에서 규칙을 볼 수 있습니다.\n") == ()


def test_a_quoted_message_called_an_error_has_its_way_out_below_a_request():
    entry = only("## '문이 닫혔습니다.' 오류\n\n문이 닫혔습니다.\n\n### 다음을 시도해 보세요.\n\n문을 엽니다.\n")
    assert (entry.title, ways(entry)) == ("'문이 닫혔습니다.' 오류", [("", "문을 엽니다.")])


def test_a_block_of_code_that_says_error_makes_a_heading_one():
    entry = only("## 문제 해결\n\n### 조립\n\n```\nerror: part not found\n```\n\n부품을 설치합니다.\n")
    assert (entry.title, entry.message, ways(entry)) == (
        "조립",
        "error: part not found",
        [("", "부품을 설치합니다.")],
    )


def test_questions_in_bold_right_below_the_title_are_read():
    text = "**Q: 왜 올리기가 실패하나요?**\n\nA: 용량이 넘었습니다.\n\n**Q: 둘을 쓸 수 있나요?**\n\nA: 네.\n"
    entry = only(text, "# FAQ\n\n")
    assert (entry.title, ways(entry)) == ("왜 올리기가 실패하나요?", [("", "용량이 넘었습니다.")])


def test_a_cause_and_a_way_out_stand_below_headings_with_symbols():
    entry = only("## ❌ 큐가 꽉 참\n\n### 🔍 원인\n\n소비가 느립니다.\n\n### ✅ 조치 내용\n\n소비자를 늘립니다.\n")
    assert (entry.title, entry.cause, ways(entry)) == ("큐가 꽉 참", "소비가 느립니다.", [("", "소비자를 늘립니다.")])


def test_the_headings_of_a_list_of_errors_are_errors():
    text = "## `GATE_SHUT`\n\n문을 엽니다.\n\n## `GATE_STUCK`\n\n문을 고칩니다.\n"
    assert [entry.title for entry in read(text, "# Errors of the gate\n\n")] == ["GATE_SHUT", "GATE_STUCK"]


def test_a_task_about_what_does_not_work_is_an_error():
    assert only("## 켜지지 않는 화면 문제 해결\n\n전원을 봅니다.\n").message == "켜지지 않는 화면 문제 해결"
    assert only("## 인쇄 문제 해결\n\n표를 인쇄하는 문제가 있는 경우 종이를 봅니다.\n\n## 저장\n\n가\n") is not None


def test_a_task_about_something_is_none():
    assert read("## 인쇄기 문제 해결\n\n인쇄기의 상태를 봅니다. 문제가 있는 경우 끕니다.\n") == ()


def test_a_topic_whose_error_is_spoken_of_is_one():
    assert (
        only("## 서명 문제\n\n주소로 연결하고 이 오류가 발생하는 경우:\n\n- 날짜를 확인합니다.\n").title == "서명 문제"
    )


def test_an_error_with_steps_right_below_stands_beside_those_below_it():
    text = (
        "## 열쇠 오류\n\n열쇠가 문제를 일으킵니다.\n\n1. 끕니다.\n2. 켭니다.\n\n### 구독이 누락됨\n\n다시 추가합니다.\n"
    )
    assert [entry.title for entry in read(text)] == ["열쇠 오류", "구독이 누락됨"]


def test_a_heading_below_the_name_of_an_exception_is_no_error():
    text = "## QuotaExceededException\n\n할당량이 초과됐음을 나타냅니다.\n\n### 토픽\n\n토픽은 스무 개로 제한됩니다.\n"
    assert [entry.codes for entry in read(text)] == [("QuotaExceededException",)]


def test_a_label_may_stand_on_a_line_of_its_own():
    text = (
        '## 열려고 할 때 오류 "권한 없음"\n\n다음 오류가 표시됩니다.\n\n권한 없음  \n오류 코드: 403\n\n### 원인\n\n가\n'
    )
    assert only(text).codes == ("403",)


def test_errors_listed_below_a_line_that_announces_them_are_other_names():
    listed = "다음과 같은 오류가 발생할 수 있습니다.\n\n- 오류 53. 경로가 없습니다.\n- 오류 67. 이름이 없습니다.\n"
    assert only(f"## 연결할 때 오류 53 또는 오류 67 발생\n\n{listed}").aliases == (
        "오류 53. 경로가 없습니다.",
        "오류 67. 이름이 없습니다.",
    )


def test_a_bold_line_that_a_break_ends_stands_for_a_heading():
    first = (
        '<a id="a"></a>**지우지 못했습니다. "JobExpired" (오류 코드:-2134347757 또는 0x80c87013)**  \n이 오류는 가.\n'
    )
    other = "```\ncommand\n```\n<a id='b'></a>**정책을 바꿀 수 없습니다.**  \n이 문제는 나.\n"
    one, two = read(f"## 서버 관리\n\n{first}\n{other}")
    assert (one.codes[-2:], one.cause) == (("-2134347757", "0x80c87013"), "이 오류는 가.")
    assert (two.message, two.cause) == ("정책을 바꿀 수 없습니다.", "이 문제는 나.")


def test_questions_in_bold_about_a_failure_are_errors_also_below_a_heading_that_says_no_more():
    asked = "**Q: 0x80070005 오류가 표시되면 어떻게 해야 하나요?**\n\n다시 로그인합니다.\n"
    assert only(f"## 오류\n\n{asked}").codes == ("0x80070005",)
    told = "**Q: 요금은 메시지 수로 표시되나요?**\n\n예.\n\n**Q: 계정이 잠긴 경우 어떻게 해야 하나요?**\n\n풉니다.\n"
    assert [entry.title for entry in read(f"## 유용성\n\n{told}")] == ["계정이 잠긴 경우 어떻게 해야 하나요?"]


def test_what_is_only_to_be_checked_below_errors_is_none():
    text = "## 중계 구성 오류\n\n다음을 봅니다.\n\n### 중계 이름 위치\n\n이름이 같은지 확인합니다.\n\n- 서버\n- 단말\n"
    assert "중계 이름 위치" not in [entry.title for entry in read(text)]
