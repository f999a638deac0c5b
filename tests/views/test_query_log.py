"""Holds what readers' pages tell of a search: only from our pages, only what was signed, one row each, no reader."""

from uuid import UUID

import pytest
from django.test import Client

from tests.views.test_search import LIVE, token_on
from troubleshoot.models import QueryLog
from troubleshoot.reading import query_log
from troubleshoot.search.core.redaction import redact

pytestmark = pytest.mark.django_db

LOG = "/search/log/"
NUMBER = "00000000000000000000000000000007"
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def entry(make_entry):
    return make_entry("agent", message_ko="에이전트가 응답하지 않습니다.")


@pytest.fixture
def token(client, entry) -> str:
    """The token on the page of a search that found one entry."""
    return token_on(client.get("/search/", {"q": "에이전트 10.0.0.1"}))


def send(client, token, *, headers=OURS, **more):
    return client.post(LOG, {"token": token, "search": NUMBER} | more, headers=headers)


def test_a_search_becomes_a_row_without_its_reader(client, token):
    answer = send(client, token)

    assert (answer.status_code, answer.content, answer.cookies) == (204, b"", {})
    row = QueryLog.objects.get()
    assert "10.0.0.1" not in row.query
    assert (row.query, row.results, row.language, row.search) == (redact("에이전트 10.0.0.1"), 1, "ko", UUID(NUMBER))


def test_the_result_that_was_opened_is_added_to_the_row(client, token):
    send(client, token)
    send(client, token, kind="error", key="agent")

    row = QueryLog.objects.get()
    assert (row.chosen_kind, row.chosen_key) == ("error", "agent")


def test_a_page_that_is_only_read_writes_nothing(client, token):
    assert not QueryLog.objects.exists()


def test_the_language_of_the_page_is_noted(client, entry):
    send(client, token_on(client.get("/en/search/", {"q": "agent"})))

    assert QueryLog.objects.get().language == "en"


def test_it_needs_no_token_of_a_form(entry, token):
    assert send(Client(enforce_csrf_checks=True), token).status_code == 204


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 204),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "http://testserver"}, 204),
        ({"Origin": "https://testserver"}, 204),  # behind a proxy that speaks https for it
        ({"Origin": "http://testserver.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, 403),
        ({}, 403),
    ],
)
def test_only_a_page_of_ours_is_listened_to(client, token, headers, status):
    assert send(client, token, headers=headers).status_code == status


@pytest.mark.parametrize(
    "changes",
    [
        {"token": ""},
        {"token": "x"},
        {"token": "\x00"},
        {"token": "가:나"},
        {"token": "x" * 8_001},
        {"search": ""},
        {"search": "7"},
        {"search": "\x00"},
        {"kind": "nothing", "key": "agent"},
        {"kind": "error", "key": "gone"},
        {"kind": "error", "key": "a\x00"},
        {"kind": "error", "key": ""},
        {"kind": "", "key": "agent"},
        {"kind": "wizard", "key": "agent/os"},
        {"key": "x" * 201},
    ],
)
def test_what_is_no_search_is_refused_with_a_sentence(client, token, changes):
    answer = send(client, **({"token": token} | changes))

    assert answer.status_code == 400
    assert answer.content.decode().strip().endswith(".")
    assert not QueryLog.objects.exists()


def test_a_token_of_yesterday_is_refused(client, token, monkeypatch):
    now = query_log.time.time()
    monkeypatch.setattr(query_log.time, "time", lambda: now + 26 * 3600)

    assert send(client, token).status_code == 400


def test_a_huge_message_is_refused(client, token):
    assert send(client, token, key="x" * 20_000).status_code == 413


def test_a_body_that_is_no_form_is_refused(client):
    assert client.post(LOG, b"{}", content_type="application/json", headers=OURS).status_code == 400


def test_a_flood_is_refused(client, token, monkeypatch):
    monkeypatch.setattr(query_log, "MOST_SEARCHES_A_MINUTE", 0)

    assert send(client, token).status_code == 429


