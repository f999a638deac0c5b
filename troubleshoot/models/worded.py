"""Owns questions that are worded once: Django takes ten times as long to word one as the database to answer it."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import connections
from django.utils.translation import get_language

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model, QuerySet

_ModelT = TypeVar("_ModelT", bound="Model")
_RowT = TypeVar("_RowT")
# They stand for the values while a question is worded: small enough for any column, and nothing that is meant.
_STANDINS = 31_091


class Worded(Generic[_ModelT, _RowT]):
    """The rows of a queryset that differs by some texts or numbers alone.

    The SQL is Django's own, kept for each language, and the rows are read as Django reads them.
    """

    def __init__(self, make: Callable[..., QuerySet[_ModelT, _RowT]]) -> None:
        self._make = make
        self._known: dict[str | None, tuple[Any, Any, str, tuple[Any, ...]]] = {}

    def __call__(self, *values: str | int) -> list[_RowT]:
        standins = [_STANDINS + place if isinstance(value, int) else f"?{place}" for place, value in enumerate(values)]
        known = self._known.get(get_language())
        if known is None:
            known = self._known[get_language()] = self._word(standins)
        queryset, compiler, sql, params = known
        meant = dict(zip(standins, values, strict=True))
        ready = copy(compiler)
        ready.connection = connections[queryset.db]  # that of this thread
        ready.as_sql = lambda *_args, **_options: (sql, tuple(meant.get(value, value) for value in params))
        rows = queryset.all()
        rows.query.get_compiler = lambda *_args, **_options: ready
        return list(rows)

    def _word(self, standins: list[str | int]) -> tuple[Any, Any, str, tuple[Any, ...]]:
        queryset = self._make(*standins)
        compiler = queryset.query.get_compiler(queryset.db)
        sql, params = compiler.as_sql()
        if any(params.count(standin) != 1 for standin in standins):
            raise ValueError(f"Each value must stand once in {sql}")
        return queryset, compiler, sql, tuple(params)
