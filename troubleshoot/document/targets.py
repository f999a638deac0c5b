"""Owns where the links of a stored text lead, and which were meant as links but are none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshoot.document.reading import laid_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

# Each part is bounded, so that searching takes time in proportion to the text.
_LIKE_A_LINK = re.compile(r"\[[^\[\]\n]{1,200}\]\(((?:[^()\n]|\([^()\n]{0,100}\)){1,300})\)")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads, and the line of the text that it stands in, counted from 1."""

    address: str
    line: int


def targets_of(markdown: str) -> Iterator[Target]:
    """The targets of all links and pictures, in the order of the text; none where the text can't be laid out."""
    if "[" not in markdown and "<" not in markdown:
        return
    for token in laid_out(markdown) or ():
        line = (token.map or [0])[0] + 1
        for child in token.children or ():
            if child.type in {"softbreak", "hardbreak"}:
                line += 1
            if child.type in {"link_open", "image"}:
                yield Target(str(child.attrs.get("href", child.attrs.get("src", ""))), line)


def broken_links(markdown: str) -> Iterator[Target]:
    """What is written like a link and shows as text: an address with a space in it, or of a kind that may do harm."""
    for token in (laid_out(markdown) if "](" in markdown else None) or ():
        if token.type == "inline":
            line = (token.map or [0])[0] + 1
            shown = _text_of(token)
            for match in _LIKE_A_LINK.finditer(token.content):
                if match[0] in shown:
                    yield Target(match[1], line + token.content.count("\n", 0, match.start()))


def _text_of(inline: Token) -> str:
    """What shows as plain text; code apart, which may look like a link."""
    return "".join(child.content if child.type == "text" else "\n" for child in inline.children or ())
