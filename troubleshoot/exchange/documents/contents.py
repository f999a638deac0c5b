"""Owns what a document makes of an entry: the rows of a new one, and the content of one that changes."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from troubleshoot.editing.edits import with_origins
from troubleshoot.editing.revisions import content_of
from troubleshoot.editing.revisions.contents import ALIASES, KEY, MODEL, RESOLUTIONS, ROW, fields_of, rows_of, shape_of
from troubleshoot.editing.revisions.difference import matched
from troubleshoot.exchange.documents.plan import TEXTS, WAY, names_of
from troubleshoot.models import ErrorAlias, ErrorEntry, Resolution

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from troubleshoot.editing.revisions import Content
    from troubleshoot.exchange.documents.plan import PlannedEntry, Said, Telling
    from troubleshoot.models import Operation

CODE, MESSAGE = ErrorAlias.Kind.CODE.value, ErrorAlias.Kind.MESSAGE.value


@dataclass(frozen=True, slots=True)
class NewRows:
    """An entry that is not there yet, with its parts and what its history will say of it."""

    row: ErrorEntry
    aliases: list[ErrorAlias]
    ways: list[Resolution]
    content: Content


def new_rows(entry: PlannedEntry, operation: Operation, order: int, state: str, user: Any) -> NewRows:
    """Of a published entry, what may only by its place be its translation is left out, to be proposed."""
    told = {
        language: each for language, each in entry.told.items() if each.certain or state != ErrorEntry.State.PUBLISHED
    }
    said = {language: each.wanted for language, each in told.items()}
    first = next(iter(told.values()))
    row = ErrorEntry(
        key=entry.key, operation=operation, order=order, state=state, source_line=first.entry.line, proposed_by=user
    )
    _give(row, said, (*TEXTS, "original"))
    aliases = [ErrorAlias(entry=row, **fields) for fields in _aliases(said)]
    ways = [_way(row, number, parts) for number, parts in enumerate(_by_place(said, "resolutions"), 1)]
    for each in (row, *aliases, *ways):
        each.translated_from = each.origins()
    content = {MODEL: ErrorEntry._meta.label_lower, **fields_of(row, shape_of(ErrorEntry)), KEY: row.key}
    content |= {
        "operation": operation.key,
        "aliases": rows_of(ALIASES, aliases),
        "resolutions": rows_of(RESOLUTIONS, ways),
    }
    return NewRows(row, aliases, ways, content)


def _give(row: Any, said: Mapping[str, Said], names: tuple[str, ...]) -> None:
    for language, texts in said.items():
        for name in names:
            setattr(row, f"{name}_{language}", texts[name])


def _way(row: ErrorEntry, number: int, parts: Mapping[str, Said]) -> Resolution:
    way = Resolution(entry=row, order=number, origin=next(iter(parts.values()))["origin"])
    _give(way, parts, WAY)
    return way


def _by_place(said: Mapping[str, Said], name: str) -> Iterator[dict[str, Any]]:
    """The first in each language, the second in each language."""
    for parts in zip_longest(*(each[name] for each in said.values())):
        yield {language: part for language, part in zip(said, parts, strict=True) if part is not None}


def _aliases(said: Mapping[str, Said]) -> Iterator[dict[str, str]]:
    """Codes are the same in every language. An English message without its Korean is known by itself."""
    known: set[str] = set()
    for code in dict.fromkeys(code for each in said.values() for code in each["codes"]):
        known.add(code)
        yield {"kind": CODE, "text_ko": code, "text_en": code}
    numbers = {len(each["aliases"]) for each in said.values()}
    together = _by_place(said, "aliases") if len(numbers) == 1 else None
    apart = ({language: text} for language, each in said.items() for text in each["aliases"])
    for texts in together or apart:
        korean = texts.get("ko") or texts["en"]
        if korean not in known:
            known.add(korean)
            yield {"kind": MESSAGE, "text_ko": korean, "text_en": texts.get("en", "")}


def changed_content(entry: PlannedEntry, row: ErrorEntry, told: Mapping[str, Telling], own: str) -> Content:
    """What an entry, or the proposal that waits, says once its document has its way in some languages."""
    before = content_of(row, numbered=True)
    after = deepcopy(before)
    for language, each in told.items():
        if each.writes_text or each.now is None:
            after |= {f"{name}_{language}": each.wanted[name] for name in TEXTS}
            after["resolutions"] = _ways(after["resolutions"], each.wanted, language, is_own=language == own)
        after["aliases"] = _renewed(after["aliases"], each, language)
    if entry.moves:
        after["operation"] = entry.operation.key
    return with_origins(shape_of(ErrorEntry), before, after)


def _ways(before: list[Content], wanted: Said, language: str, *, is_own: bool) -> list[Content]:
    """The resolutions of an entry as the document has them. In its own language it says how many there are."""
    columns = {name: f"{name}_{language}" for name in WAY}
    new = [
        {column: way[name] for name, column in columns.items()} | {"order": number, "origin": way["origin"]}
        for number, way in enumerate(wanted["resolutions"], 1)
    ]
    if is_own:
        old = [{name: row[name] for name in (*columns.values(), "order")} for row in before]
        pairs = matched(old, new)
        return [({ROW: None} if pair is None else before[pair]) | way for pair, way in zip(pairs, new, strict=True)]
    empty = dict.fromkeys(columns.values(), "")
    return [
        (row or {ROW: None}) | (empty if way is None else way | ({"origin": row["origin"]} if row else {}))
        for row, way in zip_longest(before, new)
    ]


def _renewed(before: list[Content], told: Telling, language: str) -> list[Content]:
    """What an entry is known by: without what the document no longer says, with what it says now, and with ours."""
    codes, messages = names_of(told.wanted)
    old_codes, old_messages = names_of(told.memory.content) if told.memory else (codes, messages)
    column = f"text_{language}"
    kept = [
        row
        for row in before
        if not (row["kind"] == CODE and row["text_ko"] in old_codes - codes)
        and not (row["kind"] == MESSAGE and row[column] in old_messages - messages)
    ]
    known = {row["text_ko"] for row in kept} | {row[column] for row in kept}
    new = [text for text in told.wanted["aliases"] if text not in known]
    open_ = [row for row in kept if row["kind"] == MESSAGE and language == "en" and not row["text_en"]]
    if new and len(open_) == len(new):
        for row, text in zip(open_, new, strict=True):
            row["text_en"] = text
        new = []
    made = [{"kind": CODE, "text_ko": code, "text_en": code} for code in told.wanted["codes"] if code not in known]
    made += [{"kind": MESSAGE, "text_ko": text, "text_en": text if language == "en" else ""} for text in new]
    return kept + [row | {ROW: None} for row in made]
