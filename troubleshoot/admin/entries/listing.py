"""Owns the list of entries: its columns and filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.translations import LacksEnglish
from troubleshoot.filters import Fix, fix_is
from troubleshoot.services.translations import of_entry

if TYPE_CHECKING:
    from django.db.models import Q, QuerySet
    from django.http import HttpRequest

    from troubleshoot.models import ErrorEntry
    from troubleshoot.models.translated import Translated
    from troubleshoot.services.translations import Condition


class FixFilter(admin.SimpleListFilter):
    title = _("fix")
    parameter_name = "fix"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's signature
        return list(Fix.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[ErrorEntry]) -> QuerySet[ErrorEntry]:  # noqa: ARG002 - Django's signature
        kind = self.value()
        return queryset.filter(fix_is(kind)) if kind in Fix.values else queryset


class EntryLacksEnglish(LacksEnglish):
    """Counts the entry's aliases and resolutions in, since they are edited on its page."""

    def rows_with(self, model: type[Translated], condition: Condition) -> Q:  # noqa: ARG002 - it is of entries only
        return of_entry(condition)


def number_of(rows: QuerySet[Any]) -> Coalesce:
    """How many of these rows an entry has, counted for the entries of one page instead of by grouping all of them."""
    own = rows.filter(entry=OuterRef("pk")).order_by().values("entry")
    return Coalesce(Subquery(own.annotate(total=Count("pk")).values("total")), 0)
