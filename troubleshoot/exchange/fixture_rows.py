"""Owns telling a row as a fixture wrote it from one that an administrator edited."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.core import serializers
from django.core.exceptions import FieldDoesNotExist

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from django.db.models import Model

    from troubleshoot.models import FixtureRecord

# What decides whether and where readers see a row. Fixtures seldom name it, administrators do.
_DECIDED_HERE = ("state", "staff_only", "successor")


def is_edited(row: Model, record: FixtureRecord | None) -> bool:
    """Whether a row is not, or not only, what the last load wrote, which ``record`` remembers."""
    if record is None or row_digest(row, record.fields) != record.digest:
        return True
    return _is_decided_here(row, record.fields)


def _is_decided_here(row: Model, named: Collection[str]) -> bool:
    """Whether somebody hid, archived or redirected a row of whose fate the fixture says nothing."""
    return any(_differs_from_default(row, name) for name in _DECIDED_HERE if name not in named)


def _differs_from_default(row: Model, name: str) -> bool:
    try:
        field: Any = row._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return bool(getattr(row, field.attname) != field.get_default())


def row_of(record: FixtureRecord) -> Model | None:
    """The row that a load wrote, where it is still there."""
    model: Any = apps.get_model(record.model)
    try:
        return cast("Model", model.objects.get_by_natural_key(*json.loads(record.natural_key)))
    except model.DoesNotExist:
        return None


def row_digest(row: Model, names: Iterable[str]) -> str:
    """The digest of these fields of a row, as a fixture would write them."""
    serialised = serializers.serialize("python", [row], use_natural_foreign_keys=True, fields=tuple(names))
    return digest(serialised[0]["fields"])


def digest(fields: dict[str, Any]) -> str:
    """The digest of the fields of a row as they stand in a fixture."""
    plain = json.dumps(fields, sort_keys=True, ensure_ascii=False, default=_as_written)
    return hashlib.sha256(plain.encode()).hexdigest()


def _as_written(moment: date) -> str:
    return moment.isoformat()
