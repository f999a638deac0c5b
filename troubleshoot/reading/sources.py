"""Owns what readers are told of the source of a text: its document and section, and when it was last worked on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language

from troubleshoot.document.rendering import plain_text
from troubleshoot.models import ImportedEntry, Revision
from troubleshoot.models.worded import Worded
from troubleshoot.reading.redirects import document_address

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from troubleshoot.models import Document, ErrorEntry, Flow, Section

# The document's “none” where it has no fix, in each language; what stands between and before its ways; what is no word.
_NONE = ("없음", "none")
_BETWEEN = re.compile(r"\((?:또는|or)\)|^\s{0,9}[0-9]{1,3}\.\s", re.MULTILINE | re.IGNORECASE)
_LAYOUT = re.compile(r"[\W_]")
# Only what is told of them: the texts as they were imported are as long as the page.
_TOLD = ("entry", "language", "line", "edition", "gone")
_LANGUAGES = ("ko", "en")
_IMPORTS = Worded(lambda entry: ImportedEntry.objects.filter(entry=entry).only(*_TOLD).order_by("pk"))


@dataclass(frozen=True, slots=True)
class Source:
    """Where a text comes from. ``section`` is None for what an editor wrote here; ``anchor`` is its place in there.

    ``edited`` is when an editor last worked here, be it only to mark it as outdated; ``reworded`` is whether readers
    are told it in other words than the document's, in the active language. ``line`` is where the document has it,
    ``edition`` the last edition of the document that does, and ``gone`` a newer one that has it no more.
    """

    section: Section | None
    anchor: str
    edited: datetime | None
    reviewed: datetime | None
    reworded: bool = False
    line: int | None = None
    edition: str = ""
    gone: str = ""

    @property
    def document(self) -> Document | None:
        return self.section.document if self.section else None

    @property
    def url(self) -> str:
        """Its place in the document, on this site, in the active language; empty where there is none."""
        return place_in(self.section, self.anchor)


def place_in(section: Section | None, anchor: str = "") -> str:
    """The address of a section on this site, or of something in it; empty for none."""
    return document_address(section.document.key, anchor or section.key) if section else ""


def in_short(entry: ErrorEntry) -> Source:
    """What the row itself says of its source: for many entries at once, as it asks the database nothing."""
    section = entry.operation.section if entry.is_of_document else None
    return Source(section, f"entry-{entry.key}", entry.edited, entry.reviewed)


def of_entry(entry: ErrorEntry) -> Source:
    told = in_short(entry)
    if (section := told.section) is None:
        return told
    told = replace(told, reworded=bool(entry.edited and entry.original) and _is_reworded(entry))
    known = {memory.language: memory for memory in _IMPORTS(entry.pk)}
    memory = known.get(get_language() or "") or known.get(section.document.language)
    if memory is None:
        return replace(told, line=entry.source_line, edition=section.document.edition)
    return replace(told, line=memory.line, edition=memory.edition, gone=memory.gone)


def _is_reworded(entry: ErrorEntry) -> bool:
    """Whether message, cause or fix differ from the document's by more than how they are laid out.

    What says of itself that it is not the document's, the advice of the message or a fix that was added, is left out.
    Nothing here and “none” there is the same.
    """
    of_document = [way for way in entry.resolutions.all() if way.origin == way.Origin.DOCUMENT]
    shown = [entry.cause, entry.lead, *(text for way in of_document for text in (way.condition, way.body))]
    if entry.original_message and _letters(entry.message) != _letters(entry.original_message):
        return True
    here, there = _letters("\n\n".join(shown)), _letters(entry.original)
    return here != there and bool(here or there not in _NONE)


def _letters(markdown: str) -> str:
    return _LAYOUT.sub("", plain_text(_BETWEEN.sub("", markdown))).casefold()


def of_flow(flow: Flow) -> Source:
    return Source(flow.section, flow.section.key if flow.section else "", flow.edited, flow.reviewed)


def reworded_steps(flow: Flow) -> frozenset[tuple[str, str]]:
    """The steps of a wizard that readers are told in an editor's words, each as language and key.

    The history tells: what was found there, and was not what it ended with, a program wrote. The key of what stands
    above all steps is empty.
    """
    if flow.section is None or flow.edited is None:
        return frozenset()
    history = Revision.objects.of(flow)
    found = sorted(history.filter(action=Revision.Action.FOUND).values_list("number", flat=True))
    asked = history.filter(number__in={place for number in found for place in (number - 1, number)})
    known = {number: _told_in(content) for number, content in asked.values_list("number", "content")}
    by_program: dict[tuple[str, str], list[str]] = {}
    for number in found:
        before = known.get(number - 1, {})
        by_program |= {place: said for place, said in known[number].items() if before.get(place) != said}
    steps = [vars(step) | {"choices": [vars(choice) for choice in step.choices.all()]} for step in flow.steps.all()]
    now = _told_in(vars(flow) | {"steps": steps})
    return frozenset(place for place, said in now.items() if by_program.get(place) != said)


def _told_in(wizard: Mapping[str, Any]) -> dict[tuple[str, str], list[str]]:
    """What readers are told by the columns of a wizard: above its steps, and by each of them with its choices."""
    told = {}
    for language in _LANGUAGES:

        def said(row: Mapping[str, Any], *names: str, language: str = language) -> list[str]:
            return [(row.get(f"{name}_{language}") or "").replace("\r\n", "\n") for name in names]

        told[language, ""] = said(wizard, "title", "summary", "needs")
        for step in wizard["steps"]:
            choices = (said(choice, "label", "help") for choice in step["choices"])
            told[language, step["key"]] = [*said(step, "title", "body", "help"), *chain.from_iterable(choices)]
    return told


def successor_of(entry: ErrorEntry) -> ErrorEntry | None:
    """What readers shall read instead of an outdated entry, where they may."""
    successor = entry.successor if entry.is_outdated else None
    return successor if successor and successor.is_seen_by_readers else None
