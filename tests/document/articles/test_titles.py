"""What a heading says is told by its words, in Korean and in English."""

import pytest

from troubleshoot.document.articles.titles import (
    holds_errors,
    is_boilerplate,
    is_catalogue,
    is_quoted,
    may_be_error,
    names_errors,
    says_failed,
    tells_of_trouble,
)


@pytest.mark.parametrize(
    "title",
    [
        "계정이 잠김",
        "서버가 다운되었습니다",
        "디스크가 인식 안 함",
        "작업이 계속 종료됩니다",
        "The account is locked",
        "No 'Add disk' option in the menu",
        "조회 성능 저하",
        "큐가 꽉 참",
        "이름이 이미 사용 중",
        "Port 80 is already in use",
        "The queue keeps growing",
        "Disk full on a broker",
        "High memory usage",
        "표를 가져오지 못했습니다. 어떻게 합니까?",
        "저장하면 오류가 표시됩니다. 무엇을 합니까?",
        "열쇠가 손실되었습니다. 다시 만들 수 있나요?",
        "잘못된 시간대 설정",
        "잘못 된 등록",
        "측정값에서 지연이 높게 표시됨",
        '저장할 때 "이미 저장했습니다." 라는 메시지가 표시 됩니다.',
        "응답이 수신되지 않는 경우 어떻게 해야 하나요?",
    ],
)
def test_a_title_tells_of_trouble(title):
    assert tells_of_trouble(title)


@pytest.mark.parametrize(
    "title",
    [
        "오류 처리",
        "오류 범주",
        "두 가지 오류 유형",
        "로그 사용 안 함",
        "Error log files",
        "Two types of errors",
        "Error handling",
        "3.1 Find failing jobs",
        "느린 쿼리 탐지",
        "표를 만들지 않았습니다. 어떻게 합니까?",
        "언제 됩니까?",
        "꺼진 장치 검색",
        "느린 쿼리 관찰, 기록 및",
        "오류를 진단하고",
        "오류 경고를 만들려면 어떻게 해야 하나요?",
        "새 버전을 쓰는 경우 어떻게 해야 하나요?",
        "위 방법을 시도했지만 작동하지 않음",
        "I followed the steps and it still fails",
        "잘못된 설정 확인",
    ],
)
def test_a_title_of_a_task_or_a_question_about_the_product_tells_of_none(title):
    assert not tells_of_trouble(title)


def test_headings_over_errors_are_known():
    assert names_errors("마법사 오류")
    assert names_errors("연결 문제")
    assert holds_errors("알려진 문제")
    assert not holds_errors("문제 목록")
    assert is_catalogue("서비스 오류 코드")
    assert is_catalogue("Errors of the gate")
    assert not is_catalogue("연결 오류 문제 해결")


def test_a_quoted_message_is_one_error_and_no_heading_over_some():
    assert not names_errors("'문이 닫혔습니다.' 오류")
    assert not names_errors('Error "the gate is shut" error')


def test_a_heading_of_quoted_words_is_known():
    assert is_quoted('"Gate: no power. 502"')
    assert is_quoted("1. “문이 닫힘, 다시 시도하세요.”")
    assert not is_quoted("'문'")
    assert not is_quoted('"문이 닫힘" 이벤트 "문이 열림"을 받은 뒤')


def test_a_request_names_no_error():
    assert not may_be_error("문을 닫아 보세요.")
    assert may_be_error("문이 닫혔습니다. 다시 시도하세요.")


def test_statuses_say_whether_something_failed():
    assert all(map(says_failed, ["차단", "승인되지 않음", "연결 안 됨", "Not connected", "404", "`503`"]))
    assert not any(map(says_failed, ["정상", "Not applicable", "200", "Registered", "문제 없음"]))


def test_boilerplate_is_known_with_and_without_its_trimmings():
    assert is_boilerplate("다음 단계 ")
    assert is_boilerplate("**Next steps**")
    assert not is_boilerplate("다음 단계가 표시되지 않음")


def test_the_name_of_one_error_stands_over_none():
    assert names_errors("HTTP exceptions")
    assert not names_errors("QuotaExceededException")
    assert not holds_errors("QuotaExceededException")
