"""Owns from which database a reader's page is read: a replica that has the content that was seen, else the primary.

A replica repeats what the primary committed, in the same order. So one that names the content as the primary did when
it was asked has all that anybody has seen, and whatever it says later is no older. One that names it otherwise is
behind, or ahead by a moment, and is passed over for this page, as is one that does not answer.
"""

from __future__ import annotations

import logging
import random
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, Error, connections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

logger = logging.getLogger(__name__)

_read_from: ContextVar[str] = ContextVar("read_from", default=DEFAULT_DB_ALIAS)
# Those that did not answer when they were asked last: what is logged once.
_away: set[str] = set()


class Router:
    """Django's reads go where the page is read from; whatever is written, to the primary."""

    def db_for_read(self, _model: Any, **_hints: Any) -> str:
        return _read_from.get()  # wherever the row came from whose relations are asked for

    def db_for_write(self, _model: Any, **_hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, _one: Any, _other: Any, **_hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, _app_label: str, **_hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS


def names() -> list[str]:
    return [alias for alias in connections if alias != DEFAULT_DB_ALIAS]


def connection() -> BaseDatabaseWrapper:
    """Where the page that is being made is read from."""
    return connections[_read_from.get()]


@contextmanager
def reading(edition: str, edition_on: Callable[[str], str]) -> Iterator[bool]:
    """Read from a replica meanwhile, if one has the content ``edition``; gives whether one has.

    ``edition_on`` asks a database, by its alias, what content it has.
    """
    alias = _replica_with(edition, edition_on) if edition else DEFAULT_DB_ALIAS
    with _reading_from(alias):
        yield alias != DEFAULT_DB_ALIAS


@contextmanager
def primary() -> Iterator[None]:
    """Read from the primary meanwhile: what must be level with it, and not only with what the page began with."""
    with _reading_from(DEFAULT_DB_ALIAS):
        yield


@contextmanager
def _reading_from(alias: str) -> Iterator[None]:
    token = _read_from.set(alias)
    try:
        yield
    finally:
        _read_from.reset(token)


def _replica_with(edition: str, edition_on: Callable[[str], str]) -> str:
    """Any of those that have it, so that all of them are asked as much."""
    for alias in random.sample(known := names(), len(known)):
        try:
            has = edition_on(alias)
        except Error as error:
            connections[alias].close()
            if alias not in _away:
                logger.warning("%s does not answer, others are read instead: %s", alias, type(error).__name__)
            _away.add(alias)
            continue
        if alias in _away:
            logger.warning("%s answers again.", alias)
            _away.discard(alias)
        if has == edition:
            return alias
    return DEFAULT_DB_ALIAS
