"""Owns writing the content as fixtures that ``loading`` reads back to the same content."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.core import serializers
from django.db import connection, transaction

from troubleshoot.models import (
    Choice,
    Document,
    ErrorAlias,
    ErrorEntry,
    Flow,
    FlowLink,
    FormerKey,
    Operation,
    Resolution,
    Section,
    Step,
    SynonymGroup,
)
from troubleshoot.models.translated import Translated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model, QuerySet

Item = tuple[str, Any]
Progress = Callable[[Iterable[Item], int], Iterable[Item]]

# What the database keeps for itself: row numbers, when a row was last written here, and who is at work on it.
_OWN = {"id", "updated", "translated_from", "proposal_for", "proposed_by", "based_on"}
_ROWS_AT_ONCE = 1_000
PARTS_OF_ENTRIES = ("troubleshoot.erroralias", "troubleshoot.resolution", "troubleshoot.flowlink")


def fixtures(progress: Progress | None = None) -> dict[str, str]:
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
    return ErrorEntry.with_proposals.proposals().count()


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
    """The rows of each file in the order of the pages, with the rows whose keys they name."""
    entry = ("entry__operation__order", "entry__order", "entry__key")
    aliases = ErrorAlias.objects.filter(entry__proposal_for=None).select_related("entry").order_by(*entry, "pk")
    resolutions = Resolution.objects.filter(entry__proposal_for=None).select_related("entry")
    entries = ErrorEntry.objects.select_related("operation", "successor")
    links = FlowLink.objects.filter(entry__proposal_for=None).select_related("entry", "flow")
    choices = Choice.objects.select_related("step__flow", "target__flow")
    return {
        "documents": Document.objects.order_by("key"),
        "sections": Section.objects.select_related("document").order_by("document__key", "order"),
        "operations": Operation.objects.select_related("section").order_by("order"),
        "errors": entries.order_by("operation__order", "order", "key"),
        "former_keys": FormerKey.objects.filter(entry__proposal_for=None).select_related("entry").order_by("key"),
        "aliases": aliases.filter(kind=ErrorAlias.Kind.MESSAGE),
        "codes": aliases.filter(kind=ErrorAlias.Kind.CODE),
        "resolutions": resolutions.order_by(*entry, "order"),
        "synonyms": SynonymGroup.objects.order_by("key"),
        "flows": Flow.objects.order_by("order"),
        "steps": Step.objects.select_related("flow", "hand_over").order_by("flow__order", "order"),
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
    texts = _texts(model)
    both = [f"{name}_{language}" for name in texts for language in ("ko", "en")]
    once = [field.name for field in model._meta.concrete_fields if field.name not in {*_OWN, *texts, *both}]
    return [*once, *both]


def _texts(model: type[Model]) -> list[str]:
    if not issubclass(model, Translated):
        return []
    translated = model.translated_fields()
    return [field.name for field in model._meta.concrete_fields if field.name in translated]


def _json(rows: list[dict[str, Any]]) -> str:
    # Django's own encoder would cut a time to milliseconds.
    return json.dumps(rows, ensure_ascii=False, indent=2, default=lambda moment: moment.isoformat()) + "\n"
