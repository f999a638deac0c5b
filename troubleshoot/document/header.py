"""Owns the header of a document: title, description and date, out of its attribute blocks."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from troubleshoot.document.markup import MarkupReader
from troubleshoot.document.problems import DocumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

_TAGS = ("properties", "tags")
_BLOCK = re.compile(r"\s*<(?:properties|tags)\s[^>]*>\s*$")
_DATE = re.compile(r"(\d{2})/(\d{2})/(\d{4})")


@dataclass(frozen=True, slots=True)
class Header:
    """What the attribute blocks say; ``tokens`` are the blocks below them."""

    tokens: Sequence[Token]
    description: str = ""
    published: dt.date | None = None


def read_header(tokens: Sequence[Token], file: str) -> Header:
    """Raises DocumentError for a date that is none."""
    attributes = _Attributes()
    rest = list(tokens)
    line = 1
    while length := attributes.read(rest):
        line = (rest[0].map or [0])[0] + 1
        del rest[:length]
    published = _date(attributes.values.get("ms.date", ""), file, line)
    return Header(rest, attributes.values.get("description", ""), published)


@dataclass
class _Attributes(MarkupReader):
    values: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()

    def read(self, tokens: Sequence[Token]) -> int:
        """Take in the block in front if it is an attribute block; how many tokens it was, none for other blocks.

        Markdown takes such a block for HTML where it is one line, and for a paragraph of one tag where it is more.
        """
        is_html = bool(tokens) and tokens[0].type == "html_block"
        block = tokens[0] if is_html else next(iter(tokens[1:2]), None)
        if block is None or not _BLOCK.match(block.content):
            return 0
        self.feed(block.content)
        return 1 if is_html else 3

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _TAGS:
            self.values.update((name, value or "") for name, value in attrs)


def _date(text: str, file: str, line: int) -> dt.date | None:
    if not text:
        return None
    match = _DATE.fullmatch(text)
    try:
        month, day, year = (int(part) for part in match.groups()) if match else (0, 0, 0)
        return dt.date(year, month, day)
    except ValueError as error:
        raise DocumentError(file, line, f"expected ms.date as MM/DD/YYYY, not {text}") from error
