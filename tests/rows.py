"""Owns copies of the application's rows: what one test has made, later ones get in a few statements."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models

from troubleshoot.models import ContentVersion, Document


@dataclass(frozen=True)
class Table:
    """The rows of one table: the statement that puts one there, and the values of each."""

    insert: str
    rows: list[tuple[Any, ...]]


class Copies:
    """What was made once in this process, by name. Raw rows, so that no signal counts them twice."""

    def __init__(self) -> None:
        self._tables: dict[str, list[Table]] = {}

    def make(self, name: str, build: Callable[[], object]) -> None:
        """Build, or put back what was built before; as rows keep their numbers, into an empty database only."""
        if ContentVersion.objects.exists() or Document.objects.exists():
            build()
        elif name in self._tables:
            put(self._tables[name])
        else:
            build()
            self._tables[name] = list(taken())


def taken() -> Iterator[Table]:
    """Every row of the application, of the tables that others point to first."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for model in models_of_the_app():
            columns = ", ".join(quote(field.column) for field in model._meta.local_concrete_fields)
            table = quote(model._meta.db_table)
            cursor.execute(f"SELECT {columns} FROM {table} ORDER BY {quote(model._meta.pk.column)}")
            if rows := cursor.fetchall():
                places = ", ".join(["%s"] * len(rows[0]))
                yield Table(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)


def put(tables: list[Table]) -> None:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.executemany(table.insert, table.rows)


def models_of_the_app() -> list[type[models.Model]]:
    """Every model, those that others point to first."""
    waiting = list(apps.get_app_config("troubleshoot").get_models())
    sorted_models: list[type[models.Model]] = []
    while waiting:
        free = [model for model in waiting if not targets(model) & set(waiting) - {model}]
        sorted_models += free
        waiting = [model for model in waiting if model not in free]
    return sorted_models


def targets(model: type[models.Model]) -> set[Any]:
    return {field.related_model for field in model._meta.get_fields() if field.many_to_one or field.one_to_one}
