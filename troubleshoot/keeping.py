"""Owns what is said of an answer while it is made: whether it may be kept (``portal.kept`` does), and what it rests on.

What the database was asked, with a digest of what it said, is the answer's *trace* (Mokhov, Mitchell, Peyton Jones:
Build systems à la carte, 2018, call it a verifying trace). Where the same questions are answered alike once the content
has changed, what was made of them is still true.
"""

from __future__ import annotations

import hashlib
from contextlib import closing, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from troubleshoot import replicas

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from django.http import HttpResponseBase

_View = TypeVar("_View", bound="Callable[..., Any]")
_Response = TypeVar("_Response", bound="HttpResponseBase")

# An answer that rests on more questions is sooner made anew than asked about.
MOST_QUESTIONS = 24
# The pages have some dozens of questions in all; lists of keys of each length are some more.
_MOST_WORDINGS = 1_000


class Wording:
    """The SQL of a question, of which there is one object: memory counts it once, not with each answer."""

    __slots__ = ("sql",)

    def __init__(self, sql: str) -> None:
        self.sql = sql


Question = tuple[Wording, tuple[Any, ...]]
Trace = tuple[tuple[Wording, tuple[Any, ...], bytes], ...]
_wordings: dict[str, Wording] = {}


@dataclass
class Making:
    """An answer that is being made. ``asked`` is what the database was asked; None where that does not say it all.

    With each question stands a digest of what was said, where whoever asked it saw that. ``edition`` names the content
    that was there as it was begun, where that was asked.
    """

    edition: str = ""

    is_for_now: bool = False
    asked: dict[Question, bytes | None] | None = field(default_factory=dict)
    is_aside: bool = False

    def note(self, asked: Mapping[Question, bytes | None] | None) -> None:
        if self.is_aside or self.asked is None:
            return
        every = None if asked is None else {**asked, **self.asked}
        self.asked = None if every is None or len(every) > MOST_QUESTIONS else every

    def trace(self) -> Trace | None:
        """What the answer rests on, asked once more where nobody saw what was said; None where that can't be told.

        It is what the answer was made of only where the content has the same name as before.
        """
        if self.asked is None:
            return None
        return tuple((*question, said or _said(question)) for question, said in self.asked.items())


_making: ContextVar[Making | None] = ContextVar("making", default=None)


def _noted(execute: Callable[..., Any], sql: str, params: Any, many: Any, context: Any) -> Any:
    if (made := _making.get()) is not None and made.asked is not None and not made.is_aside:
        made.note(_questions(sql, params, many=many))
    return execute(sql, params, many, context)


def _questions(sql: str, params: Any, *, many: bool) -> dict[Question, bytes | None] | None:
    """None for what writes, or is asked with what can change."""
    is_question = not many and sql.lstrip("( ").startswith("SELECT")
    if not is_question or len(_wordings) > _MOST_WORDINGS or any(isinstance(value, list) for value in params or ()):
        return None
    return {(_wordings.setdefault(sql, Wording(sql)), tuple(params or ())): None}


@contextmanager
def making(edition: str = "") -> Iterator[Making]:
    """Something is made meanwhile: an answer, or a part of one, of which all that is said is true of the answer."""
    whole = _making.get()
    made = Making(whole.edition if whole else edition)
    token = _making.set(made)
    try:
        with nullcontext() if whole else replicas.connection().execute_wrapper(_noted):
            yield made
    finally:
        _making.reset(token)
        if made.is_for_now:
            not_now()
        rests_on(made.asked)


def begun_with() -> str:
    """The name of the content that was there as the answer was begun; empty where nobody asked."""
    made = _making.get()
    return made.edition if made else ""


def not_now() -> None:
    """Say, from anywhere below, that what is made now does not show the content as it is."""
    if (made := _making.get()) is not None:
        made.is_for_now = True


def rests_on(asked: Mapping[Question, bytes | None] | None) -> None:
    """Say, from anywhere below, on what a part rests that was made before; None for more than what was asked."""
    if (made := _making.get()) is not None:
        made.note(asked)


@contextmanager
def aside() -> Iterator[None]:
    """What the database is asked meanwhile says nothing of what is made."""
    made = _making.get() or Making()
    before, made.is_aside = made.is_aside, True
    try:
        yield
    finally:
        made.is_aside = before


def holds(trace: Trace | None) -> bool:
    """Whether the database still says what it said when the trace was made."""
    if trace is None:
        return False
    return all(_said((wording, params)) == digest for wording, params, digest in trace)


def _said(question: Question) -> bytes:
    wording, params = question
    return _digest(rows_of(replicas.connection(), wording.sql, params))


def _digest(rows: list[Any]) -> bytes:
    return hashlib.blake2b(repr(rows).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def ask(connection: Any, sql: str, params: tuple[Any, ...]) -> list[Any]:
    """The rows that answer a question as the database gives them, noted with the question."""
    rows = rows_of(connection, sql, params)
    if (made := _making.get()) is not None and made.asked is not None and not made.is_aside:
        asked = _questions(sql, params, many=False)
        made.note(asked and dict.fromkeys(asked, _digest(rows)))
    return rows


def rows_of(connection: Any, sql: str, params: tuple[Any, ...] = ()) -> list[Any]:
    """The rows that answer a question of which nothing is noted.

    It goes past Django's own cursor, which takes longer than the database; tests that count questions hear of it.
    """
    rows: list[Any]
    if connection.queries_logged:
        with aside(), connection.cursor() as cursor:
            cursor.execute(sql, params)
            rows = cursor.fetchall()
        return rows
    connection.ensure_connection()
    with connection.wrap_database_errors, closing(connection.create_cursor()) as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    return rows


def keepable(view: _View) -> _View:
    """Say of a view that what it answers to nobody in particular changes with the content and the hour alone."""
    view.is_keepable = True  # type: ignore[attr-defined]  # functions take attributes, as Django's own decorators know
    return view


def for_now(response: _Response) -> _Response:
    """Say of one answer of a keepable view that it changes with something else, too."""
    response.is_for_now = True  # type: ignore[attr-defined]
    return response


def may_be_kept(view: Callable[..., Any], response: HttpResponseBase) -> bool:
    """Whether a view and its answer say that the answer may be kept."""
    return getattr(view, "is_keepable", False) and not getattr(response, "is_for_now", False)
