"""Tests of failed searches: which they are, how they are grouped, and that fifty thousand take seconds."""

import random
from datetime import timedelta

import pytest

from tests.admin.cast import NOW, searched
from tests.growth import is_quadratic
from troubleshoot.models import QueryLog
from troubleshoot.reports import failures
from troubleshoot.reports.failures import Asked, Failure, group_of, groups, is_cut
from troubleshoot.reports.periods import Period

pytestmark = pytest.mark.django_db

MARCH = Period(30, NOW.date())


def wordings(**asked) -> list[str]:
    return [group.wording for group in groups(Asked(MARCH, **asked))]


def test_a_group_shows_its_commonest_wording_number_last_time_and_languages() -> None:
    searched("스냅숏 만들기 실패", times=3, time=NOW - timedelta(days=2))
    searched("스냅샷 만들기 실패", language="en", results=2, comment="어디 있나요?")
    searched("복원", times=2)
    first, second = groups(Asked(MARCH))
    assert (first.wording, first.number, first.nothing, first.last) == ("스냅숏 만들기 실패", 4, 3, NOW)
    assert (first.languages, first.comments) == (["en", "ko"], ["어디 있나요?"])
    assert first.wordings == [("스냅숏 만들기 실패", 3), ("스냅샷 만들기 실패", 1)]
    assert second.wording == "복원"


@pytest.mark.parametrize(
    ("failure", "shown"),
    [(Failure.ANY, ["nothing", "unopened"]), (Failure.NOTHING, ["nothing"]), (Failure.UNOPENED, ["unopened"])],
)
def test_a_search_fails_by_finding_nothing_or_by_nothing_opened(failure, shown) -> None:
    searched("opened", results=1, chosen="agent")
    searched("unopened", results=1)
    searched("nothing")
    assert sorted(wordings(failure=failure)) == shown


@pytest.mark.parametrize("failure", [Failure.ANY, Failure.UNOPENED])
def test_a_documented_error_that_was_read_in_the_results_is_no_failure(failure) -> None:
    searched("0x80310000", results=1, documented=True)
    assert wordings(failure=failure) == []

    searched("400094", results=2, documented=True, comment="해결되지 않습니다.")
    assert wordings(failure=failure) == ["400094"]


def test_undocumented_errors_are_grouped_by_code_and_else_by_message() -> None:
    new = {"code": "NewErrorFailed", "results": 3}
    searched("NewErrorFailed", reader="a", time=NOW - timedelta(days=3), **new)
    searched("NewErrorFailed: the disk is in a bad state", times=2, reader="a", **new, chosen="agent")
    searched("newerrorfailed", source="diagnosis", language="en", reader="b", code="newerrorfailed")
    searched("NewErrorFaile", code="NewErrorFaile")
    searched("The spooler could not be started", undocumented=True)
    searched("Not undocumented")

    first, *others = groups(Asked(MARCH, failure=Failure.UNDOCUMENTED))

    assert (first.code, first.wording, first.number, first.diagnoses) == ("newerrorfailed", "newerrorfailed", 4, 1)
    assert (first.readers, first.since, first.language) == (2, NOW - timedelta(days=3), "ko")
    assert first.message == "the disk is in a bad state"
    assert {group.wording for group in others} == {"NewErrorFaile", "The spooler could not be started"}
    assert group_of(Asked(MARCH), first.form) == first


@pytest.mark.parametrize(
    ("wording", "message"),
    [
        ("Error code: 0x80070005 Access is denied.", "Access is denied."),
        ("오류 코드=$80070005 액세스가 거부되었습니다.", "액세스가 거부되었습니다."),
        ("Access is denied (0x80070005)", "Access is denied"),
        ("-2147024891", "0x80070005"),
        ("Code: 0x80070005", "0x80070005"),
    ],
)
def test_the_message_of_an_undocumented_error_is_what_is_said_beside_its_code(wording, message) -> None:
    searched(wording, code="0x80070005", undocumented=True)

    assert [group.message for group in groups(Asked(MARCH))] == [message]


def test_settled_searches_stand_apart() -> None:
    searched("open")
    searched("settled", settled=NOW)
    assert wordings() == ["open"]
    assert wordings(settled=True) == ["settled"]


def test_older_searches_and_newer_rows_than_asked_for_are_left_out() -> None:
    searched("older", time=NOW - timedelta(days=30))
    (seen,) = searched("seen")
    searched("later")
    assert wordings(newest=seen.pk) == ["seen"]


def test_a_group_is_found_again_by_any_of_its_forms() -> None:
    searched("스냅숏 만들기 실패", times=2)
    searched("스냅샷 만들기 실패")
    asked = Asked(MARCH)
    group = groups(asked)[0]
    assert group_of(asked, group.form) == group
    assert group_of(asked, failures.form_of("스냅샷 만들기 실패")) == group
    assert group_of(asked, "nothing like it") is None


def test_only_the_newest_are_grouped_and_it_is_told(monkeypatch) -> None:
    searched("older", time=NOW - timedelta(hours=1))
    searched("newer", times=2)
    monkeypatch.setattr(failures, "MOST_ROWS", 2)
    assert wordings() == ["newer"]
    assert is_cut(Asked(MARCH))
    monkeypatch.setattr(failures, "MOST_ROWS", 3)
    assert not is_cut(Asked(MARCH))


def test_fifty_thousand_searches_are_grouped_in_one_query_and_linear_time(count_queries, monkeypatch) -> None:
    draw = random.Random(5)
    words = [
        "백업",
        "복원",
        "실패",
        "스냅숏",
        "에이전트",
        "vm",
        "snapshot",
        "오류",
        "정책",
        "저장소",
        "끝점",
        "시간 초과",
    ]
    letters = "가나다라abc1"
    for _ in range(50):
        queries = [
            " ".join([*draw.choices(words, k=draw.randint(1, 4)), *draw.choices(letters, k=draw.randint(0, 2))])
            for _ in range(1_000)
        ]
        QueryLog.objects.bulk_create(row for query in queries for row in unsaved(query))
    found = []
    assert count_queries(lambda: found.extend(groups(Asked(MARCH)))) == 1
    assert sum(group.number for group in found) == 50_000

    def group_newest(number: int) -> None:
        monkeypatch.setattr(failures, "MOST_ROWS", number)
        groups(Asked(MARCH))

    assert not is_quadratic(group_newest)


def unsaved(query: str) -> list[QueryLog]:
    return [QueryLog(search=f"{random.getrandbits(128):032x}", query=query, time=NOW, language="ko", results=0)]


def test_to_turn_a_page_or_to_press_a_button_compares_nothing_anew(monkeypatch, count_queries) -> None:
    searched("스냅숏 만들기 실패", times=3)
    searched("스냅샷 만들기 실패")
    asked = Asked(MARCH)
    first = groups(asked)
    monkeypatch.setattr(failures, "leaders", None)
    assert groups(asked) == first
    assert group_of(asked, first[0].form) == first[0]
    assert count_queries(lambda: group_of(asked, first[0].form)) == 2


def test_one_search_more_is_grouped_at_once() -> None:
    searched("스냅숏 만들기 실패", times=3)
    groups(Asked(MARCH))
    searched("스냅샷 만들기 실패")
    searched("복원")
    assert [group.number for group in groups(Asked(MARCH))] == [4, 1]
