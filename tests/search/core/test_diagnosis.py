"""Diagnosis: the documented errors in a pasted text are found in any form, nothing else is, and in little time."""

import re
import time
import unicodedata
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks import undocumented
from tests.conftest import SAMPLE
from tests.search.cast import entry
from tests.search.samples import CHATTER, FORMS, PREFIX, UNRELATED
from troubleshoot.models import ErrorAlias, ErrorEntry
from troubleshoot.search.core.answers import DOCUMENTED
from troubleshoot.search.core.redaction import readable, redact
from troubleshoot.search.engine import SearchRequest, diagnose, search

pytestmark = pytest.mark.django_db

LIMIT = 262_144
# A normal page takes a third of this; continuous integration is slow.
SECONDS = 1.5
# Of each form the sample takes another tenth of the messages, so that it has each form and each message.
TENTHS = [(form, (place + part) % SAMPLE) for place, form in enumerate(FORMS) for part in range(SAMPLE)]


def keys(text: str) -> list[str]:
    return [match.key for match in diagnose(text).matches]


def messages() -> list[tuple[str, str]]:
    return [(row.key, text) for row in ErrorEntry.objects.all() for text in (row.message_ko, row.message_en)]


def first_half(text: str) -> str:
    return text[: text.index(" ", len(text) // 2)]


def first_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?])[\"”]?\s", text)[0]


@pytest.mark.slow
@pytest.mark.usefixtures("content")
@pytest.mark.parametrize(("form", "tenth"), TENTHS)
def test_every_message_is_found_in_any_form_and_nothing_else(form, tenth):
    wrong = {}
    for key, text in messages()[tenth::SAMPLE]:
        diagnosis = diagnose(FORMS[form](text))
        found = [match.key for match in diagnosis.matches]
        if found != [key]:
            wrong[text] = found
        assert all(match.matched_text in diagnosis.redacted for match in diagnosis.matches)
    assert wrong == {}


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize(
    "text",
    [
        "The selected VM name is already taken. Please specify a different name and try again.",
        "선택한 VM 이름이 이미 사용되었습니다. 다른 이름을 지정하고 다시 시도하세요.",
        "The selected storage account name is already taken. Please specify a different name and try again.",
        "Selected resource group does not exist. Please select a resource group which exists.",
        "선택한 가용성 집합이 존재하지 않습니다. 존재하는 가용성 집합을 선택하세요.",
        "Failed to create the disk. Please reduce the retention choices.",
    ],
)
def test_a_message_about_something_else_is_not_claimed_however_alike_it_is(text):
    assert keys(text) == []
    assert keys(f"{CHATTER}{text}\n{CHATTER}") == []


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("product", ["App Service: ", "Logic App failed. ", "쿠버네티스: "])
def test_a_part_of_a_message_that_is_said_of_another_product_is_not_claimed_and_a_whole_one_is(product):
    part, whole = "The specified virtual network configuration is invalid.", "Selected subnet does not exist."
    assert keys(part) == ["virtual-network-configuration-incorrect"]
    assert keys(f"{CHATTER}{product}{part}\n") == []
    assert keys(f"{product}\n{part}") == ["virtual-network-configuration-incorrect"]
    assert keys(f"{product}{whole} Please select a subnet which exists.") == ["subnet-does-not-exist"]


@pytest.mark.usefixtures("content")
def test_a_code_that_many_services_have_is_theirs_beside_their_names():
    assert keys("CloudInternalError while creating a Web App\n") == []
    assert keys("Web App created\nCloudInternalError") == ["backup-internal-error", "restore-cloud-internal-error"]


@pytest.mark.usefixtures("content")
def test_the_first_sentence_is_enough():
    missed = [text for key, text in messages() if keys(f"{CHATTER}{PREFIX}{first_sentence(text)}\n{CHATTER}") != [key]]
    assert missed == []


@pytest.mark.usefixtures("content")
def test_half_a_message_is_enough_unless_it_is_very_short():
    halves = [(key, first_half(text)) for key, text in messages() if len(text) > 40]
    missed = [text for key, text in halves if keys(f"{CHATTER}{PREFIX}{text}\n{CHATTER}") != [key]]
    assert missed == []


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("subject", UNRELATED)
def test_nothing_is_found_in_an_unrelated_log(subject):
    assert keys(UNRELATED[subject]) == []


