"""Owns files of rows: CSV, Excel workbooks and JSON, read to a table or refused, and written so that no cell is run."""

from __future__ import annotations

import codecs
import csv
import json
import re
import warnings
from dataclasses import dataclass, field
from enum import Enum
from io import BytesIO, StringIO
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import BadZipFile, LargeZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812 - it has no name of its own

from defusedxml import DefusedXmlException
from django.utils.translation import gettext
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils.exceptions import InvalidFileException

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Writer = Callable[[Sequence[str], Iterable[Sequence[str]]], bytes]


# What a spreadsheet may take for the beginning of a formula (OWASP, "CSV injection"), full-width forms included.
_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_GUARD = "'"


def neutralised(text: str) -> str:
    """``text`` as a cell that no spreadsheet runs: an apostrophe before what looks like a formula.

    ``restored`` takes it away again; so a text that has one already gets another.
    """
    return _GUARD + text if _looks_like_a_formula(text) else text


def restored(cell: str) -> str:
    """The text that ``neutralised`` made this cell of."""
    return cell[1:] if cell.startswith(_GUARD) and _looks_like_a_formula(cell[1:]) else cell


def _looks_like_a_formula(text: str) -> bool:
    return text.lstrip(_GUARD).startswith(_BEGINNINGS)


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
    """Rows as wide as ``headers``; ``places`` says where each stands in the file, such as “Line 7”."""

    headers: tuple[str, ...]
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    places: list[str] = field(default_factory=list)

    def append(self, cells: Sequence[Any], place: str) -> None:
        """Add a row; one without any content is passed over. Raises UnreadableError where it does not fit."""
        values = [None if isinstance(cell, str) and not cell.strip() else cell for cell in cells]
        while values and values[-1] is None:
            values.pop()
        if all(value in (None, ABSENT) for value in values):
            return
        if len(values) > len(self.headers):
            sentence = gettext("%(place)s has %(cells)d cells, but there are %(columns)d columns.")
            counts = {"place": place, "cells": len(values), "columns": len(self.headers)}
            raise UnreadableError(sentence % counts)
        for name, value in zip(self.headers, values, strict=False):
            self._refuse(name, value, place)
        if len(self.rows) == MOST_ROWS:
            raise UnreadableError(gettext("The file has more than %d rows. Import it in parts.") % MOST_ROWS)
        self.rows.append(tuple(values) + (None,) * (len(self.headers) - len(values)))
        self.places.append(place)

    def place(self, number: int) -> str:
        """Where the row with this number, from 1, stands in the file."""
        return self.places[number - 1]

    @staticmethod
    def _refuse(name: str, value: Any, place: str) -> None:
        if not isinstance(value, str):
            return
        at = {"place": place, "column": name, "most": LONGEST_CELL}
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


MOST_UNPACKED = 20 * 1_048_576
# What is read takes time by its elements, all others several times that of cells: about a second in all.
_SHEETS = "xl/worksheets/"
MOST_ELEMENTS = {_SHEETS: 160_000, "xl/sharedStrings": 110_000}
MOST_OTHER_ELEMENTS = 20_000
# Also by attributes, references and lines.
_MOST_MARKS = 300_000
# expat before 2.6 looks through what has not ended yet anew with each 16 KiB that it is given: 19 MB took 100 seconds.
_LONGEST_TOKEN = 524_288
_LOOKS_LIKE_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
_OF_A_CELL = re.compile(r"<(?:[\w.-]+:)?(?:row|c|v|f|is|t|r)[\s/>]|</|[^<]")
MOST_IN_A_CELL = 32_767  # of Excel; openpyxl would cut the rest off in silence
_MOST_PARTS = 1_000
# Empty rows are passed over, but a sheet may claim a million of them.
_MOST_EMPTY = MOST_ROWS
_WIDTH = 30


def read_xlsx(data: bytes) -> Table:
    """The rows of the first sheet, as the values that Excel last computed."""
    _refuse_bombs(data)
    try:
        return _table(data)
    except UnreadableError:
        raise
    except DefusedXmlException as error:
        raise UnreadableError(gettext("The workbook contains XML that is not allowed.")) from error
    except Exception as error:
        # openpyxl lets whatever it stumbles over through: KeyError, ValueError, AttributeError, XML errors.
        raise UnreadableError(gettext("This is not an Excel workbook (.xlsx), or it is damaged.")) from error


