"""Owns CSV: read as spreadsheets write it, whatever its encoding and separator, and written as Excel opens it."""

from __future__ import annotations

import codecs
import csv
from io import StringIO
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from troubleshoot.exchange.formulas import neutralised, restored
from troubleshoot.exchange.tables import LONGEST_CELL, Table, UnreadableError, columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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
        sentence = gettext("Line %d can't be read. A quotation mark is missing, or one too many, there or further up.")
        raise UnreadableError(sentence % begins) from error


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """In UTF-8 with the mark by which Excel knows it."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headers)
    writer.writerows([neutralised(text) for text in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
