"""Owns an entry as its page needs it, with what stands below and beside it: each question is worded once."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Case, Model, Q, QuerySet, Subquery, When
from django.utils.translation import get_language

from troubleshoot.models import ErrorAlias, ErrorEntry, FlowLink, Resolution
from troubleshoot.models.document import seen_by_readers
from troubleshoot.models.translated import address_of
from troubleshoot.models.worded import Worded
from troubleshoot.reading.results import language_of
from troubleshoot.search.core.analysis import terms
from troubleshoot.search.core.grammar import blanked

if TYPE_CHECKING:
    from collections.abc import Sequence

# So many errors of an operation are compared with one.
_COMPARED = 100
# So far from an entry, in its operation, are those looked for that say the same, and so much of it they say.
_NEAR = 20
_ALIKE, _LEAST_SHARED = 2, 0.5
_NO_CAUSE = "-"
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
        "aliases": _fetched(entry, ErrorAlias, aliases),
        "resolutions": _fetched(entry, Resolution, resolutions, staff_only=False),
    }
    return entry


# The texts that readers see of an entry, and of each way below it.
_OF_ENTRY, _OF_WAY = ("message", "cause", "lead"), ("condition", "body", "note")


def _texts(entry: ErrorEntry) -> list[tuple[ErrorEntry | Resolution, tuple[str, ...]]]:
    return [(entry, _OF_ENTRY), *((way, _OF_WAY) for way in entry.resolutions.all())]


def is_older_than_the_korean(entry: ErrorEntry) -> bool:
    """Whether an English text of the entry is read that was written before its Korean changed."""
    return get_language() == "en" and any(
        getattr(row, f"{name}_ko")
        for row, names in _texts(entry)
        for name in row.outdated_translations()
        if name in names
    )


def shown_in_another_language(entry: ErrorEntry) -> str:
    """The language of the texts of the entry that are not there in the reader's; empty where all are."""
    return next((found for row, names in _texts(entry) for name in names if (found := language_of(row, name))), "")


def _fetched(entry: ErrorEntry, model: type[Model], rows: list[Any], **which: bool) -> QuerySet[Any]:
    """The rows below an entry as ``prefetch_related`` keeps them: what narrows them further asks anew."""
    asked: QuerySet[Any] = QuerySet(model)
    narrowed = (False, (), {"entry": entry.pk, **which})
    vars(asked).update(_deferred_filter=narrowed, _result_cache=rows, _prefetch_done=True)
    for row in rows:
        row.entry = entry
    return asked


def _beside(operation: int, order: int, same_operation: int, same_order: int) -> QuerySet[ErrorEntry, Any]:
    """Only what is shown of them. Each value is named twice, as it stands in two places."""
    seen: QuerySet[ErrorEntry, Any] = QuerySet(ErrorEntry).filter(seen_by_readers(), proposal_for=None).values("pk")
    before = seen.filter(operation=operation, order__lt=order).order_by("-order")[:1]
    after = seen.filter(operation=same_operation, order__gt=same_order).order_by("order")[:1]
    both: QuerySet[ErrorEntry, Any] = QuerySet(ErrorEntry).filter(Q(pk=Subquery(before)) | Q(pk=Subquery(after)))
    return both.order_by("order").values_list("order", "key", "message_ko", "message_en")


_BESIDE = Worded(_beside)


def neighbours(entry: ErrorEntry) -> dict[str, dict[str, str] | None]:
    """The entries before and after this one in its operation, as the links to them say them."""
    found: dict[str, dict[str, str] | None] = {"previous": None, "next": None}
    if not isinstance(entry.order, int):
        return found  # the preview of one that has no place yet
    for order, key, korean, english in _BESIDE(*(entry.operation_id, entry.order) * 2):
        message = _in_language(korean, english)
        found["previous" if order < entry.order else "next"] = {"url": address_of("error", key), "message": message}
    return found


def of_the_same_operation(entry: ErrorEntry, most: int) -> list[ErrorEntry]:
    """So many errors of its operation that nothing else joins with ``entry``, those first that say most of the same."""
    others = list(ErrorEntry.objects.akin_to(entry, by_operation=True)[:_COMPARED])
    shared = _shared(entry.message, [other.message for other in others])
    alike = sorted(zip(shared, others, strict=True), key=itemgetter(0), reverse=True)
    return [other for _shared, other in alike[:most]]


def _shared(message: str, others: Sequence[str]) -> list[float]:
    """How much each of the ``others`` says of what ``message`` does; what many of them say joins none of them."""
    own, *theirs = [frozenset(terms(blanked(said))) for said in (message, *others)]
    saying = Counter(chain(own, *theirs))
    return [sum(1 / saying[term] ** 2 for term in own & said) for said in theirs]


class Related(NamedTuple):
    """An error that one may mean as well, as the link to it says it."""

    url: str
    message: str


def _of_the_same_code(entry: int) -> QuerySet[ErrorAlias, Any]:
    codes = ErrorAlias.objects.filter(entry=entry, kind=ErrorAlias.Kind.CODE).values("text_ko")
    return ErrorAlias.objects.filter(kind=ErrorAlias.Kind.CODE, text_ko__in=codes).order_by().values("entry")


def _related(coded: int, of_code: int, cause: str, operation: int, after: int) -> QuerySet[ErrorEntry, Any]:
    """Those with one of its codes, and those around it in its operation; the entry is named twice, as in _beside."""
    every: QuerySet[ErrorEntry, Any] = QuerySet(ErrorEntry)
    around = every.filter(operation=operation, proposal_for=None, order__gt=after).order_by("order").values("pk")
    near = every.filter(pk__in=around[: 2 * _NEAR]).order_by().values("pk")
    joined = Case(When(pk__in=_of_the_same_code(coded), then=0), When(cause_ko=cause, then=1), default=2)
    # One list of both: for two that are joined by “or” PostgreSQL reads every entry.
    either = _of_the_same_code(of_code).union(near)
    seen = every.filter(seen_by_readers(), pk__in=either, proposal_for=None)
    told = seen.annotate(joined=joined).order_by("joined", "order", "pk")
    return told.values_list("joined", "key", "message_ko", "message_en")[: 2 * _NEAR]


_RELATED = Worded(_related)


def related(entry: ErrorEntry, most: int) -> list[Related]:
    """So many errors that one may mean as well: of its codes, of its cause, then what says most of the same."""
    if not isinstance(entry.order, int):
        return []  # the preview of one that has no place yet
    # Where it has no cause, what has none either is joined by nothing.
    cause = entry.cause_ko or _NO_CAUSE
    found = _RELATED(entry.pk, entry.pk, cause, entry.operation_id, entry.order - _NEAR)
    others = [
        (joined, Related(address_of("error", key), _in_language(korean, english)))
        for joined, key, korean, english in found
        if key != entry.key
    ]
    shared = _shared(entry.message, [other.message for _joined, other in others])
    ranked = sorted(zip(others, shared, strict=True), key=lambda one: (one[0][0], -one[1]))
    return [other for (joined, other), alike in ranked if joined < _ALIKE or alike >= _LEAST_SHARED][:most]


def _in_language(korean: str | None, english: str | None) -> str:
    return (english if get_language() == "en" else korean) or korean or english or ""


_WIZARDS = Worded(lambda entry: FlowLink.objects.published().filter(entry=entry))


def wizards_of(entry: ErrorEntry) -> list[FlowLink]:
    """The wizards that readers see of those that help with an entry."""
    return _WIZARDS(entry.pk)
