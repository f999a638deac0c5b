"""Owns what is said of an answer while it is made: whether it may be kept (``portal.kept`` does), and what it rests on.

What the database was asked, with a digest of what it said, is the answer's *trace* (Mokhov, Mitchell, Peyton Jones:
Build systems à la carte, 2018, call it a verifying trace). Where the same questions are answered alike once the content
has changed, what was made of them is still true.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


Questions = list[tuple[str, tuple[Any, ...]]] | None
Trace = tuple[tuple[Wording, tuple[Any, ...], bytes], ...]
_wordings: dict[str, Wording] = {}


@dataclass
class Making:
    """An answer that is being made. ``asked`` is what the database was asked; None where that does not say it all."""

    is_for_now: bool = False
    asked: Questions = field(default_factory=list)
    is_aside: bool = False

    def note(self, sql: str, params: Any, *, is_question: bool = True) -> None:
        question = sql, tuple(params or ())
        if self.is_aside or self.asked is None or question in self.asked:
            return
        if is_question and len(self.asked) < MOST_QUESTIONS:
            self.asked.append(question)
        else:
            self.asked = None

    def trace(self) -> Trace | None:
        """What the answer rests on, asked once more; None where that can't be told.

        It is what the answer was made of only where the content has the same name as before.
        """
        if self.asked is None or len(_wordings) > _MOST_WORDINGS:
            return None
        with aside(), connection.cursor() as cursor:
            return tuple(
                (_wordings.setdefault(sql, Wording(sql)), params, _said(cursor, sql, params))
                for sql, params in self.asked
            )


_making: ContextVar[Making | None] = ContextVar("making", default=None)


def _noted(execute: Callable[..., Any], sql: str, params: Any, many: Any, context: Any) -> Any:
    if (made := _making.get()) is not None:
        made.note(sql, params, is_question=not many and sql.lstrip("( ").startswith("SELECT"))
    return execute(sql, params, many, context)


@contextmanager
def making() -> Iterator[Making]:
    """Something is made meanwhile: an answer, or a part of one, of which all that is said is true of the answer."""
    made, whole = Making(), _making.get()
    token = _making.set(made)
    try:
        with nullcontext() if whole else connection.execute_wrapper(_noted):
            yield made
    finally:
        _making.reset(token)
        if made.is_for_now:
            not_now()
        rests_on(made.asked)


def not_now() -> None:
    """Say, from anywhere below, that what is made now does not show the content as it is."""
    if (made := _making.get()) is not None:
        made.is_for_now = True


def rests_on(asked: Questions) -> None:
    """Say, from anywhere below, on what a part rests that was made before; None for more than what was asked."""
    if (made := _making.get()) is None:
        return
    if asked is None:
        made.asked = None
    for sql, params in asked or ():
        made.note(sql, params)


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
    with aside(), connection.cursor() as cursor:
        return all(_said(cursor, wording.sql, params) == digest for wording, params, digest in trace)


def _said(cursor: Any, sql: str, params: tuple[Any, ...]) -> bytes:
    cursor.execute(sql, params)
    return hashlib.blake2b(repr(cursor.fetchall()).encode(), digest_size=16).digest()


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
