"""What kind of answer a search is: documented, related, undocumented; and which codes nobody documented."""

import re

import pytest

from troubleshoot.models import ErrorEntry
from troubleshoot.search.core import answers, codes
from troubleshoot.search.core.answers import Evidence, judge
from troubleshoot.search.core.grammar import blanked, is_printed
from troubleshoot.search.engine import Outcome, SearchRequest, diagnose, search

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]


def answer(text: str, **options: object) -> Outcome:
    return search(SearchRequest(text, **options))


@pytest.mark.parametrize(
    "text",
    [
        "UserErrorVmNotFoundV2",
        "SnapshotTaskStatusError 가 뜹니다",
        "0x80310000",
        "Failed to create the policy. Please reduce the retention choices",
        "정책을 만들지 못했습니다.",
        "2016-08-31T03:12:44Z ERROR vm-erp-01: 선택한 서브넷이 존재하지 않습니다. 존재하는 서브넷을 선택하세요.",
        "선텍한 서브냇이 존재하지 않습니다",
    ],
)
def test_a_code_or_a_message_in_whole_or_in_part_is_documented(text):
    assert answer(text).answer == answers.DOCUMENTED


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("missing", [1, 2, 3])
def test_a_message_is_not_told_undocumented_while_its_last_word_is_typed(missing, language):
    messages = ErrorEntry.objects.values_list(f"message_{language}", flat=True)
    sentences = [re.split(r"(?<=[.!?])\s| - ", message)[0].rstrip(". ") for message in messages if message]
    assert len(sentences) == 28
    begun = [sentence[:-missing] for sentence in sentences]
    assert [text for text in begun if answer(text).answer == answers.UNDOCUMENTED] == []


def test_what_breaks_off_where_the_message_has_another_word_is_no_part_of_it():
    assert answer("The specified availability set does not ex").answer == answers.UNDOCUMENTED


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("ExtensionFailedVssWriterInBadState", ("ExtensionFailedVssWriterInBadState",)),
        ("0x8007006E", ("0x8007006E",)),
        ("오류 코드 400239", ("400239",)),
        ("Snapshot operation failed because VSS writers were in a bad state.", ()),
        ("VM이 백업을 허용하는 상태가 아닙니다.", ()),
        ("The operation timed out. Please retry the operation in a few minutes.", ()),
    ],
)
def test_an_error_that_no_entry_is_is_undocumented(text, unknown):
    found = answer(text)
    assert (found.answer, found.unknown) == (answers.UNDOCUMENTED, unknown)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("ExtensionFailedVssWriterInBadState", None),
        ("백업 UserErrorUnsupportedDiskSize", None),
        ("VmAgentNotReadyForSnapshot", "vm-agent-unable-to-communicate"),
        ("FailedForPremiumReason: 프리미엄 저장소의 VM 백업", "premium-storage-not-supported"),
    ],
)
def test_beside_an_undocumented_code_stands_what_has_most_of_it_or_what_the_words_beside_it_find(text, first):
    found = answer(text)
    keys = [hit.key for hit in found.hits]
    assert found.answer == answers.UNDOCUMENTED
    assert keys[:1] == [first] if first else "bitlocker-locked-drive" not in keys


def test_parts_of_an_undocumented_code_lead_to_no_step():
    assert not [hit for hit in answer("NetworkAgentSnapshotExtensionFailed").hits if hit.kind == "wizard"]


@pytest.mark.parametrize(
    "written",
    ["0x80070005", "80070005", "2147942405", "-2147024891", "80070005h", "$80070005", "16#80070005", "0x 80070005"],
)
def test_a_result_of_windows_that_nobody_documented_is_one_code_however_it_is_written(written):
    found = answer(f"HRESULT {written}").unknown
    assert (found, [codes.usual(code) for code in found]) == ((written,), ["0x80070005"])
    assert answer(f"0x80070005 ({written})").unknown == ("0x80070005",)
    assert (answer(written).answer, answer(written).unknown) == (answers.UNDOCUMENTED, (written,))


@pytest.mark.parametrize(
    "text",
    [
        "backup 400239 failed",
        "Backup failed 400239",
        "backup failed (400239)",
        "400239 failed",
        "백업 400239 실패",
        "백업 실패 400239",
        "백업이 400239로 실패했습니다",
    ],
)
def test_in_a_few_words_a_number_of_six_digits_beside_the_failure_is_a_code(text):
    found = answer(text)
    assert (found.answer, found.unknown) == (answers.UNDOCUMENTED, ("400239",))
    assert answer(text.replace("400239", "400094")).answer == answers.DOCUMENTED


