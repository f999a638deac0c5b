"""Owns the aliases and resolutions on the page of an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationStackedInline, TranslationTabularInline

from troubleshoot.admin.editing.linked import LinkedForm
from troubleshoot.admin.editing.ordering import OrderedFormSet, OrderedInlineForm
from troubleshoot.admin.editing.preview import MarkdownFields
from troubleshoot.models import ErrorAlias, ErrorEntry, Resolution

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class AliasInline(TranslationTabularInline[ErrorAlias, ErrorEntry]):
    model = ErrorAlias
    extra = 0
    fields = ("kind", "text_ko", "text_en")
    verbose_name_plural = _("aliases: other messages and error codes for this error")


class ResolutionForm(LinkedForm, OrderedInlineForm):
    """A resolution: numbered among those of the page, its links checked."""

    def has_new_readers(self) -> bool:
        return super().has_new_readers() or getattr(self.instance.entry, "has_new_readers", False)


class ResolutionFormSet(OrderedFormSet):
    """Resolutions that know their entry as it stands in its form, where the database may have it otherwise."""

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]  # no stub for it
        form.instance.entry = self.instance
        return form


class ResolutionInline(MarkdownFields, TranslationStackedInline[Resolution, ErrorEntry]):  # type: ignore[misc]  # its bases differ among themselves
    model = Resolution
    form = ResolutionForm
    formset = ResolutionFormSet
    extra = 0
    verbose_name_plural = _("resolutions: ways to fix it, in the order to try them")
    fieldsets = (
        (
            None,
            {"fields": (("order", "origin", "staff_only"), ("condition_ko", "condition_en"), ("body_ko", "body_en"))},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Resolution]:
        """With the entry, which each row names in its heading."""
        return super().get_queryset(request).select_related("entry")
