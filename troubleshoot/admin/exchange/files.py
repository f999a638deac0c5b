"""Owns writing exported rows: CSV that Excel opens and runs nothing of, Excel workbooks, and JSON."""

from __future__ import annotations

import csv
import json
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from troubleshoot.exchange.tables import neutralised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Writer = Callable[[Sequence[str], Iterable[Sequence[str]]], bytes]

MOST_IN_A_CELL = 32_767  # of Excel; openpyxl would cut the rest off in silence
WIDTH = 30


class UnwritableError(Exception):
    """Rows that a kind of file can't hold; the message is the sentence to show."""


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """In UTF-8 with the mark by which Excel knows it."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headers)
    writer.writerows([neutralised(text) for text in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Every cell a text: what looks like a formula is none."""
    lines = [headers, *rows]
    for row in lines:
        _refuse(row)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    sheet.freeze_panes = "A2"
    for place in range(len(headers)):
        sheet.column_dimensions[chr(ord("A") + place)].width = WIDTH
    for row in lines:
        sheet.append([_cell(sheet, text) for text in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _refuse(row: Sequence[str]) -> None:
    if any(len(text) > MOST_IN_A_CELL or ILLEGAL_CHARACTERS_RE.search(text) for text in row):
        sentence = gettext(
            "A text in “%s” doesn't fit in Excel: it is too long or contains control characters. Choose CSV instead."
        )
        raise UnwritableError(sentence % row[0])


def _cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def write_json(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    items = [dict(zip(headers, row, strict=True)) for row in rows]
    return (json.dumps(items, ensure_ascii=False, indent=2) + "\n").encode()


WRITERS: dict[str, tuple[str, Writer]] = {
    "csv": ("text/csv; charset=utf-8", write_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    "json": ("application/json", write_json),
}
"""The type and the writer of each kind of file."""
