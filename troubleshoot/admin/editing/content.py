"""Owns what the administration pages of all content have in common: keys written once, and two languages abreast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Model
from django.forms import ModelForm, Script
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from troubleshoot.admin.editing.history import HistoryAdmin
from troubleshoot.admin.editing.linked import LinkedForm
from troubleshoot.admin.editing.preview import Previewing
from troubleshoot.admin.editing.together import TogetherAdmin
from troubleshoot.admin.editing.translations import TranslationColumn
from troubleshoot.admin.guards import GuardedList, GuardedSelects

if TYPE_CHECKING:
    from django.http import HttpRequest

RowT = TypeVar("RowT", bound=Model)

MARKDOWN = _(
    "Markdown: an empty line starts a new paragraph, “1.” starts a numbered step, and three backticks above and "
    "below a command keep it as typed. Write a link to another entry as [text](portal:error/key-of-the-entry)."
)


class KeyedAdmin(GuardedSelects, GuardedList, TogetherAdmin[RowT], HistoryAdmin[RowT]):
    """A key names a row in addresses and fixtures for good: it can be written once only.

    What is saved here has a history, and is never lost to somebody else's saving.
    """

    class Media:
        css = {"all": ("troubleshoot/css/editing.css",)}

    def get_readonly_fields(self, request: HttpRequest, obj: RowT | None = None) -> tuple[Any, ...]:
        readonly = tuple(super().get_readonly_fields(request, obj))
        return (*readonly, "key") if obj else readonly


class ContentAdmin(TranslationColumn, Previewing[RowT], KeyedAdmin[RowT], TranslationAdmin[RowT]):
    """Content in Korean and English."""

    form: type[ModelForm[Any]] = LinkedForm
    list_per_page = 50

    class Media:
        css = {"all": ("troubleshoot/css/admin.css", "troubleshoot/css/admin-editing.css")}
        js = tuple(
            Script(f"troubleshoot/js/{name}.js", type="module")
            for name in ("admin-preview", "admin-order", "admin-labels", "copy")
        )