@pytest.mark.parametrize(
    "text",
    [
        "backup failed 202611",
        "backup failed 261130",
        "backup failed 20261130",
        "backup failed 2026",
        "job 123456 failed",
        "ticket 400239: backup failed",
        "INC-400239 failed",
        "port 400239 failed",
        "backup failed after 400239 ms",
        "backup failed 400239 MB",
        "backup failed 400239 files",
        "백업 실패 400239건",
        "failed: 400239, succeeded: 5",
        "read 80070005 bytes",
        "8007abcd-1234-1234-1234-123456789abc failed",
        "2016-08-29 02:14:03 the nightly backup of the server copied 400239 blocks and failed 400239",
    ],
)
def test_a_date_a_count_and_the_number_of_something_else_that_failed_are_no_codes(text):
    assert codes.unknown_codes(text, lambda _term: 0) == ()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bcmv2vmnotfoundd", "BCMV2VMNotFound"),
        ("UserErorVmNotFoundV2", "UserErrorVmNotFoundV2"),
        ("오류 UserErorVmNotFoundV2 가 떠요", "오류 UserErrorVmNotFoundV2 가 떠요"),
        ("ExtentionSnapshotFailedCom", "ExtensionSnapshotFailedCOM"),
    ],
)
def test_a_code_with_a_slip_in_its_letters_is_the_one_code_that_it_may_be(typed, meant):
    found = answer(typed)
    assert (found.answer, found.interpreted_as, found.reason) == (answers.DOCUMENTED, meant, "spelling")
    assert answer(typed, exact=True).interpreted_as is None


def test_another_number_or_an_opposite_is_no_slip_and_neither_is_a_part():
    assert answer("UserErrorVmNotFoundV3").unknown == ("UserErrorVmNotFoundV3",)
    assert answer("AzureVmOnline").unknown == ("AzureVmOnline",)
    assert answer("UserErrorGuestAgentStatusUnavailabl").interpreted_as is None


def test_nothing_but_a_word_that_is_joined_of_three_is_a_code_unless_it_names_a_thing():
    assert answer("FooBarExploded").unknown == ("FooBarExploded",)
    for text in ("WindowsServerBackup", "RecoveryServicesVault", "VirtualMachineName", "the FooBarExploded thing"):
        assert codes.unknown_codes(text, lambda _term: 0) == ()


def test_what_a_text_calls_a_code_is_one_whatever_it_says():
    assert codes.unknown_codes("ErrorCode: DiskUnplugged", lambda _term: 0) == ("DiskUnplugged",)
    assert codes.unknown_codes("DiskUnplugged StatusCode: NotFound", lambda _term: 0) == ()


@pytest.mark.parametrize(
    "text",
    [
        "스냅샷",
        "VM 에이전트",
        "NSG 규칙",
        "백업 작업 상태가 안 보여요",
        "야간 백업이 안 끝나고 계속 돌고 있습니다",
        "ten VMs start at midnight and some fail",
        "how to update the vm agent",
        "작업이 실패했습니다",
        "",
    ],
)
def test_words_about_something_are_related(text):
    assert answer(text).answer == answers.RELATED


def test_a_documented_message_beside_an_unknown_code_is_documented_and_the_code_is_named():
    found = answer(
        "ErrorCode=UserErrorSomethingNewFailed 선택한 서브넷이 존재하지 않습니다. 존재하는 서브넷을 선택하세요."
    )
    assert (found.answer, found.unknown) == (answers.DOCUMENTED, ("UserErrorSomethingNewFailed",))


