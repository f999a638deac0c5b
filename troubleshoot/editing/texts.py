"""Owns which texts of the content are Markdown, and where each is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshoot.models import Document, ErrorEntry, Flow, Resolution, Section, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshoot.models.translated import Translated

MARKDOWN_FIELDS: dict[type[Translated], tuple[str, ...]] = {
    Document: ("lead",),
    ErrorEntry: ("cause", "lead"),
    Flow: ("summary", "needs"),
    Resolution: ("condition", "body"),
    Section: ("body",),
    Step: ("body", "help"),
}
"""What pages render, by model; nothing else is Markdown."""


@dataclass(frozen=True, slots=True)
class StoredText:
    """A Markdown text, and where it is stored: field and language."""

    field: str
    language: str
    markdown: str

    @property
    def column(self) -> str:
        return f"{self.field}_{self.language}"


def markdown_of(row: Translated) -> Iterator[StoredText]:
    """The Markdown texts of a row that are not empty."""
    for name in MARKDOWN_FIELDS.get(type(row), ()):
        for language in ("ko", "en"):
            if markdown := getattr(row, f"{name}_{language}") or "":
                yield StoredText(name, language, markdown)
