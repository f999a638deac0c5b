"""Owns the addresses of the reports, below the administration's."""

from __future__ import annotations

from django.urls import path
from django.views.decorators.http import require_safe

from troubleshoot.admin.reports import acting, failed, overview, trying
from troubleshoot.admin.reports.overview import REPORTS
from troubleshoot.admin.reports.report import download_of, for_readers_of_reports, page_of

app_name = "reports"

urlpatterns = [
    path("", overview.page, name="overview"),
    *(path(f"{report.slug}/", page_of(report, REPORTS), name=report.slug) for report in REPORTS),
    *(path(f"{report.slug}.csv", download_of(report), name=f"{report.slug}_csv") for report in REPORTS),
    path("failed/group/", for_readers_of_reports(require_safe(failed.group)), name="group"),
    path("failed/entry/", acting.begin_entry, name="begin_entry"),
    path("failed/alias/", acting.add_alias, name="add_alias"),
    path("failed/synonym/", acting.add_synonym, name="add_synonym"),
    path("failed/alias/rehearsal/", trying.try_alias, name="try_alias"),
    path("failed/synonym/rehearsal/", trying.try_synonym, name="try_synonym"),
    path("failed/mark/", acting.mark, name="mark"),
]