@pytest.mark.usefixtures("content")
def test_sentences_that_many_messages_end_with_name_none():
    assert (
        keys("Please retry the operation in a few minutes. If the problem persists, contact Microsoft Support.") == []
    )
    assert keys("작업이 완료될 때까지 기다려주세요.") == []


@pytest.mark.usefixtures("content")
def test_several_errors_in_one_log_are_all_found():
    wanted = [(key, text) for key, text in messages() if re.search("[가-힣]", text)][:8]
    log = CHATTER.join(f"{PREFIX}{text}\n" for _key, text in wanted)
    assert sorted(keys(log)) == sorted(key for key, _text in wanted)


TODAY = [
    ("스냅샷 상태에 대해 VM 에이전트와 통신할 수 없습니다.", "vm-agent-unable-to-communicate"),
    ("가상 머신이 존재하지 않습니다", "vm-does-not-exist"),
    ("선택한 섭넷이 존재하지 않습니다", "subnet-does-not-exist"),
    (
        "프리미엄 스토리지에 저장된 가상 하드 디스크에 있는 가상 머신은 백업을 지원하지 않습니다.",
        "premium-storage-not-supported",
    ),
    ("클라우드 서비스가 입력된 엔드포인트 쿼터에 도달했습니다.", "endpoint-limit-reached"),
    (
        "서로 다른 두 리전에 백업 볼트와 대상 스토리지 계정이 있습니다.",
        "storage-account-in-other-region",
    ),
    ("복원 작업에 대해 지정된 스토리지 계정은 지원되지 않습니다.", "storage-account-not-supported"),
    ("Azure 가상 머신을 찾을 수 없습니다.", "vm-not-found"),
    ("가상 머신에는 가상 머신 에이전트가 존재하지 않습니다.", "vm-agent-missing"),
    ("지정된 VNet 구성이 올바르지 않습니다.", "virtual-network-configuration-incorrect"),
]


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize(("text", "found"), TODAY)
@pytest.mark.parametrize("around", ["{}", f"{CHATTER}{PREFIX}{{}}\n{CHATTER}"], ids=["alone", "in a log"])
def test_a_message_in_the_words_of_today_is_found(text, found, around):
    diagnosis = diagnose(around.format(text))
    assert [match.key for match in diagnosis.matches] == [found]
    assert diagnosis.matches[0].matched_text.rstrip(".") == text.rstrip(".")


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("UserErrorGuestAgentStatusUnavailable", "vm-agent-unable-to-communicate"),
        ("usererrorguestagentstatusunavailable", "vm-agent-unable-to-communicate"),
        ('{"errorCode": "ExtensionInstallationFailedMDTC"}', "extension-com-plus-error"),
        ("HRESULT: 0x80310000 at 03:12", "bitlocker-locked-drive"),
        ("Exception 80310000", "bitlocker-locked-drive"),
        ("예외: 80310000", "bitlocker-locked-drive"),
        ("80310000", "bitlocker-locked-drive"),
        ("hr=80310000h", "bitlocker-locked-drive"),
        ("hr = &H80310000", "bitlocker-locked-drive"),
        ("0xFFFFFFFF80310000", "bitlocker-locked-drive"),
        ("hr = 0x 80310000", "bitlocker-locked-drive"),
        ("job 7: $80310000", "bitlocker-locked-drive"),
        ("16#80310000", "bitlocker-locked-drive"),
        ("Error code 320001", "vm-no-longer-exists"),
        ("오류 코드: 320001", "vm-no-longer-exists"),
        ("320001", "vm-no-longer-exists"),
    ],
)
def test_a_code_alone_is_enough(text, found):
    assert found in keys(text)


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize(
    "text",
    [
        "pid 320001 started",
        "0x80310001",
        "Exception 80310001",
        "size 80310000 bytes",
        "UserErrorGuestAgentStatusUnavailableX",
        "13000 1",
    ],
)
def test_what_only_looks_like_a_code_names_nothing(text):
    assert keys(text) == []


def test_a_result_of_windows_is_read_with_0x_and_without_whichever_the_entry_has():
    for key, code in (("with", "0x8007000E"), ("without", "8004230f")):
        ErrorAlias.objects.create(entry=entry(key, f"오류 {key}"), kind="code", text_ko=code, text_en=code)
    assert keys("VSS writer failed (8007000e)") == ["with"]
    assert keys("VSS writer failed (0x8004230F)") == ["without"]


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("text", ["hr=80310000", "result 2150694912", "Backup failed 80310000"])
def test_a_bare_result_of_windows_is_a_code_where_the_text_says_so(text):
    assert keys(text) == ["bitlocker-locked-drive"]


