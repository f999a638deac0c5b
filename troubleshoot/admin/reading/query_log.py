"""Owns the administration of the query log: what was searched for, and whether somebody saw to it. Read only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from troubleshoot.admin.reading.read_only import HasComment, ReadOnly, YesOrNo
from troubleshoot.models import QueryLog
from troubleshoot.reports import acting

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

MOST_COUNTED = 5_000
CHARACTERS_SHOWN = 80


class HasResult(YesOrNo):
    title = _("has a result")
    parameter_name = "result"

    def those(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(results__gt=0)

    def others(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.unanswered()  # type: ignore[attr-defined,no-any-return]  # a verb of the query log


class HasClick(YesOrNo):
    title = _("opened a result")
    parameter_name = "opened"

    def those(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.exclude(chosen_key="")

    def others(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(chosen_key="")


class IsSettled(YesOrNo):
    title = _("handled")
    parameter_name = "done"

    def those(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.exclude(settled=None)

    def others(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(settled=None)


class Language(admin.SimpleListFilter):
    """The languages of the portal, rather than a search of the whole log for those in it."""

    title = _("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's signature
        return list(settings.LANGUAGES)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        return queryset.filter(language=self.value()) if self.value() else queryset


class BoundedPaginator(Paginator[Any]):
    """Counts no further than anybody turns pages; what lies behind is found with a filter."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows[:MOST_COUNTED].count())


@admin.register(QueryLog)
class QueryLogAdmin(ReadOnly):
    list_display = ("shown_query", "shown_time", "language", "results", "chosen_key", "is_settled", "shown_comment")
    list_filter = ("time", HasResult, HasClick, IsSettled, HasComment, Language)
    search_fields = ("query", "comment")
    search_help_text = _("Searches queries and comments.")
    ordering = ("-time", "-pk")
    paginator = BoundedPaginator
    fields = (
        "query",
        "interpreted_as",
        "time",
        "language",
        "results",
        ("chosen_kind", "chosen_key"),
        "comment",
        "settled",
    )
    actions = ("settle", "reopen")

    class Media:
        css = {"all": ("troubleshoot/css/reports.css",)}

    @admin.display(description=_("query"), ordering="query")
    def shown_query(self, row: QueryLog) -> str:
        return Truncator(row.query).chars(CHARACTERS_SHOWN)

    @admin.display(description=_("time"), ordering="time")
    def shown_time(self, row: QueryLog) -> str:
        return date_format(localtime(row.time), "SHORT_DATETIME_FORMAT")

    @admin.display(description=_("handled"), boolean=True, ordering="settled")
    def is_settled(self, row: QueryLog) -> bool:
        return row.settled is not None

    @admin.display(description=_("comment"))
    def shown_comment(self, row: QueryLog) -> str:
        return Truncator(row.comment).chars(CHARACTERS_SHOWN)

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(acting.SETTLE)

    @admin.action(description=_("Mark the selected searches as handled"), permissions=["settle"])
    def settle(self, request: HttpRequest, queryset: QuerySet[QueryLog]) -> None:
        rows = list(queryset.values_list("pk", flat=True))
        acting.settle(rows)
        said = ngettext("%d search was marked as handled.", "%d searches were marked as handled.", len(rows))
        messages.success(request, said % len(rows))

    @admin.action(description=_("Reopen the selected searches"), permissions=["settle"])
    def reopen(self, request: HttpRequest, queryset: QuerySet[QueryLog]) -> None:
        rows = list(queryset.values_list("pk", flat=True))
        acting.reopen(rows)
        said = ngettext("%d search is back in the report.", "%d searches are back in the report.", len(rows))
        messages.success(request, said % len(rows))
