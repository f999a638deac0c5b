"""Tables of errors are told from other tables by what their columns mean, and each row becomes an error."""

import pytest

from troubleshoot.document.articles.article import read_article
from troubleshoot.document.articles.source import Source
from troubleshoot.document.dataset import Reason
from troubleshoot.document.problems import DocumentError


def table(*rows):
    head, *body = rows
    lines = [f"| {' | '.join(row)} |" for row in body]
    return "\n".join([f"| {' | '.join(head)} |", "|" + " --- |" * len(head), *lines]) + "\n"


def read(text, before="# 안내\n\n## 백업\n\n"):
    return read_article(Source("guide.md", before + text))


def only(*rows, before="# 안내\n\n## 백업\n\n"):
    (entry,) = read(table(*rows), before).entries
    return entry


def bodies(entry):
    return [way.body for way in entry.resolutions]


ERROR = ("VM을 시작하지 못했습니다.", "포트가 닫혔습니다.", "포트를 엽니다.")


@pytest.mark.parametrize(
    "head",
    [
        ("오류 메시지", "가능한 원인", "권장 작업"),
        ("오류", "이유", "사용자 조치"),
        ("오류 세부 정보", "원인", "해결 방법"),
        ("**Error message**", "Cause", "Workaround"),
        ("Error", "Reason", "Recommended action"),
        ("ErrorFormat", "ErrorCause", "ErrorCorrectiveAction"),
        ("ErrorDetail.Code", "ErrorCause", "Workaround"),
        ("문제", "원인", "해결책"),
        ("Issue", "Possible causes", "Mitigation"),
        ("예외 유형", "설명/원인/예제", "제안된 조치"),
        ("메시지", "설명", "권장 작업"),
    ],
)
def test_columns_are_known_by_their_meaning_in_korean_and_english(head):
    entry = only(head, ERROR)
    assert (entry.message, entry.cause, bodies(entry)) == (ERROR[0], ERROR[1], [ERROR[2]])


def test_columns_may_stand_in_any_order():
    entry = only(("해결 방법", "심각도", "오류 코드", "설명"), ("포트를 엽니다.", "16", "40613", "서버가 없습니다."))
    assert (entry.codes, entry.message, bodies(entry)) == (("40613",), "서버가 없습니다.", ["포트를 엽니다."])


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("포트 설명 프로토콜", "443 가 TCP"),
        ("속성 형식 설명", "이름 문자열 나"),
        ("URL 포트 설명", "a.com 80 다"),
        ("이벤트_ID 설명 수준", "4769 로그인 정보"),
        ("오류_메시지_메트릭 세부_정보 비고", "inst 명령 없음"),
        ("작업 설명 권한", "읽기 가 나"),
        ("코드 설명 예제", "ko 한국어 가"),
        ("상태 설명 색", "실행_중 가 녹색"),
    ],
)
def test_a_table_of_something_else_is_left_alone(head, row):
    words = [[cell.replace("_", " ") for cell in line.split()] for line in (head, row)]
    dataset = read(table(*words))
    assert dataset.entries == ()
    assert f"| {words[1][0]} |" in dataset.sections[0].body


def test_columns_called_only_code_and_message_count_below_a_heading_that_speaks_of_errors():
    rows = (("코드", "설명"), ("40613", "서버가 없습니다."))
    assert read(table(*rows)).entries == ()
    assert only(*rows, before="# 안내\n\n## 연결 오류\n\n").codes == ("40613",)


def test_a_column_called_error_holds_codes_or_messages_as_its_values_show():
    coded = only(("오류", "오류 텍스트", "주석"), ("407", "프록시 인증 필요", "로그인합니다."))
    assert (coded.codes, coded.message, coded.cause) == (("407",), "프록시 인증 필요", "로그인합니다.")
    assert only(("오류", "해결 방법"), ("VM이 없습니다.", "만듭니다.")).codes == ()


@pytest.mark.parametrize(
    "topic", ["복사 성능 문제 해결", "백업 방법", "디스크 도움말", "지원되지 않는 형식", "Limitations"]
)
def test_a_row_of_problems_that_is_a_topic_is_no_error(topic):
    dataset = read(table(("문제", "해결 방법"), (topic, "문서를 봅니다."), ("큐에서 대기", "기다립니다.")))
    assert [entry.message for entry in dataset.entries] == ["큐에서 대기"]
    assert [(unread.line, unread.reason) for unread in dataset.unread] == [(7, Reason.NO_ERROR)]


