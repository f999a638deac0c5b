"""Owns the administration of feedback: what readers said solved it, and where in a wizard they stop. Read only."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from troubleshoot.models import StepCount, Verdict
from troubleshoot.services.reports.funnel import funnels

if TYPE_CHECKING:
    from django.db.models import Model
    from django.http import HttpRequest, HttpResponse

PERIODS = (7, 30, 365)
USUAL_PERIOD = 30


class ReadOnly(admin.ModelAdmin[Any]):
    """Rows that readers make: an administrator may look at them and delete them, no more."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 - Django's signature
        return False


@admin.register(Verdict)
class VerdictAdmin(ReadOnly):
    list_display = ("time", "kind", "key", "solved", "comment")
    list_filter = ("solved", "kind", "time")
    search_fields = ("key", "comment")
    fields = ("time", "kind", "key", "solved", "comment")


@admin.register(StepCount)
class StepCountAdmin(ReadOnly):
    """Its list is a report: each wizard with its steps in order, how many saw each, and how many left there."""

    fields = ("day", "flow", "step", "seen", "went_on")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG002 - Django's signature
        if not self.has_view_permission(request):
            raise PermissionDenied
        days = read_period(request.GET.get("days", ""))
        context = self.admin_site.each_context(request) | {
            "title": _("Where readers stop"),
            "opts": self.opts,
            "days": days,
            "periods": PERIODS,
            "reports": funnels(timezone.localdate() - timedelta(days=days - 1)),
        }
        return TemplateResponse(request, "admin/troubleshoot/stepcount/report.html", context)


def read_period(raw: str) -> int:
    return next((days for days in PERIODS if str(days) == raw), USUAL_PERIOD)
