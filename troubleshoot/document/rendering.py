"""Owns the way from stored Markdown to HTML that is safe to put on a page."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import nh3
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from troubleshoot.document.reading import OPTIONS, laid_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SCHEMES = {"http", "https", "mailto", "portal"}
_EXTERNAL = ("http://", "https://", "//")
_CLEANER = nh3.Cleaner(
    tags={
        *("p", "br", "hr", "blockquote", "pre", "code", "em", "strong", "a", "ul", "ol", "li"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
    },
    attributes={"a": {"href", "title", "rel"}, "ol": {"start"}, "code": {"class"}},
    url_schemes=SCHEMES,
    link_rel=None,
)
_HTML = RendererHTML()


def unchanged(href: str) -> str:
    return href


def render(markdown: str, *, link: Callable[[str], str] = unchanged, heading_offset: int = 0) -> str:
    """Safe HTML for ``markdown``.

    ``link`` maps each link target (``portal:section/x``, ``https://…``) to the address to put on the page; where it
    gives an empty one, the words of the link stay as text.
    ``heading_offset`` moves headings down, so that they fit below the heading of the page around them. Text that nests
    too deeply, or is too long, to be laid out is shown as it was written.
    """
    markdown = _encodable(markdown)
    tokens = laid_out(markdown)
    if tokens is None:
        return _as_written(markdown)
    for token in tokens:
        _lower_heading(token, heading_offset)
        token.children = _linked(token.children, link)
    return _CLEANER.clean(_HTML.render(tokens, OPTIONS, {}))


def _encodable(text: str) -> str:
    """``text`` without halves of surrogate pairs, which no page can carry."""
    return text.encode("utf-8", "replace").decode()


def _as_written(markdown: str) -> str:
    return f"<pre>{html.escape(markdown)}</pre>"


def _lower_heading(token: Token, offset: int) -> None:
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{min(6, int(token.tag[1]) + offset)}"


def _linked(children: Iterable[Token] | None, link: Callable[[str], str]) -> list[Token] | None:
    if children is None:
        return None
    linked: list[Token] = []
    leads_nowhere = False
    for child in children:
        if child.type == "link_open":
            address = link(str(child.attrGet("href")))
            _aim(child, address)
            leads_nowhere = not address
        if child.type == "image":
            linked += _picture_as_link(child, link)
        elif not (leads_nowhere and child.type in {"link_open", "link_close"}):
            linked.append(child)
    return linked


def _aim(token: Token, address: str) -> None:
    token.attrSet("href", address)
    if address.lower().startswith(_EXTERNAL):
        token.attrSet("rel", "noopener noreferrer")


def _picture_as_link(token: Token, link: Callable[[str], str]) -> list[Token]:
    """A picture of another site is offered, not fetched: the portal's pages load nothing from elsewhere."""
    opening = Token("link_open", "a", 1, attrs={"href": ""})
    source = str(token.attrGet("src"))
    address = link(source)
    words = Token("text", "", 0, content=token.content or source)
    if not address:
        return [words]
    _aim(opening, address)
    return [opening, words, Token("link_close", "a", -1)]
