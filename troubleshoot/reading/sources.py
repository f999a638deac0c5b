"""Owns what readers are told of the source of a text: its document and section, and when it was last worked on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Literal, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from troubleshoot.document.rendering import plain_text
from troubleshoot.models import ErrorAlias, ImportedEntry
from troubleshoot.models.worded import Worded
from troubleshoot.reading.redirects import document_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from troubleshoot.models import Document, ErrorEntry, Flow, Resolution, Section, Step

# The document's “none” where it has no fix, in each language; what stands between and before its ways; what is no word.
_NONE = ("없음", "none")
_BETWEEN = re.compile(r"\((?:또는|or)\)|^\s{0,9}[0-9]{1,3}\.\s", re.MULTILINE | re.IGNORECASE)
_LAYOUT = re.compile(r"[\W_]")
# Only what is told of them: what they were read from is as long as the page.
# So many entries of an operation stand in the page of its document; the others are listed with the operation alone.
MOST_IN_DOCUMENT = 300
_TOLD = ("entry", "language", "line", "edition", "gone", "content")
_LANGUAGES = ("ko", "en")
# Commands, what is bold on a page of Azure, and addresses outside the portal.
_NAMED = re.compile(r"```[^\n]*\n(.+?)```|`([^`\n]+)`|\*\*([^*\n]+)\*\*|\]\((https?://[^\s)]+)\)", re.DOTALL)
# The sentences of wizards and sections change with each publishing, but for a few of them they do not.
_SENTENCE, _REMEMBERED = re.compile(r"(?<=[.?!])\s+|\n+"), 4_000
_IMPORTS = Worded(lambda entry: ImportedEntry.objects.filter(entry=entry).only(*_TOLD).order_by("pk"))


@dataclass(frozen=True, slots=True)
class Source:
    """Where a text comes from. ``section`` is None for what an editor wrote here; ``anchor`` is its place in there.

    ``edited`` is when an editor last worked here, be it only to mark it as outdated; ``reworded`` is whether readers
    are told it in other words than the document's, in the active language. ``line`` is where the document has it,
    ``edition`` the last edition of the document that does, and ``gone`` a newer one that has it no more. ``names`` is
    by what readers recognise it: codes, then other messages, first those that the document has.
    """

    section: Section | None
    anchor: str
    edited: datetime | None
    reviewed: datetime | None
    reworded: bool = False
    line: int | None = None
    edition: str = ""
    gone: str = ""
    names: tuple[Name, ...] = ()

    @property
    def codes(self) -> list[Name]:
        return [name for name in self.names if name.kind == ErrorAlias.Kind.CODE]

    @property
    def messages(self) -> list[Name]:
        return [name for name in self.names if name.kind != ErrorAlias.Kind.CODE]

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
    return Source(section, anchor_of(entry), entry.edited, entry.reviewed)


def anchor_of(entry: ErrorEntry) -> str:
    """Where ``entry`` stands in the page of its document; empty where its section has no room for it."""
    is_there = entry.order is None or entry.order <= MOST_IN_DOCUMENT  # what is not saved has no place yet
    return f"entry-{entry.key}" if is_there else ""


def of_entry(entry: ErrorEntry) -> Source:
    told = in_short(entry)
    if (section := told.section) is None:
        return replace(told, names=_sorted(_names(entry, ())))
    memories = _IMPORTS(entry.pk)
    told = replace(
        told,
        reworded=bool(entry.edited and entry.original) and _is_reworded(entry),
        names=_sorted(_names(entry, memories)),
    )
    known = {memory.language: memory for memory in memories}
    memory = known.get(get_language() or "") or known.get(section.document.language)
    if memory is None:
        return replace(told, line=entry.source_line, edition=section.document.edition)
    return replace(told, line=memory.line, edition=memory.edition, gone=memory.gone)


class Name(NamedTuple):
    """A code or another message of an entry; ``is_added`` where its document does not have it."""

    kind: str
    text: str
    is_added: bool

    @property
    def label(self) -> str:
        if self.kind == ErrorAlias.Kind.CODE:
            return _("Error code (added by an editor)") if self.is_added else _("Error code")
        return _("Also shown as (added by an editor)") if self.is_added else _("Also shown as")


def other_messages(entry: ErrorEntry) -> list[str]:
    """The messages that the document has for an entry beside the first, from rows fetched with its imports."""
    return [
        name.text
        for name in _names(entry, entry.imports.all())
        if not (name.is_added or name.kind == ErrorAlias.Kind.CODE)
    ]


def _names(entry: ErrorEntry, memories: Iterable[ImportedEntry]) -> Iterator[Name]:
    told = chain.from_iterable(memory.content.get(names, ()) for memory in memories for names in ("codes", "aliases"))
    parts = (f"{name}_{language}" for name in ("original_message", "original") for language in _LANGUAGES)
    there = _letters("\n".join((*told, *(getattr(entry, part) or "" for part in parts))))
    for alias in entry.shown_aliases:
        texts = filter(None, (alias.text_ko, alias.text_en))
        is_added = entry.is_of_document and not any(_letters(text) in there for text in texts)
        yield Name(alias.kind, alias.text, is_added)


def _sorted(names: Iterable[Name]) -> tuple[Name, ...]:
    return tuple(sorted(names, key=lambda name: (name.kind, name.is_added)))


def _is_reworded(entry: ErrorEntry) -> bool:
    """Whether message, cause or fix differ from the document's by more than how they are laid out.

    What says of itself that it is not the document's, the advice of the message or a fix that was added, is left out.
    Nothing here and “none” there is the same.
    """
    of_document = [way for way in entry.resolutions.all() if way.origin == way.Origin.DOCUMENT]
    shown = [entry.cause, entry.lead, *(text for way in of_document for text in (way.condition, way.body))]
    if entry.original_messages and _letters(entry.message) != _letters(entry.original_messages[0]):
        return True
    here, there = _letters("\n\n".join(shown)), _letters(entry.original)
    return here != there and bool(here or there not in _NONE)


def _letters(markdown: str) -> str:
    return _LAYOUT.sub("", plain_text(_BETWEEN.sub("", markdown))).casefold()


def of_flow(flow: Flow) -> Source:
    return Source(flow.section, flow.section.key if flow.section else "", flow.edited, flow.reviewed)


class Added(NamedTuple):
    """What editors added to a step, in one language: a ``tip`` that its document doesn't give, or what is ``named``."""

    language: str
    step: str
    part: Literal["named", "tip"]


