"""Owns the way from Markdown tokens back to Markdown text."""

from __future__ import annotations

import re
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


def _item(node: RenderTreeNode, context: RenderContext) -> str:
    parts = filter(None, [child.render(context) for child in node.children])
    text = ("\n" if _is_tight(node.parent, context) else "\n\n").join(parts)
    return text if text.strip() else ""


def _is_tight(node: RenderTreeNode | None, context: RenderContext) -> bool:
    """Whether the list ``node`` has no empty lines, which each of its items asks: looked at once, not once an item."""
    known = context.env.setdefault("tight lists", {})
    if id(node) not in known:
        items = node.children if node else ()
        known[id(node)] = all(part.hidden for item in items for part in item.children if part.type == "paragraph")
    tight: bool = known[id(node)]
    return tight


class _TablesAndLists:
    RENDERERS = {"table": _table, "tr": _row, "th": _cell, "td": _cell, "list_item": _item}


_OPTIONS: dict[str, Any] = {"parser_extension": [_TablesAndLists], "mdformat": {"number": True}}


def write(tokens: Sequence[Token]) -> str:
    """Markdown of block tokens, without a line end at the end."""
    return MDRenderer().render(tokens, _OPTIONS, {}).strip("\n")


_SPECIAL = re.compile(r"[\\*_\[\]<`&!\n\t\x00]|  ")
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9:/?#@!$&'*+,;=.%_-]+")
_OPENS_BLOCK = re.compile(r"[0-9]+(?=[.)](?:\s|$))|(?=[*+-](?:\s|$)|#{1,6}(?:\s|$)|>)")
_NEEDS_CARE = re.compile(r"[\s~=_]|[-* ]*$")
_SURELY_PARAGRAPH = re.compile(r"(?:[^\W\d_]|[0-9]+(?![0-9.)])|\*\*[^\s*]|[\"'“‘(]|`(?!``)).*")
_SIMPLE = {"strong_open", "strong_close", "em_open", "em_close"}


def write_inline(children: Sequence[Token]) -> str:
    """Markdown of one line of inline tokens."""
    written = _written(children)
    return write(_as_paragraph(children)) if written is None else written


def _as_paragraph(children: Sequence[Token]) -> list[Token]:
    inline = Token("inline", "", 0, children=list(children))
    return [Token("paragraph_open", "p", 1), inline, Token("paragraph_close", "p", -1)]


def _written(children: Sequence[Token]) -> str | None:
    """What the renderer writes of a line where nothing needs its care: thousands of table rows are such lines."""
    parts: list[str] = []
    target = ""
    for child in children:
        if child.type == "text" and not _SPECIAL.search(child.content):
            parts.append(child.content)
        elif child.type in _SIMPLE:
            parts.append(child.markup)
        elif child.type == "code_inline" and "`" not in child.content and child.content.strip() == child.content != "":
            parts.append(f"`{child.content}`")
        elif child.type == "link_open" and child.info != "auto" and not child.attrs.get("title"):
            target = str(child.attrs["href"])
            parts.append("[")
        elif child.type == "link_close" and _PLAIN_ADDRESS.fullmatch(target):
            parts.append(f"]({target})")
            target = ""
        else:
            return None
    written = "".join(parts).strip(" ")
    if target or not written.isprintable() or _NEEDS_CARE.match(written):
        return None
    opening = _OPENS_BLOCK.match(written)
    return f"{opening[0]}\\{written[opening.end() :]}" if opening else written


def paragraph(markdown: str) -> str:
    """``markdown``, guarded so that its first characters do not make it a list or a heading."""
    if not markdown or _SURELY_PARAGRAPH.fullmatch(markdown) or parse(markdown)[0].type == "paragraph_open":
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
    return gap.join(marker + _indented(item, len(marker)).lstrip(" ") for marker, item in items)


def _indented(item: str, width: int) -> str:
    return textwrap.indent(item, " " * width) if "\n" in item else item
