"""Tests that periods begin and end at midnight of the site's clocks."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from tests.admin.cast import searched
from troubleshoot.reports.periods import Period, period_of
from troubleshoot.reports.searches import per_day, per_week

LATE = datetime(2026, 3, 30, 15, 30, tzinfo=UTC)  # half past midnight of the 31st in Seoul


@pytest.fixture
def _late(monkeypatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: LATE)


@pytest.mark.usefixtures("_late")
@pytest.mark.parametrize(
    ("raw", "days"), [("7", 7), ("365", 365), ("", 30), ("8", 30), ("x", 30), ("-1", 30), ("٧", 30)]
)
def test_a_period_ends_today_in_seoul(raw, days) -> None:
    assert period_of(raw) == Period(days, date(2026, 3, 31))


@pytest.mark.usefixtures("_late")
def test_another_time_zone_of_a_request_changes_nothing() -> None:
    with timezone.override("America/New_York"):
        period = period_of("7")
        assert (period.first, period.last) == (date(2026, 3, 25), date(2026, 3, 31))
        assert period.start == datetime(2026, 3, 24, 15, tzinfo=UTC)


@pytest.mark.django_db
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


@pytest.mark.django_db
def test_a_day_tells_what_came_of_its_searches() -> None:
    searched("a", times=3)
    searched("b", times=2, results=4)
    searched("c", results=1, chosen="agent")
    last = per_day(Period(7, date(2026, 3, 31)))[-1]
    assert (last.total, last.nothing, last.unopened, last.opened) == (6, 3, 2, 1)


@pytest.mark.django_db
def test_weeks_end_with_today_and_lose_nothing() -> None:
    searched("a", times=3)
    searched("a", time=datetime(2026, 3, 22, 12, tzinfo=UTC))
    weeks = per_week(per_day(Period(30, date(2026, 3, 31))))
    assert [week.total for week in weeks] == [0, 0, 0, 1, 3]
    assert weeks[-1].day == date(2026, 3, 25)
    assert weeks[0].day == date(2026, 3, 2)
