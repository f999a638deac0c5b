"""Owns what is remembered of an import: what documents said of each entry, what was no error, and what is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshoot.exchange.documents import bulk
from troubleshoot.exchange.documents.plan import Status, said_of
from troubleshoot.models import ErrorEntry, ImportedEntry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshoot.exchange.documents.changes import Changes
    from troubleshoot.exchange.documents.plan import PlannedDocument, PlannedOperation, Telling
    from troubleshoot.models import Document

_AT_ONCE = 500


def remember(planned: PlannedDocument, document: Document, sections: Mapping[str, int], changes: Changes) -> None:
    """Write the memories of all that was there; those of new entries are written with them."""
    memories = _Memories(planned, document, sections, changes)
    told = [(language, told, entry) for entry in planned.entries for language, told in entry.told.items()]
    for language, each, entry in told:
        if entry.row and each.status is not Status.CONFLICT:
            memories.add(language, each, entry.row, entry.operation)
    for _key, language, each in planned.not_wanted:
        memories.add(language, each, None, None)
    for row, memory in planned.gone:
        memories.add_gone(row, memory)
    memories.write()
    # What was not wanted and is by now has a memory of its own.
    back = [each.memory.pk for _language, each, entry in told if each.memory and not entry.row]
    ImportedEntry.objects.filter(pk__in=back).delete()
    lines = {
        entry.row.pk: each.entry.line for language, each, entry in told if entry.row and language == planned.language
    }
    there = {entry.row.pk: entry.row.source_line for entry in planned.entries if entry.row}
    bulk.update(ErrorEntry, {pk: {"source_line": line} for pk, line in lines.items() if there[pk] != line})


class _Memories:
    def __init__(
        self, planned: PlannedDocument, document: Document, sections: Mapping[str, int], changes: Changes
    ) -> None:
        self._planned, self._document, self._sections, self._changes = planned, document, sections, changes
        self._new: list[ImportedEntry] = []
        self._changed: dict[int, dict[str, Any]] = {}

    def add(self, language: str, told: Telling, row: ErrorEntry | None, operation: PlannedOperation | None) -> None:
        memory = told.memory or ImportedEntry(document=self._document, language=language)
        was = _values(memory)
        waits = row is not None and told.status is Status.CHANGED and self._changes.waits(row, told)
        if memory.content != (said := told.said | {"operation": operation.key if operation else ""}):
            memory.before = told.now if waits else None
        memory.content = said
        memory.entry_id, memory.name = row.pk if row else memory.entry_id, told.entry.key
        memory.edition, memory.gone = self._planned.datasets[language].edition, ""
        memory.line, memory.text = told.entry.line, told.entry.text
        memory.corrections = told.correction.lasting
        section = operation.section if operation else None
        memory.section_id = self._sections[section.key] if section else memory.section_id
        self._keep(memory, was)

    def add_gone(self, row: ErrorEntry, memory: ImportedEntry | None) -> None:
        own = self._planned.datasets.get(self._planned.language)
        was = _values(memory) if memory else {}
        if memory is None:
            language = self._planned.language
            said = said_of(row, language) | {"operation": row.operation.key, "place": row.operation.title}
            memory = ImportedEntry(document=self._document, language=language, entry=row, name=row.key, content=said)
            memory.line, memory.section = row.source_line or 0, row.operation.section
        memory.gone = memory.gone or (own.edition if own else "")
        self._keep(memory, was)

    def _keep(self, memory: ImportedEntry, was: Mapping[str, Any]) -> None:
        if memory.pk is None:
            self._new.append(memory)
        elif changed := {name: value for name, value in _values(memory).items() if was[name] != value}:
            self._changed[memory.pk] = changed

    def write(self) -> None:
        ImportedEntry.objects.bulk_create(self._new, batch_size=_AT_ONCE)
        bulk.update(ImportedEntry, self._changed)


def _values(row: ImportedEntry) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
