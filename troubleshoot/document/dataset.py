"""Owns the dataset: one document as values, every text in its own place with the line it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt


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
