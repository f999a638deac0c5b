"""Owns files of rows: CSV as spreadsheets write and open it, JSON as a list of objects, and which kind a file is."""

from __future__ import annotations

import codecs
import csv
import json
from io import StringIO
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from troubleshoot.exchange.formulas import neutralised, restored
from troubleshoot.exchange.tables import ABSENT, LONGEST_CELL, Table, UnreadableError, columns
from troubleshoot.exchange.workbooks import read_xlsx, write_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Writer = Callable[[Sequence[str], Iterable[Sequence[str]]], bytes]

_SEPARATORS = ",;\t"


def read_csv(data: bytes) -> Table:
    """The rows of a CSV file in UTF-8, UTF-16 or the code page of Korean Windows, with any usual separator.

    A row is named by its line, which an editor shows, and by its number where Excel shows another one.
    """
    rows: dict[int, int] = {}
    lines = _lines(_decoded(data), rows)
    _number, names = next(lines, (0, []))
    table = Table(columns(names), lambda line: _named(line, rows[line]))
    for number, cells in lines:
        table.append([restored(cell) for cell in cells], number)
    return table


def _named(line: int, row: int) -> str:
    if line == row:
        return gettext("Line %d") % line
    return gettext("Line %(line)d (row %(row)d)") % {"line": line, "row": row}


def _decoded(data: bytes) -> str:
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "cp949"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableError(gettext("This is not a text file. In Excel, choose “CSV UTF-8” when you save."))


def _lines(text: str, rows: dict[int, int]) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of the line on which it begins: a quoted cell may hold line breaks.

    ``rows`` learns the number of the row that begins on each line.
    """
    head = text[: text.find("\n") + 1 or None]
    separator = max(_SEPARATORS, key=head.count)
    # Python's own limit on a cell is smaller than ours, and counts for the whole process.
    csv.field_size_limit(max(csv.field_size_limit(), 2 * LONGEST_CELL))
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for row, cells in enumerate(reader, 1):
            rows[begins] = row
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        sentence = gettext("Line %d can't be read. Check the quotation marks there and above.")
        raise UnreadableError(sentence % begins) from error


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """In UTF-8 with the mark by which Excel knows it."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headers)
    writer.writerows([neutralised(text) for text in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


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
        sentence = gettext("Not valid JSON at line %(line)d, character %(character)d.")
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
