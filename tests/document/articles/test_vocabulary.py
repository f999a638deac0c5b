"""The words of columns and labels have their roles in Korean and in English."""

import pytest

from troubleshoot.document.articles.vocabulary import Label, Role, column_role, label_in, label_of, without_number


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
        ("권장 사항", Role.RESOLUTION),
        ("Cause or reason", Role.CAUSE),
        ("문제 해결 팁", Role.RESOLUTION),
        ("번호", Role.ORDINAL),
        ("작업 상태", Role.STATUS),
        ("장치 등록 상태", Role.STATUS),
        ("When it occurs", Role.CAUSE),
        ("Things to try", Role.RESOLUTION),
        ("조치 내용", Role.RESOLUTION),
        ("Default", None),
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
        ("오류 원인: 꺼짐", Label(Role.CAUSE, "꺼짐")),
        ("오류에 대한 원인:", Label(Role.CAUSE)),
        ("문제 해결 팁:", Label(Role.RESOLUTION)),
        ("이 오류의 원인", Label(Role.CAUSE)),
        ("What's causing this error?", Label(Role.CAUSE)),
        ("재구성:", Label(Role.RESOLUTION)),
        ("제안 된 해결 방법", Label(Role.RESOLUTION)),
        ("원인 1의 해결 방법", Label(Role.RESOLUTION)),
        ("Solution for cause 1", Label(Role.RESOLUTION)),
        ("오류 코드: 12", Label(Role.CODE, "12")),
        ("🔍 Cause", Label(Role.CAUSE)),
        ("■ 조치 내용", Label(Role.RESOLUTION)),
        ("다음을 시도해 보세요.", Label(Role.RESOLUTION)),
        ("A: 다시 시작합니다.", Label(Role.RESOLUTION, "다시 시작합니다.")),
        ("Try this:", Label(Role.RESOLUTION)),
        ("VPN 클라이언트 오류: 인증서", None),
        ("원인을 찾는 방법", None),
    ],
)
def test_a_label_is_the_whole_or_stands_before_a_colon_or_a_dash(text, label):
    assert label_of(text) == label


def test_a_number_in_front_goes_and_a_status_stays():
    assert without_number("1. 가") == "가"
    assert without_number("시나리오 2: 가") == without_number("Scenario: 가") == "가"
    assert without_number("사례 2. 가") == without_number("Q3. 가") == without_number("1.2 가") == "가"
    assert without_number("❌ 가") == "가"
    assert without_number("404 찾을 수 없음") == "404 찾을 수 없음"


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("[증상]", Label(Role.SYMPTOM)),
        ("[조치] 다시 시작합니다.", Label(Role.RESOLUTION, "다시 시작합니다.")),
        ("【원인】", Label(Role.CAUSE)),
        ("<원인>", Label(Role.CAUSE)),
        ("■ 조치 방법", Label(Role.RESOLUTION)),
        ("▶ 원인: 꺼짐", Label(Role.CAUSE, "꺼짐")),
        ("[원인](#cause)", None),
        ("[참고 문서]", None),
        ("■ 장비 목록", None),
    ],
)
def test_a_label_stands_in_brackets_or_behind_a_symbol(line, label):
    assert label_in(line, begins=True) == label