@pytest.mark.usefixtures("content")
def test_in_a_few_words_a_number_beside_the_failure_is_a_code():
    assert keys("Backup failed 400094") == keys("백업 실패 400094") == ["vm-does-not-exist", "vm-not-found"]
    assert keys("Copied 400094 files") == keys("port 400094 failed") == []


@pytest.mark.usefixtures("content")
def test_a_code_that_several_entries_share_names_them_all():
    assert sorted(keys("errorCode: 400094")) == ["vm-does-not-exist", "vm-not-found"]


@pytest.mark.usefixtures("content")
def test_the_message_beside_a_shared_code_settles_it():
    assert keys("errorCode: 400094 Azure 가상 컴퓨터를 찾을 수 없습니다.") == ["vm-not-found"]


@pytest.mark.usefixtures("content")
def test_only_the_message_is_marked_and_not_what_stands_around_it():
    message = ErrorEntry.objects.get(key="bitlocker-locked-drive").message_ko
    (match,) = diagnose(f"스냅숏 시작 {CHATTER}{PREFIX}{message} VSS 작업 기록\n{CHATTER} 스냅숏 제어판").matches
    assert match.matched_text == message.lstrip("“")


@pytest.mark.usefixtures("content")
def test_a_match_says_where_it_stands_in_the_masked_text():
    message = ErrorEntry.objects.get(key="subnet-does-not-exist").message_en
    diagnosis = diagnose(f"kim@contoso.com 10.0.0.4 {message} 10.0.0.5")
    (match,) = diagnosis.matches
    assert diagnosis.redacted == f"‹email› ‹ip› {message} ‹ip›"
    assert diagnosis.redacted[match.start : match.end] == match.matched_text == message


@pytest.mark.usefixtures("content")
def test_where_nothing_is_recognised_the_most_search_line_is_worth_a_search():
    diagnosis = diagnose(
        f"{CHATTER}2016-08-31 03:12:44 [ERROR] 볼트의 보호된 항목 스냅숏을 만드는 중 10.0.0.4\n{CHATTER}"
    )
    assert diagnosis.matches == ()
    assert diagnosis.search_line == "볼트의 보호된 항목 스냅숏을 만드는 중"


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("오류 코드: DiskBad\n오류 메시지: 디스크 상태가 나쁩니다", "디스크 상태가 나쁩니다"),
        ("ErrorCode: DiskBad\nErrorMessage: bad disk", "bad disk"),
        ("Error Code: DiskBad\nError message: bad disk", "bad disk"),
        ("ErrorCode: DiskBad\nThe backup operation failed.", ""),
        ("ErrorCode: DiskBad\nErrorMessage: Please retry the operation in a few minutes.", ""),
        ("ErrorCode: DiskBad\n2016-08-31 the disk", ""),
    ],
)
def test_what_the_text_calls_its_error_is_its_undocumented_line_unless_it_says_nothing(text, line):
    diagnosis = diagnose(text)
    assert (diagnosis.unknown, diagnosis.undocumented_line) == (("DiskBad",), line)


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("text", ["", " \r\n\t", "...", "a", "ㄱ", "\x00\x1b[", "‹vm›", "\ud83d", "12:34"])
def test_a_text_that_says_nothing_has_no_match_and_no_search_line(text):
    diagnosis = diagnose(text)
    assert (diagnosis.matches, diagnosis.search_line) == ((), "")


@pytest.mark.usefixtures("content")
def test_an_error_at_the_end_of_a_long_log_of_ever_new_words_is_found():
    random = Random(5)
    words = ("".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(24_000))
    chatter = "\n".join(" ".join(next(words) for _ in range(8)) for _ in range(3_000))
    assert keys(f"{chatter}\n{PREFIX}선택한 서브넷이 존재하지 않습니다.\n") == ["subnet-does-not-exist"]


def test_a_portal_without_content_finds_nothing():
    assert keys("가상 컴퓨터가 존재하지 않습니다.") == []


def test_an_edited_message_is_found_at_once():
    row = entry("agent", "에이전트가 오래 응답하지 않았습니다.")
    assert keys("에이전트가 오래 응답하지 않았습니다.") == ["agent"]
    row.message_ko = "디스크 암호화가 아직 끝나지 않았습니다."
    row.save()
    assert keys("에이전트가 오래 응답하지 않았습니다.") == []
    assert keys("디스크 암호화가 아직 끝나지 않았습니다.") == ["agent"]


