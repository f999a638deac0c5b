"""Tests that periods begin and end at midnight of the site's clocks."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from troubleshoot.reports.periods import Period, period_of

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
