"""Owns reading the first sheet of an Excel workbook, which is a bag of compressed XML that anybody may have packed."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, LargeZipFile, ZipFile

from defusedxml import DefusedXmlException
from django.utils.translation import gettext
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from troubleshoot.exchange.tables.tables import MOST_COLUMNS, MOST_ROWS, Table, UnreadableError, columns

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_UNPACKED = 50 * 1_048_576
_MOST_PARTS = 1_000
# Empty rows are passed over, but a sheet may claim a million of them.
_MOST_EMPTY = MOST_ROWS


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