def test_a_filter_that_hides_the_documented_error_leaves_what_is_related():
    assert answer("UserErrorVmNotFoundV2", kind="error").answer == answers.DOCUMENTED
    assert answer("UserErrorVmNotFoundV2", operation="restore").answer == answers.RELATED
    assert answer("ExtensionFailedVssWriterInBadState", kind="wizard").answer == answers.UNDOCUMENTED


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("백업이 시작되지 않습니다", "vm-agent/origin"),
        ("스냅숏이 만들어지지 않습니다.", "vm-snapshot/storage-access"),
        ("확장이 설치되지 않습니다", "network/symptom"),
        ("복원되지 않습니다", "restore/place"),
        ("정책이 저장되지 않습니다", "policy-creation-failed"),
        ("The snapshot cannot be created", "vm-snapshot/storage-access"),
        ("VM 스냅샷 작업이 완료되지 않습니다", "vm-snapshot/storage-access"),
        ("cannot cancel backup job", "job-not-in-progress"),
    ],
)
def test_a_short_complaint_however_formal_leads_to_what_answers_it(text, first):
    found = answer(text)
    assert (found.answer, found.hits[0].key) == (answers.RELATED, first)


@pytest.mark.parametrize(
    "text", ["Segmentation fault", "Kernel panic - not syncing", "세그멘테이션 오류", "Access is denied"]
)
def test_what_a_system_calls_its_error_in_two_words_is_undocumented(text):
    assert answer(text).answer == answers.UNDOCUMENTED


@pytest.mark.parametrize(
    "text", ["디스크를 찾을 수 없습니다", "이 디스크 크기는 지원되지 않습니다", "The disk is not supported"]
)
def test_what_a_program_judges_is_no_complaint(text):
    assert answer(text).answer == answers.UNDOCUMENTED


@pytest.mark.parametrize("text", ["스냅샷 실패", "스넵샷 실페", "snapshot failed", "에이전트 오류"])
def test_a_word_and_a_complaint_name_no_error(text):
    assert answer(text).answer == answers.RELATED


@pytest.mark.parametrize(
    "text",
    [
        "agent not found",
        "snapshot not found",
        "container not found",
        "vaultt not found",
        "에이전트를 찾을 수 없음",
        "agent offline",
        "network offline",
        "cluster offline",
        "policy deletion failed",
        "policy update failed",
        "policy assignment failed",
        "Restore timed out",
        "job timed out",
        "VM timed out",
        "작업 시간 초과",
        "백업 시간 초과",
        "snapshot cancel failed",
        "disk cancel failed",
        "인쇄 작업을 취소하지 못했습니다.",
    ],
)
def test_a_few_words_about_another_subject_or_act_are_not_documented(text):
    assert answer(text).answer != answers.DOCUMENTED


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("vm not found", "vm-not-found"),
        ("vm not foudn", "vm-not-found"),
        ("virtual machine not found", "vm-not-found"),
        ("Azure Vrtual Machine Not Found.", "vm-not-found"),
        ("job cancel failed", "job-cancel-failed"),
        ("Failed to cancel hte job", "job-cancel-failed"),
        ("작업을 취소하지 못했다고 떠요", "job-cancel-failed"),
        ("contoso: 작업을 취소하지 못했습니다.", "job-cancel-failed"),
        ("policy creation failed", "policy-creation-failed"),
        ("정책 생성 실패", "policy-creation-failed"),
        ("storage account offline", "storage-account-offline"),
        ("storage acount offline", "storage-account-offline"),
        ("리소스 룹그 할당량", "resource-group-quota-reached"),
        ("VHD 복사 시간 초과", "vhd-copy-timed-out"),
    ],
)
def test_a_few_words_of_a_message_misspelt_or_not_are_documented(text, key):
    found = answer(text)
    assert (found.answer, found.hits[0].key) == (answers.DOCUMENTED, key)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("VM agent unable to communicate with Azure Backup", answers.DOCUMENTED),
        ("VM agent is unable to communicate with the Azure Backup service.", answers.DOCUMENTED),
        ("Snapshot VM sub task timed out.", answers.RELATED),
    ],
)
def test_what_azure_words_otherwise_today_leads_to_its_entry(text, kind):
    found = answer(text)
    assert (found.answer, found.hits[0].key) == (kind, "vm-agent-unable-to-communicate")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("380008이 떠요", "380008"),
        ("380008이라고 나와요", "380008"),
        ("0x80310000이 떠요", "0x80310000"),
        ("80310000이 떠요", "0x80310000"),
        ("오류코드 400094가 나옵니다", "400094"),
        ("오류 130001이 나와요", "130001"),
        ("BackUpOperationFailedV2가 떠요", "BackUpOperationFailedV2"),
    ],
)
def test_a_code_is_found_whatever_korean_follows_it(text, code):
    found = answer(text)
    assert (found.answer, found.hits[0].key) == (answers.DOCUMENTED, answer(code).hits[0].key)


