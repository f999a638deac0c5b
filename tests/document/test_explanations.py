import pytest

from tests.document.test_cells import cell
from troubleshoot.document.explanations import Explanation, Fix, advice, explain


def explained(source):
    return explain(cell(source))


@pytest.mark.parametrize("source", ["없음", "없음.", "해당 없음", "None", "N/A", "-"])
def test_a_column_that_says_none_explains_nothing(source):
    assert explained(source) == Explanation()


def test_a_statement_is_the_cause():
    assert explained("작업이 이미 실행 중입니다.") == Explanation(cause="작업이 이미 실행 중입니다.")


def test_an_instruction_is_the_fix():
    assert explained("작업을 다시 시도하세요.") == Explanation(fixes=(Fix("", "작업을 다시 시도하세요."),))


def test_cause_comes_before_the_fix_in_one_line():
    assert explained("데이터가 너무 많습니다. 디스크 수를 확인합니다.") == Explanation(
        cause="데이터가 너무 많습니다.", fixes=(Fix("", "디스크 수를 확인합니다."),)
    )


def test_each_instruction_is_a_step_and_what_is_told_stays_with_it():
    assert explained("서비스를 중지합니다. 오류가 사라집니다. 백업을 시도합니다.").fixes == (
        Fix("", "1. 서비스를 중지합니다. 오류가 사라집니다.\n2. 백업을 시도합니다."),
    )


def test_a_later_paragraph_of_statements_tells_why_too():
    found = explained("이름이 이미 사용 중입니다. 다른 이름을 선택하세요.<br><br>이 오류는 포털에만 표시됩니다.")
    assert found.cause == "이름이 이미 사용 중입니다.\n\n이 오류는 포털에만 표시됩니다."
    assert found.fixes == (Fix("", "다른 이름을 선택하세요."),)


def test_or_makes_alternatives_and_half_a_sentence_leads_to_them():
    assert explained(
        "VM이 삭제되었습니다. 이 오류를 해결하려면 <ol><li>VM을 만듭니다.<br>(또는)</li><li>보호를 중지합니다. [자세히](https://e.com)</ol>"
    ) == Explanation(
        cause="VM이 삭제되었습니다.",
        lead="이 오류를 해결하려면",
        fixes=(Fix("", "VM을 만듭니다."), Fix("", "보호를 중지합니다. [자세히](https://e.com)")),
    )


def test_an_alternative_is_a_fix_even_where_it_reads_like_a_statement():
    assert explained("<ol><li>VM을 만듭니다. (또는)<li>보호를 사용하지 않습니다.</ol>").fixes[1] == Fix(
        "", "보호를 사용하지 않습니다."
    )


def test_items_that_begin_with_a_statement_are_cases():
    assert explained(
        "이유는 2가지입니다. <ol><li>저장소에 문제가 있습니다. 상태를 확인합니다."
        "<li>VM이 삭제되었습니다. 보호를 해제합니다. 오류가 중지됩니다.</ol>"
    ) == Explanation(
        lead="이유는 2가지입니다.",
        fixes=(
            Fix("저장소에 문제가 있습니다.", "상태를 확인합니다."),
            Fix("VM이 삭제되었습니다.", "보호를 해제합니다. 오류가 중지됩니다."),
        ),
    )


def test_items_that_instruct_are_the_steps_of_one_fix():
    assert explained(
        "<ol><li>에이전트를 확인합니다.<li>플래그를 확인합니다.</ol>[자세히 알아보세요](https://e.com)."
    ).fixes == (Fix("", "1. 에이전트를 확인합니다.\n2. 플래그를 확인합니다.\n\n[자세히 알아보세요](https://e.com)."),)


def test_a_command_becomes_code_beside_the_sentence_that_announces_it():
    assert explained("다음 cmdlet으로 확인할 수 있습니다.<br>Get-AzureVM -Name x").fixes == (
        Fix("", "다음 cmdlet으로 확인할 수 있습니다.\n\n```powershell\nGet-AzureVM -Name x\n```"),
    )


def test_two_lines_of_commands_are_one_block():
    assert explained("실행하세요.<br>Get-AzureVM<br>Get-AzureDns").fixes[0].body == (
        "실행하세요.\n\n```powershell\nGet-AzureVM\nGet-AzureDns\n```"
    )


def test_a_sentence_that_goes_on_after_a_command_stays_in_its_step():
    (fix,) = explained("<ol><li>DNS가 구성되었습니다.<br>Get-AzureDns<br>를 실행하면 알 수 있습니다.</ol>").fixes
    assert fix == Fix(
        "DNS가 구성되었습니다.",
        "1. ```powershell\n   Get-AzureDns\n   ```\n\n   를 실행하면 알 수 있습니다.",
    )


def test_dashes_are_a_list():
    (fix,) = explained("<ol><li>다음 VM을 복원하고 있습니다.<br>- 하나<br>- 둘<br>새 서비스를 선택하세요.</ol>").fixes
    assert fix == Fix("다음 VM을 복원하고 있습니다.\n\n- 하나\n- 둘", "새 서비스를 선택하세요.")


def test_a_list_inside_an_item_stays_a_list():
    (fix,) = explained("<ol><li>확인합니다.<ul><li>가<li>나</ul></ol>").fixes
    assert fix.body == "1. 확인합니다.\n\n   - 가\n   - 나"


@pytest.mark.parametrize(
    ("message", "body"),
    [
        ("실패했습니다. - 다시 시도하세요.", "다시 시도하세요."),
        ("실패했습니다. 기다리세요. 그래도 안 되면 문의하세요.", "1. 기다리세요.\n2. 그래도 안 되면 문의하세요."),
    ],
)
def test_a_message_can_advise(message, body):
    assert advice(cell(message)).fixes == (Fix("", body),)


def test_a_message_that_only_states_advises_nothing():
    assert advice(cell("지원되지 않습니다.")) == Explanation()
