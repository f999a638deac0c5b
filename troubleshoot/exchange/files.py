"""Owns which kinds of files hold a table, and JSON among them: a list of objects whose names are the columns."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from troubleshoot.exchange.csv_files import read_csv, write_csv
from troubleshoot.exchange.tables import ABSENT, Table, UnreadableError, columns
from troubleshoot.exchange.workbooks import read_xlsx, write_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Writer = Callable[[Sequence[str], Iterable[Sequence[str]]], bytes]


def read(name: str, data: bytes) -> Table:
    """The rows of a file, by how its name ends. Raises UnreadableError, which says what is wrong where."""
    reader = READERS.get(PurePath(name).suffix.lower())
    if reader is None:
        raise UnreadableError(gettext("Choose a file whose name ends in .csv, .xlsx or .json."))
    table = reader(data)
    if not table.rows:
        raise UnreadableError(gettext("The file has no rows below the names of its columns."))
    return table


def read_json(data: bytes) -> Table:
    """The objects of a list; a name that an object leaves out is not spoken of in its row."""
    items = _parsed(data)
    if not (isinstance(items, list) and all(isinstance(item, dict) for item in items)):
        raise UnreadableError(gettext("The file must be a list of objects: [{…}, {…}]."))
    names = columns(list(dict.fromkeys(name for item in items for name in item)) or [None])
    table = Table(names, lambda number: gettext("Item %d") % number)
    for number, item in enumerate(items, 1):
        table.append([_cell(item.get(name, ABSENT), number, name) for name in names], number)
    return table


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        sentence = gettext("Line %(line)d, character %(character)d: here the file is no JSON any more.")
        raise UnreadableError(sentence % {"line": error.lineno, "character": error.colno}) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableError(gettext("This is not JSON in UTF-8.")) from error


def _cell(value: Any, number: int, name: str) -> Any:
    if isinstance(value, list | dict):
        sentence = gettext("Item %(number)d, %(column)s: text or a number is expected.")
        raise UnreadableError(sentence % {"number": number, "column": name})
    return value


def write_json(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    items = [dict(zip(headers, row, strict=True)) for row in rows]
    return (json.dumps(items, ensure_ascii=False, indent=2) + "\n").encode()


READERS: dict[str, Callable[[bytes], Table]] = {".csv": read_csv, ".xlsx": read_xlsx, ".json": read_json}
"""How a file is read, by how its name ends."""

WRITERS: dict[str, tuple[str, Writer]] = {
    "csv": ("text/csv; charset=utf-8", write_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    "json": ("application/json", write_json),
}
"""The type and the writer of each kind of file."""
