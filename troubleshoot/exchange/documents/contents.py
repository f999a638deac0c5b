"""Owns what a document makes of an entry that is there: its content once the document has its way."""

from __future__ import annotations

from copy import deepcopy
from itertools import zip_longest
from typing import TYPE_CHECKING

from troubleshoot.editing.edits import with_origins
from troubleshoot.editing.revisions.contents import ROW, shape_of
from troubleshoot.editing.revisions.difference import matched
from troubleshoot.exchange.documents.plan import TEXTS, WAY, names_of
from troubleshoot.models import ErrorAlias, ErrorEntry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshoot.editing.revisions import Content
    from troubleshoot.exchange.documents.plan import PlannedEntry, Said, Telling

CODE, MESSAGE = ErrorAlias.Kind.CODE.value, ErrorAlias.Kind.MESSAGE.value


def changed_content(entry: PlannedEntry, before: Content, told: Mapping[str, Telling], own: str) -> Content:
    """What an entry, or the proposal that waits, says once its document has its way in some languages."""
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