@pytest.mark.parametrize("text", ["2016년부터 안 돼요", "포트 3389를 열어야 하나요", "NotFound가 떠요"])
def test_a_number_or_a_common_word_before_a_particle_is_no_code(text):
    assert answer(text).answer != answers.DOCUMENTED


@pytest.mark.parametrize(
    "text",
    [
        "-2144272384",
        "\u22122144272384",
        "2150694912",
        "80310000",
        "0x80310000",
        "0X80310000",
        "80310000h",
        "(80310000H)",
        "080310000h",
        "&H80310000",
        "&h80310000&",
        r"\x80310000",
        "0x 80310000",
        "$80310000",
        "16#80310000#",
        "0x80310000L",
        "0xffffffff80310000",
    ],
)
def test_a_result_of_windows_is_found_in_any_form(text):
    found = answer(text)
    assert (found.hits[0].key, found.answer) == ("bitlocker-locked-drive", answers.DOCUMENTED)


@pytest.mark.parametrize(
    "text",
    [
        "premium storage backup not supported",
        "premium storage not supported",
        "Backup is not supported for premium storage",
        "프리미엄 스토리지 백업은 지원되지 않습니다",
    ],
)
def test_a_short_sentence_that_says_what_one_message_alone_says_is_that_message(text):
    found = answer(text)
    assert (found.hits[0].key, found.answer) == ("premium-storage-not-supported", answers.DOCUMENTED)


@pytest.mark.parametrize("text", ["DNS name", "resource group", "reserved ip", "premium storage", "정책 만들기"])
def test_what_only_names_a_thing_is_about_it_and_no_error(text):
    assert answer(text).answer == answers.RELATED


@pytest.mark.parametrize(
    "text",
    [
        "Cannot cancel the job because it is not in progres",
        "cannot cancel the job because it isn't running",
    ],
)
def test_a_reason_in_other_words_or_misspelt_is_that_reason(text):
    found = answer(text)
    assert (found.answer, found.hits[0].key) == (answers.DOCUMENTED, "job-not-in-progress")


@pytest.mark.parametrize(
    "text",
    [
        "ultra disk backup not supported",
        "shared disk backup not supported",
        "managed disk backup not supported",
        "premium storage restore not supported",
        "Backup of this virtual machine is not supported",
        "가상 하드 디스크 저장소 백업은 지원되지 않습니다",
        "Resource group is being deleted",
        "Cannot cancel the job because it has already completed",
        "Cannot cancel the job because you don't have permission",
        "리소스 그룹을 삭제하지 못했습니다",
        "Failed to create the policy because a policy with this name already exists",
    ],
)
def test_a_sentence_worded_the_same_about_another_thing_is_undocumented(text):
    assert answer(text).answer == answers.UNDOCUMENTED


@pytest.mark.parametrize(
    "text",
    [
        "The selected DNS zone name is already taken",
        "The selected DNS label is already taken",
        "선택한 DNS 레코드 이름이 이미 사용되었습니다",
        "VM agent log is unable to communicate with the Azure Backup service",
        "Cloud service has reached limit on number of output endpoints",
        "Failed to uninstall the Azure Recovery Services extension on the selected item",
        "Copying files from the backup vault timed out",
        "이 작업 유형에 대해서는 삭제가 지원되지 않습니다",
        "Backup vault and target storage account are in two different subscriptions",
        "백업 저장소와 대상 저장소 계정이 서로 다른 두 구독에 있습니다",
        "Backup vault and key vault are in two different regions.",
        "Backup vault and target virtual network are in two different regions.",
        "울트라 디스크에 저장된 가상 하드 디스크에 있는 가상 컴퓨터는 백업을 지원하지 않습니다.",
        "Failed to update the policy.",
        "가상 네트워크 피어링이 이미 존재합니다. 다른 이름을 지정하고 다시 시도하세요.",
    ],
)
def test_a_message_but_for_what_one_word_names_is_another_error(text):
    assert answer(text).answer == answers.UNDOCUMENTED
    assert diagnose(text).matches == ()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Virtual machine 'sql-prod' not found.", "vm-not-found"),
        ("Specified virtual machine not found", "vm-not-found"),
        ("가상 컴퓨터 sql-prod가 존재하지 않습니다", "vm-does-not-exist"),
        ("Selected subnet 'backend' does not exist.", "subnet-does-not-exist"),
        ("Failed to create the policy 'Daily'.", "policy-creation-failed"),
        ("VM agent web01 is unable to communicate with the Azure Backup service", "vm-agent-unable-to-communicate"),
        (
            "The VM agent currently is unable to communicate with the Azure Backup service",
            "vm-agent-unable-to-communicate",
        ),
        ("백업 작업을 취소하지 못했습니다", "job-cancel-failed"),
        ("정책 'weekly-gfs'을(를) 만들지 못했습니다", "policy-creation-failed"),
        ("정책 DailyPolicy를 만들지 못했습니다", "policy-creation-failed"),
        ("서브넷 'snet-db'이(가) 존재하지 않습니다", "subnet-does-not-exist"),
        (
            "Recovery Services vault and target storage account are in two different regions",
            "storage-account-in-other-region",
        ),
        ("Failed to cancel the backup job", "job-cancel-failed"),
    ],
)
def test_what_somebody_calls_a_thing_makes_no_other_error(text, key):
    found = answer(text)
    assert (found.answer, found.hits[0].key) == (answers.DOCUMENTED, key)


