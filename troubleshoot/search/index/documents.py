"""Owns what of each row is searchable, and which rows a range of content versions touched.

What readers do not see is not in the index at all: no draft, no proposal, nothing for staff.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Q

from troubleshoot.kinds import Kind
from troubleshoot.models import Choice, ErrorAlias, ErrorEntry, Flow, Resolution, SearchChange, Step
from troubleshoot.models.stamps import CHUNK, in_chunks
from troubleshoot.search.core.corpus import SearchDocument

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.db.models import QuerySet

    from troubleshoot.models import Section


class _Place(TypedDict, total=False):
    document: str
    product: str


# Codes are the same in both languages, so that every second is one.
_OF_ALIAS = ("kind", "text_ko", "text_en")
_PLACE = ("operation__key", "operation__section__document__key", "operation__section__document__product__key")
_OF_ENTRY = ("pk", "key", *_PLACE, "edited", "message_ko", "message_en", "original_ko", "original_en")
_BODY = ("operation__title_ko", "operation__title_en", "cause_ko", "cause_en", "lead_ko", "lead_en")
_WAY = ("condition_ko", "condition_en", "body_ko", "body_en", "note_ko", "note_en")
# So few are written to an index within a moment.
_MOST_BESIDE = 40
_LINK_TARGET = re.compile(r"\]\([^)\s]{0,2000}\)")


def count() -> int:
    """How many documents a complete index has."""
    return (
        ErrorEntry.objects.seen_by_readers().count()
        + Flow.objects.published().count()
        + Step.objects.searchable().count()
    )


def every() -> Iterator[SearchDocument]:
    """All documents, read in chunks so that memory does not grow with their number."""
    yield from of_entries(ErrorEntry.objects.seen_by_readers())
    for flow in Flow.objects.published().with_source().order_by("pk").iterator(chunk_size=CHUNK):
        yield of_flow(flow)
    for step in _steps().order_by("pk").iterator(chunk_size=CHUNK):
        yield of_step(step)


def number_changed_since(version: int) -> int:
    """How many things were touched after ``version``."""
    return SearchChange.objects.filter(version__gt=version).count()


def changed_since(version: int) -> tuple[list[SearchDocument], list[str]]:
    """What was touched after ``version``: the documents as they are now, and the identities that are gone."""
    changed = list(SearchChange.objects.filter(version__gt=version).values_list("kind", "key"))
    present = [
        document
        for kind, of_keys in ((Kind.ERROR, _of_keys), (Kind.WIZARD, _of_wizard_keys))
        for chunk in in_chunks([key for changed_kind, key in changed if changed_kind == kind])
        for document in of_keys(chunk)
    ]
    gone = {f"{kind}:{key}" for kind, key in changed} - {document.identity for document in present}
    return present, sorted(gone)


def changed_with(some: Iterable[str], version: int, most: int = _MOST_BESIDE) -> list[SearchDocument]:
    """Of the entries touched after ``version`` those in whose messages or aliases one of the words stands.

    At most ``most``, those of the first words first.
    """
    changed = SearchChange.objects.filter(version__gt=version, kind=Kind.ERROR).values("key")
    pks: set[int] = set()
    for word in some:
        is_said = Q(
            pk__in=ErrorAlias.objects.filter(Q(text_ko__icontains=word) | Q(text_en__icontains=word)).values("entry")
        )
        is_said |= Q(message_ko__icontains=word) | Q(message_en__icontains=word)
        found = ErrorEntry.objects.seen_by_readers().filter(is_said, key__in=changed).exclude(pk__in=pks).order_by("pk")
        pks.update(found.values_list("pk", flat=True)[: most - len(pks)])
        if len(pks) >= most:
            break
    return list(of_entries(ErrorEntry.objects.filter(pk__in=pks)))


def of_entries(entries: QuerySet[ErrorEntry]) -> Iterator[SearchDocument]:
    """The documents of entries, both languages in one, without what is for staff.

    They are read as bare values, in chunks: to make rows of them takes longer than all the rest.
    """
    for chunk in in_chunks(entries.order_by("pk").values_list(*_OF_ENTRY, *_BODY).iterator(chunk_size=CHUNK)):
        pks = [row[0] for row in chunk]
        aliases = ErrorAlias.objects.filter(entry__in=pks).order_by("kind", "pk").values_list("entry", *_OF_ALIAS)
        ways = Resolution.objects.filter(entry__in=pks, staff_only=False).order_by("order").values_list("entry", *_WAY)
        named, solved = _grouped(aliases), _grouped(ways)
        for pk, key, operation, document, product, edited, *texts in chunk:
            (message, message_en, original, original_en), body = texts[:4], texts[4:]
            known: dict[str, list[str]] = {kind: [] for kind in ErrorAlias.Kind}
            for kind, *words in named[pk]:
                known[kind] += words
            body += [text for way in solved[pk] for text in way]
            if edited:
                # Who has read the document searches for its words, which the page shows beside the editor's.
                body += [original, original_en]
            yield SearchDocument(
                kind=Kind.ERROR,
                key=key,
                operation=operation,
                titles=_distinct([message, message_en], known[ErrorAlias.Kind.MESSAGE]),
                codes=_distinct(known[ErrorAlias.Kind.CODE][::2]),
                body=_joined(body),
                symptoms=_distinct(known[ErrorAlias.Kind.SYMPTOM]),
                document=document or "",
                product=product or "",
            )


def _grouped(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    """By what stands in front."""
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for first, *others in rows:
        found[first].append(tuple(others))
    return found


def of_flow(flow: Flow) -> SearchDocument:
    """The document of a wizard as a whole: its title and what it is for, both languages in one."""
    return SearchDocument(
        kind=Kind.WIZARD,
        key=flow.key,
        operation="",
        titles=_distinct([flow.title_ko, flow.title_en]),
        body=_joined([flow.summary_ko, flow.summary_en, flow.needs_ko, flow.needs_en]),
        **_place(flow.section),
    )


def of_step(step: Step) -> SearchDocument:
    """The document of one step of a wizard, with its choices and symptoms, from rows fetched with flow and choices."""
    texts = [step.body_ko, step.body_en, step.help_ko, step.help_en]
    for choice in step.choices.all():
        texts += [choice.label_ko, choice.label_en, choice.help_ko, choice.help_en]
    return SearchDocument(
        kind=Kind.WIZARD,
        key=f"{step.flow.key}/{step.key}",
        operation="",
        titles=_distinct([step.title_ko, step.title_en]),
        body=_joined(texts),
        symptoms=_distinct(_lines(step), *map(_lines, step.choices.all())),
        **_place(step.flow.section),
    )


def _place(section: Section | None) -> _Place:
    """The keys of the document of a section and of what that is about; none for what belongs to none."""
    if section is None:
        return {}
    product = section.document.product
    return {"document": section.document.key, "product": product.key if product else ""}


def _lines(row: Step | Choice) -> list[str]:
    """What customers say who need this, in both languages."""
    return [line.strip() for text in (row.symptoms_ko, row.symptoms_en) for line in (text or "").splitlines()]


def _joined(texts: Iterable[str | None]) -> str:
    return "\n".join(_LINK_TARGET.sub("]", text) for text in texts if text)


def _of_keys(keys: Sequence[str]) -> Iterable[SearchDocument]:
    return of_entries(ErrorEntry.objects.seen_by_readers().filter(key__in=keys))


def _of_wizard_keys(keys: Sequence[str]) -> Iterator[SearchDocument]:
    """The documents of wizards (``flow``) and steps (``flow/step``) that readers see."""
    flows = [key for key in keys if "/" not in key]
    yield from map(of_flow, Flow.objects.published().with_source().filter(key__in=flows))
    places = [key.split("/", 1) for key in keys if "/" in key]
    if places:
        wanted = Q()
        for flow in {flow for flow, _step in places}:
            wanted |= Q(flow__key=flow, key__in=[step for at, step in places if at == flow])
        yield from map(of_step, _steps().filter(wanted))


def _steps() -> QuerySet[Step]:
    return Step.objects.searchable().select_related("flow__section__document__product").prefetch_related("choices")


def _distinct(*groups: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for group in groups for text in group if text))