def test_a_name_with_its_number_is_a_code_and_its_description_the_message():
    entry = only(
        ("오류", "세부 정보", "기술 세부 정보"), ("QuotaUsedUp = 7", "더 만들 수 없습니다.", "`Q7`에서 멈춥니다.")
    )
    assert (entry.codes, entry.message, entry.aliases) == (
        ("QuotaUsedUp",),
        "더 만들 수 없습니다.",
        ("QuotaUsedUp = 7",),
    )
    assert entry.cause == "`Q7`에서 멈춥니다."


def test_events_below_a_list_of_error_codes_are_errors_but_for_those_that_went_well():
    rows = [("502", "SyncSucceeded", "나"), ("503", "SyncFailed", "다"), ("HR 80230402", "라", "마")]
    text = "### 서비스가 남긴 경우\n\n" + table(("코드", "이름 또는 메시지", "설명"), *rows)
    dataset = read(text, before="# 안내\n\n## 서비스 오류 코드\n\n")
    assert [(entry.codes, entry.message) for entry in dataset.entries] == [
        (("503", "SyncFailed"), "SyncFailed"),
        (("80230402",), "라"),
    ]
    assert [(unread.line, unread.reason) for unread in dataset.unread] == [(9, Reason.NO_ERROR)]


def test_a_code_without_a_message_is_the_message():
    entry = only(("오류 코드", "권장 작업"), ("AuthorizationFailed", "권한을 줍니다."))
    assert (entry.codes, entry.message) == (("AuthorizationFailed",), "AuthorizationFailed")


def test_several_codes_in_a_cell_are_codes_of_one_error():
    entry = only(("오류 코드", "설명"), ("40197, 40501<br>또는 40613", "다시 시도하세요."))
    assert entry.codes == ("40197", "40501", "40613")


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        (("DiskGone<br>409", "16진수 값", "0x80890201"), ("DiskGone", "409", "0x80890201")),
        (("Bad Request", "Error sub code", "40000"), ("40000",)),
        (("429", "하위 코드", "없음"), ("429",)),
        (("429", "Error sub code", "none"), ("429",)),
    ],
)
def test_each_line_and_each_column_of_codes_gives_one(cells, codes):
    code, head, more = cells
    assert only(("오류 코드", head, "오류 메시지", "해결 방법"), (code, more, "가", "나")).codes == codes


def test_a_label_above_the_message_in_its_cell_is_no_part_of_it():
    entry = only(("오류 세부 정보", "권장 작업"), ("**오류** </br> *잠겨 있습니다. (ID: 34513)*", "기다립니다."))
    assert (entry.message, entry.codes) == ("잠겨 있습니다. (ID: 34513)", ("34513",))


def test_a_table_of_one_error_below_a_heading_that_tells_of_it_belongs_below_the_heading_above():
    rows = (("오류 메시지", "해결 방법"), ("모음이 잠겼습니다.", "기다립니다."), ("모음이 없습니다.", "만듭니다."))
    before = "# 백업\n\n## 모음을 열 수 없음\n\n"
    dataset = read(table(*rows[:2]), before)
    assert ([one.title for one in dataset.operations], dataset.entries[0].title) == (["백업"], "모음을 열 수 없음")
    assert [one.title for one in read(table(*rows), before).operations] == ["모음을 열 수 없음"]


def test_codes_in_the_message_and_in_the_operation_count_too():
    row = ("연결 실패(ID: 100050)", "HRESULT: 0x80070005에서 예외", "기다립니다.")
    assert only(("작업", "오류 세부 정보", "해결 방법"), row).codes == ("100050", "0x80070005")


def test_messages_with_or_between_them_are_aliases():
    entry = only(("오류", "해결 방법"), ("안 됩니다.<br>또는<br>못 합니다.", "기다립니다."))
    assert (entry.message, entry.aliases) == ("안 됩니다.", ("못 합니다.",))


@pytest.mark.parametrize("code", ["0", "0x0", "NoFault", "성공"])
def test_a_code_that_says_that_nothing_went_wrong_is_no_error(code):
    dataset = read(table(("오류 유형", "이유"), (code, "정상입니다."), ("GatewayNotFound", "게이트웨이가 없습니다.")))
    assert [entry.codes for entry in dataset.entries] == [("GatewayNotFound",)]
    assert [(unread.line, unread.reason) for unread in dataset.unread] == [(7, Reason.NO_ERROR)]


def test_of_statuses_those_that_failed_are_errors():
    rows = [("stopped-error", "가"), ("completed-errors", "나"), ("성공", "다")]
    dataset = read(table(("상태", "설명"), *rows))
    assert [entry.codes for entry in dataset.entries] == [("stopped-error",), ("completed-errors",)]


