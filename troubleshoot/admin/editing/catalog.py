"""Owns the administration of operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.editing.content import ContentAdmin
from troubleshoot.admin.editing.forms import OrderedForm
from troubleshoot.admin.editing.translations import LacksEnglish
from troubleshoot.models import Operation

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class OperationForm(OrderedForm):
    def siblings(self, cleaned: dict[str, Any]) -> QuerySet[Operation]:  # noqa: ARG002 - one numbering for all
        return Operation.objects.all()


@admin.register(Operation)
class OperationAdmin(ContentAdmin[Operation]):
    form = OperationForm
    list_display = ("title", "key", "section", "order", "entry_count", "translation_state")
    ordering = ("order",)
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