def test_a_code_is_matched_as_it_is_written_even_where_it_is_part_of_a_text():
    ErrorAlias.objects.create(
        entry=entry("agent", "에이전트 오류"), kind="code", text_ko="AGENT-042", text_en="AGENT-042"
    )
    assert keys("[AGENT-042] failed") == ["agent"]


@pytest.mark.parametrize(
    ("pasted", "read"),
    [
        (r"\uc624\uB958", "오류"),
        (r"\ud83d\ude00 \ud83d", "😀 �"),
        ("\x1b[31m오류\x1b[0m \x1b]0;title\x07", "오류 "),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("E\x00r\x00r", "Err"),
        (unicodedata.normalize("NFD", "오류"), "오류"),
        ("탭\t은 남습니다", "탭\t은 남습니다"),
    ],
)
def test_a_text_is_read_without_its_wrapping(pasted, read):
    assert readable(pasted) == read


@pytest.mark.usefixtures("content")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec=None), max_size=300))
def test_any_text_gets_an_answer(text):
    diagnosis = diagnose(text)
    assert diagnosis.redacted == redact(readable(text))
    assert all(match.matched_text in diagnosis.redacted for match in diagnosis.matches)


def hostile_texts() -> dict[str, str]:
    random = Random(3)
    words = ["".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=random.randint(2, 9))) for _ in range(40_000)]
    said = [word for _key, text in messages() for word in text.split()]
    return {
        "words that no entry has": " ".join(random.choices(words, k=60_000)),
        "lines of such words": "\n".join(" ".join(random.choices(words, k=12)) for _ in range(6_000)),
        "words of messages": " ".join(random.choices(said, k=60_000)),
        "lines of such words of messages": "\n".join(" ".join(random.choices(said, k=10)) for _ in range(9_000)),
        "all messages": "\n".join(text for _key, text in messages()) * 100,
        "all messages on one line": " ".join(text for _key, text in messages()) * 100,
        "codes": "\n".join(f"UserError{number}Foo{number}" for number in range(20_000)),
        "numbers": " ".join(f"code {number}" for number in range(100_000, 130_000)),
        "syllables": "".join(chr(random.randint(0xAC00, 0xD7A3)) for _ in range(90_000)),
        "short lines": "VM a\n" * 60_000,
    }


def cut(text: str) -> str:
    return text.encode()[:LIMIT].decode(errors="ignore")