def test_a_row_without_an_error_of_its_own_tells_more_of_the_one_above():
    dataset = read(
        table(("오류", "원인", "해결 방법"), ERROR, ("", "디스크가 찼습니다.", "비웁니다."), ("", "비었습니다.", ""))
    )
    (entry,) = dataset.entries
    assert [(way.condition, way.body) for way in entry.resolutions][1] == ("디스크가 찼습니다.", "비웁니다.")
    assert entry.cause.endswith("비었습니다.")


def test_a_row_that_only_tells_what_to_do_is_listed_as_unread():
    dataset = read(table(("작업", "오류", "해결 방법"), ("백업", "", "기다립니다."), ("백업", *ERROR[::2])))
    assert [(unread.line, unread.reason) for unread in dataset.unread] == [(7, Reason.NO_MESSAGE)]


def test_a_pipe_that_should_have_been_escaped_belongs_to_the_last_cell():
    text = "| 오류 | 해결 방법 |\n| - | - |\n| 안 됨 | a | b \\| c 실행합니다 |\n"
    (entry,) = read(text).entries
    assert bodies(entry) == ["a | b | c 실행합니다"]


def test_an_empty_line_between_rows_is_no_end_of_the_table():
    text = table(("오류", "해결 방법"), ("안 됨", "기다립니다.")) + "\n| 못 함 | 다시 합니다. |\n\n글\n"
    dataset = read(text)
    assert [(entry.message, entry.line) for entry in dataset.entries] == [("안 됨", 7), ("못 함", 9)]
    assert dataset.sections[0].body == "글"


def test_labels_inside_a_cell_part_the_cause_from_the_way_out():
    cell = "**원인:**<br/>포트가 닫혔습니다.<br/>**권장 작업:** 포트를 엽니다."
    entry = only(("작업", "오류", "해결 방법"), ("백업", "안 됩니다", cell))
    assert (entry.cause, bodies(entry)) == ("포트가 닫혔습니다.", ["포트를 엽니다."])


def test_a_column_of_ways_out_that_only_leads_on_is_the_way_out():
    entry = only(("오류", "해결 방법"), ("안 됩니다", "[검사 목록](https://e.com) 참조"))
    assert bodies(entry) == ["[검사 목록](https://e.com) 참조"]


def test_the_words_of_the_document_are_those_of_all_columns_that_explain():
    entry = only(("오류 메시지", "원인", "해결 방법"), ERROR)
    assert entry.original == "포트가 닫혔습니다.\n\n포트를 엽니다."


def test_english_cells_stay_whole():
    before = "# Guide\n\n## Backup\n\n"
    entry = only(("Error", "Resolution"), ("It failed.", "The port is closed. Open the port."), before=before)
    assert (entry.cause, bodies(entry)) == ("", ["The port is closed. Open the port."])


def test_a_dash_before_each_message_of_a_cell_parts_them_and_what_calls_it_an_error_goes():
    cell = "- 디스크가 없습니다.<br>- 디스크가 꽉 찼습니다."
    rows = [(cell, "만듭니다."), ('Error message "The disk is gone."', "Add one.")]
    entries = read(table(("오류 메시지", "해결 방법"), *rows)).entries
    assert [(entry.message, entry.aliases) for entry in entries] == [
        ("디스크가 없습니다.", ("디스크가 꽉 찼습니다.",)),
        ("The disk is gone.", ()),
    ]


def test_advice_in_a_message_in_italics_keeps_no_mark():
    (entry,) = read(
        table(("오류 메시지", "해결 방법"), ("*디스크가 없습니다. 디스크를 만듭니다.*", "[가](a.md)"))
    ).entries
    assert (entry.message, bodies(entry)) == ("디스크가 없습니다. 디스크를 만듭니다.", ["디스크를 만듭니다."])


def test_a_cell_of_codes_may_have_its_message_below():
    row = ("78007<br></br>**메시지**: 안 됩니다", "- 가", "나")
    (entry,) = read(table(("**오류 코드**", "**가능한 원인**", "**권장 사항**"), row)).entries
    assert (entry.codes, entry.message, bodies(entry)) == (("78007",), "안 됩니다", ["나"])


def test_rows_below_a_heading_that_is_a_code_have_that_code():
    rows = [("안 됩니다", "가"), ("멈춥니다(오류 798)", "나")]
    entries = read(f"### UserErrorNoDisk\n\n{table(('오류 메시지', '해결 방법'), *rows)}").entries
    assert [entry.codes for entry in entries] == [("UserErrorNoDisk",), ("798",)]
    assert (
        read(f"### UserErrorNoDisk\n\n{table(('오류 메시지', '해결 방법'), rows[0])}").entries[0].title
        == "UserErrorNoDisk"
    )


