"""Owns the dataset: one document as values, and the rows that they make, field by field."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
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


FILES = ("documents", "sections", "operations", "errors", "aliases", "resolutions")


@dataclass(frozen=True, slots=True)
class Record:
    """One row. ``texts`` are Korean, by field name without language; ``context`` names the row in translations."""

    file: str
    model: str
    context: str
    line: int
    texts: Mapping[str, str]
    fields: Mapping[str, Any] = field(default_factory=dict)


def records(dataset: Dataset) -> Iterator[Record]:
    """Every row, each after the rows it refers to, with an editor's text where there is one."""
    for record in _read(dataset):
        yield replace(record, texts={name: _text(dataset, record, name) for name in record.texts})


def _text(dataset: Dataset, record: Record, name: str) -> str:
    return dataset.texts.get(f"{record.context}/{name}", record.texts[name])


def _read(dataset: Dataset) -> Iterator[Record]:
    yield _document(dataset)
    yield from _sections(dataset)
    yield from _operations(dataset)
    orders: dict[str, int] = {}
    for entry in dataset.entries:
        orders[entry.operation] = orders.get(entry.operation, 0) + 1
        is_edited = any(context.startswith(f"errors/{entry.key}/") for context in dataset.texts)
        yield _error(entry, orders[entry.operation], dataset.edited if is_edited else "")
        yield from _aliases(entry)
        yield from _resolutions(entry)


def _document(dataset: Dataset) -> Record:
    published = dataset.published.isoformat() if dataset.published else None
    return Record(
        file="documents",
        model="troubleshoot.document",
        context="document",
        line=1,
        texts={"title": dataset.title, "description": dataset.description, "lead": dataset.lead},
        fields={
            "key": dataset.key,
            "source_name": dataset.source_name,
            "published": published,
            "publisher": dataset.publisher,
            "article_url": dataset.article_url,
        },
    )


def _sections(dataset: Dataset) -> Iterator[Record]:
    for order, section in enumerate(dataset.sections, 1):
        place = {"document": [dataset.key], "order": order, "level": section.level, "source_line": section.line}
        yield Record(
            file="sections",
            model="troubleshoot.section",
            context=f"sections/{section.key}",
            line=section.line,
            texts={"title": section.title, "body": section.body},
            fields={"key": section.key, **place},
        )


def _operations(dataset: Dataset) -> Iterator[Record]:
    for order, operation in enumerate(dataset.operations, 1):
        yield Record(
            file="operations",
            model="troubleshoot.operation",
            context=f"operations/{operation.key}",
            line=operation.line,
            texts={"title": operation.title},
            fields={"key": operation.key, "section": [operation.section], "order": order},
        )


def _error(entry: Entry, order: int, edited: str) -> Record:
    place = {"operation": [entry.operation], "order": order, "source_line": entry.line}
    return Record(
        file="errors",
        model="troubleshoot.errorentry",
        context=f"errors/{entry.key}",
        line=entry.line,
        texts={"message": entry.message, "cause": entry.cause, "lead": entry.lead, "original": entry.original},
        fields={"key": entry.key, **place, "edited": edited or None},
    )


def _aliases(entry: Entry) -> Iterator[Record]:
    for number, alias in enumerate(entry.aliases, 1):
        yield Record(
            file="aliases",
            model="troubleshoot.erroralias",
            context=f"errors/{entry.key}/aliases/{number}",
            line=entry.line,
            texts={"text": alias},
            fields={"entry": [entry.key], "kind": "message"},
        )


def _resolutions(entry: Entry) -> Iterator[Record]:
    for order, resolution in enumerate(entry.resolutions, 1):
        yield Record(
            file="resolutions",
            model="troubleshoot.resolution",
            context=f"errors/{entry.key}/resolutions/{order}",
            line=entry.line,
            texts={"condition": resolution.condition, "body": resolution.body, "note": ""},
            fields={"entry": [entry.key], "order": order, "origin": resolution.origin},
        )
