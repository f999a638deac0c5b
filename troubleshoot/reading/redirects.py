"""Owns where links lead readers: to a page, a place in a document, the entry that replaced another, or nowhere."""

from __future__ import annotations

import re
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import NoReverseMatch

from troubleshoot.models import Document, ErrorEntry, FormerKey, Section
from troubleshoot.models.document import seen_by_readers
from troubleshoot.models.translated import address_of
from troubleshoot.models.worded import Worded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

LINK = re.compile(r"portal:error/([-\w]{1,100})", re.ASCII)
"""A recorded link to an entry, wherever it stands in a text."""

SCHEME = "portal:"
_SECTION = re.compile(r"portal:section/([-\w]{1,100})", re.ASCII)
_ON = ("state", "staff_only", "successor")


@dataclass(slots=True)
class _Known:
    """What was looked up: whether entries are closed, which document sections are of, whether there are several."""

    closed: dict[str, bool] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    has_several: bool | None = None


_known: ContextVar[_Known | None] = ContextVar("known", default=None)


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
    token = _known.set(_Known())
    try:
        yield
    finally:
        _known.reset(token)


def closed(keys: Iterable[str]) -> set[str]:
    """Those of ``keys`` that belong to an entry whose address leads readers to no text. One query for new keys."""
    known = (_known.get() or _Known()).closed
    wanted = set(keys)
    if new := wanted - known.keys():
        found = _closed(new)
        known.update({key: key in found for key in new})
    return {key for key in wanted if known[key]}


def closed_links(text: str) -> set[str]:
    """The recorded links (``portal:error/…``) of a text whose entry readers can't open; no query where none stands."""
    keys = set(LINK.findall(text))
    return {f"portal:error/{key}" for key in closed(keys)} if keys else set()


def has_several_documents() -> bool:
    """Whether the portal holds several documents, so that each has a page of its own."""
    known = _known.get() or _Known()
    if known.has_several is None:
        known.has_several = len(_FIRST_TWO()) > 1
    return known.has_several


_FIRST_TWO = Worded(lambda: Document.objects.for_readers().order_by().values_list("pk")[:2])


def is_of_several_documents() -> bool:
    """Whether the answer that is written found several; one that asks for none, such as that of a wizard, did not."""
    return bool((known := _known.get()) and known.has_several)


def note_several_documents(*, has_several: bool) -> None:
    """Spare the answer that is written the question, where who writes it knows."""
    if (known := _known.get()) is not None:
        known.has_several = has_several


def document_address(key: str, anchor: str = "") -> str:
    """The address of a document, or of a place in it, in the active language; the only one has no key in its own."""
    page = address_of("one_document", key) if has_several_documents() else address_of("document")
    return f"{page}#{anchor}" if anchor else page


def _documents_of(sections: Iterable[str]) -> Mapping[str, str]:
    """The document of each of these sections, by their keys. One query for new ones."""
    known = (_known.get() or _Known()).documents
    if new := set(sections) - known.keys():
        known.update(dict.fromkeys(new, ""))
        known.update(Section.objects.filter(key__in=new).order_by().values_list("key", "document__key"))
    return known


def _section_address(key: str) -> str:
    if not has_several_documents():
        return f"{address_of('document')}#{key}"
    document = _documents_of([key])[key]
    return document_address(document, key) if document else address_of("document")


def look_up_sections(text: str) -> None:
    """Look up at once where all recorded links to sections in a text lead."""
    if (keys := _SECTION.findall(text)) and has_several_documents():
        _documents_of(keys)


def portal_link(href: str) -> str:
    """The address of a ``portal:`` target in the active language; any other link as it is.

    A target of a kind that has no page leads to the document, which holds everything.
    """
    if not href.startswith(SCHEME):
        return href
    kind, _slash, key = href.removeprefix(SCHEME).partition("/")
    if kind == "section":
        return _section_address(key)
    if kind == "step":
        flow, _slash, step = key.partition("/")
        return f"{address_of('wizard_all', flow)}#step-{step}" if step else address_of("wizard_list")
    try:
        return address_of({"error": "error", "flow": "wizard"}.get(kind, kind), key)
    except NoReverseMatch:
        return address_of("document")


def links_of(text: str) -> Callable[[str], str]:
    """What maps the links of this text to addresses: those to entries that readers can't open become plain words."""
    nowhere = closed_links(text)
    look_up_sections(text)
    return lambda href: "" if href in nowhere else portal_link(href)


def whole_links_of(text: str, whole: Callable[[str], str]) -> Callable[[str], str]:
    """As ``links_of``, each address made ``whole``: for paper, a file, or whoever reads the text elsewhere."""
    address_of = links_of(text)
    return lambda href: whole(address) if (address := address_of(href)) else ""


def _closed(keys: Iterable[str]) -> set[str]:
    """Further queries follow the successors, one for each link of the longest chain, and mostly none."""
    # Not of the manager: the columns of its queries are in no order, by which the two parts of a union match.
    hidden: QuerySet[ErrorEntry] = QuerySet(ErrorEntry).filter(key__in=keys).exclude(seen_by_readers())
    former = FormerKey.objects.filter(key__in=keys).exclude(seen_by_readers("entry__")).exclude(_taken_over())
    ways = ("key", *_ON)
    onward = ("key", *(f"entry__{name}" for name in _ON))
    rows = list(hidden.order_by().values_list(*ways).union(former.order_by().values_list(*onward)))
    leads = {key: _next(*where) for key, *where in rows}
    seen = _ends({number for number in leads.values() if number is not None})
    return {key for key, number in leads.items() if number not in seen}


def _taken_over() -> Exists:
    """Another entry has this key by now, and its address."""
    return Exists(ErrorEntry.objects.filter(key=OuterRef("key")))


def _next(state: str, is_for_staff: bool, successor: int | None) -> int | None:  # noqa: FBT001 - a column of the database
    """The entry that readers are led on to by one that they do not see."""
    return successor if state == ErrorEntry.State.ARCHIVED and not is_for_staff else None


def _ends(numbers: set[int]) -> set[int]:
    """Those of these entries that readers see, or are led on from to one that they do."""
    seen: set[int] = set()
    onward: dict[int, int] = {}
    waiting = numbers
    while waiting:
        rows = ErrorEntry.objects.filter(pk__in=waiting).order_by()
        seen |= set(rows.filter(seen_by_readers()).values_list("pk", flat=True))
        further = {pk: _next(*where) for pk, *where in rows.exclude(pk__in=seen).values_list("pk", *_ON)}
        onward |= {pk: number for pk, number in further.items() if number is not None}
        waiting = {number for number in onward.values() if number not in seen and number not in onward}
        waiting -= further.keys()
    return {number for number in numbers if _end(number, onward) in seen}


def _end(number: int, onward: Mapping[int, int]) -> int | None:
    """Where the chain from here ends; a circle ends nowhere."""
    passed = set()
    while number in onward:
        if number in passed:
            return None
        passed.add(number)
        number = onward[number]
    return number
