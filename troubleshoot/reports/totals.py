"""Owns the numbers that sum the reports up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Sum

from troubleshoot.models import QueryLog, StepCount, Verdict
from troubleshoot.reports.comments import unsolved
from troubleshoot.reports.failures import Asked
from troubleshoot.reports.unreviewed import unreviewed

if TYPE_CHECKING:
    from troubleshoot.reports.periods import Period


def totals(period: Period) -> dict[str, int]:
    """By report. Six queries, whatever was counted."""
    said = Verdict.objects.filter(kind=Verdict.Kind.ERROR).since(period.start)
    return {
        "searches": QueryLog.objects.since(period.start).count(),
        "failed": Asked(period).rows().count(),
        "solved": said.count(),
        "comments": unsolved(period).count(),
        "unreviewed": unreviewed().count(),
        "wizards": StepCount.objects.filter(day__gte=period.first).aggregate(seen=Sum("seen"))["seen"] or 0,
    }
