"""Owns the dataset: one document as values, and the rows that they make, field by field."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Section:
    """One heading and the prose below it, up to the next heading. ``body`` is Markdown."""

    key: str
    title: str
    level: int
    body: str
    line: int


@dataclass(frozen=True, slots=True)
class Operation:
    key: str
    section: str
    title: str
    line: int


@dataclass(frozen=True, slots=True)
class Resolution:
    """One way to fix an entry; ``condition`` and ``body`` are Markdown, ``origin`` is document or message."""

    condition: str
    body: str
    origin: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One documented error. ``message`` and ``aliases`` are plain text, ``cause`` and ``lead`` Markdown."""

    key: str
    operation: str
    message: str
    aliases: tuple[str, ...]
    cause: str
    lead: str
    resolutions: tuple[Resolution, ...]
    line: int
    original: str = ""
    """Markdown. The column of its resolutions word for word."""
    title: str = ""
    """Plain text. A short name, where the document gives one beside the message: a heading."""
    codes: tuple[str, ...] = ()
    text: str = ""
    """What the document wrote, for who checks the reading; clipped."""


class Reason(StrEnum):
    """Why a part of a document was left out."""

    NO_ERRORS = "no_errors"
    """The whole document: neither a table nor a heading of an error."""
    NO_MESSAGE = "no_message"
    NO_ERROR = "no_error"
    """A row that says that nothing went wrong: the code 0."""
    TOO_MANY_CELLS = "too_many_cells"
    TWICE = "twice"
    """The same message and codes, once more."""
    INCLUDE = "include"
    """Another file is shown here, and it did not come with this one."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of a document that looks as if it told of an error and became none."""

    line: int
    text: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Dataset:
    """One document. ``lead`` is the Markdown before the first section."""

    key: str
    source_name: str
    title: str
    description: str
    published: dt.date | None
    lead: str
    sections: tuple[Section, ...]
    operations: tuple[Operation, ...]
    entries: tuple[Entry, ...]
    publisher: str = ""
    article_url: str = ""
    edited: str = ""
    """When an editor last worked on ``texts``, as a date and time."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """What an editor says instead of the document, by context and field: ``errors/KEY/cause``."""
    language: str = "ko"
    product: str = ""
    """As its plan or its front matter names it: ``backup``."""
    edition: str = ""
    """The date that the document gives itself, else a digest of its text."""
    unread: tuple[Unread, ...] = ()
    twin: Dataset | None = None
    """The same document in the other language, key by key, where one file holds both."""
    path: str = ""
    """Of its file, as it was given."""
    corrected: frozenset[str] = frozenset()
    """Which of the fields an administrator said, in place of the document."""


FILES = {
    "documents": "document",
    "sections": "section",
    "operations": "operation",
    "errors": "errorentry",
    "aliases": "erroralias",
    "resolutions": "resolution",
}
"""The model of the rows in each file."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row. ``texts`` are Korean, by field name without language; ``context`` names the row in translations."""

    file: str
    context: str
    line: int
    texts: Mapping[str, str]
    fields: Mapping[str, Any]

    @property
    def model(self) -> str:
        return f"troubleshoot.{FILES[self.file]}"


def records(dataset: Dataset) -> Iterator[Record]:
    """Every row, each after the rows it refers to, with an editor's text where there is one."""
    if not dataset.texts:
        yield from _read(dataset)
        return
    for record in _read(dataset):
        texts = {name: dataset.texts.get(f"{record.context}/{name}", text) for name, text in record.texts.items()}
        yield replace(record, texts=texts)


def _read(dataset: Dataset) -> Iterator[Record]:
    texts = {"title": dataset.title, "description": dataset.description, "lead": dataset.lead}
    once = {name: getattr(dataset, name) for name in ("key", "source_name", "published", "publisher", "article_url")}
    once["product"] = [dataset.product] if dataset.product else None
    once["published"] = dataset.published.isoformat() if dataset.published else None
    yield Record("documents", "document", 1, texts, once)
    for order, section in enumerate(dataset.sections, 1):
        place = {"document": [dataset.key], "order": order, "level": section.level, "source_line": section.line}
        texts = {"title": section.title, "body": section.body}
        yield Record("sections", f"sections/{section.key}", section.line, texts, {"key": section.key} | place)
    for order, operation in enumerate(dataset.operations, 1):
        fields = {"key": operation.key, "section": [operation.section], "order": order}
        yield Record("operations", f"operations/{operation.key}", operation.line, {"title": operation.title}, fields)
    orders: Counter[str] = Counter()
    for entry in dataset.entries:
        orders[entry.operation] += 1
        is_edited = any(context.startswith(f"errors/{entry.key}/") for context in dataset.texts)
        yield from _entry(entry, orders[entry.operation], (dataset.edited or None) if is_edited else None)


def _entry(entry: Entry, order: int, edited: str | None) -> Iterator[Record]:
    """An entry, its aliases and its resolutions."""
    context = f"errors/{entry.key}"
    texts = {"message": entry.message, "cause": entry.cause, "lead": entry.lead, "original": entry.original}
    place = {"operation": [entry.operation], "order": order, "source_line": entry.line}
    own = {"original_message_ko": "\n".join((entry.message, *entry.aliases))}
    yield Record("errors", context, entry.line, texts, {"key": entry.key, **place, "edited": edited, **own})
    for number, alias in enumerate(entry.aliases, 1):
        fields: dict[str, Any] = {"entry": [entry.key], "kind": "message"}
        yield Record("aliases", f"{context}/aliases/{number}", entry.line, {"text": alias}, fields)
    for number, way in enumerate(entry.resolutions, 1):
        texts = {"condition": way.condition, "body": way.body, "note": ""}
        fields = {"entry": [entry.key], "order": number, "origin": way.origin}
        yield Record("resolutions", f"{context}/resolutions/{number}", entry.line, texts, fields)