def test_it_takes_a_handful_of_queries(client, token, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        send(client, token, kind="error", key="agent")


class TestMissing:
    """What a reader says was missing."""

    ADDRESS = "/search/missing/"

    @pytest.fixture
    def client(self) -> Client:
        return Client(headers=OURS)

    @pytest.fixture
    def nothing(self, client, entry) -> str:
        return token_on(client.get("/search/", {"q": "zzzz vm-prod-01"}))

    def test_the_page_of_no_result_asks_and_sets_no_cookie(self, client, entry, prefix):
        page = client.get(f"{prefix}/search/?q=zzzz").content.decode()

        assert f'action="{prefix}/search/missing/"' in page
        assert "csrftoken" not in client.cookies

    def test_a_note_is_kept_masked_and_the_reader_thanked(self, client, nothing):
        answer = client.post(
            self.ADDRESS, {"token": nothing, "q": "zzzz", "comment": "admin@example.com 오류입니다."}, follow=True
        )

        assert answer.redirect_chain == [("/search/?q=zzzz&told=1", 302)]
        assert "감사합니다" in answer.content.decode()
        row = QueryLog.objects.get()
        assert (row.query, row.results, row.comment) == (
            redact("zzzz vm-prod-01"),
            0,
            redact("admin@example.com 오류입니다."),
        )
        assert "prod" not in row.query
        assert "admin" not in row.comment

    def test_nothing_need_be_said(self, client, nothing):
        assert client.post(self.ADDRESS, {"token": nothing, "q": "zzzz", "comment": ""}).status_code == 302
        assert QueryLog.objects.get().comment == ""

    def test_a_page_that_noted_the_search_adds_to_its_row(self, client, nothing):
        send(client, nothing)
        client.post(self.ADDRESS, {"token": nothing, "search": NUMBER, "comment": "없어요."})

        assert QueryLog.objects.get().comment == "없어요."

    def test_typing_readers_get_thanked_in_place(self, client, nothing):
        answer = client.post(self.ADDRESS, {"token": nothing, "comment": "없어요."}, headers=LIVE)

        assert answer.status_code == 200
        assert "감사합니다" in answer.content.decode()
        assert "<html" not in answer.content.decode()

    @pytest.mark.parametrize(
        ("changes", "status"),
        [
            ({"token": ""}, 422),
            ({"token": "x"}, 422),
            ({"search": "x"}, 422),
            ({"comment": "가" * 1_001}, 422),
            ({"comment": "\x00"}, 422),
            ({"q": "x" * 10_001}, 422),
        ],
    )
    @pytest.mark.parametrize("headers", [{}, LIVE])
    def test_what_cannot_be_kept_is_said_and_not_lost(self, client, nothing, changes, status, headers):
        answer = client.post(
            self.ADDRESS, {"token": nothing, "q": "zzzz", "comment": "중요"} | changes, headers=headers
        )
        page = answer.content.decode()

        assert answer.status_code == status
        assert 'role="alert"' in page
        assert "comment" in changes or "중요</textarea>" in page
        assert not QueryLog.objects.exists()

    def test_a_flood_is_refused(self, client, nothing, monkeypatch):
        monkeypatch.setattr(query_log, "MOST_COMMENTS_AN_HOUR", 0)

        assert client.post(self.ADDRESS, {"token": nothing, "comment": "없어요."}).status_code == 429

    def test_another_site_cannot_send_it(self, nothing):
        assert (
            Client(headers={"Sec-Fetch-Site": "cross-site"}).post(self.ADDRESS, {"token": nothing}).status_code == 403
        )

    def test_a_huge_body_is_refused(self, client, nothing):
        assert client.post(self.ADDRESS, {"token": nothing, "comment": "x" * 2_000_000}).status_code in {400, 413}

    def test_results_are_not_asked_about(self, client, entry):
        assert "search/missing" not in client.get("/search/", {"q": "에이전트"}).content.decode()