@pytest.mark.slow
@pytest.mark.usefixtures("content")
@pytest.mark.parametrize(
    "unit",
    [
        *(
            "a",
            "a.",
            "a ",
            "VM ",
            "VM\n",
            "\n",
            "가",
            "가 ",
            "\\u",
            r"\uc624",
            "\x1b[",
            "\x1b[31m",
            "\x1b]",
            "&amp;",
            "_x000D_",
        ),
        *("‹vm›", '",', "}", ". ", "error ", "없습니다 ", "0x", "A-", "e\u0301", "ㅏ", "\\n", "code 1 "),
    ],
)
def test_a_repeated_unit_of_256_kib_takes_no_longer_than_a_page(unit):
    text = cut(unit * (LIMIT // len(unit.encode()) + 1))
    diagnose("warm")
    started = time.process_time()
    diagnose(text)
    assert time.process_time() - started < SECONDS


@pytest.mark.usefixtures("content")
def test_no_text_of_256_kib_takes_longer_than_a_page():
    diagnose("warm")
    slow = {}
    for name, text in hostile_texts().items():
        started = time.process_time()
        diagnose(cut(text))
        if (took := time.process_time() - started) > SECONDS:
            slow[name] = took
    assert slow == {}


@pytest.mark.usefixtures("content")
def test_boilerplate_generic_errors_and_those_of_other_products_name_no_documented_error():
    assert {text: found for text in undocumented.boilerplate() if (found := keys(text))} == {}


@pytest.mark.usefixtures("content")
def test_a_generic_code_names_an_error_only_where_the_text_speaks_of_a_vm():
    assert keys("ErrorCode: ResourceNotFound, the VM web no longer exists") == ["vm-no-longer-exists"]
    assert keys("ErrorCode: ResourceNotFound Microsoft.Network/publicIPAddresses/pip1 of the VM web") == []
    assert keys("ResourceNotFound") == []


@pytest.mark.usefixtures("content")
def test_an_article_before_the_message_takes_nothing_from_what_the_text_calls_its_error():
    text = "DEBUG 0x80310000 seen on drive D\nErrorMessage: The Recovery Services extension operation failed.\n"
    assert keys(text)[-1] == "bitlocker-locked-drive"
    assert len(keys(text)) > 1


@pytest.mark.usefixtures("content")
def test_of_entries_that_share_a_code_that_of_the_jobs_own_operation_comes_first():
    both = {"backup-internal-error", "restore-cloud-internal-error"}
    assert set(keys("CloudInternalError")) == both
    assert keys("Operation : Backup\nErrorCode : CloudInternalError")[0] == "backup-internal-error"
    assert keys("Operation : Restore\nErrorCode : CloudInternalError")[0] == "restore-cloud-internal-error"
    assert set(keys("Operation : Restore\nErrorCode : CloudInternalError")) == both


@pytest.mark.usefixtures("content")
def test_what_the_text_calls_its_error_comes_before_what_else_stands_in_it():
    text = (
        "INFO 정책을 만들지 못했습니다. 보존 선택 항목을 줄여 정책을 계속 구성하세요.\n"
        "ErrorMessage = 선택한 서브넷이 존재하지 않습니다.\n"
    )
    assert keys(text) == ["subnet-does-not-exist", "policy-creation-failed"]


@pytest.mark.usefixtures("content")
def test_a_match_in_part_is_told_from_a_whole_one():
    whole, part = "선택한 서브넷이 존재하지 않습니다. 존재하는 서브넷을 선택하세요.", "가상 컴퓨터가 존재하지 않습니다."
    assert [match.is_partial for match in diagnose(whole).matches] == [False]
    assert [match.is_partial for match in diagnose(part).matches] == [True]
    assert [match.is_partial for match in diagnose("Restore failed with an internal error").matches] == [True]


@pytest.mark.usefixtures("content")
def test_codes_that_nobody_documented_are_listed():
    text = "ErrorCode=ExtensionFailedVssWriterInBadState, 오류 400239; Error code: 320001; VirtualMachineName: web"
    assert diagnose(text).unknown == ("ExtensionFailedVssWriterInBadState", "400239")


@pytest.mark.usefixtures("content")
def test_a_decimal_result_of_windows_is_the_code_that_an_entry_has():
    assert keys("VSS writer failed with -2144272384") == ["bitlocker-locked-drive"]


@pytest.mark.usefixtures("content")
def test_a_message_in_part_beside_its_own_code_is_a_whole_match():
    part = "스냅샷 상태에 대해 VM 에이전트와 통신할 수 없습니다."
    assert [match.is_partial for match in diagnose(part).matches] == [True]
    (match,) = diagnose(f"오류 코드: UserErrorGuestAgentStatusUnavailable\n{part}").matches
    assert (match.key, match.is_partial) == ("vm-agent-unable-to-communicate", False)


def test_the_parts_of_a_code_that_nobody_documented_are_no_message():
    assert keys("Operation: Backup\nErrorCode: UserErrorVmNotFoundV9") == []


@pytest.mark.parametrize(("operation", "first"), [("Backup", "at-backup"), ("Restore", "at-restore")])
def test_of_entries_that_share_a_message_all_are_shown_that_of_the_jobs_own_operation_first(operation, first):
    entry("at-backup", "디스크 암호화 키에 접근할 수 없습니다.")
    entry("at-restore", "디스크 암호화 키에 접근할 수 없습니다.", of="restore")

    found = keys(f"Operation: {operation}\nErrorMessage: 디스크 암호화 키에 접근할 수 없습니다.")

    assert (found[0], set(found)) == (first, {"at-backup", "at-restore"})


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize(
    "text",
    [
        "BitLocker Drive Encryption",
        "BitLocker Drive Encryption is using software-based encryption to protect volume D:.",
        "Microsoft Distributed Transaction Coordinator",
        "SQL: BACKUP failed with an internal error 3041",
    ],
)
def test_the_name_of_a_product_is_evidence_of_nothing(text):
    assert keys(text) == []
    assert keys(f"{CHATTER}{text}\n{CHATTER}") == []


@pytest.mark.usefixtures("content")
def test_a_line_alone_that_a_search_tells_as_documented_is_found_as_a_part_of_its_message():
    text = "Another operation is in progress"
    assert search(SearchRequest(text)).answer == DOCUMENTED
    (found,) = diagnose(f"\n{text}\n").matches
    assert (found.key, found.matched_text, found.is_partial) == ("another-operation-in-progress", text, True)
    assert diagnose("Another patient is in progress").matches == ()
