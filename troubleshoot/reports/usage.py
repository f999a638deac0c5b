"""Owns the reports of use: searches per day by what came of them, and how far readers come in each wizard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from troubleshoot.models import Flow, QueryLog, Step, StepCount, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from troubleshoot.reports.periods import Period


DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Searches:
    """The searches of a day, or of the days from it on, by what came of them.

    Who finds the error that they named reads what to do beside it, and need not open it.
    """

    day: date
    opened: int = 0
    unopened: int = 0
    nothing: int = 0

    @property
    def total(self) -> int:
        return self.opened + self.unopened + self.nothing


def per_day(period: Period, language: str = "") -> list[Searches]:
    """Each day of the period in order, those without a search as well, of one language or all. One query."""
    answered = ~Q(chosen_key="") | Q(documented=True)
    rows = (
        QueryLog.objects.searches()
        .since(period.start)
        .filter(**({"language": language} if language else {}))
        .order_by()
        .annotate(day=TruncDate("time", tzinfo=timezone.get_default_timezone()))
        .values_list("day")
        .annotate(
            opened=Count("pk", filter=Q(results__gt=0) & answered),
            unopened=Count("pk", filter=Q(results__gt=0) & ~answered),
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


@dataclass(frozen=True, slots=True)
class Passage:
    """One step of a wizard: how many saw it, how many went on, and what those who ended here said."""

    step: Step
    seen: int
    went_on: int
    solved: int
    unsolved: int

    @property
    def is_outcome(self) -> bool:
        return self.step.kind == Step.Kind.OUTCOME

    @property
    def left(self) -> int:
        """How many stopped here. Who begins in the middle or goes back makes the numbers uneven; none is below zero."""
        return 0 if self.is_outcome else max(0, self.seen - self.went_on)

    @property
    def share_left(self) -> int:
        """In per cent of those who saw it."""
        return round(100 * self.left / self.seen) if self.seen else 0


@dataclass(frozen=True, slots=True)
class Funnel:
    """A wizard, unpublished ones included, with what is known of each of its steps, in their order."""

    flow: Flow
    passages: tuple[Passage, ...]

    @property
    def walked(self) -> list[Passage]:
        """The steps of which something was counted."""
        return [one for one in self.passages if one.seen or one.went_on or one.solved or one.unsolved]

    @property
    def unseen(self) -> list[Passage]:
        return [one for one in self.passages if one not in self.walked]


def funnels(since: date) -> list[Funnel]:
    """How far readers came in each wizard from a day on. Five queries, whatever was counted."""
    seen = StepCount.objects.filter(day__gte=since).totals()
    said = Verdict.objects.filter(kind=Verdict.Kind.WIZARD, time__date__gte=since).totals()
    return [Funnel(flow, _passages(flow, seen, said)) for flow in Flow.objects.with_steps().order_by("order")]


def _passages(
    flow: Flow, counted: Mapping[tuple[str, str], tuple[int, int]], said: Mapping[tuple[str, bool], int]
) -> tuple[Passage, ...]:
    return tuple(
        Passage(
            step,
            *counted.get((flow.key, step.key), (0, 0)),
            said.get((f"{flow.key}/{step.key}", True), 0),
            said.get((f"{flow.key}/{step.key}", False), 0),
        )
        for step in flow.steps.all()
    )
