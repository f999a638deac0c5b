"""A portal that only reads: readers have everything, whoever sends something is told calmly, and it ends by itself."""

import sqlite3

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection

from troubleshoot import read_only
from troubleshoot.models import QueryLog
from troubleshoot.reading import feedback, query_log

PAGES = ("/", "/search/?q=BitLocker", "/errors/", "/wizards/", "/document/", "/api/v1/search?q=VM", "/en/")
VERDICT = {"kind": "error", "key": "x", "solved": True}


@pytest.fixture(autouse=True)
def nothing_refused_before(monkeypatch):
    monkeypatch.setattr(read_only._Refused, "at", None)


@pytest.fixture
def told_to(settings) -> None:
    settings.READ_ONLY = True


def refusal(code: int = sqlite3.SQLITE_READONLY) -> DatabaseError:
    """What Django raises where the database refuses."""
    cause = sqlite3.OperationalError("attempt to write a readonly database")
    cause.sqlite_errorcode = code
    error = DatabaseError()
    error.__cause__ = cause
    return error


@pytest.mark.parametrize("page", PAGES)
def test_everything_for_readers_works(client, content, told_to, page):
    assert client.get(page).status_code == 200


@pytest.mark.parametrize(("prefix", "words"), [("", "지금은 읽기 전용입니다"), ("/en", "can only be read right now")])
def test_a_form_says_that_nothing_was_saved_and_when_to_come_back(client, content, told_to, prefix, words):
    for address in (f"{prefix}/search/missing/", f"{prefix}/admin/login/"):
        answer = client.post(address, {"comment": "x"})
        assert (answer.status_code, answer["Retry-After"]) == (503, "300")
        assert words in answer.content.decode()


def test_the_api_says_so_in_its_own_form(client, content, told_to):
    answer = client.post("/api/v1/feedback", VERDICT, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "read_only")


def test_a_pasted_log_is_read_and_nothing_of_it_noted(client, content, told_to):
    assert client.post("/diagnose/", {"text": "ErrorCode: NobodyKnowsThisError"}).status_code == 200
    answer = client.post("/api/v1/diagnose", {"text": "BitLocker"}, content_type="application/json")
    assert answer.status_code == 200
    assert QueryLog.objects.count() == 0


def test_the_administration_says_it_on_top(client, content, settings):
    client.force_login(get_user_model().objects.create_superuser("kim"))
    words = "지금은 읽기 전용이어서 저장할 수 없습니다"
    assert words not in client.get("/admin/").content.decode()
    settings.READ_ONLY = True
    assert words in client.get("/admin/").content.decode()


@pytest.fixture
def refused(monkeypatch, client, content):
    """A database that refuses whatever is sent."""

    def refuse(*_args, **_kwargs):
        raise refusal()

    monkeypatch.setattr(feedback.Verdict.objects, "update_or_create", refuse)
    monkeypatch.setattr(QueryLog.objects, "bulk_create", refuse)
    monkeypatch.setattr(QueryLog.objects, "update_or_create", refuse)


def test_a_database_that_refuses_is_told_the_same_way_once_in_the_log_and_tried_again(client, refused, caplog):
    for _again in range(2):
        with pytest.raises(DatabaseError):
            query_log.QueryLog.objects.bulk_create([])
        assert client.post("/diagnose/", {"text": "ErrorCode: NobodyKnowsThisError"}).status_code == 200
    assert read_only.is_on()
    assert len([message for message in caplog.messages if "refuses to be written" in message]) == 1


def test_what_was_refused_is_said_for_a_minute(monkeypatch):
    assert read_only.refuses_to_write(refusal())
    assert read_only.is_on()
    later = read_only.time.monotonic() + read_only.SAID_SECONDS
    monkeypatch.setattr(read_only.time, "monotonic", lambda: later)
    assert not read_only.is_on()


@pytest.mark.parametrize("code", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY | (4 << 8)])
def test_a_full_disk_and_any_reason_not_to_write_count(code):
    assert read_only.refuses_to_write(refusal(code))


@pytest.mark.parametrize("error", [ValueError(), DatabaseError(), refusal(sqlite3.SQLITE_BUSY)])
def test_other_errors_do_not(error):
    assert not read_only.refuses_to_write(error)
    assert not read_only.is_on()


@pytest.mark.django_db(transaction=True)
def test_the_database_itself_refuses_where_it_is_told_to():
    """What each database raises is what is recognised."""
    with connection.cursor() as cursor:
        sqlite = connection.vendor == "sqlite"
        cursor.execute("PRAGMA query_only=ON" if sqlite else "SET default_transaction_read_only=on")
        try:
            with pytest.raises(DatabaseError) as raised:
                QueryLog.objects.create(query="x", results=0, language="ko")
            assert read_only.refuses_to_write(raised.value)
        finally:
            cursor.execute("PRAGMA query_only=OFF" if sqlite else "SET default_transaction_read_only=off")
