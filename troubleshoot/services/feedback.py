"""Owns how feedback is taken down: whether something solved a problem, and how far readers come in a wizard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.validators import slug_re
from django.utils import timezone

from troubleshoot.models import ErrorEntry, Flow, Step, StepCount, Verdict
from troubleshoot.search.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

MOST_VERDICTS_AN_HOUR = 600
"""Written at most, by everybody together: feedback must not be a way to fill a disk."""


class TooManyError(Exception):
    """So much was written just now that this is not."""


class UnknownSubjectError(ValueError):
    """There is nothing of this kind and key to give feedback on."""


def record_verdict(kind: str, key: str, *, solved: bool, comment: str = "") -> Verdict:
    """Write whether an entry (``key``), a wizard (``flow``) or one outcome of it (``flow/outcome``) solved the problem.

    The comment is masked and cut. Returns the row; raises UnknownSubjectError and TooManyError.
    """
    if not is_subject(kind, key):
        raise UnknownSubjectError(key)
    if Verdict.objects.since(timezone.now() - timedelta(hours=1)).count() >= MOST_VERDICTS_AN_HOUR:
        raise TooManyError
    kept = redact(comment.replace("\x00", " ").strip())[: Verdict.LONGEST_COMMENT]
    return Verdict.objects.create(kind=kind, key=key, solved=solved, comment=kept)


def is_subject(kind: str, key: str) -> bool:
    """Whether readers can see this: an entry, a published wizard, or an outcome of one."""
    if kind == Verdict.Kind.ERROR:
        return ErrorEntry.objects.filter(key=key).exists()
    return kind == Verdict.Kind.WIZARD and _is_wizard(*key.partition("/"))


def _is_wizard(flow: str, slash: str, outcome: str) -> bool:
    if not slash:
        return Flow.objects.published().filter(key=flow).exists()
    outcomes = Step.objects.filter(flow__published=True, kind=Step.Kind.OUTCOME)
    return outcomes.filter(flow__key=flow, key=outcome).exists()


def count_step(flow: str, step: str, came_from: str = "") -> None:
    """Count that a step of a published flow was seen, and that its reader went on from another; else do nothing."""
    keys = {key for key in (step, came_from) if slug_re.fullmatch(key)}
    known = set(Step.objects.filter(flow__published=True, flow__key=flow, key__in=keys).values_list("key", flat=True))
    if step in known:
        StepCount.objects.raise_one(flow, step, seen=1)
    if came_from in known:
        StepCount.objects.raise_one(flow, came_from, went_on=1)


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
class Report:
    """A wizard, unpublished ones included, with what is known of each of its steps, in their order."""

    flow: Flow
    passages: tuple[Passage, ...]


def reports(since: date) -> list[Report]:
    """How far readers came in each wizard from a day on. Five queries, whatever was counted."""
    seen = StepCount.objects.filter(day__gte=since).totals()
    said = Verdict.objects.filter(kind=Verdict.Kind.WIZARD, time__date__gte=since).totals()
    return [Report(flow, _passages(flow, seen, said)) for flow in Flow.objects.with_steps().order_by("order")]


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
