"""Owns what waits for administrators: how much is to be reviewed, translated, found out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db.models import Count

from troubleshoot.editing.translations import has_outdated_english, lacks_english, of_entry
from troubleshoot.models import ContentVersion, ErrorEntry, Verdict
from troubleshoot.reports.failures import Asked

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from troubleshoot.reports.periods import Period

AN_HOUR = 60 * 60


def in_review() -> int:
    return ErrorEntry.objects.filter(state=ErrorEntry.State.REVIEW).count()


def drafts_of(user: AbstractBaseUser) -> int:
    return ErrorEntry.objects.filter(state=ErrorEntry.State.DRAFT, proposed_by_id=user.pk).count()


def to_translate() -> tuple[int, int]:
    """Entries with an English text missing, and with one outdated; archived ones are nobody's work.

    Every text is looked at, so the numbers are kept for as long as the content is what it was then.
    """
    version = ContentVersion.objects.current()
    key = f"troubleshoot.to_translate:{version.lineage}:{version.value}"
    return cache.get_or_set(key, _to_translate, AN_HOUR) or (0, 0)


def _to_translate() -> tuple[int, int]:
    counted = (
        ErrorEntry.objects.exclude(state=ErrorEntry.State.ARCHIVED)
        .order_by()
        .aggregate(
            missing=Count("pk", filter=of_entry(lacks_english)),
            outdated=Count("pk", filter=of_entry(has_outdated_english)),
        )
    )
    return counted["missing"], counted["outdated"]


def failed_searches(period: Period) -> int:
    return Asked(period).rows().count()


def unsolved_answers(period: Period) -> int:
    return Verdict.objects.since(period.start).filter(solved=False).count()
