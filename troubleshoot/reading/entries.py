"""Owns an entry as its page needs it, with what stands below and beside it: each question is worded once."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language

from troubleshoot.models import ErrorAlias, ErrorEntry, FlowLink, Resolution
from troubleshoot.models.document import seen_by_readers
from troubleshoot.models.worded import Worded

_ENTRY = Worded(lambda key: ErrorEntry.objects.seen_by_readers().with_operation().filter(key=key).order_by("pk"))
_ALIASES = Worded(lambda entry: ErrorAlias.objects.filter(entry=entry).order_by("kind", "pk"))
_RESOLUTIONS = Worded(lambda entry: Resolution.objects.filter(staff_only=False, entry=entry).order_by("order"))


def entry_for_readers(key: str) -> ErrorEntry | None:
    """The entry of this key as ``ErrorEntryQuerySet.for_readers`` finds it; None where readers see none."""
    for entry in _ENTRY(key):
        return with_rows(entry, _ALIASES(entry.pk), _RESOLUTIONS(entry.pk))
    return None


def with_rows(entry: ErrorEntry, aliases: list[ErrorAlias], resolutions: list[Resolution]) -> ErrorEntry:
    """The entry with these rows as those below it, as if they had been fetched with it."""
    vars(entry)["_prefetched_objects_cache"] = {
        "aliases": _fetched(entry, entry.aliases.all(), aliases),
        "resolutions": _fetched(entry, entry.resolutions.filter(staff_only=False), resolutions),
    }
    return entry


def _fetched(entry: ErrorEntry, asked: QuerySet[Any], rows: list[Any]) -> QuerySet[Any]:
    """The rows below an entry as ``prefetch_related`` keeps them: what narrows them further asks anew."""
    vars(asked).update(_result_cache=rows, _prefetch_done=True)
    for row in rows:
        row.entry = entry
    return asked


def _siblings(operation: int, **beside: int) -> QuerySet[ErrorEntry, tuple[str, str, str]]:
    """Only what is shown of them; the order of a manager's own queries, and all that it looks at, takes longer."""
    seen: QuerySet[ErrorEntry] = QuerySet(ErrorEntry).filter(
        seen_by_readers(), operation=operation, proposal_for=None, **beside
    )
    return seen.values_list("key", "message_ko", "message_en")


_BEFORE = Worded(lambda operation, order: _siblings(operation, order__lt=order).order_by("-order")[:1])
_AFTER = Worded(lambda operation, order: _siblings(operation, order__gt=order).order_by("order")[:1])


def neighbours(entry: ErrorEntry) -> dict[str, dict[str, str] | None]:
    """The entries before and after this one in its operation, as the links to them say them."""
    place = entry.operation_id, entry.order
    return {"previous": _link(_BEFORE(*place)), "next": _link(_AFTER(*place))}


def _link(rows: list[tuple[str, str, str]]) -> dict[str, str] | None:
    for key, korean, english in rows:
        message = (english if get_language() == "en" else korean) or korean or english
        return {"url": reverse("error", args=(key,)), "message": message}
    return None


_WIZARDS = Worded(lambda entry: FlowLink.objects.published().filter(entry=entry))


def wizards_of(entry: ErrorEntry) -> list[FlowLink]:
    """The wizards that readers see of those that help with an entry."""
    return _WIZARDS(entry.pk)
