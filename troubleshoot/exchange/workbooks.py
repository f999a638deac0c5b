"""Owns Excel workbooks: the first sheet is read, whoever packed the file to do harm, and written without formulas."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, LargeZipFile, ZipFile

from defusedxml import DefusedXmlException
from django.utils.translation import gettext
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils.exceptions import InvalidFileException

from troubleshoot.exchange.tables import MOST_COLUMNS, MOST_ROWS, Table, UnreadableError, UnwritableError, columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_UNPACKED = 50 * 1_048_576
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
    """Look at the sizes in the archive's table of contents; more than these is never unpacked."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
    except (BadZipFile, LargeZipFile, InvalidFileException, ValueError, OSError) as error:
        raise UnreadableError(gettext("This is not an Excel workbook (.xlsx), or it is damaged.")) from error
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise UnreadableError(gettext("The workbook is too large once unpacked. Import it in parts."))


def _table(data: bytes) -> Table:
    rows = _rows(data)
    _number, names = next(rows, (0, ()))
    table = Table(columns(names), lambda number: gettext("Row %d") % number)
    for number, cells in rows:
        table.append([_plain(cell) for cell in cells], number)
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
