"""Owns the report of what helped: entries and resolutions by the share of answers that said so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.reports.report import Report, paged
from troubleshoot.reports.charts import Series, bars
from troubleshoot.reports.solved import Helped, Sorting, by_entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.http import HttpRequest
    from django.utils.safestring import SafeString

    from troubleshoot.reports.periods import Period
    from troubleshoot.reports.solved import Share

PLOTTED = 15


def sorting_of(request: HttpRequest) -> Sorting:
    asked = request.GET.get("sort", "")
    return Sorting(asked) if asked in Sorting.values else Sorting.WORST


def context(request: HttpRequest, period: Period) -> dict[str, Any]:
    sorting = sorting_of(request)
    page = paged(request, by_entry(period, sorting))
    plotted = list(page)[:PLOTTED]
    return {
        "page": page,
        "sorting": sorting,
        "sortings": Sorting.choices,
        "plot": plot(plotted),
        "plotted": len(plotted),
    }


def plot(shown: Sequence[Helped]) -> SafeString | str:
    if not shown:
        return ""
    shares = [row.share for row in shown]
    values = [100 * share.value for share in shares]
    intervals = [(100 * share.low, 100 * share.high) for share in shares]
    series = Series(gettext("share that said “solved”, with its interval"), values, intervals)
    return bars(gettext("Feedback on fixes"), [name(row) for row in shown], [series], most=100, unit=" %")


def name(row: Helped) -> str:
    return str(row.entry) if row.entry else row.key


def rows(request: HttpRequest, period: Period) -> Iterator[tuple[Any, ...]]:
    """An entry, then each of its resolutions."""
    for row in by_entry(period, sorting_of(request)):
        yield (row.key, name(row), "", *numbers(row.share))
        for one in row.resolutions:
            yield (row.key, name(row), one.resolution.order, *numbers(one.share))


def numbers(share: Share) -> tuple[Any, ...]:
    return share.part, share.whole, *(round(value, 3) for value in (share.value, share.low, share.high))


REPORT = Report(
    slug="solved",
    title=_("Feedback on fixes"),
    counted=_("answers"),
    lead=_(
        "Answers to “Did this solve the problem?”. The confidence interval (95%) is wider where there are few answers."
    ),
    context=context,
    head=(_("key"), _("message"), _("resolution"), _("solved"), _("answers"), _("share"), _("at least"), _("at most")),
    rows=rows,
)
