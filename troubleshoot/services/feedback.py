"""Owns how feedback is taken down: whether something solved a problem, and how far readers come in a wizard."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.validators import slug_re
from django.utils import timezone

from troubleshoot.models import ErrorEntry, Flow, Step, StepCount, Verdict
from troubleshoot.search.redaction import redact

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
        return ErrorEntry.objects.seen_by_readers().filter(key=key).exists()
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
