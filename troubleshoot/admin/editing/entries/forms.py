"""Owns the forms of an entry, its aliases and its resolutions: what is checked beyond the models."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationStackedInline, TranslationTabularInline

from troubleshoot.admin.editing.forms import LinkedForm, OrderedForm, OrderedFormSet, OrderedInlineForm
from troubleshoot.admin.editing.preview import MarkdownFields
from troubleshoot.editing import keys, links
from troubleshoot.models import ErrorAlias, ErrorEntry, Resolution

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class EntryForm(LinkedForm, OrderedForm):
    def siblings(self, cleaned: dict[str, Any]) -> QuerySet[ErrorEntry] | None:
        operation = cleaned.get("operation")
        return ErrorEntry.objects.without_proposals().filter(operation=operation) if operation else None

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        keys.refuse(key, self.instance if self.instance.pk else None)
        return key

    def clean_successor(self) -> ErrorEntry | None:
        """Readers are led on to what they can read."""
        successor: ErrorEntry | None = self.cleaned_data["successor"]
        itself = self.instance.proposal_for_id or self.instance.pk
        if successor is not None and (successor.pk == itself or not successor.is_seen_by_readers):
            raise ValidationError(_("Choose another entry that is published and not for staff only."))
        return successor

    def _get_validation_exclusions(self) -> set[str]:
        """Whether a number is taken depends on a field that the form does not show."""
        return super()._get_validation_exclusions() - {"proposal_for"}  # type: ignore[misc,no-any-return]  # no stub for it


class AliasInline(TranslationTabularInline[ErrorAlias, ErrorEntry]):
    model = ErrorAlias
    extra = 0
    fields = ("kind", "text_ko", "text_en")
    verbose_name_plural = _("aliases: other messages and error codes for this error")


class ResolutionForm(LinkedForm, OrderedInlineForm):
    """A resolution: numbered among those of the page, its links checked by the formset, which knows the entry."""

    checks_links = False


class ResolutionFormSet(OrderedFormSet):
    """Resolutions that know their entry as it stands in its form, where the database may have it otherwise."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.instance.entry = self.instance

    def clean(self) -> None:
        super().clean()
        for form in self.forms:
            if form not in self.deleted_forms and hasattr(form, "cleaned_data"):
                form.check_links(has_new_readers=self._entry_has_new_readers)

    @cached_property
    def _entry_has_new_readers(self) -> bool:
        before = ErrorEntry._default_manager.filter(pk=self.instance.pk).first()
        return before is None or links.is_for_readers(before) != links.is_for_readers(self.instance)


class ResolutionInline(MarkdownFields, TranslationStackedInline[Resolution, ErrorEntry]):  # type: ignore[misc]  # its bases differ among themselves
    model = Resolution
    form = ResolutionForm
    formset = ResolutionFormSet
    extra = 0
    verbose_name_plural = _("resolutions: ways to fix it, in the order to try them")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("order", "origin", "staff_only"),
                    ("condition_ko", "condition_en"),
                    ("body_ko", "body_en"),
                    ("note_ko", "note_en"),
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Resolution]:
        """With the entry, which each row names in its heading."""
        return super().get_queryset(request).select_related("entry")
