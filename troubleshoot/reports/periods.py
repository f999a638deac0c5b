"""Owns the periods that reports cover: whole days of the site's time zone, today the last of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

LENGTHS = (7, 30, 90, 365)
USUAL_LENGTH = 30


@dataclass(frozen=True, slots=True)
class Period:
    """``days`` days, the ``last`` included."""

    days: int
    last: date

    @property
    def first(self) -> date:
        return self.last - timedelta(days=self.days - 1)

    @property
    def start(self) -> datetime:
        """The midnight, by the site's clocks, with which the first day begins."""
        return timezone.make_aware(datetime.combine(self.first, time.min), timezone.get_default_timezone())

    @property
    def doubled(self) -> Period:
        """As many days again before it, with its own: to compare both."""
        return Period(2 * self.days, self.last)

    def each_day(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range(self.days)]


def period_of(raw: str) -> Period:
    """The period that a reader of a report asked for; the usual one for anything else."""
    days = next((length for length in LENGTHS if str(length) == raw), USUAL_LENGTH)
    return Period(days, today())


def today() -> date:
    return timezone.localdate(timezone=timezone.get_default_timezone())
