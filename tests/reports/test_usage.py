"""Tests of what came of the searches of each day, and of how far readers came in each wizard."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from tests.admin.cast import searched
from tests.flows import make_flow
from troubleshoot.models import QueryLog
from troubleshoot.reading import feedback
from troubleshoot.reports.periods import Period
from troubleshoot.reports.usage import funnels, per_day, per_week

pytestmark = pytest.mark.django_db


@pytest.fixture
def _wizards(db) -> None:
    make_flow()
    make_flow("draft", published=False, order=2)


@pytest.mark.parametrize("zone", ["Asia/Seoul", "America/New_York"])
def test_a_search_counts_on_the_day_of_the_sites_clocks(zone) -> None:
    for moment in (
        datetime(2026, 3, 24, 14, 59, 59, tzinfo=UTC),
        datetime(2026, 3, 24, 15, tzinfo=UTC),
        datetime(2026, 3, 30, 14, 59, 59, tzinfo=UTC),
        datetime(2026, 3, 30, 15, tzinfo=UTC),
    ):
        searched("백업", time=moment)
    with timezone.override(zone):
        days = per_day(Period(7, date(2026, 3, 31)))
    assert [day.total for day in days] == [1, 0, 0, 0, 0, 1, 1]


def test_a_day_tells_what_came_of_its_searches() -> None:
    searched("a", times=3)
    searched("b", times=2, results=4)
    searched("c", results=1, chosen="agent")
    last = per_day(Period(7, date(2026, 3, 31)))[-1]
    assert (last.total, last.nothing, last.unopened, last.opened) == (6, 3, 2, 1)


def test_who_finds_the_error_that_they_named_need_not_open_it() -> None:
    searched("서브넷이 존재하지 않습니다", results=1)
    QueryLog.objects.update(documented=True)
    last = per_day(Period(7, date(2026, 3, 31)))[-1]
    assert (last.opened, last.unopened) == (1, 0)


def test_weeks_end_with_today_and_lose_nothing() -> None:
    searched("a", times=3)
    searched("a", time=datetime(2026, 3, 22, 12, tzinfo=UTC))
    weeks = per_week(per_day(Period(30, date(2026, 3, 31))))
    assert [week.total for week in weeks] == [0, 0, 0, 1, 3]
    assert weeks[-1].day == date(2026, 3, 25)
    assert weeks[0].day == date(2026, 3, 2)


@pytest.mark.usefixtures("_wizards")
def test_each_wizard_has_its_steps_in_order_with_what_was_counted() -> None:
    for came_from in ("", "", "os"):
        feedback.count_step("agent", "version" if came_from else "os", came_from)
    feedback.record_verdict("wizard", "agent/done", solved=True)
    feedback.record_verdict("wizard", "agent/done", solved=False)

    agent, draft = funnels(timezone.localdate())
    numbers = {
        passage.step.key: (passage.seen, passage.went_on, passage.left, passage.share_left)
        for passage in agent.passages
    }
    assert list(numbers) == ["os", "version", "install", "done", "support"]
    assert numbers["os"] == (2, 1, 1, 50)
    assert numbers["version"] == (1, 0, 1, 100)
    assert numbers["support"] == (0, 0, 0, 0)
    assert [(one.solved, one.unsolved) for one in agent.passages] == [(0, 0)] * 3 + [(1, 1), (0, 0)]
    assert {passage.seen for passage in draft.passages} == {0}


@pytest.mark.usefixtures("_wizards")
def test_only_what_was_counted_since_then_is_in_it() -> None:
    feedback.count_step("agent", "os")
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert funnels(tomorrow)[0].passages[0].seen == 0


@pytest.mark.usefixtures("_wizards")
def test_nobody_stops_at_an_outcome_and_no_number_is_below_zero() -> None:
    feedback.count_step("agent", "done", "install")
    passages = {passage.step.key: passage for passage in funnels(timezone.localdate())[0].passages}
    assert (passages["done"].seen, passages["done"].left) == (1, 0)
    assert (passages["install"].went_on, passages["install"].left) == (1, 0)


@pytest.mark.usefixtures("_wizards")
def test_they_take_five_queries_whatever_was_counted(count_queries) -> None:
    feedback.count_step("agent", "os")
    make_flow("more", order=3)
    assert count_queries(lambda: funnels(timezone.localdate())) == 5
