"""One search from what was typed to its results, over an index of a few entries."""

import random

import pytest
from django.conf import settings

from tests.search.cast import entry
from troubleshoot.models import ErrorAlias, Resolution, SynonymGroup
from troubleshoot.search.core import spelling
from troubleshoot.search.core.query import LONGEST_QUERY
from troubleshoot.search.engine import Outcome, SearchRequest, search

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def entries() -> None:
    entry("agent", "VM 에이전트와 통신할 수 없습니다.", "Could not communicate with the VM agent.")
    entry("quota", "리소스 그룹의 할당량에 도달했습니다.", "The resource group quota has been reached.")


def found(text: str, **options: object) -> list[str]:
    return [hit.key for hit in answer(text, **options).hits]


def answer(text: str, **options: object) -> Outcome:
    return search(SearchRequest(text, **options))


def test_only_so_much_of_a_query_is_read_as_the_page_says():
    assert settings.SEARCH_QUERY_LIMIT == LONGEST_QUERY
    assert found(" " * (LONGEST_QUERY - 10) + "VM 에이전트") == ["agent"]
    assert found(" " * LONGEST_QUERY + "VM 에이전트") == []


@pytest.mark.parametrize("exact", [False, True])
def test_64_kib_of_one_word_is_no_more_work_than_the_limit(monkeypatch, exact):
    looked_at: list[int] = []
    key_stream = spelling.key_stream
    monkeypatch.setattr(spelling, "key_stream", lambda text: looked_at.append(len(text)) or key_stream(text))
    syllables = random.Random(1).choices([chr(code) for code in range(0xAC00, 0xD7A4)], k=21_000)

    answer("".join(syllables), exact=exact)

    assert sum(looked_at) < LONGEST_QUERY


@pytest.mark.parametrize(
    "noise", ["[ERROR]", "ErrorMessage=", "vm-prod-01", "2024-01-02T10:11:12Z vm-prod-01 10.0.0.4", "...", "ㄱ"]
)
def test_a_query_of_only_noise_finds_nothing(noise):
    entry("prod", "[ERROR] VM prod 01 오류가 발생했습니다.", "ErrorMessage: the VM failed.")

    assert answer(noise).total == 0


def test_what_looks_like_noise_finds_the_entry_that_has_it_letter_by_letter():
    entry("guid", "필터 3f2504e0-4f89-11d3-9a0c-0305e82c3301 드라이버가 없습니다.")
    entry("dns", "이름을 확인할 수 없습니다.", cause="가상 IP 168.63.129.16에 연결되지 않습니다.")

    assert found("3F2504E0-4F89-11D3-9A0C-0305E82C3301") == ["guid"]
    assert found("168.63.129.16") == ["dns"]
    assert found("168.63.129.17") == []


@pytest.mark.parametrize(
    "foreign",
    [
        "안녕하세요",
        "합니다",
        "the of and",
        "printer not working",
        "프린터 오류",
        "what is the weather",
        "how to cook rice",
        "도와주세요",
        "football results",
    ],
)
def test_a_query_about_something_else_finds_nothing(foreign):
    entry(
        "failed", "작업이 실패했습니다. 다시 시도하세요.", "The job of the VM is not working and failed with an error."
    )

    assert found(foreign) == []


def test_a_bare_complaint_finds_the_entries_that_say_it():
    entry("failed", "작업이 실패했습니다.", "The job failed.")

    assert found("실패") == ["failed"]
    assert found("failed") == ["failed"]


def with_code(key: str, code: str, message: str, *, of: str = "backup") -> None:
    ErrorAlias.objects.create(entry=entry(key, message, of=of), kind=ErrorAlias.Kind.CODE, text_ko=code)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("400", "bad-request"),
        ("HTTP 400 잘못된 요청", "bad-request"),
        ("11:03 target=vnet vm=erp -> 리소스 그룹의 할당량에 도달했습니다. (HTTP 400, request 3c5a)", "quota"),
    ],
)
def test_a_status_in_a_long_line_of_a_log_is_not_the_error_that_it_tells(text, first):
    with_code("bad-request", "400", "요청이 잘못되었습니다.")

    assert found(text)[0] == first


