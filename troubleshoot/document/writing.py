"""Owns the way from Markdown tokens back to Markdown text."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from markdown_it.token import Token
from mdformat.renderer import MDRenderer, RenderContext, RenderTreeNode

from troubleshoot.document.reading import parse

if TYPE_CHECKING:
    from collections.abc import Sequence


def _cell(node: RenderTreeNode, context: RenderContext) -> str:
    return "".join(child.render(context) for child in node.children).replace("|", "\\|").replace("\n", " ")


def _row(node: RenderTreeNode, context: RenderContext) -> str:
    return f"| {' | '.join(child.render(context) for child in node.children)} |"


def _table(node: RenderTreeNode, context: RenderContext) -> str:
    rows = [row for part in node.children for row in part.children]
    head, *body = [row.render(context) for row in rows]
    return "\n".join([head, "|" + " --- |" * len(rows[0].children), *body])


class _Tables:
    RENDERERS = {"table": _table, "tr": _row, "th": _cell, "td": _cell}


_OPTIONS: dict[str, Any] = {"parser_extension": [_Tables], "mdformat": {"number": True}}


def write(tokens: Sequence[Token]) -> str:
    """Markdown of block tokens, without a line end at the end."""
    return MDRenderer().render(tokens, _OPTIONS, {}).strip("\n")


def write_inline(children: Sequence[Token]) -> str:
    """Markdown of one line of inline tokens."""
    inline = Token("inline", "", 0, children=list(children))
    return write([Token("paragraph_open", "p", 1), inline, Token("paragraph_close", "p", -1)])


def paragraph(markdown: str) -> str:
    """``markdown``, guarded so that its first characters do not make it a list or a heading."""
    if not markdown or parse(markdown)[0].type == "paragraph_open":
        return markdown
    digits = len(markdown) - len(markdown.lstrip("0123456789"))
    return f"{markdown[:digits]}\\{markdown[digits:]}"


def code_block(code: str, language: str) -> str:
    fence = "```"
    while fence in code:
        fence += "`"
    return f"{fence}{language}\n{code}\n{fence}"


def numbered(items: Sequence[str]) -> str:
    """An ordered list of Markdown items."""
    return _list([(f"{number}. ", item) for number, item in enumerate(items, 1)])


def bulleted(items: Sequence[str]) -> str:
    return _list([("- ", item) for item in items])


def _list(items: Sequence[tuple[str, str]]) -> str:
    gap = "\n\n" if any("\n\n" in item for _, item in items) else "\n"
    return gap.join(marker + textwrap.indent(item, " " * len(marker)).lstrip(" ") for marker, item in items)