def test_a_table_on_its_side_is_one_error_a_column():
    text = table(
        ("**오류 코드**", "78007", "78008"),
        ("메시지", "안 됩니다", "못 합니다"),
        ("원인", "가", "나"),
        ("해결 방법", "다", "라"),
    )
    entries = read(text).entries
    assert [(entry.codes, entry.message, entry.cause, bodies(entry)) for entry in entries] == [
        (("78007",), "안 됩니다", "가", ["다"]),
        (("78008",), "못 합니다", "나", ["라"]),
    ]


def test_a_table_on_its_side_may_have_an_empty_or_a_foreign_head_and_several_errors():
    rows = [("오류", "안 됩니다"), ("해결 방법", "다"), ("오류", "못 합니다"), ("해결 방법", "라")]
    assert [(entry.message, entry.line) for entry in read(table(("속성", "값"), *rows)).entries] == [
        ("안 됩니다", 7),
        ("못 합니다", 9),
    ]


HTML = """<table>
<tr><th>오류 코드</th>
  <th>설명</th><th>해결</th></tr>
<tr>
  <td>40613</td><td>서버가 <b>없습니다</b>.</td>
  <td><ul><li>기다립니다.</ul>
</tr>
</table>
"""


def test_names_that_a_program_wrote_beside_messages_are_codes_whatever_their_column_is_called():
    rows = [("SkuNotAvailable", "없습니다.", "찼습니다."), ("MaxPriceInvalid", "틀립니다.", "바꿉니다.")]
    entries = read(table(("키", "메시지", "Description"), *rows), "# 스폿 오류 메시지\n\n").entries
    assert [(entry.codes, entry.message) for entry in entries] == [((row[0],), row[1]) for row in rows]


def test_codes_that_say_that_something_failed_make_a_table_one_of_errors():
    rows = [("NodeRebootError", "Reboot failed", "None."), ("NodeImageError", "Image failed", "None.")]
    entries = read(table(("Reason", "Event message", "Description"), *rows), "# Nodes\n\n## Events\n\n").entries
    assert [(entry.codes, entry.message) for entry in entries] == [((row[0],), row[1]) for row in rows]


def test_a_table_in_html_is_read_with_its_lines():
    (entry,) = read(HTML).entries
    assert (entry.codes, entry.message, entry.line) == (("40613",), "서버가 없습니다.", 8)


def test_a_table_that_never_ends_ends_before_the_next_heading():
    dataset = read(HTML.removesuffix("</table>\n") + "\n## 복원\n\n글\n")
    assert [section.title for section in dataset.sections] == ["백업", "복원"]


@pytest.mark.parametrize("columns", [101, 100_000])
def test_a_table_of_too_many_columns_is_refused(columns):
    with pytest.raises(DocumentError, match=r"guide\.md:5: expected a table of at most 100 columns"):
        read("|" + "a|" * columns + "\n|" + "-|" * columns + "\n")


def test_a_cell_of_thousands_of_open_brackets_is_refused():
    with pytest.raises(DocumentError, match=r"guide\.md:7: expected a shorter cell"):
        read(table(("오류", "해결 방법"), ("안 됨", "[" * 5_000)))


def test_a_table_of_statuses_tells_of_those_that_failed():
    rows = [("정상", "문제가 없습니다."), ("차단", "장치가 막혔습니다."), ("연결 안 됨", "서식이 없습니다.")]
    dataset = read(table(("장치 등록 상태", "설명"), *rows))
    assert [entry.message for entry in dataset.entries] == ["차단", "연결 안 됨"]
    assert [unread.reason for unread in dataset.unread] == [Reason.NO_ERROR]


def test_a_status_that_lacks_or_cannot_do_something_is_one_of_failures():
    rows = [("누락된 열쇠", "가"), ("중계에 연결할 수 없음", "나"), ("준비가 되지 않은 장치", "다"), ("대기", "라")]
    entries = read(table(("감시 상태", "설명"), *rows)).entries
    assert [entry.message for entry in entries] == ["누락된 열쇠", "중계에 연결할 수 없음", "준비가 되지 않은 장치"]


def test_of_http_statuses_those_of_failures_are_errors():
    rows = [("200", "OK"), ("401", "토큰이 없습니다."), ("503", "점검 중입니다.")]
    entries = read(table(("Status", "Meaning"), *rows)).entries
    assert [(entry.codes, entry.message) for entry in entries] == [
        (("401",), "토큰이 없습니다."),
        (("503",), "점검 중입니다."),
    ]


def test_a_column_of_defaults_is_none_of_faults():
    rows = [("timeout", "실패로 보기까지의 초", "30"), ("retries", "다시 시도하는 수", "5")]
    assert read(table(("Setting", "Description", "Default"), *rows)).entries == ()
