"""Owns reading CSV as spreadsheets write it, whatever their encoding and separator, and cells that are no formulas."""

from __future__ import annotations

import codecs
import csv
from io import StringIO
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from troubleshoot.exchange.tables.tables import LONGEST_CELL, Table, UnreadableError, columns

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEPARATORS = ",;\t"
# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_GUARD = "'"


def neutralised(text: str) -> str:
    """``text`` as a cell that no spreadsheet runs: an apostrophe before what looks like a formula.

    ``_restored`` takes it away again; so a text that has one already gets another.
    """
    return _GUARD + text if _looks_like_a_formula(text) else text


def _restored(cell: str) -> str:
    return cell[1:] if cell.startswith(_GUARD) and _looks_like_a_formula(cell[1:]) else cell


def _looks_like_a_formula(text: str) -> bool:
    return text.lstrip(_GUARD).startswith(_FORMULA)


def read_csv(data: bytes) -> Table:
    """The rows of a CSV file in UTF-8, UTF-16 or the code page of Korean Windows, with any usual separator."""
    lines = _lines(_decoded(data))
    _number, names = next(lines, (0, []))
    table = Table(columns(names), lambda number: gettext("Line %d") % number)
    for number, cells in lines:
        table.append([_restored(cell) for cell in cells], number)
    return table


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
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        sentence = gettext("Line %(number)d can't be read: %(reason)s. A quotation mark may be missing.")
        raise UnreadableError(sentence % {"number": begins, "reason": error}) from error
