"""Owns that entries of one file exchange their places, although no two of an operation may hold the same one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshoot.editing.ordering import LARGEST_ORDER
from troubleshoot.exchange.tables import ABSENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet

    from troubleshoot.models import ErrorEntry


class Places:
    """Moves entries that the file gives another place out of the way, and remembers where they were."""

    def __init__(self, entries: QuerySet[ErrorEntry]) -> None:
        self._entries = entries
        self._before: dict[int, int] = {}
        self._free: dict[int, Iterator[int]] = {}

    def make_room(self, rows: Iterable[dict[str, Any]]) -> None:
        wanted = {str(row.get("key") or "").strip(): row for row in rows}
        moving = [entry for entry in self._entries.filter(key__in=wanted) if _moves(entry, wanted[entry.key])]
        for entry in moving:
            self._before[entry.pk] = entry.order
            aside = next(self._free.setdefault(entry.operation_id, self._free_numbers(entry.operation_id)))
            self._entries.model.objects.filter(pk=entry.pk).update(order=aside)

    def restore(self, entry: ErrorEntry) -> None:
        """Show an entry as it was before it stepped aside; it is saved with its new place."""
        entry.order = self._before.get(entry.pk, entry.order)

    def _free_numbers(self, operation: int) -> Iterator[int]:
        taken = set(self._entries.filter(operation=operation).values_list("order", flat=True))
        return (number for number in range(LARGEST_ORDER, 0, -1) if number not in taken)


def _moves(entry: ErrorEntry, row: dict[str, Any]) -> bool:
    order, operation = (row.get(name) for name in ("order", "operation"))
    return not _says(order, entry.order) or not _says(operation, entry.operation.key)


def _says(cell: Any, value: object) -> bool:
    """Whether a cell leaves a value as it is."""
    return cell is ABSENT or str(cell or "").strip() in ("", str(value))
