"""Owns reports as CSV: read by Excel as what they are, Korean included, and never as formulas."""

from __future__ import annotations

import csv
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.http import StreamingHttpResponse

from troubleshoot.exchange.formulas import neutralised

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Without it Excel takes UTF-8 for the code page of the machine.
BYTE_ORDER_MARK = "\ufeff"


class _Line:
    """A file for the CSV writer that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_of(name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """A download ``name``.csv, written while it is sent."""
    answer = StreamingHttpResponse(lines(head, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def lines(head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield BYTE_ORDER_MARK
    for row in chain([head], rows):
        yield writer.writerow([cell(value) for value in row])


def cell(value: Any) -> Any:
    """A number as it is; a text so that no spreadsheet runs it."""
    if value is None or isinstance(value, int | float):
        return value
    return neutralised(str(value).replace("\x00", ""))
