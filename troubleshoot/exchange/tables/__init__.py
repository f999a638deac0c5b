"""Owns reading a file of rows that an administrator brings: CSV, XLSX or JSON, however broken or hostile it is."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from troubleshoot.exchange.tables.json_files import read_json
from troubleshoot.exchange.tables.tables import ABSENT, Table, UnreadableError
from troubleshoot.exchange.tables.text_files import neutralised, read_csv
from troubleshoot.exchange.tables.workbooks import read_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ABSENT", "READERS", "Table", "UnreadableError", "neutralised", "read"]

READERS: dict[str, Callable[[bytes], Table]] = {".csv": read_csv, ".xlsx": read_xlsx, ".json": read_json}
"""How a file is read, by how its name ends."""


def read(name: str, data: bytes) -> Table:
    """The rows of a file, by how its name ends. Raises UnreadableError, which says what is wrong where."""
    reader = READERS.get(PurePath(name).suffix.lower())
    if reader is None:
        raise UnreadableError(gettext("Choose a file whose name ends in .csv, .xlsx or .json."))
    table = reader(data)
    if not table.rows:
        raise UnreadableError(gettext("The file has no rows below the names of its columns."))
    return table
