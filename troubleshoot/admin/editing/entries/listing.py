"""Owns the list of entries: its columns and filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.editing.translations import LacksEnglish
from troubleshoot.admin.paging import PagesByKey
from troubleshoot.editing.translations import of_entry
from troubleshoot.filters import Fix, fix_is
from troubleshoot.models import ErrorEntry, Resolution

if TYPE_CHECKING:
    from django.db.models import Q, QuerySet
    from django.http import HttpRequest

    from troubleshoot.editing.translations import Condition
    from troubleshoot.models.translated import Translated


def number_of(rows: QuerySet[Any]) -> Coalesce:
    """How many of these rows an entry has, for sorting by it: counted an entry at a time, and only when asked for."""
    own = rows.filter(entry=OuterRef("pk")).order_by().values("entry")
    return Coalesce(Subquery(own.annotate(total=Count("pk")).values("total")), 0)


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


class StaffOnlyFilter(admin.SimpleListFilter):
    """Entries that readers never see, as a whole or in part."""

    title = _("for staff only")
    parameter_name = "staff"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's signature
        return [("entry", _("the entry")), ("resolution", _("a resolution"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ErrorEntry]) -> QuerySet[ErrorEntry]:  # noqa: ARG002 - Django's signature
        if self.value() == "entry":
            return queryset.filter(staff_only=True)
        if self.value() == "resolution":
            return queryset.filter(Exists(Resolution.objects.filter(entry=OuterRef("pk"), staff_only=True)))
        return queryset


class EntryListing(admin.ModelAdmin[ErrorEntry]):
    """The columns, and which entries other pages may choose from."""

    list_display = (
        "__str__",
        "standing",
        "operation",
        "resolution_count",
        "translation_state",
        "updated",
    )
    list_filter = (
        StateFilter,
        ("operation", admin.RelatedOnlyFieldListFilter),
        FixFilter,
        EntryLacksEnglish,
        StaffOnlyFilter,
    )
    list_select_related = ("operation", "proposal")
    show_full_result_count = False
    paginator = PagesByKey
    search_fields = ("key", "message_ko", "message_en", "aliases__text_ko", "aliases__text_en")
    search_help_text = _("Searches keys, messages and aliases, in Korean and English.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ErrorEntry]:
        return super().get_queryset(request).prefetch_related("aliases", "resolutions")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ErrorEntry], search_term: str
    ) -> tuple[QuerySet[ErrorEntry], bool]:
        """A field that refers to an entry never means a proposed change; only a published one can replace another."""
        found, has_duplicates = super().get_search_results(request, queryset, search_term)
        if request.resolver_match is None or request.resolver_match.url_name != "autocomplete":
            return found, has_duplicates
        found = found.filter(proposal_for=None)
        if request.GET.get("field_name") == "successor":
            found = found.filter(state=ErrorEntry.State.PUBLISHED)
        return found, has_duplicates

    @admin.display(description=_("state"), ordering="state")
    def standing(self, entry: ErrorEntry) -> str:
        """The state, and what is special: a change of another entry, a change that waits, for staff only."""
        words = [entry.get_state_display()]
        if entry.proposal_for_id is not None:
            words = [gettext("proposed change: %s") % entry.get_state_display()]
        elif waiting := getattr(entry, "proposal", None):
            words.append(gettext("change proposed (%s)") % waiting.get_state_display())
        if entry.staff_only:
            words.append(gettext("for staff only"))
        return " · ".join(str(word) for word in words)

    @admin.display(description=_("resolutions"), ordering=number_of(Resolution.objects.all()))
    def resolution_count(self, entry: Any) -> int:
        return len(entry.resolutions.all())
