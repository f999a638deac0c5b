"""Owns the administration of the catalogue: operations, and entries with their aliases and resolutions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationStackedInline, TranslationTabularInline

from troubleshoot.admin.content import MARKDOWN, ContentAdmin
from troubleshoot.admin.ordering import OrderedForm, OrderedFormSet, OrderedInlineForm
from troubleshoot.admin.translations import LacksEnglish, lacks_english
from troubleshoot.filters import Fix, fix_is
from troubleshoot.models import ErrorAlias, ErrorEntry, Operation, Resolution
from troubleshoot.services.ordering import save_in_order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from troubleshoot.models.translated import Translated


class OperationForm(OrderedForm):
    def siblings(self, cleaned: dict[str, Any]) -> QuerySet[Operation]:  # noqa: ARG002 - one numbering for all
        return Operation.objects.all()


@admin.register(Operation)
class OperationAdmin(ContentAdmin[Operation]):
    form = OperationForm
    list_display = ("title", "key", "section", "order", "entry_count", "translation_state")
    list_filter = (LacksEnglish,)
    list_select_related = ("section",)
    search_fields = ("key", "title_ko", "title_en")
    search_help_text = _("Searches keys and titles, in Korean and English.")
    autocomplete_fields = ("section",)
    fieldsets = (
        (
            None,
            {
                "description": _("What a reader was doing when the error appeared, such as 백업 (backup)."),
                "fields": (("title_ko", "title_en"), "key", "section", "order"),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Operation]:
        return Operation.objects.with_entry_counts().order_by(*self.get_ordering(request))

    def view_on_site(self, operation: Operation) -> str:
        return operation.get_absolute_url()

    @admin.display(description=_("entries"), ordering="entry_count")
    def entry_count(self, operation: Operation) -> int:
        return operation.entry_count


class AliasInline(TranslationTabularInline[ErrorAlias, ErrorEntry]):
    model = ErrorAlias
    extra = 0
    fields = ("kind", "text_ko", "text_en")
    verbose_name_plural = _("aliases: other messages and error codes that mean this error")


class ResolutionInline(TranslationStackedInline[Resolution, ErrorEntry]):
    model = Resolution
    form = OrderedInlineForm
    formset = OrderedFormSet
    extra = 0
    verbose_name_plural = _("resolutions: the ways to fix it, in the order in which to try them")
    fieldsets = ((None, {"fields": (("order", "origin"), ("condition_ko", "condition_en"), ("body_ko", "body_en"))}),)


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

    def lacking(self, queryset: QuerySet[Any]) -> Q:
        condition = lacks_english(queryset.model)
        for rows in (ErrorAlias.objects.all(), Resolution.objects.all()):
            condition |= Q(Exists(rows.filter(lacks_english(rows.model), entry=OuterRef("pk"))))
        return condition


class EntryForm(OrderedForm):
    def siblings(self, cleaned: dict[str, Any]) -> QuerySet[ErrorEntry] | None:
        operation = cleaned.get("operation")
        return ErrorEntry.objects.filter(operation=operation) if operation else None


@admin.register(ErrorEntry)
class ErrorEntryAdmin(ContentAdmin[ErrorEntry]):
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


def number_of(rows: QuerySet[Any]) -> Coalesce:
    """How many of these rows an entry has, counted for the entries of one page instead of by grouping all of them."""
    own = rows.filter(entry=OuterRef("pk")).order_by().values("entry")
    return Coalesce(Subquery(own.annotate(total=Count("pk")).values("total")), 0)
