"""Owns the report of searches per day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.reports.report import Report
from troubleshoot.reports.charts import Series, columns
from troubleshoot.reports.usage import Searches, per_day, per_week, sum_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.http import HttpRequest
    from django.utils.safestring import SafeString

    from troubleshoot.reports.periods import Period

MOST_COLUMNS = 90


def context(_request: HttpRequest, period: Period) -> dict[str, Any]:
    days = per_day(period)
    by_week = len(days) > MOST_COLUMNS
    shown = per_week(days) if by_week else days
    title = gettext("Searches per week by outcome") if by_week else gettext("Searches per day by outcome")
    return {"days": days[::-1], "total": sum_of(days), "plot_title": title, "plot": plot(title, shown)}


def plot(title: str, shown: Sequence[Searches]) -> SafeString:
    return columns(
        title,
        [date_format(one.day, "MONTH_DAY_FORMAT") for one in shown],
        [
            Series(gettext("opened a result"), [one.opened for one in shown]),
            Series(gettext("no result opened"), [one.unopened for one in shown]),
            Series(gettext("no result"), [one.nothing for one in shown]),
        ],
    )


def rows(_request: HttpRequest, period: Period) -> Iterator[tuple[Any, ...]]:
    return ((one.day, one.total, one.opened, one.unopened, one.nothing) for one in per_day(period))


REPORT = Report(
    slug="searches",
    title=_("Searches per day"),
    counted=_("searches"),
    lead=_("How often readers searched, and whether they opened a result."),
    context=context,
    head=(_("day"), _("searches"), _("opened a result"), _("no result opened"), _("no result")),
    rows=rows,
)
