"""Owns feedback: how readers' answers are recorded, how far they come in a wizard, and what is said of it to others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.validators import slug_re
from django.utils import timezone

from troubleshoot.models import ErrorEntry, Flow, Resolution, Step, StepCount, Verdict
from troubleshoot.models.document import seen_by_readers
from troubleshoot.models.worded import Worded
from troubleshoot.reading import limits
from troubleshoot.reading.limits import TooManyError
from troubleshoot.reading.readers import digest
from troubleshoot.search.core.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Helped",
    "TooManyError",
    "UnknownSubjectError",
    "count_step",
    "helped_by_entries",
    "helped_by_fixes",
    "record_verdict",
    "solved_lately",
    "subject_of",
]

MOST_VERDICTS_AN_HOUR = 6_000
"""Written at most, by everybody together: feedback must not fill a disk. One network has a fiftieth of it."""

ENOUGH_ANSWERS = 10
"""From so many on, readers are shown how many said “solved”: of fewer, chance says more than the fix."""

_RESOLUTION = re.compile(r"([-\w]+)/(0|[1-9][0-9]{0,4})", re.ASCII)


class UnknownSubjectError(ValueError):
    """There is nothing of this kind and key to give feedback on."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What readers can give feedback on. ``identity`` tells it from all others, whatever is renamed or reordered."""

    key: str
    identity: str
    resolution: Resolution | None = None


class Helped(NamedTuple):
    """How many answers said that something solved the problem, of how many."""

    solved: int
    answered: int

    @property
    def is_seldom(self) -> bool:
        return self.solved * 2 < self.answered


_OF_FIXES = Worded(lambda entry: Verdict.objects.filter(resolution__entry=entry).shares("resolution", ENOUGH_ANSWERS))


def helped_by_fixes(entry: ErrorEntry) -> dict[int, Helped]:
    """What was said of each resolution of an entry, by its primary key, where there are enough answers."""
    return {resolution: Helped(solved, answered) for resolution, solved, answered in _OF_FIXES(entry.pk)}


def helped_by_entries(keys: Sequence[str]) -> dict[str, Helped]:
    """What was said of all resolutions of these entries together, where there are enough answers."""
    shares = Verdict.objects.filter(resolution__entry__key__in=keys).shares("resolution__entry__key", ENOUGH_ANSWERS)
    return {key: Helped(solved, answered) for key, solved, answered in shares}


def solved_lately(most: int) -> list[ErrorEntry]:
    """The entries that readers see whose fixes solved most in the last 90 days, where enough answers say so."""
    since = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(days=90)
    shares = Verdict.objects.since(since).exclude(resolution=None).shares("resolution__entry", ENOUGH_ANSWERS)
    best = [entry for entry, *_numbers in shares.filter(yes__gt=0).order_by("-yes", "resolution__entry")[:most]]
    found = ErrorEntry.objects.seen_by_readers().in_bulk(best) if best else {}
    return [found[entry] for entry in best if entry in found]


def record_verdict(
    kind: str,
    key: str,
    *,
    solved: bool,
    resolution: int | None = None,
    comment: str = "",
    number: str = "",
    address: str = "",
) -> Verdict:
    """Write whether something solved the problem: an entry (``key``) or one ``resolution`` of it, by its primary key or
    as the one that has a place now (``key/order``); a wizard (``flow``) or one outcome of it (``flow/outcome``).

    A reader whose browser keeps a ``number`` has one answer about each thing, and a later one takes its place: without
    a comment, the comment of an equal answer before stays. The comment is masked and cut. Returns the row; raises
    UnknownSubjectError and TooManyError.
    """
    subject = subject_of(kind, key, resolution)
    if subject is None:
        raise UnknownSubjectError(key)
    limits.refuse_a_flood(limits.ANSWERS, address)
    kept = redact(comment.replace("\x00", " ").strip())[: Verdict.LONGEST_COMMENT]
    about = {"kind": kind, "key": subject.key, "resolution": subject.resolution}
    values = about | {"solved": solved, "comment": kept}
    reader = digest(number, kind, subject.identity)
    earlier = Verdict.objects.filter(reader=reader).first() if reader else None
    if earlier is None and _is_flood():
        raise TooManyError
    if not reader:
        return Verdict.objects.create(**values)
    if earlier is not None and earlier.solved == solved and not kept:
        values["comment"] = earlier.comment
    return Verdict.objects.update_or_create(reader=reader, defaults=values | {"time": timezone.now()})[0]


def _is_flood() -> bool:
    return Verdict.objects.since(timezone.now() - timedelta(hours=1)).count() >= MOST_VERDICTS_AN_HOUR


def subject_of(kind: str, key: str, resolution: int | None = None) -> Subject | None:
    """What this names, if readers see it: an entry, a resolution of one, a published wizard, or an outcome of one.

    An outcome that sends its readers to support solved nothing by itself, and asks nothing.
    """
    if kind == Verdict.Kind.WIZARD:
        return Subject(key, key) if _is_wizard(*key.partition("/")) else None
    if kind != Verdict.Kind.ERROR:
        return None
    if resolution is not None:
        return _resolution(entry__key=key, pk=resolution)
    if named := _RESOLUTION.fullmatch(key):
        return _resolution(entry__key=named[1], order=int(named[2]))
    entry = ErrorEntry.objects.seen_by_readers().filter(key=key).first()
    return Subject(entry.key, str(entry.pk)) if entry else None


def _resolution(**named: Any) -> Subject | None:
    seen = Resolution.objects.filter(seen_by_readers("entry__"), staff_only=False)
    row = seen.filter(**named).select_related("entry").first()
    return Subject(row.entry.key, f"{row.entry.pk}/{row.pk}", row) if row else None


def _is_wizard(flow: str, slash: str, outcome: str) -> bool:
    if not slash:
        return Flow.objects.published().filter(key=flow).exists()
    outcomes = Step.objects.filter(flow__published=True, kind=Step.Kind.OUTCOME).exclude(result=Step.Result.SUPPORT)
    return outcomes.filter(flow__key=flow, key=outcome).exists()


def count_step(flow: str, step: str, came_from: str = "") -> None:
    """Count that a step of a published flow was seen, and that its reader went on from another; else do nothing."""
    keys = {key for key in (step, came_from) if slug_re.fullmatch(key)}
    known = set(Step.objects.filter(flow__published=True, flow__key=flow, key__in=keys).values_list("key", flat=True))
    if step in known:
        StepCount.objects.raise_one(flow, step, seen=1)
    if came_from in known:
        StepCount.objects.raise_one(flow, came_from, went_on=1)
