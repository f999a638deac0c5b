"""Owns how the administration shows the state of the English twins: a column, and a filter for what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from troubleshoot.models.translated import Translated


def lacks_english(model: type[Translated], prefix: str = "") -> Q:
    """The condition that some text of a row has Korean but no English."""
    condition = Q()
    for name in model.translated_fields():
        korean, english = f"{prefix}{name}_ko", f"{prefix}{name}_en"
        filled = ~Q(**{korean: ""}) & Q(**{f"{korean}__isnull": False})
        condition |= filled & (Q(**{english: ""}) | Q(**{f"{english}__isnull": True}))
    return condition


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


class TranslationColumn:
    """The column of a changelist that tells what is to do for the English texts of each row."""

    def rows_to_translate(self, row: Any) -> Iterable[Translated]:
        """The row itself; override it where the row's page holds more rows."""
        return [row]

    @admin.display(description=_("English"))
    def translation_state(self, row: Any) -> str:
        return state_of(self.rows_to_translate(row)) or gettext("complete")


class LacksEnglish(admin.SimpleListFilter):
    """Rows that have a Korean text without its English twin."""

    title = _("English")
    parameter_name = "english"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's signature
        return [("missing", _("something is missing")), ("present", _("nothing is missing"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        if self.value() not in ("missing", "present"):
            return queryset
        lacking = self.lacking(queryset)
        return queryset.filter(lacking if self.value() == "missing" else ~lacking)

    def lacking(self, queryset: QuerySet[Any]) -> Q:
        return lacks_english(queryset.model)
