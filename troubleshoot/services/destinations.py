"""Owns where an entry's address leads readers: to the entry, to what replaced it, to an explanation, or nowhere."""

from __future__ import annotations

import re
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from troubleshoot.models import ErrorEntry, FormerKey
from troubleshoot.models.catalog import seen_by_readers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LINK = re.compile(r"portal:error/([-\w]{1,100})", re.ASCII)
"""A recorded link to an entry, wherever it stands in a text."""

_known: ContextVar[dict[str, bool] | None] = ContextVar("known", default=None)


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of an address that shows no entry to readers: ``entry`` replaced it, or None did."""

    entry: ErrorEntry | None


def moved(key: str) -> Moved | None:
    """What became of an entry that readers knew by this key; None where they never knew one.

    Renamed entries are followed, and archived ones to their successors, however many there are; a circle of successors
    leads nowhere. What is a draft or for staff only was never known.
    """
    entry = _named(key)
    if entry is None or not _was_known(entry):
        return None
    passed = set()
    while entry.state == ErrorEntry.State.ARCHIVED:
        passed.add(entry.pk)
        entry = entry.successor
        if entry is None or entry.pk in passed or not _was_known(entry):
            return Moved(None)
    return Moved(entry)


def _named(key: str) -> ErrorEntry | None:
    """The entry that has this key, or had it once and no other has it now."""
    entries = ErrorEntry.objects.select_related("successor")
    return entries.filter(key=key).first() or entries.filter(former_keys__key=key).first()


def _was_known(entry: ErrorEntry) -> bool:
    return not entry.staff_only and entry.state in {ErrorEntry.State.PUBLISHED, ErrorEntry.State.ARCHIVED}


@contextmanager
def remembered() -> Iterator[None]:
    """While one answer is written, each key is looked up once."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def closed(keys: Iterable[str]) -> set[str]:
    """Those of ``keys`` that belong to an entry whose address leads readers to no text. One query for new keys."""
    known = _known.get()
    if known is None:
        known = {}
    wanted = set(keys)
    if new := wanted - known.keys():
        found = _closed(new)
        known.update({key: key in found for key in new})
    return {key for key in wanted if known[key]}


def closed_links(text: str) -> set[str]:
    """The recorded links (``portal:error/…``) of a text whose entry readers can't open; no query where none stands."""
    keys = set(LINK.findall(text))
    return {f"portal:error/{key}" for key in closed(keys)} if keys else set()


def _closed(keys: Iterable[str]) -> set[str]:
    led_on = Q(state=ErrorEntry.State.ARCHIVED, staff_only=False, successor__isnull=False)
    hidden = ErrorEntry.objects.filter(key__in=keys).exclude(seen_by_readers() | led_on)
    former = FormerKey.objects.filter(key__in=keys)
    former = former.exclude(seen_by_readers("entry__"))
    return set(
        hidden.order_by().values_list("key").union(former.order_by().values_list("key")).values_list("key", flat=True)
    )