@pytest.mark.parametrize(
    "text",
    [
        "복구 지점을 지우고 싶은데 안 지워져요",
        "파일 하나만 되살리고 싶은데 스크립트가 안 돌아가요",
        "자격 증명 모음을 삭제할 수가 없어요",
        "리소스 그룹에 잠금이 걸려 있는데 백업이 안 돼요",
        "the machine will not start after we restored it",
        "how do I move the vault to another subscription",
    ],
)
def test_a_complaint_about_what_no_entry_says_anything_of_is_only_loosely_related(text):
    found = answer(text)
    assert (found.answer, found.is_loose) == (answers.RELATED, True)


@pytest.mark.parametrize(
    "text",
    [
        "정책을 바꿀 수가 없어요",
        "백업이 끝났는지 알 수가 없어요",
        "자격 증명 모음에 등록이 안 돼요",
        "backups behind our proxy do not work",
        "can't save the policy",
    ],
)
def test_a_complaint_that_the_first_result_is_about_is_not(text):
    found = answer(text)
    assert (found.answer, found.is_loose) == (answers.RELATED, False)


@pytest.mark.parametrize("text", ["can't remote into the restored VM", "can't save the policy with a long retention"])
def test_who_leaves_out_that_it_is_they_who_cannot_is_no_program(text):
    assert answer(text).answer == answers.RELATED


def test_a_program_that_cannot_says_what():
    assert answer("can't open file '/etc/waagent.conf'").answer == answers.UNDOCUMENTED


def test_a_converted_code_is_said():
    found = answer("-2144272384")
    assert (found.interpreted_as, found.reason) == ("0x80310000", "code")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ErrorMessage RecommendedAction ActivityId VirtualMachineName", ()),
        ("Microsoft.Azure.RecoveryServices.VMSnapshotLinux", ()),
        ("Get-AzureRmVM New-NetRoute", ()),
        ("port 3389, 2016 GB, pid 40613", ()),
        (
            "StatusCode.FailedRetryableSnapshotFailedRestrictedNetwork",
            ("FailedRetryableSnapshotFailedRestrictedNetwork",),
        ),
        ("AADSTS50059: AADSTS50059", ("AADSTS50059",)),
        ("(오류 798234) FVE_E_OTHER", ("798234", "FVE_E_OTHER")),
        (
            "OverconstrainedAllocationRequest LinkedInvalidPropertyId",
            ("OverconstrainedAllocationRequest", "LinkedInvalidPropertyId"),
        ),
    ],
)
def test_only_what_can_be_nothing_else_is_a_code(text, expected):
    assert codes.unknown_codes(text, lambda _term: 0) == expected


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("장치 등록에 실패했습니다.", True),
        ("서비스를 사용할 수 없습니다", True),
        ("The VM is in failed provisioning state", True),
        ("The passphrase does not match the one of this server", True),
        ("The gateway subnet is too small for the requested SKU", True),
        ("A full backup is required before the log backup", True),
        ("로그 백업 체인이 끊어졌습니다. 전체 백업이 필요합니다.", True),
        ("확장 버전이 너무 낮습니다.", True),
        ("백업이 느립니다", False),
        ("백업이 자꾸 실패합니다", False),
        ("the server is up and now backups stop", False),
        ("서버를 지웠는데도 백업이 매일 실패합니다", False),
        ("복원이 안 돼요", False),
        ("our backup failed every night", False),
        ("NSG rule for storage", False),
    ],
)
def test_what_a_program_prints_is_told_from_what_people_say(text, printed):
    assert is_printed(text) is printed


