"""Holds what the query log keeps of a search: masked, cut, signed, one row each, and never without end."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.core import signing
from django.db import IntegrityError
from django.utils import timezone

from tests.flows import make_flow
from troubleshoot.models import QueryLog
from troubleshoot.reading import query_log
from troubleshoot.reading.query_log import Made, TooManyError, is_result, made, read_token, record, token_of
from troubleshoot.search.core.redaction import redact
from troubleshoot.search.engine import Outcome, SearchRequest

NUMBER = UUID(int=7)
SNAPSHOT = Made(query="스냅숏", interpreted_as="", results=3, language="ko")


def test_what_identifies_somebody_is_masked_before_it_is_signed():
    typed, instead = "vm-prod-01 10.1.2.3 백업 실패", "someone@example.com 백업 실패"

    kept = made(Outcome(SearchRequest(typed), interpreted_as=instead, total=2), "en")

    assert kept == Made(redact(typed), redact(instead), 2, "en")
    assert not any(secret in f"{kept}" for secret in ("prod", "10.1.2.3", "someone"))


def test_a_long_query_is_cut():
    kept = made(Outcome(SearchRequest("가" * 2_000), interpreted_as="나" * 2_000), "ko")

    assert (len(kept.query), len(kept.interpreted_as)) == (500, 500)
    assert len(token_of(kept)) < 6_000


def test_a_token_reads_back_as_the_search():
    assert read_token(token_of(SNAPSHOT)) == SNAPSHOT


def test_a_token_stays_the_same_within_an_hour(monkeypatch):
    monkeypatch.setattr(query_log.time, "time", lambda: 3600.0)
    first = token_of(SNAPSHOT)
    monkeypatch.setattr(query_log.time, "time", lambda: 7199.0)

    assert token_of(SNAPSHOT) == first


def test_a_token_of_yesterday_has_expired(monkeypatch):
    monkeypatch.setattr(query_log.time, "time", lambda: 0.0)
    token = token_of(SNAPSHOT)
    monkeypatch.setattr(query_log.time, "time", lambda: 25 * 3600.0)

    with pytest.raises(signing.SignatureExpired):
        read_token(token)


@pytest.mark.parametrize("token", ["", "x", "a:b", ":", "\x00", "가:나", "." * 10_000])
def test_what_is_no_token_is_refused(token):
    with pytest.raises(signing.BadSignature):
        read_token(token)


def test_a_changed_token_is_refused():
    token = token_of(SNAPSHOT)

    with pytest.raises(signing.BadSignature):
        read_token(token.replace(token[3], "a" if token[3] != "a" else "b", 1))


@pytest.mark.django_db
def test_a_search_is_one_row_whatever_is_added_to_it():
    record(NUMBER, SNAPSHOT)
    record(NUMBER, SNAPSHOT, chosen=("error", "agent"))
    record(NUMBER, SNAPSHOT, comment="VM 이름은 vm-prod-01입니다.")
    record(NUMBER, SNAPSHOT)

    row = QueryLog.objects.get()
    assert (row.query, row.results, row.language, row.interpreted_as) == ("스냅숏", 3, "ko", "")
    assert (row.chosen_kind, row.chosen_key, row.comment) == ("error", "agent", redact("VM 이름은 vm-prod-01입니다."))
    assert "prod" not in row.comment


@pytest.mark.django_db
def test_a_row_says_nothing_of_who_it_was():
    names = {field.name for field in QueryLog._meta.get_fields()}

    assert names == {
        "id",
        "search",
        "time",
        "language",
        "query",
        "interpreted_as",
        "results",
        "chosen_kind",
        "chosen_key",
        "comment",
        "settled",
        "assigned_to",
        "entry",
        "step",
        "source",
        "undocumented",
        "documented",
        "code",
        "reader",
    }


@pytest.mark.django_db
def test_another_search_under_the_same_number_changes_no_query():
    record(NUMBER, SNAPSHOT)
    record(NUMBER, Made("다른 것", "", 0, "en"), chosen=("error", "agent"))

    row = QueryLog.objects.get()
    assert (row.query, row.chosen_key) == ("스냅숏", "agent")


@pytest.mark.django_db
def test_a_flood_is_refused_whichever_process_it_reaches(monkeypatch):
    monkeypatch.setattr(query_log, "MOST_SEARCHES_A_MINUTE", 2)
    record(UUID(int=1), SNAPSHOT)
    record(UUID(int=2), SNAPSHOT)

    with pytest.raises(TooManyError):
        record(UUID(int=3), SNAPSHOT)
    QueryLog.objects.update(time=timezone.now() - timedelta(minutes=2))
    record(UUID(int=3), SNAPSHOT)


@pytest.mark.django_db
def test_a_flood_of_comments_leaves_searches_alone(monkeypatch):
    monkeypatch.setattr(query_log, "MOST_COMMENTS_AN_HOUR", 1)
    record(UUID(int=1), SNAPSHOT, comment="없습니다.")

    with pytest.raises(TooManyError):
        record(UUID(int=2), SNAPSHOT, comment="없습니다.")
    record(UUID(int=3), SNAPSHOT)


@pytest.mark.django_db
def test_a_result_is_named_whole_or_not_at_all():
    with pytest.raises(IntegrityError):
        QueryLog.objects.create(search=NUMBER, language="ko", query="x", results=0, chosen_key="agent")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "key", "known"),
    [
        ("wizard", "agent", True),
        ("wizard", "agent/os", True),
        ("wizard", "agent/done", False),  # an outcome is never a result
        ("wizard", "draft", False),
        ("wizard", "draft/os", False),
        ("wizard", "agent/", True),
        ("wizard", "", False),
        ("error", "agent", False),
        ("nothing", "agent/nothing", False),
    ],
)
def test_only_what_a_search_can_show_is_a_result(kind, key, known):
    make_flow()
    make_flow("draft", published=False, order=2)

    assert is_result(kind, key) is known


def test_an_undocumented_search_is_noted_as_such_with_its_code():
    outcome = Outcome(SearchRequest("NewErrorFailed 오류"), answer="undocumented", unknown=("NewErrorFailed", "Other"))

    assert made(outcome, "ko") == Made("NewErrorFailed 오류", "", 0, "ko", undocumented=True, code="NewErrorFailed")


def test_a_documented_search_is_noted_as_such_and_one_about_something_as_neither():
    documented, related = (
        made(Outcome(SearchRequest("0x80310000"), total=1, answer=answer), "ko") for answer in ("documented", "related")
    )

    assert (documented.documented, documented.undocumented) == (True, False)
    assert (related.documented, related.undocumented) == (False, False)


@pytest.mark.django_db
def test_a_reader_of_an_undocumented_error_is_told_from_others_and_not_known_again_elsewhere():
    new, other = (Made("x", "", 0, "ko", undocumented=True, code=code) for code in ("NewErrorFailed", "OtherFailed"))
    for number, (search, address) in enumerate(
        [(new, "192.0.2.1"), (new, "192.0.2.1"), (new, "192.0.2.2"), (other, "192.0.2.1"), (SNAPSHOT, "192.0.2.1")]
    ):
        record(UUID(int=number), search, address=address)
    first, again, another, elsewhere, documented = QueryLog.objects.order_by("search").values_list("reader", flat=True)

    assert first == again
    assert len({first, another, elsewhere}) == 3
    assert documented == ""


def test_a_token_from_before_says_nothing_of_what_is_undocumented():
    old = {
        "query": "x",
        "interpreted_as": "",
        "results": 1,
        "language": "ko",
        "hour": int(query_log.time.time()) // 3600,
    }

    assert read_token(query_log._SIGNER.sign_object(old)) == Made("x", "", 1, "ko")
