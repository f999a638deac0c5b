"""Owns following the renames of entries that fixtures tell of, so that a renamed entry is not loaded a second time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from troubleshoot.editing import keys
from troubleshoot.exchange.fixture_rows import is_edited, row_digest, row_of
from troubleshoot.models import ErrorEntry, FixtureRecord, FormerKey

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_ENTRY = "troubleshoot.errorentry"


def follow(renames: Iterable[tuple[str, str]], written: Collection[str]) -> None:
    """Rename the entries that are here under a former key: pairs of that and the new one.

    ``written`` are the keys of the entries in the fixtures.
    """
    for former, key in renames:
        entry = ErrorEntry.objects.without_proposals().filter(key=former).first()
        if entry is not None and former not in written and key in written and _is_free(key, entry):
            _rename(entry, key)


def _is_free(key: str, entry: ErrorEntry) -> bool:
    """Whether nothing has the key, or had it and was renamed or deleted here."""
    return not (
        ErrorEntry.objects.filter(key=key).exists()
        or FormerKey.objects.filter(key=key).exclude(entry=entry).exists()
        or FixtureRecord.objects.filter(model=_ENTRY, natural_key=_natural(key)).exists()
    )


def _rename(entry: ErrorEntry, key: str) -> None:
    """Rename an entry, and let what nobody edited go on counting as the fixtures': its fields name the key, too."""
    own = FixtureRecord.objects.filter(model=_ENTRY, natural_key=_natural(entry.key)).first()
    records = [*([own] if own else []), *keys.records_of_parts(entry.key)]
    rows = [(record, row) for record in records if (row := row_of(record)) is not None]
    as_loaded = [(record, row) for record, row in rows if not is_edited(row, record)]
    keys.give(entry, key)
    if own is not None:
        FixtureRecord.objects.filter(pk=own.pk).update(natural_key=_natural(key))
    for record, row in as_loaded:
        now = type(row)._default_manager.get(pk=row.pk)
        FixtureRecord.objects.filter(pk=record.pk).update(digest=row_digest(now, record.fields))


def _natural(key: str) -> str:
    return json.dumps([key], ensure_ascii=False)
