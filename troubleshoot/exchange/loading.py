"""Owns loading fixtures into the database without losing what an administrator changed there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.apps import apps
from django.core import serializers
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.core.serializers.base import DeserializationError
from django.db import transaction
from django.db.models import Q, UniqueConstraint

from troubleshoot.editing import keys
from troubleshoot.editing.ordering import next_order
from troubleshoot.exchange import fixtures
from troubleshoot.exchange.fixtures import FixtureError, digest
from troubleshoot.models import ErrorEntry, FixtureRecord, FixtureRelease, FormerKey
from troubleshoot.models.translated import Translated

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from django.db.models import Model

    from troubleshoot.exchange.fixtures import Item


ENTRY = "troubleshoot.errorentry"
# What decides whether and where readers see a row. Fixtures seldom name it, administrators do.
_DECIDED_HERE = ("state", "staff_only", "successor")

# The columns in which an entry keeps the document's own words.
_OF_THE_DOCUMENT = "original"


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


StepT = TypeVar("StepT")
Progress = Callable[[Iterable[StepT], int], Iterable[StepT]]


class Action(Enum):
    """What a load does with a row."""

    CREATE = auto()
    UPDATE = auto()
    UNCHANGED = auto()
    KEEP = auto()
    """It was edited or deleted here."""
    REMOVE = auto()
    FORGET = auto()
    """It left the fixtures and the database."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a row: the digest that the fixture wants it to have, and the one that its fields there have.

    Each is None where there is no such row. ``is_remembered``: an earlier load wrote it; ``is_edited``: since then, or
    without one, somebody else did.
    """

    wanted: str | None
    present: str | None
    is_remembered: bool
    is_edited: bool


def decide(row: Known, *, force: bool) -> Action:
    """What to do with a row. Nothing that was edited or deleted here is touched, unless by ``force``."""
    if row.wanted is None:
        if row.present is None:
            return Action.FORGET
        return Action.KEEP if row.is_edited and not force else Action.REMOVE
    if row.present is None:
        return Action.KEEP if row.is_remembered and not force else Action.CREATE
    if row.present == row.wanted:
        return Action.UNCHANGED
    return Action.KEEP if row.is_edited and not force else Action.UPDATE


@dataclass(frozen=True, slots=True)
class Step:
    """One row's part in a load: what the fixture, the database and the memory of the last load have of it."""

    name: str
    action: Action
    item: Item | None
    row: Model | None
    record: FixtureRecord | None
    natural_key: str


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did, as lists of ``model key``. ``kept`` were edited or deleted here and stayed as they are.

    ``newer`` is the number of a newer release that was loaded here before, because of which nothing was done.
    """

    release: int | None = None
    newer: int | None = None
    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)

    @property
    def changed(self) -> int:
        return len(self.created) + len(self.updated) + len(self.removed)


def load(folder: Path, *, force: bool = False, progress: Progress[Step] | None = None) -> LoadReport:
    """Bring the database level with the fixtures in ``folder``, in one transaction.

    A row that was edited, hidden or deleted here since its last load is kept as it is unless ``force``; even then only
    fields that the fixture names are written. A row that is no longer in the fixtures is removed unless it was edited.
    Fixtures of an older release than was loaded here before change nothing, unless ``force``. Raises ``FixtureError``;
    then nothing has changed.
    """
    items, release = fixtures.read(folder), fixtures.release_number(folder)
    with transaction.atomic():
        newest = FixtureRelease.objects.newest()
        if not force and release is not None and newest is not None and release < newest:
            return LoadReport(release=release, newer=newest)
        follow_renames(items)
        steps = plan(items, force=force)
        _apply(steps, progress)
        if release is not None:
            FixtureRelease.objects.loaded(release)
    return _report(steps, release)


def plan(items: Iterable[Item], *, force: bool) -> list[Step]:
    """What a load of ``items`` does, row by row, those that left the fixtures last. Writes nothing."""
    here = _Here()
    wanted = [here.step(item.label, item.natural_key, item, force=force) for item in items]
    vanished = sorted(here.records.values(), key=lambda record: -record.pk)
    return wanted + [here.step(row.model, json.loads(row.natural_key), None, row, force=force) for row in vanished]


class _Here:
    """What the database has of each row, and what is remembered of the last load, by model and natural key."""

    def __init__(self) -> None:
        self.records = {(record.model, record.natural_key): record for record in FixtureRecord.objects.all()}
        rows = (row for found in fixtures.rows().values() for row in found)
        self._rows = {(row._meta.label_lower, written(row.natural_key())): row for row in rows}
        self._renamed = dict(FormerKey.objects.filter(entry__proposal_for=None).values_list("key", "entry__key"))

    def step(
        self,
        label: str,
        natural_key: Sequence[Any],
        item: Item | None,
        record: FixtureRecord | None = None,
        *,
        force: bool,
    ) -> Step:
        """What becomes of a row that the fixtures have or had; the record of one that they have is taken out."""
        here = self._key(label, natural_key)
        # What is remembered of a renamed entry keeps the key of the fixture; the records of its parts went with it.
        name = written(natural_key) if label == ENTRY else here
        row, record = self._rows.get((label, here)), record or self.records.pop((label, name), None)
        names = item.fields if item else record.fields if record else ()
        known = Known(
            wanted=item.digest if item else None,
            present=None if row is None else row_digest(row, names),
            is_remembered=record is not None,
            is_edited=row is not None and is_edited(row, record),
        )
        return Step(_title(label, name), decide(known, force=force), item, row, record, name)

    def _key(self, label: str, natural_key: Sequence[Any]) -> str:
        """The natural key of a row as the database has it, where the entry that it names was renamed since."""
        first, *rest = natural_key
        is_of_entry = label == ENTRY or label in keys.PARTS_OF_ENTRIES
        if is_of_entry and (ENTRY, written([first])) not in self._rows:
            first = self._renamed.get(first, first)
        return written([first, *rest])


def _title(label: str, natural_key: str) -> str:
    return f"{label.rsplit('.', maxsplit=1)[-1]} {natural_key}"


def _apply(steps: list[Step], progress: Progress[Step] | None) -> None:
    """Make a plan true. What a row names of its own kind and could not name before that was there comes after it."""
    later: list[tuple[Item, Model, dict[Any, Any]]] = []
    changed: list[FixtureRecord] = []
    for step in progress(steps, len(steps)) if progress else steps:
        if step.action in (Action.CREATE, Action.UPDATE):
            later += _save(step)
        if step.action is Action.KEEP:
            _fill_in(step)
        if step.item is None:
            _take_out(step)
        elif step.action is not Action.KEEP:
            changed += _record(step, step.item)
    for item, row, references in later:
        _name_the_later(item, row, references)
    FixtureRecord.objects.bulk_create([record for record in changed if record.pk is None])
    FixtureRecord.objects.bulk_update([record for record in changed if record.pk], ["digest", "fields"])


def _fill_in(step: Step) -> None:
    """Give a row that was edited here what the document says word for word, where it was edited before that was kept.

    Nobody edits these columns, so nothing is lost.
    """
    if step.item is None or not isinstance(step.row, ErrorEntry):
        return
    wanted = {name: text for name, text in step.item.fields.items() if name.startswith(_OF_THE_DOCUMENT)}
    missing = {name: text for name, text in wanted.items() if text and not getattr(step.row, name)}
    for name, text in missing.items():
        setattr(step.row, name, text)
    if missing:
        step.row.save()


def _take_out(step: Step) -> None:
    if step.action is Action.REMOVE and step.row is not None:
        step.row.delete()
    if step.record is not None:
        step.record.delete()


def _record(step: Step, item: Item) -> list[FixtureRecord]:
    """What to remember of a row from now on; nothing where that is remembered."""
    if step.record is not None and step.record.digest == item.digest:
        return []
    record = step.record or FixtureRecord(model=item.label, natural_key=step.natural_key)
    record.digest, record.fields = item.digest, sorted(item.fields)
    return [record]


def _save(step: Step) -> list[tuple[Item, Model, dict[Any, Any]]]:
    """Write a row as its fixture wants it; what it names of its own kind and is not there yet is handed back."""
    item = step.item
    assert item is not None  # noqa: S101 - what is created or updated stands in a fixture
    read, later = _instance(item)
    row = read if step.row is None else _brought_level(step.row, read, item)
    # A row read from a fixture counts as new, and would stumble over itself where its key must be unique.
    row._state.adding = step.row is None
    try:
        _make_room(row)
        row.full_clean()
    except ValidationError as error:
        raise FixtureError(f"{item.place} ({step.natural_key}): {error.message_dict}") from error
    row.save()
    if "translated_from" in item.fields:
        # Saving takes every English text for one written just now; what a fixture says of that goes before.
        told = {"translated_from": item.fields["translated_from"]}
        type(row)._default_manager.filter(pk=row.pk).update(**told)
    return [(item, row, later)] if later else []


def _instance(item: Item) -> tuple[Model, dict[Any, Any]]:
    """The row that a fixture describes, and what it names of its own kind that is not there yet, by field."""
    try:
        read = _deserialised(item, handle_forward_references=True)
        deferred = read.deferred_fields or {}
        later = {name: key for name, key in deferred.items() if name.null and name.related_model is name.model}
        # What names a row of another kind that is not there is an error, which Django words better.
        return (read if len(deferred) == len(later) else _deserialised(item)).object, later
    except (DeserializationError, FieldDoesNotExist, ValidationError, ValueError) as error:
        raise FixtureError(f"{item.place}: {error}") from error


def _deserialised(item: Item, **options: bool) -> Any:
    return next(iter(serializers.deserialize("python", [item.raw], **options)))


def _brought_level(present: Model, wanted: Model, item: Item) -> Model:
    """The row that is there with what the fixture names; of everything else it says nothing, so that stays."""
    row = type(present)._default_manager.get(pk=present.pk)  # it may have stepped aside meanwhile
    for name in item.fields:
        setattr(row, name, getattr(wanted, name))
    if isinstance(row, Translated):
        # A fixture's English is that of the Korean beside it, even where only the Korean changed.
        named = {name for name in row.translated_fields() if f"{name}_en" in item.fields}
        row.translated_from = {name: mark for name, mark in row.translated_from.items() if name not in named}
    return row


def _make_room(wanted: Any) -> None:
    """Move a row that holds the place that another is to have to the end; its own step puts it right."""
    for constraint in wanted._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and "order" in constraint.fields:
            scope = {name: getattr(wanted, name) for name in constraint.fields if name != "order"}
            siblings: Any = type(wanted)._default_manager.filter(constraint.condition or Q(), **scope)
            for holder in siblings.filter(order=wanted.order).exclude(pk=wanted.pk):
                holder.order = next_order(siblings)
                holder.save()


def _name_the_later(item: Item, row: Model, references: dict[Any, Any]) -> None:
    """Set what a row names of its own kind, now that all of it is there: an entry's successor."""
    rows: Any = type(row)._default_manager
    for reference, key in references.items():
        try:
            target = rows.get_by_natural_key(*key)
        except (ObjectDoesNotExist, TypeError) as error:
            raise FixtureError(f"{item.place}: {reference.name}: {error}") from error
        rows.filter(pk=row.pk).update(**{reference.name: target})


def _report(steps: Iterable[Step], release: int | None) -> LoadReport:
    report = LoadReport(release=release)
    lists = {
        Action.CREATE: report.created,
        Action.UPDATE: report.updated,
        Action.REMOVE: report.removed,
        Action.KEEP: report.kept,
        Action.UNCHANGED: report.unchanged,
    }
    for step in steps:
        if step.action in lists:
            lists[step.action].append(step.name)
    return report
