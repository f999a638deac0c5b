"""Owns the report of how far readers come in each wizard: who saw a step, who went on, whom an outcome helped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshoot.models import Flow, Step, StepCount, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


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
