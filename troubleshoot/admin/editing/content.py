"""Owns what the administration pages of all content have in common: keys written once, and two languages abreast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm, Script
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from troubleshoot.admin.editing.forms import LinkedForm
from troubleshoot.admin.editing.preview import MarkdownFields, preview_urls
from troubleshoot.admin.editing.saving import EditedAdmin
from troubleshoot.admin.editing.translations import state_of

if TYPE_CHECKING:
    from collections.abc import Iterable

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