def _refuse_bombs(data: bytes) -> None:
    """Unpack the parts of the workbook one by one, and count what would take time to read."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            is_too_large = (
                len(parts) > _MOST_PARTS
                or sum(part.file_size for part in parts) > MOST_UNPACKED  # no more of a part is unpacked
                or _takes_too_long(archive)
            )
    except (BadZipFile, LargeZipFile, InvalidFileException, ValueError, OSError, RuntimeError, ZlibError) as error:
        # RuntimeError: a password, or a way of packing that is not known here.
        raise UnreadableError(gettext("This is not an Excel workbook (.xlsx), or it is damaged.")) from error
    if is_too_large:
        raise UnreadableError(gettext("The workbook is too large once unpacked. Import it in parts."))


def _takes_too_long(archive: ZipFile) -> bool:
    left = {"": MOST_OTHER_ELEMENTS} | MOST_ELEMENTS
    for part in archive.infolist():
        kind = next((name for name in MOST_ELEMENTS if part.filename.startswith(name)), "")
        data = archive.read(part)
        left[kind] -= data.count(b"<") - data.count(b"</")
        if left[kind] < 0 or any(data.count(mark) > _MOST_MARKS for mark in (b"=", b"&", b"\n")):
            return True
        if len(data) > _LONGEST_TOKEN and _is_tangled(data, is_sheet=kind == _SHEETS):
            return True
    return False


def _is_tangled(data: bytes, *, is_sheet: bool) -> bool:
    """Whether a large part is XML with a token that is large itself, is in no UTF-8, or a sheet of much but cells."""
    if data.startswith(_WIDE) or not _LOOKS_LIKE_XML.match(data):
        return data.startswith(_WIDE)
    tokens: list[str] = []
    parser = ParserCreate("utf-8")
    parser.DefaultHandler = tokens.append
    try:
        parser.Parse(data, True)
    except ExpatError:
        return True
    others = sum(_OF_A_CELL.match(token) is None for token in tokens) if is_sheet else 0
    return max(map(len, tokens)) > _LONGEST_TOKEN or others > MOST_OTHER_ELEMENTS


def _table(data: bytes) -> Table:
    rows = _rows(data)
    _number, names = next(rows, (0, ()))
    table = Table(columns(names))
    for number, cells in rows:
        table.append([_plain(cell) for cell in cells], _place(number, number))
    return table


def _rows(data: bytes) -> Iterator[tuple[int, tuple[Any, ...]]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that do not concern us
        workbook = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        sheet = workbook.worksheets[0]
        # The size that the sheet claims may be any; one column more than is allowed shows that there are too many.
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True)
        for number, cells in enumerate(rows, 1):
            if number > 1 + MOST_ROWS + _MOST_EMPTY:
                raise UnreadableError(gettext("The file has more than %d rows. Import it in parts.") % MOST_ROWS)
            yield number, cells
    finally:
        workbook.close()


def _plain(cell: Any) -> Any:
    """Excel keeps whole numbers as fractions: an error code 320001 may come as 320001.0."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def write_xlsx(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Every cell a text: what looks like a formula is none. Raises UnwritableError."""
    lines = [headers, *rows]
    for row in lines:
        _refuse_row(row)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    sheet.freeze_panes = "A2"
    for place in range(len(headers)):
        sheet.column_dimensions[chr(ord("A") + place)].width = _WIDTH
    for row in lines:
        sheet.append([_written(sheet, text) for text in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _refuse_row(row: Sequence[str]) -> None:
    if any(len(text) > MOST_IN_A_CELL or ILLEGAL_CHARACTERS_RE.search(text) for text in row):
        sentence = gettext(
            "A text in “%s” doesn't fit in Excel: it is too long or contains control characters. Choose CSV instead."
        )
        raise UnwritableError(sentence % row[0])


def _written(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


_SEPARATORS = ",;\t"


def read_csv(data: bytes) -> Table:
    """The rows of a CSV file in UTF-8, UTF-16 or the code page of Korean Windows, with any usual separator.

    A row is named by its number, which a spreadsheet shows, and by its line where an editor shows another one.
    """
    lines = _lines(_decoded(data))
    table = Table(columns(next(lines, (0, []))[1]))
    for row, (line, cells) in enumerate(lines, 2):
        table.append([restored(cell) for cell in cells], _place(row, line))
    return table


def _place(row: int, line: int) -> str:
    words = gettext("Row %(row)d (line %(line)d)") if line != row else gettext("Row %(row)d")
    return words % {"row": row, "line": line}


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


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of the line on which it begins: a quoted cell may hold line breaks."""
    head = text[: text.find("\n") + 1 or None]
    separator = max(_SEPARATORS, key=head.count)
    # Python's own limit on a cell is smaller than ours, and counts for the whole process.
    csv.field_size_limit(max(csv.field_size_limit(), 2 * LONGEST_CELL))
    reader = csv.reader(_bounded(text, separator), delimiter=separator, strict=True)
    row = begins = 1
    try:
        for cells in reader:
            yield begins, cells
            row, begins = row + 1, reader.line_num + 1
    except csv.Error as error:
        sentence = gettext("%(place)s can't be read. Check the quotation marks there and above.")
        raise UnreadableError(sentence % {"place": _place(row, begins)}) from error


def _bounded(text: str, separator: str) -> Iterator[str]:
    """The lines, none of which has millions of cells."""
    for line in StringIO(text, newline=""):
        if line.count(separator) > LONGEST_CELL:
            raise UnreadableError(gettext("The file has more than %d columns.") % MOST_COLUMNS)
        yield line


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
    table = Table(names)
    for number, item in enumerate(items, 1):
        cells = [_cell(item.get(name, ABSENT), number, name) for name in names]
        table.append(cells, gettext("Item %d") % number)
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
