"""Owns the administration of entries: one page holds an entry with its aliases and resolutions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.content import MARKDOWN, ContentAdmin
from troubleshoot.admin.entries.form import EntryForm
from troubleshoot.admin.entries.listing import EntryLacksEnglish, FixFilter, number_of
from troubleshoot.admin.entries.parts import AliasInline, ResolutionInline
from troubleshoot.admin.transfer.pages import EntryTransfer
from troubleshoot.models import ErrorAlias, ErrorEntry, Resolution
from troubleshoot.services.ordering import save_in_order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from troubleshoot.models.translated import Translated


@admin.register(ErrorEntry)
class ErrorEntryAdmin(EntryTransfer, ContentAdmin[ErrorEntry]):
    form = EntryForm
    inlines = (AliasInline, ResolutionInline)
    list_display = ("__str__", "operation", "resolution_count", "alias_count", "translation_state", "updated")
    list_filter = (("operation", admin.RelatedOnlyFieldListFilter), FixFilter, EntryLacksEnglish)
    list_select_related = ("operation",)
    show_full_result_count = False
    search_fields = ("key", "message_ko", "message_en", "aliases__text_ko", "aliases__text_en")
    search_help_text = _("Searches keys, messages and aliases, in Korean and English.")
    autocomplete_fields = ("operation",)
    save_on_top = True
    fieldsets = (
        (
            None,
            {
                "description": _("What the screen says, word for word, Korean on the left and English on the right."),
                "fields": (("message_ko", "message_en"),),
            },
        ),
        (
            _("Where it belongs"),
            {
                "description": _(
                    "The key becomes part of the address of the page and never changes once saved: choose short "
                    "English words that name the error, such as vm-agent-missing."
                ),
                "fields": ("key", "operation", "order"),
            },
        ),
        (
            _("Why it happens"),
            {"description": MARKDOWN, "fields": (("cause_ko", "cause_en"), ("lead_ko", "lead_en"))},
        ),
        (
            _("History"),
            {"classes": ("collapse",), "fields": ("source_line", "created", "updated")},
        ),
    )
    readonly_fields = ("source_line", "created", "updated")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ErrorEntry]:
        return (
            super()
            .get_queryset(request)
            .annotate(
                alias_total=number_of(ErrorAlias.objects.all()), resolution_total=number_of(Resolution.objects.all())
            )
            .prefetch_related("aliases", "resolutions")
        )

    def get_prepopulated_fields(self, request: HttpRequest, obj: ErrorEntry | None = None) -> dict[str, Any]:  # noqa: ARG002 - Django's signature
        return {} if obj else {"key": ("message_en",)}

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        if formset.model is not Resolution:
            super().save_formset(request, form, formset, change)
            return
        rows = formset.save(commit=False)
        for row in formset.deleted_objects:
            row.delete()
        save_in_order(formset.instance.resolutions.all(), rows)

    def rows_to_translate(self, row: ErrorEntry) -> Iterable[Translated]:
        return [row, *row.aliases.all(), *row.resolutions.all()]

    def view_on_site(self, entry: ErrorEntry) -> str:
        return entry.get_absolute_url()

    @admin.display(description=_("resolutions"), ordering="resolution_total")
    def resolution_count(self, entry: Any) -> int:
        return int(entry.resolution_total)

    @admin.display(description=_("aliases"), ordering="alias_total")
    def alias_count(self, entry: Any) -> int:
        return int(entry.alias_total)
