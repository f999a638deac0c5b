"""Owns new entries: what documents tell made into rows, with parts, history and memory, and written at once."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from django.utils.text import Truncator

from troubleshoot.editing import revisions
from troubleshoot.editing.revisions.contents import (
    ALIASES,
    KEY,
    MODEL,
    RESOLUTIONS,
    TRANSLATED_FROM,
    fields_of,
    shape_of,
)
from troubleshoot.exchange.documents.bulk import Table
from troubleshoot.exchange.documents.plan import TEXTS, WAY
from troubleshoot.kinds import Kind
from troubleshoot.models import ContentVersion, ErrorAlias, ErrorEntry, ImportedEntry, Resolution, Revision
from troubleshoot.models.translated import written_from

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from troubleshoot.exchange.documents.plan import PlannedEntry, Said

CODE, MESSAGE = ErrorAlias.Kind.CODE.value, ErrorAlias.Kind.MESSAGE.value
_TITLE = 80  # of an entry wherever it is named
_ENTRY_TEXTS = (*TEXTS, "original")


class NewEntries:
    """The new entries of one document, in one ``state``."""

    def __init__(self, *, state: str, user: Any, reason: str) -> None:
        self._state = state
        self._entries = Table(ErrorEntry, state=state, proposed_by=user)
        self._aliases, self._ways = Table(ErrorAlias), Table(Resolution)
        label, action = ErrorEntry._meta.label_lower, Revision.Action.IMPORTED
        self._revisions = Table(Revision, model=label, number=1, action=action, reason=reason, user=user)
        self._memories = Table(ImportedEntry)
        self._keys: list[str] = []
        self._content = {MODEL: label, **fields_of(ErrorEntry(), shape_of(ErrorEntry))}
        self._alias, self._way = fields_of(ErrorAlias(), ALIASES), fields_of(Resolution(), RESOLUTIONS)

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, entry: PlannedEntry, order: int, editions: Mapping[str, str]) -> None:
        """Of a published entry, what may only by its place be its translation is left out, to be proposed."""
        is_draft = self._state != ErrorEntry.State.PUBLISHED
        said = {language: told.wanted for language, told in entry.told.items() if told.certain or is_draft}
        texts = _texts(said, _ENTRY_TEXTS)
        line = next(iter(entry.told.values())).entry.line
        values = _with_origins(texts, _ENTRY_TEXTS)
        place = self._entries.add(
            key=entry.key, operation_id=entry.operation.key, order=order, source_line=line, **values
        )
        self._keys.append(entry.key)
        own: dict[str, Any] = {name: text for name, text in texts.items() if name in self._content}
        own |= {"operation": entry.operation.key, "order": order, TRANSLATED_FROM: values[TRANSLATED_FROM]}
        parts = {"aliases": self._add_aliases(place, said), "resolutions": self._add_ways(place, said)}
        content = self._content | own | {KEY: entry.key} | parts
        message = values["message"]
        title = message if len(message) <= _TITLE else Truncator(message).chars(_TITLE)
        self._revisions.add(object_id=place, title=title, content=content, digest=revisions.digest(content))
        for language, told in entry.told.items():
            section = entry.operation.section
            self._memories.add(
                document_id=0,
                language=language,
                entry_id=place,
                name=told.entry.key,
                edition=editions[language],
                section_id=section.key if section else None,
                line=told.entry.line,
                text=told.entry.text,
                content=told.said | {"operation": entry.operation.key},
                corrections=told.correction.lasting,
            )

    def _add_aliases(self, place: int, said: Mapping[str, Said]) -> list[dict[str, Any]]:
        listed = []
        for kind, korean, english in _aliases(said):
            texts = {"text_ko": korean, "text_en": english}
            values = _with_origins(texts, ("text",))
            self._aliases.add(entry_id=place, kind=kind, **values)
            listed.append(self._alias | texts | {"kind": kind, TRANSLATED_FROM: values[TRANSLATED_FROM]})
        return sorted(listed, key=lambda row: (row["kind"], row["text_ko"]))

    def _add_ways(self, place: int, said: Mapping[str, Said]) -> list[dict[str, Any]]:
        listed = []
        for order, parts in enumerate(_by_place(said, "resolutions"), 1):
            texts, origin = _texts(parts, WAY), next(iter(parts.values()))["origin"]
            values = _with_origins(texts, WAY)
            self._ways.add(entry_id=place, order=order, origin=origin, **values)
            listed.append(
                self._way | texts | {"order": order, "origin": origin, TRANSLATED_FROM: values[TRANSLATED_FROM]}
            )
        return listed

    def write(self, *, document: int, operations: Mapping[str, int], sections: Mapping[str, int]) -> None:
        """Write all of it in the transaction that is open, where the rows of these keys and numbers are."""
        numbers = self._entries.write(operation_id=operations)
        self._aliases.write(entry_id=numbers)
        self._ways.write(entry_id=numbers)
        self._revisions.write(object_id=numbers)
        self._memories.write(entry_id=numbers, section_id=sections, document_id={0: document})
        if self._keys and self._state == ErrorEntry.State.PUBLISHED:
            ContentVersion.objects.stamp((Kind.ERROR, key) for key in self._keys)
        elif self._keys:
            ContentVersion.objects.touch()


def _texts(said: Mapping[str, Mapping[str, Any]], names: tuple[str, ...]) -> dict[str, str]:
    return {f"{name}_{language}": texts[name] for language, texts in said.items() for name in names}


def _with_origins(texts: dict[str, str], names: tuple[str, ...]) -> dict[str, Any]:
    """The columns of texts in one or two languages; the one without a language holds what there is."""
    either = {name: texts.get(f"{name}_ko") or texts.get(f"{name}_en") or "" for name in names}
    return texts | either | {TRANSLATED_FROM: written_from(names, {}, {}, texts)}


def _by_place(said: Mapping[str, Said], name: str) -> Iterator[dict[str, Any]]:
    """The first in each language, the second in each language."""
    for parts in zip_longest(*(each[name] for each in said.values())):
        yield {language: part for language, part in zip(said, parts, strict=True) if part is not None}


def _aliases(said: Mapping[str, Said]) -> Iterator[tuple[str, str, str]]:
    """Kind, Korean and English. Codes are the same in both; an English message alone is known by itself."""
    known = dict.fromkeys(code for each in said.values() for code in each["codes"])
    yield from ((CODE, code, code) for code in known)
    is_paired = len({len(each["aliases"]) for each in said.values()}) == 1
    apart = ({language: text} for language, each in said.items() for text in each["aliases"])
    for texts in _by_place(said, "aliases") if is_paired else apart:
        korean = texts.get("ko") or texts["en"]
        if korean not in known:
            known[korean] = None
            yield MESSAGE, korean, texts.get("en", "")
