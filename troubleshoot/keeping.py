"""Owns what a view says of its answers: whether they may be kept until the content changes (``portal.kept`` does)."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http import HttpResponseBase

_View = TypeVar("_View", bound="Callable[..., Any]")
_Response = TypeVar("_Response", bound="HttpResponseBase")


@dataclass
class _Making:
    """An answer that is being made."""

    is_for_now: bool = False


_making: ContextVar[_Making | None] = ContextVar("making", default=None)


@contextmanager
def making() -> Iterator[_Making]:
    """An answer is made meanwhile; what is given says whether something on the way said ``not_now``."""
    made = _Making()
    token = _making.set(made)
    try:
        yield made
    finally:
        _making.reset(token)


def not_now() -> None:
    """Say, from anywhere below, that what is made now does not show the content as it is."""
    if (made := _making.get()) is not None:
        made.is_for_now = True


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
