"""Owns the Markdown parser: which extensions are on, and how deep a text may nest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markdown_it.token import Token

BLOCK_DEPTH = 40
"""Blocks nested deeper than this are not parsed by markdown-it; it would silently drop their text."""
INLINE_DEPTH = 40


def _parser(*, html: bool) -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": html, "maxNesting": BLOCK_DEPTH}).enable("table")


_STORED = _parser(html=False)
_SOURCE = _parser(html=True)
OPTIONS = _STORED.options


def parse(markdown: str) -> list[Token]:
    """Tokens of a stored text: raw HTML in it is text, not markup."""
    return _STORED.parse(markdown)


def parse_source(markdown: str) -> list[Token]:
    """Tokens of a source document, where raw HTML is markup."""
    return _SOURCE.parse(markdown)


def parse_inline(markdown: str) -> list[Token]:
    """The inline tokens of one stored line."""
    return _STORED.parseInline(markdown)[0].children or []


def is_too_deep(tokens: Iterable[Token]) -> bool:
    """Whether the parser gave up on a nested block, or a browser would struggle with nested emphasis."""
    return any(token.level >= BLOCK_DEPTH - 2 or _deepest(token.children or ()) > INLINE_DEPTH for token in tokens)


def _deepest(children: Iterable[Token]) -> int:
    depth = deepest = 0
    for child in children:
        depth += child.nesting
        deepest = max(deepest, depth)
    return deepest
