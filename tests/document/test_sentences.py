"""Where sentences and statements end, and what a sentence does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.document.sentences import Kind, kind_of, split_sentences, statements


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", []),
        ("하나입니다. 둘인가요? 셋!", ["하나입니다.", "둘인가요?", "셋!"]),
        ("버전은 2.6.1198.718 이상입니다. 끝", ["버전은 2.6.1198.718 이상입니다.", "끝"]),
        ("가리킵니다(cloudapp.net로 끝남). 다음", ["가리킵니다(cloudapp.net로 끝남).", "다음"]),
        ("“잠겨 있습니다.”라는 오류가 났습니다. 끝", ["“잠겨 있습니다.”라는 오류가 났습니다.", "끝"]),
        ("“없습니다. 만드세요.” 메시지", ["“없습니다. 만드세요.”", "메시지"]),
        ("[하나. 둘](https://e.com)을 봅니다. 끝", ["[하나. 둘](https://e.com)을 봅니다.", "끝"]),
        ("1. 열고 닫습니다.", ["1. 열고 닫습니다."]),
        ("a. 열고 닫습니다.", ["a. 열고 닫습니다."]),
    ],
)
def test_a_line_splits_where_sentences_end(text, sentences):
    assert split_sentences(text) == sentences


@given(st.text(alphabet="가다 .!?”“[]()1a\t", max_size=80))
def test_splitting_and_joining_loses_nothing(text):
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    "sentence",
    [
        "다른 서브넷을 선택하세요.",
        "작업이 완료될 때까지 기다려주세요.",
        "지원 팀에 문의하십시오.",
        "VM을 다시 시작합니다.",
        "VM 또는 디스크를 다시 확인 합니다.",
        "VM에 문제가 없으면, VM을 다시 시작합니다.",
        "데이터 디스크가 16개 미만인지 확인합니다.",
        "VM이 인터넷에 액세스하도록 합니다.",
        "다른 이름을 선택해야 합니다.",
        "설치 파일을 찾습니다.",
        "창을 닫습니다.",
        "문제가 해결되면 백업을 다시 시도합니다.",
        "Windows에서는 다음 명령을 실행합니다.",
        "디버깅에 대해 자세히 알아봅니다.",
        "동일한 이름의 VM을 다시 만듭니다.",
        "계정이 잠긴 경우 관리자에게 문의하여 잠금을 해제합니다(관리자 권한 필요).",
    ],
)
def test_requests_duties_and_subjectless_verbs_instruct(sentence):
    assert kind_of(sentence) is Kind.INSTRUCTION


@pytest.mark.parametrize(
    "sentence",
    [
        "작업이 실패했습니다.",
        "작업을 취소하지 못했습니다.",
        "서비스가 실행되고 있지 않습니다.",
        "이 오류는 데이터가 너무 많은 경우에 발생합니다.",
        "이는 서비스가 중지되었음을 의미합니다.",
        "복원 작업은 디스크만 복원하기 때문에 성공합니다.",
        "여기에서 이름은 서비스 이름을 가리킵니다(보통 e.com으로 끝남).",
        "이름은 고유한 것이어야 합니다.",
        "VM 에이전트가 있어야 합니다.",
        "오류 메시지가 중지됩니다.",
        "현재 다른 작업이 진행 중입니다.",
        "백업이 실패할 수 있습니다.",
        "가끔 다시 시작하여 상태를 초기화합니다.",
        "이유는 2가지 입니다.",
    ],
)
def test_states_passives_past_and_topics_describe(sentence):
    assert kind_of(sentence) is Kind.STATEMENT


@pytest.mark.parametrize("sentence", ["이 오류를 해결하려면", "이 오류를 해결하려면:", "다음을 확인하세요:"])
def test_half_a_sentence_leads_to_a_list(sentence):
    assert kind_of(sentence) is Kind.LEAD


@pytest.mark.parametrize("sentence", ["자세한 내용", "", "Azure", "경로 만들기"])
def test_words_without_a_verb_are_a_fragment(sentence):
    assert kind_of(sentence) is Kind.FRAGMENT


@given(st.text(max_size=60))
def test_every_text_has_a_kind(sentence):
    assert isinstance(kind_of(sentence), Kind)


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("Get-AzureVM", ["Get-AzureVM"]),
        (
            '$d = Get-AzureDeployment -ServiceName "S" -Slot "P" Get-AzureDns -DnsSettings $d.DnsSettings',
            ['$d = Get-AzureDeployment -ServiceName "S" -Slot "P"', "Get-AzureDns -DnsSettings $d.DnsSettings"],
        ),
        (
            '$d = Get-AzureDeployment -Slot "P" $d.ReservedIPName',
            ['$d = Get-AzureDeployment -Slot "P"', "$d.ReservedIPName"],
        ),
        ("Get-AzureVM | Stop-AzureVM -Force", ["Get-AzureVM | Stop-AzureVM -Force"]),
        ('Write-Host "a" $x', ['Write-Host "a" $x']),
        ("Get-Help -Name Get-AzureVM", ["Get-Help -Name Get-AzureVM"]),
        ('Set-Item -Path "Get-Item Stop-VM here"', ['Set-Item -Path "Get-Item Stop-VM here"']),
        ("", [""]),
    ],
)
def test_each_statement_gets_a_line_of_its_own(code, lines):
    assert statements(code) == lines


@given(st.text(alphabet="$aG-=|\"' .(", max_size=60))
def test_no_character_changes(code):
    assert "".join("".join(statements(code)).split()) == "".join(code.split())
