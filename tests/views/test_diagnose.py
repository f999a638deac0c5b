"""Holds the page that reads a pasted log: what it recognises and shows, what it refuses, and that it keeps nothing."""

import logging
import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tests.search.samples import CHATTER, GUID, PREFIX, as_job
from troubleshoot.models import ErrorEntry, QueryLog, Resolution
from troubleshoot.reading import limits, query_log

pytestmark = pytest.mark.django_db

LIMIT = 262_144


@pytest.fixture
def paste(client):
    """Paste a text and return the page; the status must be as expected."""

    def post(text, status=200, address="/diagnose/"):
        answer = client.post(address, {"text": text})
        assert answer.status_code == status
        assert "no-store" in answer.headers["Cache-Control"]
        return answer

    return post


def keys(answer) -> list[str]:
    return [one.entry.key for one in answer.context["recognised"]]


def test_the_form_says_what_happens_and_hands_over_the_rules(client, prefix):
    answer = client.get(f"{prefix}/diagnose/")

    page = answer.content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert '<script id="masking-rules" type="application/json">' in page
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_failed_job_shows_its_error_beside_the_masked_text(paste, content):
    message = ErrorEntry.objects.get(key="subnet-does-not-exist").message_ko

    answer = paste(f"{as_job(message)}\n10.0.0.4 {GUID}")

    page = answer.content.decode()
    assert keys(answer) == ["subnet-does-not-exist"]
    assert f'<mark id="found-1"><a href="#match-1" title="오류 1">{message}</a></mark>' in page
    assert '<li id="match-1" data-key="subnet-does-not-exist">' in page
    assert 'href="#found-1"' in page
    assert "‹vm›" in page
    assert "‹ip› ‹guid›" in page
    assert GUID not in page


def test_an_english_reader_sees_english(paste, content):
    page = paste("선택한 서브넷이 존재하지 않습니다.", address="/en/diagnose/").content.decode()

    assert "1 documented error was found" in page
    assert "Selected subnet does not exist</a>" in page


def test_the_first_line_of_the_fix_is_shown(paste, make_entry):
    make_entry(
        message_ko="브이에스에스 BitLocker 잠김", body="1. BitLocker를 끕니다. 잠시 기다립니다.\n2. 다시 시도합니다."
    )

    page = paste("브이에스에스 BitLocker 잠김").content.decode()

    assert "BitLocker를 끕니다." in page
    assert "다시 시도합니다." not in page


def test_several_errors_are_numbered_and_each_is_marked(paste, content):
    first, second = ErrorEntry.objects.filter(key__in=["subnet-does-not-exist", "dns-name-already-taken"])

    answer = paste(f"{CHATTER}{PREFIX}{first.message}\n{CHATTER}{PREFIX}{second.message}\n")

    page = answer.content.decode()
    assert sorted(keys(answer)) == sorted([first.key, second.key])
    assert re.findall(r'<mark id="(found-\d)"', page) == ["found-1", "found-2"] or 'id="found-2"' in page


def test_a_repeated_error_is_listed_once_and_marked_everywhere(paste, content):
    message = ErrorEntry.objects.get(key="subnet-does-not-exist").message_ko

    answer = paste(f"{PREFIX}{message}\n" * 300)

    page = answer.content.decode()
    assert keys(answer) == ["subnet-does-not-exist"]
    assert page.count('id="found-1"') == 1
    assert 100 < page.count("<mark") <= 300
    assert "300번 나옴" in page


def test_entries_that_share_a_code_share_its_mark(paste, content):
    page = paste("errorCode: 400094").content.decode()

    assert page.count("<mark") == 1
    assert page.count('href="#found-1"') == 2


def test_the_code_of_an_error_is_marked_beside_its_message_and_not_within_another_word(paste, content):
    entry = ErrorEntry.objects.get(key="bitlocker-locked-drive")
    code = "FVE_E_LOCKED_VOLUME"

    page = paste(f"{PREFIX}ErrorCode: {code}\nErrorMessage: {entry.message_ko}\nX{code}\n").content.decode()

    marked = re.findall(r'<mark[^>]*><a href="#match-(\d)"[^>]*>([^<]*)</a>', page)
    assert (marked[0][0], len(marked)) == ("1", 2)
    assert code in [text for _number, text in marked]


