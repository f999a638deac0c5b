"""Owns what all reports have in common: who may read them, the period, the page around them, the download as CSV."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import StreamingHttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from troubleshoot.exchange.files import neutralised
from troubleshoot.reports.periods import LENGTHS, Period, period_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from django.core.paginator import Page
    from django.http import HttpRequest, HttpResponse

    View = Callable[..., HttpResponse]
    from collections.abc import Iterator


PERMISSION = "troubleshoot.view_reports"
ROWS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Report:
    """A report: what it is called, what its page shows, its rows as a spreadsheet has them, and what its sum counts."""

    slug: str
    title: Any
    lead: Any
    counted: Any
    context: Callable[[HttpRequest, Period], dict[str, Any]]
    head: Sequence[Any]
    rows: Callable[[HttpRequest, Period], Iterable[Sequence[Any]]]
    has_period: bool = True

    @property
    def template(self) -> str:
        return f"admin/troubleshoot/reports/{self.slug}.html"

    @property
    def address(self) -> str:
        return f"reports:{self.slug}"

    @property
    def download(self) -> str:
        return f"reports:{self.slug}_csv"


def for_readers_of_reports(view: View) -> View:
    """For signed-in staff who may read the reports; others are asked to sign in, or refused."""

    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return admin.site.admin_view(guarded)


def page_of(report: Report, offered: Sequence[Report]) -> View:
    def page(request: HttpRequest) -> HttpResponse:
        period = period_of(request.GET.get("days", ""))
        context = frame(request, report.title, offered, period) | {"report": report} | report.context(request, period)
        return TemplateResponse(request, report.template, context)

    return for_readers_of_reports(require_safe(page))


def download_of(report: Report) -> View:
    def download(request: HttpRequest) -> HttpResponse:
        period = period_of(request.GET.get("days", ""))
        name = f"{report.slug}-{period.days}-{period.last:%Y%m%d}" if report.has_period else report.slug
        return csv_of(name, report.head, report.rows(request, period))  # type: ignore[return-value]  # it streams

    return for_readers_of_reports(require_safe(download))


def frame(request: HttpRequest, title: Any, offered: Sequence[Report], period: Period) -> dict[str, Any]:
    """What every page of the reports needs, around what it shows."""
    return admin.site.each_context(request) | {
        "title": title,
        "offered": offered,
        "period": period,
        "lengths": LENGTHS,
    }


def paged(request: HttpRequest, rows: Any) -> Page[Any]:
    """The page that is asked for; the nearest one for any other number."""
    return Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))


def moment(value: Any) -> str:
    """A time as a spreadsheet reads it, by the site's clocks."""
    return f"{timezone.localtime(value, timezone.get_default_timezone()):%Y-%m-%d %H:%M}" if value else ""


# Without it Excel takes UTF-8 for the code page of the machine.
BYTE_ORDER_MARK = "\ufeff"


class _Line:
    """A file for the CSV writer that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_of(name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """A download ``name``.csv, written while it is sent."""
    answer = StreamingHttpResponse(lines(head, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def lines(head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield BYTE_ORDER_MARK
    for row in chain([head], rows):
        yield writer.writerow([cell(value) for value in row])


def cell(value: Any) -> Any:
    """A number as it is; a text so that no spreadsheet runs it."""
    if value is None or isinstance(value, int | float):
        return value
    return neutralised(str(value).replace("\x00", ""))
