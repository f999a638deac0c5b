"""Owns the addresses of the reports, below the administration's, and their first page with a number for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from troubleshoot.admin.reports import failed, handling, pages
from troubleshoot.admin.reports.pages import download_of, for_readers_of_reports, frame, page_of
from troubleshoot.reports.periods import period_of
from troubleshoot.reports.waiting import totals

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


REPORTS = (failed.REPORT, pages.SEARCHES, pages.SOLVED, pages.COMMENTS, pages.UNREVIEWED, pages.DOUBLES, pages.WIZARDS)


@for_readers_of_reports
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    period = period_of(request.GET.get("days", ""))
    numbers = totals(period)
    with_before = totals(period.doubled)
    before = {slug: with_before[slug] - number for slug, number in numbers.items()}
    summed = [(report, numbers[report.slug], before[report.slug]) for report in REPORTS]
    context = frame(request, _("Reports"), REPORTS, period) | {"summed": summed}
    return TemplateResponse(request, "admin/troubleshoot/reports/overview.html", context)


app_name = "reports"

urlpatterns = [
    path("", overview, name="overview"),
    *(path(f"{report.slug}/", page_of(report, REPORTS), name=report.slug) for report in REPORTS),
    *(path(f"{report.slug}.csv", download_of(report), name=f"{report.slug}_csv") for report in REPORTS),
    path("doubles/apart/", for_readers_of_reports(require_POST(pages.tell_apart)), name="tell_apart"),
    path("failed/group/", for_readers_of_reports(require_safe(failed.group)), name="group"),
    path("failed/entry/", failed.begin_entry, name="begin_entry"),
    path("failed/alias/", failed.making(failed.AliasForm), name="add_alias"),
    path("failed/synonym/", failed.making(failed.SynonymForm), name="add_synonym"),
    path("failed/alias/rehearsal/", failed.making(failed.AliasForm, is_rehearsal=True), name="try_alias"),
    path("failed/synonym/rehearsal/", failed.making(failed.SynonymForm, is_rehearsal=True), name="try_synonym"),
    path("failed/handle/", failed.handle, name="handle_group"),
    path("handle/", for_readers_of_reports(require_POST(handling.handle)), name="handle"),
]
