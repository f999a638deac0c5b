"""Owns what is remembered of loaded rows: whether somebody edited one since, and how a rename is followed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.core import serializers
from django.core.exceptions import FieldDoesNotExist

from troubleshoot.editing import keys
from troubleshoot.exchange.fixtures import digest
from troubleshoot.models import ErrorEntry, FixtureRecord, FormerKey

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import Model

    from troubleshoot.exchange.fixtures import Item

ENTRY = "troubleshoot.errorentry"
# What decides whether and where readers see a row. Fixtures seldom name it, administrators do.
_DECIDED_HERE = ("state", "staff_only", "successor")


def is_edited(row: Model, record: FixtureRecord | None) -> bool:
    """Whether a row is not, or not only, what the last load wrote, which ``record`` remembers."""
    if record is None or row_digest(row, record.fields) != record.digest:
        return True
    # Somebody hid, archived or redirected a row of whose fate the fixture says nothing.
    return any(_differs_from_default(row, name) for name in _DECIDED_HERE if name not in record.fields)


def _differs_from_default(row: Model, name: str) -> bool:
    try:
        field: Any = row._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return bool(getattr(row, field.attname) != field.get_default())


def row_digest(row: Model, names: Iterable[str]) -> str:
    """The digest of these fields of a row, as a fixture would write them."""
    serialised = serializers.serialize("python", [row], use_natural_foreign_keys=True, fields=tuple(names))
    return digest(serialised[0]["fields"])


def written(natural_key: Iterable[Any]) -> str:
    """A natural key as a record holds it."""
    return json.dumps(list(natural_key), ensure_ascii=False)


def follow_renames(items: Iterable[Item]) -> None:
    """Rename the entries that are here under what fixtures tell to be a former key, instead of loading them anew."""
    items = list(items)
    keys_written = {str(item.fields.get("key")) for item in items if item.label == ENTRY}
    for item in items:
        if item.label == "troubleshoot.formerkey" and isinstance(item.fields.get("entry"), list):
            _follow(str(item.fields.get("key")), str(item.fields["entry"][0]), keys_written)


def _follow(former: str, key: str, keys_written: Collection[str]) -> None:
    entry = ErrorEntry.objects.filter(key=former).first()
    if entry is not None and former not in keys_written and key in keys_written and _is_free(key, entry):
        _rename(entry, key)


def _is_free(key: str, entry: ErrorEntry) -> bool:
    """Whether nothing has the key, or had it and was renamed or deleted here."""
    return not (
        ErrorEntry.with_proposals.filter(key=key).exists()
        or FormerKey.objects.filter(key=key).exclude(entry=entry).exists()
        or FixtureRecord.objects.filter(model=ENTRY, natural_key=written([key])).exists()
    )


def _rename(entry: ErrorEntry, key: str) -> None:
    """Rename an entry, and let what nobody edited go on counting as the fixtures': its fields name the key, too."""
    own = FixtureRecord.objects.filter(model=ENTRY, natural_key=written([entry.key])).first()
    records = [*([own] if own else []), *keys.records_of_parts(entry.key)]
    rows = [(record, row) for record in records if (row := _row_of(record)) is not None]
    as_loaded = [(record, row) for record, row in rows if not is_edited(row, record)]
    keys.give(entry, key)
    if own is not None:
        FixtureRecord.objects.filter(pk=own.pk).update(natural_key=written([key]))
    for record, row in as_loaded:
        now = type(row)._default_manager.get(pk=row.pk)
        FixtureRecord.objects.filter(pk=record.pk).update(digest=row_digest(now, record.fields))


def _row_of(record: FixtureRecord) -> Model | None:
    """The row that a load wrote, where it is still there."""
    model: Any = apps.get_model(record.model)
    try:
        return cast("Model", model.objects.get_by_natural_key(*json.loads(record.natural_key)))
    except model.DoesNotExist:
        return None
