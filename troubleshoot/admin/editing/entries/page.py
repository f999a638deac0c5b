"""Owns the administration of entries: one page holds an entry with its aliases and resolutions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.editing.advice import AdvisedEntry
from troubleshoot.admin.editing.bulk import BulkActions
from troubleshoot.admin.editing.content import MARKDOWN, ContentAdmin
from troubleshoot.admin.editing.entries.form import EntryForm
from troubleshoot.admin.editing.entries.listing import EntryListing
from troubleshoot.admin.editing.entries.parts import AliasInline, ResolutionInline
from troubleshoot.admin.editing.entries.restoring import EntryRestoring
from troubleshoot.admin.editing.entries.saving import EntrySaving
from troubleshoot.admin.editing.entries.states import EntryStates
from troubleshoot.admin.editing.rehearsal import EntryRehearsal
from troubleshoot.admin.exchange.pages import ExchangeAdmin
from troubleshoot.editing.ordering import save_in_order
from troubleshoot.editing.publishing import UNPUBLISHED
from troubleshoot.exchange.kinds import Aliases, Entries, Resolutions
from troubleshoot.models import ErrorEntry, Resolution

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

    from troubleshoot.models.translated import Translated


@admin.register(ErrorEntry)
class ErrorEntryAdmin(
    AdvisedEntry,
    EntryRehearsal,
    ExchangeAdmin,
    BulkActions,
    EntryStates,
    EntrySaving,
    EntryRestoring,
    EntryListing,
    ContentAdmin[ErrorEntry],
):
    form = EntryForm
    kinds = (Entries, Aliases, Resolutions)
    inlines = (AliasInline, ResolutionInline)
    autocomplete_fields = ("operation",)
    save_on_top = True
    fieldsets = (
        (
            None,
            {
                "description": _("The exact text on the screen: Korean on the left, English on the right."),
                "fields": (("message_ko", "message_en"),),
            },
        ),
        (
            _("Position"),
            {
                "description": _(
                    "The key becomes part of the page address. Choose short English words that name the error, "
                    "such as vm-agent-missing. After publication, it can only be changed with Rename."
                ),
                "fields": ("key", "operation", "order", "staff_only"),
            },
        ),
        (
            _("Why it happens"),
            {"description": MARKDOWN, "fields": (("cause_ko", "cause_en"), ("lead_ko", "lead_en"))},
        ),
        (
            _("History"),
            {"classes": ("collapse",), "fields": ("source_line", "created", "updated", "reviewed")},
        ),
    )
    readonly_fields = ("source_line", "created", "updated", "reviewed")

    def get_fieldsets(self, request: HttpRequest, obj: ErrorEntry | None = None) -> Any:
        """A proposed change has no key of its own: it takes that of the entry when it is published."""
        fieldsets: Any = super().get_fieldsets(request, obj)
        if obj is None or obj.proposal_for_id is None:
            return fieldsets
        return [
            (name, {**options, "fields": [field for field in options["fields"] if field != "key"]})
            for name, options in fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: ErrorEntry | None = None) -> tuple[Any, ...]:
        """The key of what was never published can still be chosen; later it is changed by renaming."""
        readonly = super().get_readonly_fields(request, obj)
        is_own_draft = obj is not None and obj.state in UNPUBLISHED and obj.proposal_for_id is None
        return tuple(name for name in readonly if name != "key") if is_own_draft else readonly

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
        """Its page; what readers do not see is shown to staff as a preview."""
        is_seen = entry.state == ErrorEntry.State.PUBLISHED and not entry.staff_only
        return entry.get_absolute_url() + ("" if is_seen else "?preview=1")
