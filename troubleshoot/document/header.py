"""Owns the header of a document: title, description and date, out of its attribute blocks."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from troubleshoot.document.problems import DocumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

_TAGS = ("properties", "tags")
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
    while len(rest) > 1 and attributes.read(rest[1]):
        line = (rest[1].map or [0])[0] + 1
        del rest[:3]
    published = _date(attributes.values.get("ms.date", ""), file, line)
    return Header(rest, attributes.values.get("description", ""), published)


@dataclass
class _Attributes(HTMLParser):
    values: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()

    def read(self, token: Token) -> bool:
        """Take in a paragraph that is nothing but an attribute block; false where it is something else."""
        children = token.children or ()
        if not children or children[0].type != "html_inline" or not children[0].content[1:].startswith(_TAGS):
            return False
        self.feed(children[0].content)
        return True

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
