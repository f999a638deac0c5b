"""Owns the report of searches per day: how many found nothing, led nowhere, or led to a result that was opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from troubleshoot.models import QueryLog

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from troubleshoot.reports.periods import Period

DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Searches:
    """The searches of a day, or of the days from it on, by what came of them."""

    day: date
    opened: int = 0
    unopened: int = 0
    nothing: int = 0

    @property
    def total(self) -> int:
        return self.opened + self.unopened + self.nothing


def per_day(period: Period) -> list[Searches]:
    """Each day of the period in order, those without a search as well. One query."""
    rows = (
        QueryLog.objects.searches()
        .since(period.start)
        .order_by()
        .annotate(day=TruncDate("time", tzinfo=timezone.get_default_timezone()))
        .values_list("day")
        .annotate(
            opened=Count("pk", filter=Q(results__gt=0) & ~Q(chosen_key="")),
            unopened=Count("pk", filter=Q(results__gt=0, chosen_key="")),
            nothing=Count("pk", filter=Q(results=0)),
        )
    )
    found = {row[0]: Searches(*row) for row in rows}
    return [found.get(day, Searches(day)) for day in period.each_day()]


def per_week(days: Sequence[Searches]) -> list[Searches]:
    """The same by weeks that end with the last day; the first week may be shorter."""
    ends = range(len(days), 0, -DAYS_A_WEEK)
    return [sum_of(days[max(0, end - DAYS_A_WEEK) : end]) for end in reversed(ends)]


def sum_of(days: Sequence[Searches]) -> Searches:
    return Searches(
        days[0].day,
        sum(day.opened for day in days),
        sum(day.unopened for day in days),
        sum(day.nothing for day in days),
    )
