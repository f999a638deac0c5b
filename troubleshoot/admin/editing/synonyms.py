"""Owns the administration of what search knows beside the content: the synonyms."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.editing.rehearsal import synonym_rehearsal_urls
from troubleshoot.admin.editing.saving import EditedAdmin
from troubleshoot.admin.exchange.pages import ExchangeAdmin
from troubleshoot.exchange.kinds import Synonyms
from troubleshoot.models import SynonymGroup


@admin.register(SynonymGroup)
class SynonymGroupAdmin(ExchangeAdmin, EditedAdmin[SynonymGroup]):
    kinds = (Synonyms,)
    list_display = ("words", "key", "note")
    search_fields = ("key", "terms", "note")
    fieldsets = (
        (
            None,
            {
                "description": _(
                    "A search for any of these words also finds text that uses the others. Changes "
                    "take effect with the next search."
                ),
                "fields": ("terms", "key", "note"),
            },
        ),
    )

    class Media:
        css = {"all": ("troubleshoot/css/editing.css",)}

    def get_urls(self) -> list[Any]:
        return [*synonym_rehearsal_urls(self), *super().get_urls()]

    @admin.display(description=_("words"), ordering="terms")
    def words(self, group: SynonymGroup) -> str:
        return str(group)
