"""Owns the administration of feedback: what readers said solved it, and where in a wizard they stop. Read only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.paging import PagesByKey
from troubleshoot.admin.reading.read_only import HasComment, ReadOnly
from troubleshoot.models import StepCount, Verdict

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString


@admin.register(Verdict)
class VerdictAdmin(ReadOnly):
    list_display = ("time", "kind", "key", "tried", "solved", "comment")
    list_filter = ("solved", HasComment, "kind", "time")
    search_fields = ("key", "comment")
    search_help_text = _("Searches keys and comments.")
    show_full_result_count = False
    paginator = PagesByKey
    fields = ("time", "kind", "about", "tried", "solved", "comment")
    readonly_fields = ("about", "tried")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Verdict]:
        return super().get_queryset(request).select_related("resolution")

    @admin.display(description=_("resolution"), empty_value="–")
    def tried(self, verdict: Verdict) -> str | None:
        return f"#{verdict.resolution.order}" if verdict.resolution else None

    @admin.display(description=_("about"))
    def about(self, verdict: Verdict) -> SafeString:
        """What the reader answered about, on the page where it was."""
        name = "error" if verdict.kind == Verdict.Kind.ERROR else "wizard"
        address = reverse(name, args=(verdict.key.partition("/")[0],))
        return format_html('<a href="{}">{}</a>', address, verdict.key)


@admin.register(StepCount)
class StepCountAdmin(ReadOnly):
    """Its list is a report: each wizard with its steps in order, how many saw each, and how many left there."""

    fields = ("day", "flow", "step", "seen", "went_on")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG002 - Django's signature
        if not self.has_view_permission(request):
            raise PermissionDenied
        query = request.META.get("QUERY_STRING", "")
        return HttpResponseRedirect(reverse("reports:wizards") + (f"?{query}" if query else ""))
