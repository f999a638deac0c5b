"""The words of articles have their roles in Korean and in English."""

import pytest

from troubleshoot.document.articles.vocabulary import (
    Label,
    Role,
    column_role,
    holds_errors,
    is_boilerplate,
    is_catalogue,
    label_of,
    names_errors,
    tells_of_trouble,
    without_number,
)


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("백업 작업", Role.OPERATION),
        ("권장 작업", Role.RESOLUTION),
        ("사용자 조치", Role.RESOLUTION),
        ("오류 해결", Role.RESOLUTION),
        ("로그인 실패 이유", Role.CAUSE),
        ("ErrorNumber", Role.CODE),
        ("종료 코드", Role.CODE),
        ("오류 코드(16진수)", Role.CODE),
        ("Error sub code", Role.CODE),
        ("Hex value", Role.CODE),
        ("이벤트 ID", Role.CODE),
        ("오류 세부 정보", Role.MESSAGE),
        ("오류 유형", Role.ERROR),
        ("Error category", Role.ERROR),
        ("해결 방법 및 예제", Role.RESOLUTION),
        ("제안 된 작업", Role.RESOLUTION),
        ("Cause or reason", Role.CAUSE),
        ("문제 해결 팁", Role.RESOLUTION),
        ("번호", Role.ORDINAL),
        ("작업 상태", Role.STATUS),
        ("오류 메시지 메트릭", None),
        ("포트", None),
    ],
)
def test_a_column_has_its_role_by_the_end_of_its_heading(heading, role):
    assert column_role(heading) is role


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("증상", Label(Role.SYMPTOM)),
        ("원인 1: 포트가 닫힘", Label(Role.CAUSE, "포트가 닫힘")),
        ("Cause 2 - The port is closed", Label(Role.CAUSE, "The port is closed")),
        ("잠재적인 문제: 느립니다", Label(Role.SYMPTOM, "느립니다")),
        ("2. 해결 방법", Label(Role.RESOLUTION)),
        ("유효성 검사 및 해결", Label(Role.RESOLUTION)),
        ("해상도", Label(Role.RESOLUTION)),
        ("일반적인 원인", Label(Role.CAUSE)),
        ("제안 된 해결 방법", Label(Role.RESOLUTION)),
        ("원인 1의 해결 방법", Label(Role.RESOLUTION)),
        ("Solution for cause 1", Label(Role.RESOLUTION)),
        ("오류 코드: 12", Label(Role.CODE, "12")),
        ("VPN 클라이언트 오류: 인증서", None),
        ("원인을 찾는 방법", None),
    ],
)
def test_a_label_is_the_whole_or_stands_before_a_colon_or_a_dash(text, label):
    assert label_of(text) == label


@pytest.mark.parametrize(
    "title",
    [
        "계정이 잠김",
        "디스크가 인식 안 함",
        "작업이 계속 종료됩니다",
        "The account is locked",
        "표를 가져오지 못했습니다. 어떻게 합니까?",
        "저장하면 오류가 표시됩니다. 무엇을 합니까?",
    ],
)
def test_a_title_tells_of_trouble(title):
    assert tells_of_trouble(title)


@pytest.mark.parametrize(
    "title", ["오류 처리", "오류 범주", "Error log files", "표를 만들지 않았습니다. 어떻게 합니까?", "언제 됩니까?"]
)
def test_a_title_of_a_task_or_a_question_about_the_product_tells_of_none(title):
    assert not tells_of_trouble(title)


def test_headings_over_errors_are_known():
    assert names_errors("마법사 오류")
    assert names_errors("연결 문제")
    assert holds_errors("알려진 문제")
    assert not holds_errors("문제 목록")
    assert is_catalogue("서비스 오류 코드")
    assert not is_catalogue("연결 오류 문제 해결")


def test_boilerplate_is_known_with_and_without_its_trimmings():
    assert is_boilerplate("다음 단계 ")
    assert is_boilerplate("**Next steps**")
    assert not is_boilerplate("다음 단계가 표시되지 않음")


def test_a_number_in_front_goes_and_a_status_stays():
    assert without_number("1. 가") == "가"
    assert without_number("시나리오 2: 가") == without_number("Scenario: 가") == "가"
    assert without_number("404 찾을 수 없음") == "404 찾을 수 없음"