def test_a_part_of_a_code_is_one_word_and_a_sentence_is_not():
    with_code("com", "ExtensionSnapshotFailedCOM", "COM+ 구성 요소에 문제가 있습니다.")
    entry("snapshot", "스냅숏을 만들지 못했습니다.", "Snapshot creation failed.")

    assert found("SnapshotFailedCOM")[0] == "com"
    assert found("snapshot failed")[0] == "snapshot"


@pytest.mark.parametrize(("operation", "first"), [("backup", "at-backup"), ("restore", "at-restore")])
def test_the_operation_beside_a_shared_code_tells_which_entry_is_meant(operation, first):
    with_code("at-backup", "CloudInternalError", "내부 오류로 백업이 실패했습니다.")
    with_code("at-restore", "CloudInternalError", "클라우드 서비스 오류: CloudInternalError", of="restore")

    assert found(f"{operation} CloudInternalError")[0] == first


def test_exactly_what_was_typed_is_searched_without_synonyms():
    SynonymGroup.objects.create(key="agent", terms="에이전트\n대리인")

    assert found("대리인") == ["agent"]
    assert found("대리인", exact=True) == []


def marks(text: str, title: str) -> list[tuple[str, bool]]:
    return [(title[start:end], is_typed) for start, end, is_typed in answer(text).marks(title)]


def test_what_was_typed_is_marked_and_what_means_the_same_lightly():
    SynonymGroup.objects.create(key="agent", terms="에이전트\nagent")
    SynonymGroup.objects.create(key="snapshot", terms="스냅숏\n스냅샷")
    for number in range(4):
        entry(f"snapshot-{number}", f"스냅숏 {number}번을 만들지 못했습니다.")
        entry(f"other-{number}", f"디스크 {number}번이 없습니다.")

    assert marks("agent", "VM 에이전트와 통신할 수 없습니다.") == [("에이전트", False)]
    assert marks("에이전트 통신", "VM 에이전트와 통신할 수 없습니다.") == [("에이전트", True), ("통신", True)]
    assert marks("스냅샷", "스냅숏 1번을 만들지 못했습니다.") == [("스냅숏", False)]


def test_a_phrase_of_several_words_that_was_typed_is_marked_as_typed():
    SynonymGroup.objects.create(key="group", terms="리소스 그룹\nresource group")
    entry("full", "The resource group is full")
    for number in range(6):
        entry(f"other-{number}", f"Disk {number}")

    assert marks("resource group", "The resource group is full") == [("resource", True), ("group", True)]


def test_words_that_most_documents_have_are_not_marked():
    for number in range(6):
        entry(f"backup-{number}", f"백업 {number}번이 없습니다.")

    assert marks("백업 에이전트", "백업 에이전트와 통신할 수 없습니다.") == [("에이전트", True)]


@pytest.mark.parametrize(
    ("text", "title", "expected"),
    [
        ("복원이 느려요", "지원이 끝난 확장", []),
        ("통신이 안 됩니다", "자신이 쓰는 통신이 문제입니다.", ["통신이"]),
        ("agent not found", "The agent is not installed", ["agent"]),
        ("스냅숏 실패", "스냅숏 작업이 실패했습니다.", ["스냅숏"]),
        ("확장 설치", "확장설치가 실패했습니다.", ["확장설치"]),
        ("에이전트 설치", "이전 작업과 에이전트", ["에이전트"]),
        ("저장소계정을", "저장소와 계정", ["저장소", "계정"]),
    ],
)
def test_a_mark_begins_where_a_word_does_and_is_on_no_complaint(text, title, expected):
    entry("marked", title)
    for number in range(6):
        entry(f"other-{number}", f"디스크 {number}번")

    assert [word for word, is_typed in marks(text, title) if is_typed] == expected


def test_what_the_portal_notes_under_a_fix_is_searched():
    Resolution.objects.create(
        entry=entry("cloud", "클라우드 오류"), order=1, body_ko="확인", note_ko="원문은 `$dep`입니다."
    )

    assert found("$dep") == ["cloud"]
