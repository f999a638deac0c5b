"""Owns loading fixtures into the database without losing what an administrator changed there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.core import serializers
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.core.serializers.base import DeserializationError
from django.db import transaction

from troubleshoot.exchange import fixture_renames as renaming
from troubleshoot.exchange.fixture_places import Places
from troubleshoot.exchange.fixture_rows import digest, row_digest, row_of
from troubleshoot.models import FixtureRecord
from troubleshoot.models.translated import Translated

if TYPE_CHECKING:
    from pathlib import Path

    from django.db.models import Model

# In the order of their references: a row's file comes after those of the rows that it names.
FIXTURES = (
    "documents",
    "sections",
    "operations",
    "errors",
    "former_keys",
    "aliases",
    "codes",
    "resolutions",
    "synonyms",
    "flows",
    "steps",
    "choices",
    "flow_links",
)

ItemT = TypeVar("ItemT")
Progress = Callable[[Iterable[ItemT], int], Iterable[ItemT]]


class FixtureError(Exception):
    """A fixture that can't be loaded; the message names the file and the row."""


@dataclass(slots=True)
class LoadReport:
    """What a load did, as lists of ``model key``. ``kept`` were edited or deleted here and stayed as they are."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)

    @property
    def changed(self) -> int:
        return len(self.created) + len(self.updated) + len(self.removed)


@dataclass(frozen=True, slots=True)
class _Item:
    """One row of a fixture: the instance to save, the fields as written, and where they stand."""

    place: str
    label: str
    fields: dict[str, Any]
    raw: dict[str, Any]

    @property
    def digest(self) -> str:
        return digest(self.fields)


def load(folder: Path, *, force: bool = False, progress: Progress[_Item] | None = None) -> LoadReport:
    """Bring the database level with the fixtures in ``folder``, in one transaction.

    A row that was edited, hidden or deleted here since its last load is kept as it is unless ``force``; even then only
    fields that the fixture names are written. A row that is no longer in the fixtures is removed unless it was edited.
    Raises ``FixtureError``; then nothing has changed.
    """
    items = [item for name in FIXTURES for item in _read(folder / f"{name}.json")]
    report = LoadReport()
    with transaction.atomic():
        _follow_renames(items)
        records = {(record.model, record.natural_key): record for record in FixtureRecord.objects.all()}
        places = Places(records)
        waiting: list[_Load] = []
        for item in progress(items, len(items)) if progress else items:
            load_of_row = _Load(item, records, places, report, force=force)
            load_of_row.run()
            if load_of_row.waits:
                waiting.append(load_of_row)
        for load_of_row in waiting:
            load_of_row.name_the_later()
        _remove_vanished(records.values(), places, report, force=force)
    return report


def _read(path: Path) -> Iterator[_Item]:
    if not path.exists():
        return
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise FixtureError(f"{path.name}: not a JSON fixture: {error}") from error
    for number, raw in enumerate(rows, start=1):
        if not (isinstance(raw, dict) and isinstance(raw.get("model"), str) and isinstance(raw.get("fields"), dict)):
            raise FixtureError(f"{path.name}, row {number}: expected an object with model and fields")
        yield _Item(f"{path.name}, row {number}", raw["model"], raw["fields"], raw)


class _Load:
    """One row's way into the database."""

    def __init__(
        self,
        item: _Item,
        records: dict[tuple[str, str], FixtureRecord],
        places: Places,
        report: LoadReport,
        *,
        force: bool,
    ) -> None:
        self._item = item
        self._places = places
        self._report = report
        self._force = force
        self._later: dict[Any, Any] = {}
        self._wanted = self._instance()
        self.waits = False
        self._natural_key = json.dumps(self._wanted.natural_key(), ensure_ascii=False)  # type: ignore[attr-defined]
        self._record = records.pop((item.label, self._natural_key), None)

    def run(self) -> None:
        present = self._present()
        if self._is_kept(present):
            self._report.kept.append(self._name)
        elif present is None:
            self._save(present, self._report.created)
        elif row_digest(present, self._item.fields) == self._item.digest:
            self._remember()
            self._report.unchanged.append(self._name)
        else:
            self._save(present, self._report.updated)

    def name_the_later(self) -> None:
        """Set what the row names of its own kind and could not name before that was loaded: an entry's successor."""
        rows = type(self._wanted)._default_manager
        for reference, key in self._later.items():
            try:
                target = rows.get_by_natural_key(*key)  # type: ignore[attr-defined]
            except (ObjectDoesNotExist, TypeError) as error:
                raise FixtureError(f"{self._item.place}: {reference.name}: {error}") from error
            rows.filter(pk=self._wanted.pk).update(**{reference.name: target})

    @property
    def _name(self) -> str:
        return f"{self._item.label.split('.')[-1]} {self._natural_key}"

    def _instance(self) -> Model:
        try:
            read = self._deserialised(handle_forward_references=True)
            self._later = {field: key for field, key in (read.deferred_fields or {}).items() if _names_its_kind(field)}
            # What names a row of another kind that is not there is an error, which Django words better.
            is_whole = len(read.deferred_fields or {}) == len(self._later)
            return cast("Model", read.object if is_whole else self._deserialised().object)
        except (DeserializationError, FieldDoesNotExist, ValidationError, ValueError) as error:
            raise FixtureError(f"{self._item.place}: {error}") from error

    def _deserialised(self, **options: bool) -> Any:
        return next(iter(serializers.deserialize("python", [self._item.raw], **options)))

    def _present(self) -> Model | None:
        if self._wanted.pk is None:
            return None
        return type(self._wanted)._default_manager.filter(pk=self._wanted.pk).first()

    def _is_kept(self, present: Model | None) -> bool:
        if self._force:
            return False
        if present is None:
            return self._record is not None
        if row_digest(present, self._item.fields) == self._item.digest:
            return False
        return self._places.is_edited(present, self._record)

    def _save(self, present: Model | None, into: list[str]) -> None:
        row = self._wanted if present is None else self._brought_level(present)
        # A row read from a fixture counts as new, and would stumble over itself where its key must be unique.
        row._state.adding = present is None
        try:
            self._places.make_room(row)
            row.full_clean()
        except ValidationError as error:
            raise FixtureError(f"{self._item.place} ({self._natural_key}): {error.message_dict}") from error
        row.save()
        self._wanted = row
        self._keep_outdated()
        self._remember()
        self.waits = bool(self._later)
        into.append(self._name)

    def _brought_level(self, present: Model) -> Model:
        """The row that is there with what the fixture names; of everything else it says nothing, so that stays."""
        for name in self._item.fields:
            setattr(present, name, getattr(self._wanted, name))
        if isinstance(present, Translated):
            # A fixture's English is that of the Korean beside it, even where only the Korean changed.
            named = {name for name in present.translated_fields() if f"{name}_en" in self._item.fields}
            known = present.translated_from.items()
            present.translated_from = {name: mark for name, mark in known if name not in named}
        return present

    def _keep_outdated(self) -> None:
        """Saving takes every English text for one written just now; what a fixture says of that goes before."""
        if "translated_from" in self._item.fields:
            known = {"translated_from": self._item.fields["translated_from"]}
            type(self._wanted)._default_manager.filter(pk=self._wanted.pk).update(**known)

    def _remember(self) -> None:
        if self._record is not None and self._record.digest == self._item.digest:
            return
        FixtureRecord.objects.update_or_create(
            model=self._item.label,
            natural_key=self._natural_key,
            defaults={"digest": self._item.digest, "fields": sorted(self._item.fields)},
        )


def _names_its_kind(field: Any) -> bool:
    return field.null and field.related_model is field.model


def _follow_renames(items: list[_Item]) -> None:
    renames = [item.fields for item in items if item.label == "troubleshoot.formerkey"]
    written = {str(item.fields.get("key")) for item in items if item.label == "troubleshoot.errorentry"}
    pairs = [(fields.get("key"), fields.get("entry")) for fields in renames]
    renaming.follow([(str(former), str(entry[0])) for former, entry in pairs if isinstance(entry, list)], written)


def _remove_vanished(records: Iterable[FixtureRecord], places: Places, report: LoadReport, *, force: bool) -> None:
    for record in sorted(records, key=lambda record: -record.pk):
        row = row_of(record)
        if row is not None and not force and places.is_edited(row, record):
            report.kept.append(f"{record.model.split('.')[-1]} {record.natural_key}")
        elif row is not None:
            row.delete()
            report.removed.append(f"{record.model.split('.')[-1]} {record.natural_key}")
        record.delete()
