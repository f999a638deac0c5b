"""Owns the table that a file is read to: named columns, rows and where each stands, and how much there may be of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# All rows are written in one transaction, and nobody else saves in SQLite while it lasts: seconds, not minutes.
MOST_ROWS = 1_000
MOST_COLUMNS = 50
LONGEST_CELL = 100_000
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # what no database keeps, and JSON can name


class UnreadableError(Exception):
    """A file that can't be read; the message is the sentence to show."""


class UnwritableError(Exception):
    """Rows that a kind of file can't hold; the message is the sentence to show."""


class _Absent(Enum):
    ABSENT = "absent"


ABSENT = _Absent.ABSENT
"""The cell of a column that this row does not speak of; an empty cell says that there is nothing."""


@dataclass(slots=True)
class Table:
    """Rows as wide as ``headers``; ``places`` tells where each stands in the file, which ``named`` puts in words."""

    headers: tuple[str, ...]
    named: Callable[[int], str]
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    places: list[int] = field(default_factory=list)

    def append(self, cells: Sequence[Any], place: int) -> None:
        """Add a row; one without any content is passed over. Raises UnreadableError where it does not fit."""
        values = [None if isinstance(cell, str) and not cell.strip() else cell for cell in cells]
        while values and values[-1] is None:
            values.pop()
        if all(value in (None, ABSENT) for value in values):
            return
        if len(values) > len(self.headers):
            sentence = gettext("%(place)s has %(cells)d cells, but there are %(columns)d columns.")
            counts = {"place": self.named(place), "cells": len(values), "columns": len(self.headers)}
            raise UnreadableError(sentence % counts)
        for name, value in zip(self.headers, values, strict=False):
            self._refuse(name, value, place)
        if len(self.rows) == MOST_ROWS:
            raise UnreadableError(gettext("The file has more than %d rows. Import it in parts.") % MOST_ROWS)
        self.rows.append(tuple(values) + (None,) * (len(self.headers) - len(values)))
        self.places.append(place)

    def place(self, number: int) -> str:
        """Where the row with this number, from 1, stands in the file, such as “Line 7”."""
        return self.named(self.places[number - 1])

    def _refuse(self, name: str, value: Any, place: int) -> None:
        if not isinstance(value, str):
            return
        at = {"place": self.named(place), "column": name, "most": LONGEST_CELL}
        if _UNSTORABLE.search(value):
            raise UnreadableError(gettext("%(place)s, %(column)s: the text contains invalid characters.") % at)
        if len(value) > LONGEST_CELL:
            raise UnreadableError(gettext("%(place)s, %(column)s: the text is longer than %(most)d characters.") % at)


def columns(names: Sequence[Any]) -> tuple[str, ...]:
    """The names of the columns. Raises UnreadableError where one is missing or twice there, or where they are many."""
    found = ["" if name is None else str(name).strip() for name in names]
    while found and not found[-1]:
        found.pop()
    if not found:
        raise UnreadableError(gettext("The first line must contain the column names."))
    if len(found) > MOST_COLUMNS:
        raise UnreadableError(gettext("The file has more than %d columns.") % MOST_COLUMNS)
    if "" in found:
        raise UnreadableError(gettext("Column %d has no name in the first line.") % (found.index("") + 1))
    for name in found:
        if found.count(name) > 1:
            raise UnreadableError(gettext("Two columns are called %s.") % name[:100])
    return tuple(found)
