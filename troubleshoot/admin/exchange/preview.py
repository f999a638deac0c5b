"""Owns what an administrator sees of an import before it is made: what would change, or what is wrong where."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext

from troubleshoot.models.translated import Translated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from import_export.results import Result

    from troubleshoot.admin.exchange.rows import Cell, Rows
    from troubleshoot.exchange.tables import Table

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that keeps the whole file from being imported."""

    place: str
    column: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ChangedRow:
    place: str
    title: str
    is_new: bool
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do. ``rows`` are the first ones that change, ``problems`` the first that keep it."""

    problems: list[Problem]
    rows: list[ChangedRow]
    created: int
    updated: int
    unchanged: int
    digest: str

    @property
    def changed(self) -> int:
        return self.created + self.updated

    @property
    def more(self) -> int:
        """How many rows change that are not shown."""
        return self.changed - len(self.rows)


def preview_of(result: Result, resource: Rows, table: Table) -> Preview:
    """What ``result`` says of the rows of ``table``, in words."""
    rows = [ChangedRow(row.place, row.title, row.is_new(), row.diff) for row in result.rows if row.is_valid()]
    return Preview(
        problems=list(_problems(result, resource, table)),
        rows=rows[:MOST_SHOWN],
        created=result.totals["new"],
        updated=result.totals["update"],
        unchanged=result.totals["skip"],
        digest=hashlib.sha256(repr(rows).encode()).hexdigest(),
    )


def _problems(result: Result, resource: Rows, table: Table) -> Iterator[Problem]:
    for base in result.base_errors:
        yield from _sentences("", base.error, resource)
    found = [(row.number, row.error) for row in result.invalid_rows]
    found += [(row.number, error.error) for row in result.error_rows for error in row.errors]
    for number, error in sorted(found, key=lambda pair: pair[0])[:MOST_SHOWN]:
        yield from _sentences(table.place(number), error, resource)


def _sentences(place: str, error: Exception, resource: Rows) -> Iterator[Problem]:
    if not isinstance(error, ValidationError):
        yield Problem(place, "", str(error) if isinstance(error, ValueError) else gettext("This row can't be saved."))
    elif not hasattr(error, "error_dict"):
        yield from (Problem(place, "", sentence) for sentence in error.messages)
    else:
        for column, sentences in error.message_dict.items():
            if not _is_said_by_a_twin(column, resource):
                name = "" if column == NON_FIELD_ERRORS else column
                yield from (Problem(place, name, sentence) for sentence in sentences)


def _is_said_by_a_twin(column: str, resource: Any) -> bool:
    """A field in two languages complains beside its Korean column, of the same."""
    model = resource._meta.model  # the library's name for its options
    return issubclass(model, Translated) and column in model.translated_fields()
