"""Owns the report of entries that nobody has looked at for a year."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import F, Q
from django.utils import timezone

from troubleshoot.models import ErrorEntry

if TYPE_CHECKING:
    from django.db.models import QuerySet

DAYS_GOOD = 365


def unreviewed() -> QuerySet[ErrorEntry]:
    """Published entries, those never reviewed first, then the longest ago."""
    long_ago = timezone.now() - timedelta(days=DAYS_GOOD)
    found = ErrorEntry.objects.filter(state=ErrorEntry.State.PUBLISHED).with_operation()
    return found.filter(Q(reviewed=None) | Q(reviewed__lt=long_ago)).order_by(F("reviewed").asc(nulls_first=True), "pk")