@pytest.mark.parametrize(
    "text",
    [
        "Please retry the operation in a few minutes. If the problem persists, contact Microsoft Support.",
        "몇 분 후에 작업을 다시 시도하세요. 문제가 지속되면 Microsoft 지원에 문의하세요.",
        "작업이 완료될 때까지 기다려주세요.",
        "Please wait until the job completes.",
    ],
)
def test_what_any_program_prints_beside_an_error_is_blanked(text):
    assert blanked(text).strip() == ""
    assert len(blanked(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Command execution failed.", answers.RELATED),
        ("The operation timed out.", answers.UNDOCUMENTED),
        ("Please specify a different name and try again.", answers.RELATED),
        ("다른 가상 컴퓨터를 선택하세요.", answers.RELATED),
        ("명령을 실행하지 못했습니다. - 현재 이 항목에 대해 다른 작업이 진행 중입니다.", answers.DOCUMENTED),
        ("존재하는 서브넷을 선택하세요.", answers.DOCUMENTED),
    ],
)
def test_what_any_program_prints_or_tells_to_do_is_a_message_only_where_there_is_more_of_it(text, kind):
    assert answer(text).answer == kind


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Error 1603: A fatal error occurred during installation", ("1603",)),
        ("SubnetIsFull", ("SubnetIsFull",)),
        ("mount: wrong fs type, bad option, bad superblock on /dev/sdc1", ()),
        ("No space left on device (28) writing /var/log/azure", ()),
        ("npm ERR! code ERESOLVE", ()),
        ("error KOE006 login failed", ("KOE006",)),
        ('"errorCode":400239', ("400239",)),
        ("CS0103: The name 'total' does not exist in the current context", ("CS0103",)),
        ("SQLSTATE HY000 general error", ("HY000",)),
        ("The backup of host WEB001 is not supported here", ()),
        ("ORA-01017 invalid username/password", ("ORA-01017",)),
    ],
)
def test_a_word_that_a_code_has_is_no_code_and_what_a_program_writes_behind_its_name_is_printed(text, unknown):
    found = answer(text)
    assert (found.answer, found.unknown) == (answers.UNDOCUMENTED, unknown)


@pytest.mark.parametrize(
    "text",
    [
        "backup job stuck in progress",
        "DHCP 꺼 놨더니 백업 실패",
        "VM shows as shut down although it is running",
        "백업 정책 생성 실패",
    ],
)
def test_what_somebody_tells_is_not_told_as_an_undocumented_error(text):
    assert answer(text).answer == answers.RELATED


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("backup policy creation failed", answers.DOCUMENTED),
        ("백업 정책을 생성하지 못했습니다.", answers.DOCUMENTED),
        ("Failed to create backup", answers.UNDOCUMENTED),
        ("The backup was not found", answers.UNDOCUMENTED),
    ],
)
def test_the_name_of_the_product_beside_what_a_message_names_is_no_other_subject(text, kind):
    assert answer(text).answer == kind


def test_without_a_result_a_printed_sentence_is_undocumented_and_words_are_not():
    assert judge(Evidence(is_printed=True)) == answers.UNDOCUMENTED
    assert judge(Evidence()) == answers.RELATED


SYMPTOMS_PUT_POLITELY = [
    ("작업 상태가 표시되지 않습니다", "network/symptom"),
    ("백업 작업의 상태가 표시되지 않습니다", "network/symptom"),
    ("작업 상태가 안 보입니다", "network/symptom"),
    ("백업 상태가 표시되지 않습니다", "network/symptom"),
    ("Backup status is not shown", "network/symptom"),
    ("backup job status is missing", "network/symptom"),
    ("job status not displayed in the portal", "network/symptom"),
    ("cannot see backup job", "network/symptom"),
    ("복원이 실패합니다", "restore/place"),
    ("복원이 되지 않습니다", "restore/place"),
    ("Restore does not work", "restore/place"),
    ("온프레미스 VM 백업 불가", "vm-agent/origin"),
    ("VM을 온프레미스에서 옮긴 뒤 백업이 실패합니다", "vm-agent/origin"),
    ("The VM was moved from on-premises and backup fails", "vm-agent/origin"),
    ("cannot back up VM moved from on-premises", "vm-agent/origin"),
    ("SQL 백업과 충돌합니다", "vm-snapshot/sql-server"),
]


