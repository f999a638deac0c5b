"""Owns what waits for administrators: entries to review or translate, readers' comments; and the reports' numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.cache import cache
from django.db.models import CharField, Count, F, Q, Sum, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from troubleshoot.editing.translations import has_outdated_english, lacks_translation, of_entry
from troubleshoot.models import ContentVersion, ErrorEntry, QueryLog, StepCount, Verdict
from troubleshoot.reports.failures import Asked

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import QuerySet

    from troubleshoot.reports.periods import Period


DAYS_GOOD = 365


def unreviewed() -> QuerySet[ErrorEntry]:
    """Published entries, those never reviewed first, then the longest ago."""
    long_ago = timezone.now() - timedelta(days=DAYS_GOOD)
    found = ErrorEntry.objects.filter(state=ErrorEntry.State.PUBLISHED).with_operation()
    return found.filter(Q(reviewed=None) | Q(reviewed__lt=long_ago)).order_by(F("reviewed").asc(nulls_first=True), "pk")


SEARCH = "search"
LABELS = {SEARCH: _("search"), **dict(Verdict.Kind.choices)}


class Comment(NamedTuple):
    """A comment, on what kind of thing, and on which: a query, or the key of an entry or wizard."""

    time: datetime
    kind: str
    about: str
    text: str
    number: int

    @property
    def kind_label(self) -> str:
        return str(LABELS.get(self.kind, self.kind))


def unsolved(period: Period) -> QuerySet[Any, tuple[Any, ...]]:
    """The comments as tuples for ``Comment``, the newest first, to be sliced. One query."""
    searches = (
        QueryLog.objects.since(period.start)
        .with_comment()
        .filter(settled=None)
        .order_by()
        .annotate(kind_of=Value(SEARCH, CharField()), about=F("query"))
    )
    verdicts = (
        Verdict.objects.since(period.start)
        .filter(solved=False)
        .exclude(comment="")
        .order_by()
        .annotate(kind_of=F("kind"), about=F("key"))
    )
    names = ("time", "kind_of", "about", "comment", "pk")
    return searches.values_list(*names).union(verdicts.values_list(*names), all=True).order_by("-time", "-pk")


AN_HOUR = 60 * 60


def in_review() -> int:
    return ErrorEntry.with_proposals.filter(state=ErrorEntry.State.REVIEW).count()


def drafts_of(user: AbstractBaseUser) -> int:
    return ErrorEntry.with_proposals.filter(state=ErrorEntry.State.DRAFT, proposed_by_id=user.pk).count()


def to_translate() -> tuple[int, int]:
    """Entries with an English text missing, and with one outdated; archived ones are nobody's work.

    Every text is looked at, so the numbers are kept for as long as the content is what it was then.
    """
    version = ContentVersion.objects.current()
    key = f"troubleshoot.to_translate:{version.lineage}:{version.value}"
    return cache.get_or_set(key, _to_translate, AN_HOUR) or (0, 0)


def _to_translate() -> tuple[int, int]:
    counted = (
        ErrorEntry.with_proposals.exclude(state=ErrorEntry.State.ARCHIVED)
        .order_by()
        .aggregate(
            missing=Count("pk", filter=of_entry(lacks_translation)),
            outdated=Count("pk", filter=of_entry(has_outdated_english)),
        )
    )
    return counted["missing"], counted["outdated"]


def failed_searches(period: Period) -> int:
    return Asked(period).rows().count()


def unsolved_answers(period: Period) -> int:
    return Verdict.objects.since(period.start).filter(solved=False).count()


def totals(period: Period) -> dict[str, int]:
    """By report. Six queries, whatever was counted."""
    said = Verdict.objects.filter(kind=Verdict.Kind.ERROR).since(period.start)
    return {
        "searches": QueryLog.objects.searches().since(period.start).count(),
        "failed": Asked(period).rows().count(),
        "solved": said.count(),
        "comments": unsolved(period).count(),
        "unreviewed": unreviewed().count(),
        "wizards": StepCount.objects.filter(day__gte=period.first).aggregate(seen=Sum("seen"))["seen"] or 0,
    }