def test_what_several_entries_have_in_common_is_one_error_and_says_that_they_are_several(paste, content):
    page = paste("ErrorCode: 400094").content.decode()
    assert "오류 1개를 찾았습니다" in page
    assert page.count("항목 2개에 이 오류가 있습니다.") == 1


def test_where_nothing_is_recognised_the_page_helps_on(paste, content):
    answer = paste(f"{CHATTER}2016-08-31 03:12:44 [ERROR] 볼트의 보호된 항목 스냅숏을 만드는 중 10.0.0.4\n")

    page = answer.content.decode()
    assert keys(answer) == []
    assert answer.context["search_line"] == "볼트의 보호된 항목 스냅숏을 만드는 중"
    assert f'href="{answer.context["search_url"]}"' in page
    assert "https://learn.microsoft.com/ko-kr/search/?terms=%EB%B3%BC%ED%8A%B8" in page
    assert 'href="/errors/"' in page


@pytest.mark.parametrize("text", ["", " ", "\r\n\t", "\x00\x07", "\x1b[31m"])
def test_an_empty_text_is_said_on_a_normal_page(paste, content, text):
    page = paste(text).content.decode()

    assert "입력한 내용이 없습니다" in page
    assert "<textarea" in page


def test_a_form_without_its_field_is_an_empty_text(client, content):
    assert "입력한 내용이 없습니다" in client.post("/diagnose/", {}).content.decode()
    assert "입력한 내용이 없습니다" in client.post("/diagnose/?text=a").content.decode()


@pytest.mark.parametrize(
    "text", ["a", "ㄱ", "?!", "\ud7b0😀\u202e<b>&\"'", "‹vm›", "</textarea><script>x</script>", "{{ x }}"]
)
def test_any_text_gets_a_normal_page(paste, content, text):
    assert "<script>x" not in paste(text).content.decode()


