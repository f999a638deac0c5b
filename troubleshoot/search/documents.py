"""Owns what of each row is searchable, and which rows a range of content versions touched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from troubleshoot.models import ErrorAlias, ErrorEntry, SearchChange
from troubleshoot.search.index import SearchDocument

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ERROR = SearchChange.Kind.ERROR.value

_CHUNK = 500
_LINK_TARGET = re.compile(r"\]\([^)\s]{0,2000}\)")


def count() -> int:
    """How many documents a complete index has."""
    return ErrorEntry.objects.count()


def every() -> Iterator[SearchDocument]:
    """All documents, read in chunks so that memory does not grow with their number."""
    for entry in ErrorEntry.objects.with_everything().order_by("pk").iterator(chunk_size=_CHUNK):
        yield of_entry(entry)


def changed_since(version: int) -> tuple[list[SearchDocument], list[str]]:
    """What was touched after ``version``: the documents as they are now, and the identities that are gone."""
    keys = list(SearchChange.objects.filter(version__gt=version, kind=ERROR).values_list("key", flat=True))
    present = [document for chunk in _chunks(keys) for document in _of_keys(chunk)]
    gone = {f"{ERROR}:{key}" for key in keys} - {document.identity for document in present}
    return present, sorted(gone)


def of_entry(entry: ErrorEntry) -> SearchDocument:
    """The document of ``entry``, both languages in one, from rows fetched by ``with_everything``."""
    aliases = list(entry.aliases.all())
    return SearchDocument(
        kind=ERROR,
        key=entry.key,
        operation=entry.operation.key,
        titles=_distinct(
            [entry.message_ko, entry.message_en],
            *([alias.text_ko, alias.text_en] for alias in aliases if alias.kind == ErrorAlias.Kind.MESSAGE),
        ),
        codes=_distinct([alias.text_ko for alias in aliases if alias.kind == ErrorAlias.Kind.CODE]),
        body=_body(entry),
    )


def _body(entry: ErrorEntry) -> str:
    texts = [entry.operation.title_ko, entry.operation.title_en]
    texts += [entry.cause_ko, entry.cause_en, entry.lead_ko, entry.lead_en]
    for way in entry.resolutions.all():
        texts += [way.condition_ko, way.condition_en, way.body_ko, way.body_en]
    return "\n".join(_LINK_TARGET.sub("]", text) for text in texts if text)


def _of_keys(keys: Sequence[str]) -> Iterable[SearchDocument]:
    return map(of_entry, ErrorEntry.objects.with_everything().filter(key__in=keys))


def _distinct(*groups: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for group in groups for text in group if text))


def _chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]
