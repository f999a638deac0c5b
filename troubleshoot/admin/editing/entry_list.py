"""Owns how the list of entries is narrowed and sorted: by state, fix, English, who sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.editing.content import LacksEnglish
from troubleshoot.admin.guards import ConditionFilter
from troubleshoot.editing.translations import of_entry
from troubleshoot.filters import Fix, fix_is
from troubleshoot.models import ErrorEntry, Resolution

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from troubleshoot.editing.translations import Condition
    from troubleshoot.models.translated import Translated


def number_of(rows: QuerySet[Any]) -> Coalesce:
    """How many of these rows an entry has, for sorting by it: counted an entry at a time, and only when asked for."""
    own = rows.filter(entry=OuterRef("pk")).order_by().values("entry")
    return Coalesce(Subquery(own.annotate(total=Count("pk")).values("total")), 0)


class FixFilter(ConditionFilter):
    title = _("fix")
    parameter_name = "fix"
    conditions = tuple((value, label, fix_is(value)) for value, label in Fix.choices)


class EntryLacksEnglish(LacksEnglish):
    """Counts the entry's aliases and resolutions in, since they are edited on its page."""

    def rows_with(self, model: type[Translated], condition: Condition) -> Q:  # noqa: ARG002 - it is of entries only
        return of_entry(condition)


class StateFilter(admin.SimpleListFilter):
    """By state. Archived entries are listed only where they are asked or searched for."""

    title = _("state")
    parameter_name = "state"
    EVERYTHING = "all"
    PROPOSALS = "proposals"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's signature
        return [
            *ErrorEntry.State.choices,
            (self.PROPOSALS, _("proposed changes")),
            (self.EVERYTHING, _("including archived")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ErrorEntry]) -> QuerySet[ErrorEntry]:
        chosen = self.value()
        if chosen in ErrorEntry.State.values:
            return queryset.filter(state=chosen)
        if chosen == self.PROPOSALS:
            return queryset.exclude(proposal_for=None)
        if chosen == self.EVERYTHING or request.GET.get(SEARCH_VAR):
            return queryset
        return queryset.exclude(state=ErrorEntry.State.ARCHIVED)


class StaffOnlyFilter(ConditionFilter):
    """Entries that readers never see, as a whole or in part."""

    title = _("for staff only")
    parameter_name = "staff"
    conditions = (
        ("entry", _("the entry"), Q(staff_only=True)),
        ("resolution", _("a resolution"), Q(Exists(Resolution.objects.filter(entry=OuterRef("pk"), staff_only=True)))),
    )