@pytest.mark.parametrize(("text", "step"), SYMPTOMS_PUT_POLITELY)
def test_a_symptom_leads_to_its_step_however_politely_it_is_put(text, step):
    found = answer(text)
    assert (found.hits[0].key, found.answer) == (step, answers.RELATED)


@pytest.mark.parametrize(
    "text",
    [
        "확장 설치가 실패합니다",
        "에이전트 설치가 실패합니다",
        "스냅숏이 실패합니다",
        "백업 작업이 실패합니다",
        "백업 작업이 계속 실패합니다",
        "backups keep failing",
        "Linux VM backup fails",
        "The VM is stopped",
        "백업이 어제부터 안됩니다",
    ],
)
def test_a_complaint_about_no_error_in_particular_is_neither_documented_nor_undocumented(text):
    assert answer(text).answer == answers.RELATED


@pytest.mark.parametrize(
    "text",
    [
        "파일을 찾을 수 없습니다",
        "디스크를 찾을 수 없습니다",
        "사용자를 찾을 수 없습니다",
        "인증서를 찾을 수 없습니다",
        "가상 네트워크를 찾을 수 없습니다",
        "복구 지점을 찾을 수 없습니다",
        "자격 증명 모음을 찾을 수 없습니다",
        "디스크가 존재하지 않습니다.",
        "The disk was not found",
        "Resource group not found",
        "Storage account doesn't exist",
        "Selected resource group does not exist. Please select a resource group which exists.",
        "선택한 가용성 집합이 존재하지 않습니다. 존재하는 가용성 집합을 선택하세요.",
        "선택한 VM 이름이 이미 사용되었습니다. 다른 이름을 지정하고 다시 시도하세요.",
        "The selected VM name is already taken. Please specify a different name and try again.",
        "The specified storage account is already taken. Please specify a different name.",
        "Restore failed with an internal error. Please retry",
        "Failed to install the Azure Monitor extension on the selected item",
        "Failed to install the Antimalware extension on the selected item",
        "공유 디스크가 있는 가상 컴퓨터는 백업을 지원하지 않습니다.",
        "클라우드 서비스가 코어 할당량 제한 수에 도달했습니다.",
    ],
)
def test_a_message_about_something_else_is_undocumented_however_alike_it_is(text):
    assert answer(text).answer == answers.UNDOCUMENTED


@pytest.mark.parametrize(
    "text",
    [
        "VM을 찾을 수 없습니다",
        "Azure Virtual Machine Not Found",
        "Virtual machine doesn't exist",
        "선택한 subnet이 없음",
        "DNS 이름이 이미 사용 중입니다",
        "The selected DNS name is already taken",
        "Backup failed with internal error",
    ],
)
def test_a_message_in_other_words_about_the_same_thing_is_documented(text):
    assert answer(text).answer == answers.DOCUMENTED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ResourceNotFound", answers.RELATED),
        ("NotFound", answers.RELATED),
        ("BadRequest", answers.RELATED),
        ("ResourceNotFound: publicIPAddresses/pip1 was not found", answers.UNDOCUMENTED),
        ("ResourceNotFound: the virtual machine web01", answers.DOCUMENTED),
    ],
)
def test_what_azure_says_of_anything_names_an_error_only_beside_a_virtual_machine(text, expected):
    assert answer(text).answer == expected


