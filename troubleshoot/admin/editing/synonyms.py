"""Owns the administration of what search knows beside the content: the synonyms."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.editing.content import KeyedAdmin
from troubleshoot.admin.editing.rehearsal import SynonymRehearsal
from troubleshoot.admin.exchange.pages import ExchangeAdmin
from troubleshoot.exchange.kinds import Synonyms
from troubleshoot.models import SynonymGroup


@admin.register(SynonymGroup)
class SynonymGroupAdmin(SynonymRehearsal, ExchangeAdmin, KeyedAdmin[SynonymGroup]):
    kinds = (Synonyms,)
    list_display = ("words", "key", "note")
    search_fields = ("key", "terms", "note")
    fieldsets = (
        (
            None,
            {
                "description": _(
                    "A search for any of these words also finds text that uses the others. Changes take effect "
                    "with the next search."
                ),
                "fields": ("terms", "key", "note"),
            },
        ),
    )

    @admin.display(description=_("words"), ordering="terms")
    def words(self, group: SynonymGroup) -> str:
        return str(group)
