"""Owns what the administration pages of all content have in common: keys written once, and two languages abreast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm, Script
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from troubleshoot.admin.editing.forms import LinkedForm
from troubleshoot.admin.editing.preview import MarkdownFields, preview_urls
from troubleshoot.admin.editing.saving import EditedAdmin
from troubleshoot.editing.translations import has_outdated_english, lacks_english

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Q, QuerySet
    from django.http import HttpRequest

    from troubleshoot.editing.translations import Condition
    from troubleshoot.models.translated import Translated

RowT = TypeVar("RowT", bound=Model)

MARKDOWN = _(
    "Markdown: an empty line starts a new paragraph, “1.” starts a numbered step, and three backticks above and "
    "below a command keep it as typed. Write a link to another entry as [text](portal:error/key-of-the-entry)."
)


class ContentAdmin(MarkdownFields, EditedAdmin[RowT], TranslationAdmin[RowT]):
    """Content in Korean and English: its links are checked, and its Markdown is previewed."""

    form: type[ModelForm[Any]] = LinkedForm
    list_per_page = 50

    class Media:
        css = {"all": ("troubleshoot/css/admin.css", "troubleshoot/css/admin-editing.css")}
        js = tuple(
            Script(f"troubleshoot/js/{name}.js", type="module")
            for name in ("admin-preview", "admin-order", "admin-labels", "copy")
        )

    def get_urls(self) -> list[Any]:
        return [*preview_urls(self), *super().get_urls()]

    def rows_to_translate(self, row: Any) -> Iterable[Translated]:
        """The row itself; override it where the row's page holds more rows."""
        return [row]

    @admin.display(description=_("English"))
    def translation_state(self, row: Any) -> str:
        """What is to do for the English texts of a row and of those on its page."""
        return state_of(self.rows_to_translate(row)) or gettext("complete")


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
