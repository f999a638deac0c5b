"""Owns questions that are worded once: Django takes ten times as long to word one as the database to answer it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models.query import FlatValuesListIterable, ModelIterable, RelatedPopulator
from django.utils.translation import get_language
from modeltranslation.manager import FallbackFlatValuesListIterable

from troubleshoot import keeping, replicas

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.db.models import Model, QuerySet

_ModelT = TypeVar("_ModelT", bound="Model")
_RowT = TypeVar("_RowT")
# They stand for the values while a question is worded: small enough for any column, and nothing that is meant.
_STANDINS = 31_091


class _Wording(NamedTuple):
    """A question as the database is asked it, and how the rows of its answer are read."""

    sql: str
    params: tuple[Any, ...]
    converters: tuple[tuple[int, Any], ...]
    read: Callable[[Iterable[Any]], list[Any]]


class Worded(Generic[_ModelT, _RowT]):
    """The rows of a queryset that differs by some texts or numbers alone.

    SQL, conversions and the making of rows are Django's own, looked up once for each language.
    """

    def __init__(self, make: Callable[..., QuerySet[_ModelT, _RowT]]) -> None:
        self._make = make
        self._known: dict[str | None, _Wording] = {}

    def __call__(self, *values: str | int) -> list[_RowT]:
        standins = [_STANDINS + place if isinstance(value, int) else f"?{place}" for place, value in enumerate(values)]
        known = self._known.get(get_language())
        if known is None:
            known = self._known[get_language()] = self._word(standins)
        meant = dict(zip(standins, values, strict=True))
        connection = replicas.connection()  # that of this thread, and of what it reads
        rows = keeping.ask(connection, known.sql, tuple(meant.get(value, value) for value in known.params))
        return known.read(_converted(rows, known.converters, connection))

    def _word(self, standins: list[str | int]) -> _Wording:
        queryset = self._make(*standins)
        compiler = queryset.query.get_compiler(queryset.db)
        sql, params = compiler.as_sql()
        if any(params.count(standin) != 1 for standin in standins):
            raise ValueError(f"Each value must stand once in {sql}")
        converters = tuple(compiler.get_converters([column for column, *_sql in compiler.select]).items())
        return _Wording(sql, tuple(params), converters, _reader(queryset, compiler))


def _converted(rows: Iterable[Any], converters: tuple[tuple[int, Any], ...], connection: Any) -> Iterator[list[Any]]:
    for row in map(list, rows):
        for place, (converts, expression) in converters:
            for convert in converts:
                row[place] = convert(row[place], expression, connection)
        yield row


def _reader(queryset: QuerySet[Any, Any], compiler: Any) -> Callable[[Iterable[Any]], list[Any]]:
    made = vars(queryset)["_iterable_class"]
    if not issubclass(made, ModelIterable):
        # The managers of translated rows name columns in no order, and exchange those that have a twin.
        if hasattr(queryset, "translation_fields") and (queryset.translation_fields or len(compiler.select) > 1):
            raise ValueError("Several columns, or one that is translated, are asked for of a plain queryset")
        is_flat = issubclass(made, FlatValuesListIterable | FallbackFlatValuesListIterable)
        return lambda rows: [row[0] if is_flat else tuple(row) for row in rows]
    if queryset.query.annotations or vars(queryset)["_prefetch_related_lookups"]:
        raise ValueError("What is added to rows is asked for on its own")
    # Django makes the rows that come along with others of a part of a row; so are those made that are asked for.
    setters = {"local_setter": lambda found, row: found.append(row), "remote_setter": lambda _row, _found: None}
    told = compiler.klass_info | {"from_parent": False} | setters
    maker: Any = RelatedPopulator(told, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # of a later Django

    def read(rows: Iterable[Any]) -> list[Any]:
        found: list[Any] = []
        for row in rows:
            maker.populate(row, found)
        return found

    return read
