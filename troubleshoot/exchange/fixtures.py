"""Owns fixture files: reading their rows, the content written as them, several files or none, and their release."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core import serializers
from django.db import connection, transaction
from django.db.models import F, Q

from troubleshoot.models import (
    Choice,
    Document,
    ErrorAlias,
    ErrorEntry,
    Flow,
    FlowLink,
    FormerKey,
    Image,
    Operation,
    Product,
    Resolution,
    Section,
    Step,
    SynonymGroup,
)
from troubleshoot.models.translated import Named, Translated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from django.db.models import Model, QuerySet


RELEASE = "release.toml"
_RELEASE = """\
# Which release of the content the fixtures here are: a portal that loaded a newer one loads nothing of them.
# build_fixtures counts on where the digest of the fixtures changed.
number = {number}
digest = "{digest}"
"""


class FixtureError(Exception):
    """A fixture that can't be loaded; the message names the file and the row."""


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a fixture: the fields as written, and where they stand."""

    place: str
    label: str
    fields: dict[str, Any]

    @property
    def natural_key(self) -> tuple[Any, ...]:
        """What names the row, as written. Raises FixtureError where it is not written."""
        found: list[Any] = []
        for name in self._named_by():
            if name not in self.fields:
                raise FixtureError(f"{self.place}: expected {name}")
            value = self.fields[name]
            found += value if isinstance(value, list) else [value]
        return tuple(found)

    def _named_by(self) -> Iterable[str]:
        """The fields that hold the natural key; a reference stands for what names that row."""
        app, _dot, name = self.label.partition(".")
        model: Any = apps.all_models.get(app, {}).get(name)
        if model is None or not issubclass(model, Named):
            raise FixtureError(f"{self.place}: {self.label} is no model of the content")
        return dict.fromkeys(path.partition("__")[0] for path in model.NATURAL_KEY)

    @property
    def digest(self) -> str:
        return digest(self.fields)

    @property
    def raw(self) -> dict[str, Any]:
        return {"model": self.label, "fields": self.fields}


def read(folder: Path) -> list[Item]:
    """The rows of all fixtures in a folder, in the order in which they can be loaded. Raises FixtureError."""
    return [item for name in rows() for item in _read(folder / f"{name}.json")]


def _read(path: Path) -> Iterator[Item]:
    if not path.exists():
        return
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise FixtureError(f"{path.name}: not a JSON fixture: {error}") from error
    for number, raw in enumerate(rows, start=1):
        if not (isinstance(raw, dict) and isinstance(raw.get("model"), str) and isinstance(raw.get("fields"), dict)):
            raise FixtureError(f"{path.name}, row {number}: expected an object with model and fields")
        yield Item(f"{path.name}, row {number}", raw["model"], raw["fields"])


def digest(fields: Mapping[str, Any]) -> str:
    """The digest of the fields of a row as they stand in a fixture."""
    plain = json.dumps(fields, sort_keys=True, ensure_ascii=False, default=_as_written)
    return hashlib.sha256(plain.encode()).hexdigest()


def _as_written(moment: date) -> str:
    return moment.isoformat()


def release_number(folder: Path) -> int | None:
    """The number of the release that the fixtures in a folder are; None where they are none. Raises FixtureError."""
    found = _release(folder)
    return None if found is None else int(found["number"])


def next_release(folder: Path, files: Mapping[str, str]) -> str | None:
    """What the release file of a folder says once ``files`` (by name) are written; None where it has none.

    The number counts on where the fixtures say something else than at the last release. Raises FixtureError.
    """
    found = _release(folder)
    if found is None:
        return None
    now = _digest(folder, files)
    number = found["number"] + (found["digest"] != now)
    return _RELEASE.format(number=number, digest=now)


def _release(folder: Path) -> dict[str, Any] | None:
    path = folder / RELEASE
    if not path.exists():
        return None
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise FixtureError(f"{RELEASE}: not a TOML file: {error}") from error
    if not (type(found.get("number")) is int and isinstance(found.get("digest"), str)):
        raise FixtureError(f"{RELEASE}: expected number and digest")
    return found


def _digest(folder: Path, files: Mapping[str, str]) -> str:
    told = hashlib.sha256()
    for name in (f"{name}.json" for name in rows()):
        path = folder / name
        if name == "images.json" and name not in files and not path.exists():
            continue  # a folder that was counted before there were images
        content = files[name].encode() if name in files else path.read_bytes() if path.exists() else b""
        told.update(f"{name} {len(content)}\n".encode() + content)
    return told.hexdigest()


def replace_all(files: Mapping[Path, str]) -> None:
    """Write every file beside its place first; only when all are written do they take their places."""
    written: list[tuple[Path, Path]] = []
    try:
        for path, content in files.items():
            part = path.with_name(f".{path.name}.part")
            written.append((part, path))
            part.write_text(content, encoding="utf-8", newline="\n")
        for part, path in written:
            part.replace(path)
    finally:
        for part, _ in written:
            part.unlink(missing_ok=True)


Numbered = tuple[str, Any]
Progress = Callable[[Iterable[Numbered], int], Iterable[Numbered]]

# What the database keeps for itself: row numbers, when a row was last written here, and who is at work on it.
_OWN = {"id", "updated", "translated_from", "proposal_for", "proposed_by", "based_on"}
_ROWS_AT_ONCE = 1_000


def export(progress: Progress | None = None) -> dict[str, str]:
    """The content of each fixture file by its name (``errors.json``): the same for the same content, byte for byte.

    Everything that readers or staff see, in every state. Changes that wait to be published (proposals) are left out,
    and so are the history and what readers said: they are work and record, not content.
    """
    with _snapshot():
        wanted = rows()
        total = sum(found.count() for found in wanted.values())
        everything = ((name, row) for name, found in wanted.items() for row in found.iterator(_ROWS_AT_ONCE))
        written: dict[str, list[dict[str, Any]]] = {name: [] for name in wanted}
        for name, row in progress(everything, total) if progress else everything:
            written[name].append(_row(row))
    return {f"{name}.json": _json(found) for name, found in written.items()}


def left_out() -> int:
    """How many changes wait to be published, which no fixture holds: a load would have nobody to credit them to."""
    return ErrorEntry.with_proposals.proposals().count() + Flow.with_proposals.exclude(proposal_for=None).count()


@contextmanager
def _snapshot() -> Iterator[None]:
    """One transaction that sees one state of all tables, whatever is saved meanwhile, and keeps nobody from saving."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        # Django's own transactions on SQLite begin with the lock of who writes.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
        return
    with transaction.atomic():
        if connection.vendor == "postgresql" and not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def rows() -> dict[str, QuerySet[Any]]:
    """The rows of each file in the order of the pages, with the rows whose keys they name.

    The files stand in the order of their references: a row's file comes after those of the rows that it names.
    """
    entry = ("entry__operation", "entry__order", "entry__key")
    aliases = ErrorAlias.objects.filter(entry__proposal_for=None).select_related("entry").order_by(*entry, "pk")
    # With the codes stand the messages that editors added to those of the document.
    of_document = Q(entry__original_message_ko="") | Q(entry__original_message_ko__contains=F("text_ko"))
    added = Q(kind=ErrorAlias.Kind.MESSAGE) & ~of_document
    resolutions = Resolution.objects.filter(entry__proposal_for=None).select_related("entry")
    entries = ErrorEntry.objects.select_related("operation", "successor")
    links = FlowLink.objects.filter(entry__proposal_for=None, flow__proposal_for=None).select_related("entry", "flow")
    steps = Step.objects.filter(flow__proposal_for=None).select_related("flow", "hand_over")
    choices = Choice.objects.filter(step__flow__proposal_for=None).select_related("step__flow", "target__flow")
    return {
        "images": Image.objects.order_by("key"),
        "products": Product.objects.order_by("order"),
        "documents": Document.objects.select_related("product").order_by("key"),
        "sections": Section.objects.select_related("document").order_by("document__key", "order"),
        "operations": Operation.objects.select_related("section").order_by(
            "section__document__key", "section__order", "order"
        ),
        "errors": entries.order_by("operation", "order", "key"),
        "former_keys": FormerKey.objects.filter(entry__proposal_for=None).select_related("entry").order_by("key"),
        "aliases": aliases.filter(kind=ErrorAlias.Kind.MESSAGE).exclude(added),
        "codes": aliases.filter(Q(kind=ErrorAlias.Kind.CODE) | added),
        "symptoms": aliases.filter(kind=ErrorAlias.Kind.SYMPTOM),
        "resolutions": resolutions.order_by(*entry, "order"),
        "synonyms": SynonymGroup.objects.order_by("key"),
        "flows": Flow.objects.order_by("order"),
        "steps": steps.order_by("flow__order", "order"),
        "choices": choices.order_by("step__flow__order", "step__order", "order"),
        "flow_links": links.order_by(*entry, "order"),
    }


def _row(row: Model) -> dict[str, Any]:
    names = _field_names(type(row))
    serialised = serializers.serialize("python", [row], use_natural_foreign_keys=True, fields=names)[0]["fields"]
    fields = {name: serialised[name] for name in names}
    if isinstance(row, Translated) and row.outdated_translations():
        fields["translated_from"] = dict(sorted(row.translated_from.items()))
    return {"model": row._meta.label_lower, "fields": fields}


def _field_names(model: type[Model]) -> list[str]:
    """The fields of a row of ``model``: first what is said once, then each text in both languages."""
    texts = set(model.translated_fields()) if issubclass(model, Translated) else set()
    names = [field.name for field in model._meta.concrete_fields if field.name not in _OWN]
    both = [f"{name}_{language}" for name in names if name in texts for language in ("ko", "en")]
    return [name for name in names if name not in {*texts, *both}] + both


def _json(rows: list[dict[str, Any]]) -> str:
    # Django's own encoder would cut a time to milliseconds.
    return json.dumps(rows, ensure_ascii=False, indent=2, default=_as_written) + "\n"