def test_bytes_that_are_no_text_get_a_normal_page(client, content):
    answer = client.post("/diagnose/", b"text=%ff%fe%80", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200


def test_a_text_of_exactly_the_limit_is_read(paste, content):
    paste("a" * LIMIT)
    paste("가" * (LIMIT // 3))
    paste("a\r\n" * (LIMIT // 2))


@pytest.mark.parametrize("text", ["a" * (LIMIT + 1), "가" * (LIMIT // 3 + 1), "x" * 2_000_000])
def test_a_longer_text_is_refused_with_a_sentence(paste, prefix, text):
    page = paste(text, 413, f"{prefix}/diagnose/").content.decode()

    assert re.search("256 ?KiB", page)
    assert f'href="{prefix}/diagnose/"' in page
    assert text[:50] not in page


def test_a_long_request_is_refused_before_it_is_read(client):
    kind = "application/x-www-form-urlencoded"
    assert client.post("/diagnose/", b"", content_type=kind, CONTENT_LENGTH="99999999").status_code == 413
    assert Client(enforce_csrf_checks=True).post("/diagnose/", {"text": "x" * 2_000_000}).status_code == 413


@pytest.mark.parametrize("length", ["", "x", "-1"])
def test_a_length_that_is_none_is_no_fault_of_ours(client, length):
    kind = "application/x-www-form-urlencoded"
    assert client.post("/diagnose/", b"", content_type=kind, CONTENT_LENGTH=length).status_code in (200, 400)


def test_a_foreign_form_is_refused():
    assert Client(enforce_csrf_checks=True).post("/diagnose/", {"text": "a"}).status_code == 403


def test_the_form_itself_is_accepted():
    client = Client(enforce_csrf_checks=True)
    client.get("/diagnose/")
    token = client.cookies["csrftoken"].value
    assert client.post("/diagnose/", {"text": "a", "csrfmiddlewaretoken": token}).status_code == 200


def test_nothing_is_stored_or_logged(paste, content, caplog):
    caplog.set_level(logging.DEBUG)

    paste("secret-sentence 선택한 서브넷이 존재하지 않습니다.")
    paste("secret-sentence " * 100_000, 413)

    assert "secret-sentence" not in caplog.text
    assert not Session.objects.exists()


def test_the_error_of_a_job_is_the_one_that_it_calls_so_first(paste, content):
    documented = "Backup job failed. ErrorCode=UserErrorGuestAgentStatusUnavailable"
    unknown = "ErrorCode: 380009 Extension failed"

    assert 'id="own-codes"' not in (page := paste(f"{documented}\n{unknown}").content.decode())
    assert 'id="unknown"' in page
    assert 'id="own-codes"' in paste(f"{unknown}\n{documented}").content.decode()


def test_an_entry_that_is_gone_is_not_shown(paste, make_entry):
    entry = make_entry(message_ko="브이에스에스 BitLocker 잠김")
    assert keys(paste("브이에스에스 BitLocker 잠김")) == [entry.key]

    entry.delete()

    assert keys(paste("브이에스에스 BitLocker 잠김")) == []


def test_the_queries_do_not_grow_with_the_matches(paste, content, count_queries):
    messages = [entry.message_ko for entry in ErrorEntry.objects.all()]
    paste(messages[0])
    one = count_queries(lambda: paste(messages[0]))

    assert len(keys(paste("\n".join(messages)))) == 10
    assert count_queries(lambda: paste("\n".join(messages))) == one
    assert Resolution.objects.exists()


def test_codes_that_nobody_documented_are_listed_with_a_search_for_each(client, content):
    page = client.post("/diagnose/", {"text": "ExtensionFailedVssWriterInBadState"}).content.decode()

    assert "이 포털에 없는 오류 코드" in page
    assert 'href="/search/?q=ExtensionFailedVssWriterInBadState"' in page
    assert 'href="https://learn.microsoft.com/ko-kr/search/?terms=ExtensionFailedVssWriterInBadState"' in page


def test_what_the_job_calls_its_error_stands_first_where_nobody_documented_it(paste, content):
    subnet = "선택한 서브넷이 존재하지 않습니다. 존재하는 서브넷을 선택하세요."
    page = paste(f"{subnet}\nUserErrorVmNotReady\nErrorCode: ExtensionFailedVssWriterInBadState").content.decode()

    parts = (
        "이 작업의 오류 코드는 이 포털에 없습니다",
        "?q=ExtensionFailedVssWriterInBadState",
        'data-key="subnet-does-not-exist"',
        "이 포털에 없는 오류 코드",
        "?q=UserErrorVmNotReady",
    )
    places = [page.index(part) for part in parts]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "text",
    [
        "오류 코드: 400239\n오류 메시지: {message}",
        '{{"errorDetails":[{{"errorCode":400239,"errorString":"{message}"}}]}}',
    ],
)
def test_an_error_whose_message_is_documented_is_not_denied_for_the_number_before_it(paste, content, text):
    message = (
        "가상 컴퓨터가 존재하지 않습니다. - 해당 가상 컴퓨터가 존재하는지 확인하거나 다른 가상 컴퓨터를 선택하세요."
    )
    page = paste(text.format(message=message)).content.decode()

    assert 'data-key="vm-does-not-exist"' in page
    assert "이 작업의 오류 코드는 이 포털에 없습니다" not in page
    assert page.index("이 포털에 없는 오류 코드") < page.index("?q=400239")


def test_without_a_place_to_search_at_microsoft_there_is_no_link_to_it(paste, content, settings):
    settings.LEARN_SEARCH = ""
    assert "Microsoft Learn" not in paste("ErrorCode: ExtensionFailedVssWriterInBadState").content.decode()
    assert "Microsoft Learn" not in paste("프린터 스풀러를 다시 시작하지 못했습니다.").content.decode()


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("선택한 서브넷이 존재하지 않습니다. 존재하는 서브넷을 선택하세요.", "문서에 있는 오류 1개를 찾았습니다"),
        ("가상 컴퓨터가 존재하지 않습니다.", "일부만 일치하는 오류 1개를 찾았습니다"),
        (
            "선택한 서브넷이 존재하지 않습니다. 존재하는 서브넷을 선택하세요.\n가상 컴퓨터가 존재하지 않습니다.",
            "문서에 있는 오류 1개, 일부만 일치하는 오류 1개를 찾았습니다",
        ),
        ("errorCode: 400094", "문서에 있는 오류 1개를 찾았습니다"),  # two entries have it
        ("안녕하세요", "문서에 있는 오류를 찾지 못했습니다"),
    ],
)
def test_the_heading_counts_errors_apart_from_those_that_match_in_part(paste, content, text, heading):
    assert f"<h1>{heading}</h1>" in paste(text).content.decode()


def test_a_match_in_part_says_so(client, content):
    page = client.post("/diagnose/", {"text": "가상 컴퓨터가 존재하지 않습니다."}).content.decode()

    assert "이 메시지의 일부만 일치합니다." in page


def test_more_than_a_network_may_send_gets_a_calm_page_and_when_to_come_back(client, settings, prefix):
    settings.WORK_LIMITS = settings.WORK_LIMITS | {limits.DIAGNOSING: (1, 0)}
    assert client.post(f"{prefix}/diagnose/", {"text": "a"}).status_code == 200
    answer = client.post(f"{prefix}/diagnose/", {"text": "secret-sentence"})
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert f'href="{prefix}/diagnose/"' in answer.content.decode()
    assert "secret-sentence" not in answer.content.decode()
    assert client.get(f"{prefix}/diagnose/").status_code == 200
    assert client.post(f"{prefix}/diagnose/", {"text": "a"}, REMOTE_ADDR="192.0.2.1").status_code == 200


def noted() -> list[tuple[str, str, bool]]:
    return list(QueryLog.objects.order_by("pk").values_list("query", "code", "undocumented"))


def test_each_code_that_nobody_documented_is_counted_and_nothing_else_of_the_text(paste, content):
    paste("VMName: vm-prod-01\nErrorCode: ExtensionFailedVssWriterInBadState\nError 400239: 홍길동")
    again = paste("ExtensionFailedVssWriterInBadState")

    codes = [
        ("ExtensionFailedVssWriterInBadState", True),
        ("400239", True),
        ("ExtensionFailedVssWriterInBadState", True),
    ]
    assert noted() == [(code, code, undocumented) for code, undocumented in codes]
    assert set(QueryLog.objects.values_list("source", "language")) == {("diagnosis", "ko")}
    assert len(set(QueryLog.objects.values_list("reader", flat=True))) == 2
    assert again.status_code == 200


def test_a_result_holds_its_masked_text_to_be_sent_in_the_other_language_and_is_not_counted_again(
    client, paste, content
):
    korean = paste("10.0.0.4 ExtensionFailedVssWriterInBadState").content.decode()
    held = re.search(r'<form id="again".*?</form>', korean, re.DOTALL).group()

    assert 'name="text" value="‹ip› ExtensionFailedVssWriterInBadState"' in held
    assert '<button class="language" id="language" form="again" formaction="/en/diagnose/" lang="en">' in korean
    assert "10.0.0.4" not in korean

    posted = dict(re.findall(r'name="(again|text)" value="([^"]*)"', held))
    english = client.post("/en/diagnose/", posted).content.decode()
    assert 'formaction="/diagnose/" lang="ko"' in english
    assert "ExtensionFailedVssWriterInBadState" in english
    assert len(noted()) == 1
    assert 'class="language" href="/en/diagnose/"' in client.get("/diagnose/").content.decode()


def test_an_undocumented_message_is_counted_masked_and_a_documented_one_is_not(paste, content):
    paste("프린터 vm-prod-01.contoso.local 스풀러를 다시 시작하지 못했습니다.")
    paste("선택한 서브넷이 존재하지 않습니다. 존재하는 서브넷을 선택하세요.")
    paste("백업이 끝났습니다")

    assert [code for _query, code, _undocumented in noted()] == [""]
    assert "contoso" not in noted()[0][0]


@pytest.mark.parametrize(
    "text",
    [
        "VMName: vm-prod-01\nErrorCode: DiskUnplugged\nErrorMessage: {}",
        '{{"code": "DiskUnplugged", "message": "{}"}}',
    ],
)
def test_the_message_of_an_undocumented_code_is_kept_beside_it_masked(paste, content, text):
    paste(text.format("The disk of 10.0.0.4 could not be attached because it is in use by another process."))

    [(wording, code, undocumented)] = noted()
    assert (code, undocumented) == ("DiskUnplugged", True)
    assert wording.startswith("DiskUnplugged: The disk of")
    assert wording.endswith("could not be attached because it is in use by another process.")
    assert "10.0.0.4" not in wording
    assert "vm-prod" not in wording


def test_a_flood_of_diagnoses_is_answered_and_not_counted(paste, content, monkeypatch):
    monkeypatch.setattr(query_log, "MOST_SEARCHES_A_MINUTE", 0)
    paste("ExtensionFailedVssWriterInBadState")

    assert noted() == []
