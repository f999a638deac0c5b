"""Owns the form of an entry: what is checked beyond the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshoot.admin.editing.linked import LinkedForm
from troubleshoot.admin.editing.ordering import OrderedForm
from troubleshoot.editing import keys
from troubleshoot.models import ErrorEntry

if TYPE_CHECKING:
    from django.db.models import QuerySet


class EntryForm(LinkedForm, OrderedForm):
    def siblings(self, cleaned: dict[str, Any]) -> QuerySet[ErrorEntry] | None:
        operation = cleaned.get("operation")
        return ErrorEntry.objects.without_proposals().filter(operation=operation) if operation else None

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        keys.refuse(key, self.instance if self.instance.pk else None)
        return key

    def _get_validation_exclusions(self) -> set[str]:
        """Whether a number is taken depends on a field that the form does not show."""
        return super()._get_validation_exclusions() - {"proposal_for"}  # type: ignore[misc,no-any-return]  # no stub for it
