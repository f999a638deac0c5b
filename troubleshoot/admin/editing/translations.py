"""Owns how the administration shows the state of the English twins: a column, and a filter for what is to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from troubleshoot.editing.translations import has_outdated_english, lacks_english

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Q, QuerySet
    from django.http import HttpRequest

    from troubleshoot.editing.translations import Condition
    from troubleshoot.models.translated import Translated


def state_of(rows: Iterable[Translated]) -> str:
    """What is to do for the English texts of these rows, in words; empty where nothing is."""
    rows = list(rows)
    missing = sum(len(row.missing_translations()) for row in rows)
    outdated = sum(len(row.outdated_translations()) for row in rows)
    return ", ".join(
        part
        for count, part in (
            (missing, ngettext("%(count)d missing", "%(count)d missing", missing) % {"count": missing}),
            (outdated, ngettext("%(count)d outdated", "%(count)d outdated", outdated) % {"count": outdated}),
        )
        if count
    )


class LacksEnglish(admin.SimpleListFilter):
    """Rows that have a Korean text without its English twin, or with one that was written from an older text."""

    title = _("English")
    parameter_name = "english"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's signature
        return [
            ("missing", _("something is missing")),
            ("outdated", _("something is outdated")),
            ("present", _("nothing is missing")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        model = queryset.model
        conditions = {
            "missing": lambda: self.rows_with(model, lacks_english),
            "outdated": lambda: self.rows_with(model, has_outdated_english),
            "present": lambda: ~self.rows_with(model, lacks_english),
        }
        condition = conditions.get(self.value() or "")
        return queryset.filter(condition()) if condition else queryset

    def rows_with(self, model: type[Translated], condition: Condition) -> Q:
        """The rows that it holds for; override it where the row's page holds more rows."""
        return condition(model)