@pytest.mark.parametrize(
    "text",
    [
        "hr=0x80310000",
        "HRESULT=-2144272384",
        "HRESULT:0x80310000",
        "error:0x80310000;",
        "code:80310000",
        "(0x80310000)",
        "0x80310000L",
    ],
)
def test_a_code_is_found_where_a_log_glues_it_to_its_name(text):
    found = answer(text)
    assert (found.hits[0].key, found.answer) == ("bitlocker-locked-drive", answers.DOCUMENTED)


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Error 500", ("500",)),
        ("error code 0x1", ("0x1",)),
        ("0x8007006EL", ("0x8007006EL",)),
        ("java.lang.NullPointerException", ("NullPointerException",)),
        ("ORA-12154", ("ORA-12154",)),
        ("System.NullReferenceException", ("NullReferenceException",)),
        (
            "System.NullReferenceException: Object reference not set to an instance of an object.",
            ("NullReferenceException",),
        ),
        ("System.IO.IOException: disk", ("IOException",)),
        ("E_FAIL", ("E_FAIL",)),
        ("E_FAIL이 떠요", ("E_FAIL",)),
        ("WSAECONNREFUSED", ("WSAECONNREFUSED",)),
        ("EventID 12293", ("12293",)),
        ("Event ID: 12293", ("12293",)),
        ("이벤트 12293", ("12293",)),
        ("VSS 12293", ("12293",)),
        ("80042302h", ("80042302h",)),
        ("&H80042302", ("&H80042302",)),
    ],
)
def test_an_error_of_another_product_is_undocumented(text, unknown):
    found = answer(text)
    assert (found.answer, found.unknown) == (answers.UNDOCUMENTED, unknown)


@pytest.mark.parametrize(
    "text",
    [
        "오류 100건",
        "error 100 times",
        "이벤트 300건",
        "InnerException: null",
        "System.Exception",
        "System.IO.FileNotFound",
        "ERROR_SUCCESS",
        "port 443",
        "SQL 2016",
        "VM 12345",
        "1234567 12345678h hour",
        "Exception",
        "WEB-0001",
    ],
)
def test_a_count_a_label_and_a_name_are_no_codes(text):
    assert codes.unknown_codes(text, lambda _term: 0) == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("why is my data deleted", answers.RELATED),
        ("i deleted backup data by mistake, is it gone", answers.RELATED),
        ("it failed again last night", answers.RELATED),
        ("we cannot connect to the vm after restore", answers.RELATED),
        ("the vm does not start after restore", answers.RELATED),
        ("The VM does not start after the restore has ended.", answers.UNDOCUMENTED),
        ("Could not communicate with the domain controller. Ensure that VM has internet access.", answers.UNDOCUMENTED),
        ("Failed to create the policy assignment. Please reduce the number of exclusions.", answers.UNDOCUMENTED),
        ("08:15 ERR Could not perform the operation as VM no longer exsits", answers.DOCUMENTED),
    ],
)
def test_what_somebody_did_or_is_advised_is_no_error_and_advice_makes_none_of_another_one(text, kind):
    assert answer(text).answer == kind


def test_a_complaint_is_not_corrected():
    assert answer("백업이 어제부터 안됩니다").interpreted_as is None


@pytest.mark.parametrize("code", ["QuotaExceeded", "InternalError", "OperationFailed", "SnapshotFailed"])
def test_a_code_of_any_resource_is_no_part_of_a_documented_one(code):
    found = answer(code)
    assert (found.answer, found.unknown) == (answers.UNDOCUMENTED, (code,))


@pytest.mark.parametrize(
    "text", ["Command execution failed. - The item is locked.", "명령을 실행하지 못했습니다. - 항목이 잠겨 있습니다."]
)
def test_what_stands_beside_what_any_program_prints_decides(text):
    assert answer(text).answer == answers.UNDOCUMENTED


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("방화벽 때문에 백업 실패", "network/way"),
        ("DNS 문제로 백업이 실패", "network/dns"),
        ("메모리 부족 때문에 백업 실패", "vm-snapshot/load"),
        ("VM 복원 실패", "restore/place"),
        ("확장 설치 실패", "network/symptom"),
    ],
)
def test_who_names_the_cause_in_few_words_is_led_to_its_step(text, key):
    found = answer(text)
    assert (found.answer, found.hits[0].key) == (answers.RELATED, key)


def test_no_word_of_a_long_log_costs_a_look_at_all_of_it():
    class Log(str):
        __slots__ = ()
        looks = 0

        def strip(self, *characters):
            Log.looks += 1
            return super().strip(*characters)

    assert codes.unknown_codes(Log("at com.a.b.C(D.java:1) 12345 AbcDefGhi 80310000\n" * 2_000), lambda _term: 0) == ()
    assert Log.looks == 0
