"""Owns writing many rows at once: made as what the database stores, and new ones numbered when they are written."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model


_PLAIN = (str, int)


class Table:
    """New rows of one model. All that takes time is done before the transaction in which they are written.

    A row is not an instance: no signal hears of it, and no default is computed twice. Whoever writes it stamps it.
    """

    def __init__(self, model: type[Model], /, **common: Any) -> None:
        self._model = model
        self._fields = {field.attname: field for field in model._meta.concrete_fields if not field.primary_key}
        self._places = {name: place for place, name in enumerate(self._fields)}
        blank = model(**common)
        self._blank = [self._stored(name, getattr(blank, name)) for name in self._fields]
        self._plain = {name for name, stored in zip(self._fields, self._blank, strict=True) if isinstance(stored, str)}
        self._rows: list[list[Any]] = []

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, **values: Any) -> int:
        """A row with these values by column, the others as those of a new row. Returns its place among the rows.

        What refers to a row that is not written yet holds what ``write`` is to look up.
        """
        row = self._blank.copy()
        for name, value in values.items():
            if value is None or isinstance(value, _PLAIN):
                row[self._places[name]] = value
            elif value != {}:  # as a new row has it
                row[self._places[name]] = self._stored(name, value)
        self._rows.append(row)
        return len(self._rows) - 1

    def write(self, **lookups: Mapping[Any, int]) -> dict[int, int]:
        """Write all rows; a column of ``lookups`` gets what stands there for its value. Returns numbers by place."""
        if not self._rows:
            return {}
        for name, known in lookups.items():
            column = self._places[name]
            for row in self._rows:
                if row[column] is not None:
                    row[column] = known[row[column]]
        numbers = _reserved(self._model, len(self._rows))
        quote = connection.ops.quote_name
        columns = [self._model._meta.pk, *self._fields.values()]
        names = ", ".join(quote(str(field.column)) for field in columns if field)
        marks = ", ".join(["%s"] * len(columns))
        statement = f"INSERT INTO {quote(self._model._meta.db_table)} ({names}) VALUES ({marks})"  # noqa: S608 - names of our own
        with connection.cursor() as cursor:
            cursor.executemany(statement, [(number, *row) for number, row in zip(numbers, self._rows, strict=True)])
        return dict(enumerate(numbers))

    def _stored(self, name: str, value: Any) -> Any:
        field: Any = self._fields[name]
        return field.get_db_prep_save(value, connection)


def update(model: type[Model], rows: Mapping[int, Mapping[str, Any]]) -> None:
    """Give rows, by their number, values by column; no signal hears of it. Whoever writes them stamps them."""
    fields: dict[str, Any] = {field.attname: field for field in model._meta.concrete_fields}
    quote = connection.ops.quote_name
    alike: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
    for number, values in rows.items():
        stored = [fields[name].get_db_prep_save(value, connection) for name, value in sorted(values.items())]
        alike[tuple(sorted(values))].append([*stored, number])
    with connection.cursor() as cursor:
        for names, parameters in alike.items():
            given = ", ".join(f"{quote(fields[name].column)} = %s" for name in names)
            cursor.executemany(f"UPDATE {quote(model._meta.db_table)} SET {given} WHERE id = %s", parameters)  # noqa: S608 - names of our own


def _reserved(model: type[Model], count: int) -> list[int]:
    """Primary keys that no row has or had: the history names rows by them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [number for (number,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or (0,))[0]
    return list(range(last + 1, last + count + 1))