def added_to_steps(flow: Flow) -> frozenset[Added]:
    """What the steps of a wizard say beyond its document.

    That is a help text with a sentence that the document hasn't, and a command, a setting or an address that it doesn't
    name. Its sentences in other words are no addition: that editors wrote the questions is told of the whole wizard.
    """
    if flow.section is None:
        return frozenset()
    texts = flow.section.document.sections.values_list(*(f"body_{language}" for language in _LANGUAGES))
    written = dict(zip(_LANGUAGES, ("\n".join(filter(None, said)) for said in zip(*texts, strict=True)), strict=False))
    return frozenset(
        Added(language, step.key, part)
        for language, document in written.items()
        for step in flow.steps.all()
        for part in _added(step, language, document)
    )


def _added(step: Step, language: str, document: str) -> Iterator[Literal["named", "tip"]]:
    body, tip = (getattr(step, f"{name}_{language}") or "" for name in ("body", "help"))
    there = _known_letters(document)
    if any(_letters(name) not in there and name not in document for name in chain(*_NAMED.findall(body))):
        yield "named"
    if any(_known_letters(sentence) not in there for sentence in _SENTENCE.split(tip)):
        yield "tip"


@lru_cache(_REMEMBERED)
def _known_letters(markdown: str) -> str:
    return _letters(markdown)


def origin_of(resolution: Resolution, entry: ErrorEntry) -> str:
    """What readers are told of a fix of ``entry`` that is not the document's; empty of one that is."""
    if resolution.origin == resolution.Origin.EDITOR:
        return _("Added by an editor of this portal. It is not in the document.")
    if resolution.origin != resolution.Origin.MESSAGE:
        return ""
    if not entry.is_of_document:
        return _("This is the advice from the error message.")
    if entry.cause:
        return _("The document gives no steps. This is the advice from the error message.")
    return _("The document gives no fix (“none”). This is the advice from the error message.")


def without_a_fix(entry: ErrorEntry) -> str:
    """What readers are told where ``entry`` has no fix."""
    if entry.is_of_document:
        return _("The document gives no fix for this error (“none”).")
    return _("No fix for this error is known here yet.")


def successor_of(entry: ErrorEntry) -> ErrorEntry | None:
    """What readers shall read instead of an outdated entry, where they may."""
    successor = entry.successor if entry.is_outdated else None
    return successor if successor and successor.is_seen_by_readers else None
