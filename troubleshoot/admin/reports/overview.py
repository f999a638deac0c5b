"""Owns the first page of the reports: each report with the number that sums it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from troubleshoot.admin.reports import comments, failed, searches, solved, unreviewed, wizards
from troubleshoot.admin.reports.report import for_readers_of_reports, frame
from troubleshoot.reports.periods import period_of
from troubleshoot.reports.totals import totals

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

REPORTS = tuple(module.REPORT for module in (failed, searches, solved, comments, unreviewed, wizards))


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    period = period_of(request.GET.get("days", ""))
    numbers = totals(period)
    summed = [(report, numbers[report.slug]) for report in REPORTS]
    context = frame(request, _("Reports"), REPORTS, period) | {"summed": summed}
    return TemplateResponse(request, "admin/troubleshoot/reports/overview.html", context)


page = for_readers_of_reports(overview)
