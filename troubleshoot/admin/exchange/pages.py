"""Owns which lists can be imported and exported, and who may import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshoot.admin.exchange.mixin import TransferMixin
from troubleshoot.admin.exchange.resources import Aliases, Entries, Resolutions, Synonyms
from troubleshoot.editing import publishing

if TYPE_CHECKING:
    from django.http import HttpRequest


class EntryTransfer(TransferMixin):
    """Entries with what is edited on their pages. A file changes what readers see at once: who publishes imports."""

    kinds = (Entries, Aliases, Resolutions)

    def has_import_permission(self, request: HttpRequest) -> bool:
        return publishing.may_publish(request.user) and bool(self.has_add_permission(request))


class SynonymTransfer(TransferMixin):
    kinds = (Synonyms,)

    def has_import_permission(self, request: HttpRequest) -> bool:
        return bool(self.has_change_permission(request) and self.has_add_permission(request))
