"""Owns the prose of a document: Markdown with HTML and marks of a site in, plain CommonMark out."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from markdown_it.token import Token

from troubleshoot.document.plan import text_token
from troubleshoot.document.writing import write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from troubleshoot.document.plan import Links


class MarkupReader(HTMLParser):
    """An HTML parser that never fails and never falls silent after an unclosed tag."""

    def parse_marked_section(self, i: int, report: int = 1) -> int:  # noqa: ARG002 - the signature of HTMLParser
        """Take ``<![x[…`` as a comment, as browsers do; HTMLParser knows only a few and stops at others."""
        return self.parse_bogus_comment(i)

    def set_cdata_mode(self, elem: str, *, escapable: bool = False) -> None:
        """Read on after ``<script>`` and ``<style>``: what is shown is sanitised, what is read must not get lost."""


def attributes_of(html: str) -> dict[str, str]:
    """The attributes of the tags in a header of the old kind: ``<properties …/> <tags …/>``."""
    reader = _Attributes()
    reader.feed(html)
    return reader.values


class _Attributes(MarkupReader):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - HTMLParser's
        self.values.update((name, value or "") for name, value in attrs)


_BREAK = re.compile(r"<br\b", re.IGNORECASE)
_MARK = re.compile(r"\[(?:AZURE\.|!)(?P<name>[A-Z]+)\]\s*")
_LABELS = {
    "ko": {"NOTE": "참고", "TIP": "팁", "IMPORTANT": "중요", "WARNING": "경고", "CAUTION": "주의"},
    "en": {"NOTE": "Note", "TIP": "Tip", "IMPORTANT": "Important", "WARNING": "Warning", "CAUTION": "Caution"},
}


def clean(tokens: Sequence[Token], links: Links) -> str:
    """CommonMark of the prose in ``tokens``. Raises DocumentError for a link that a plan should know and does not."""
    line = 1
    cleaned: list[Token] = []
    for token in tokens:
        line = token.map[0] + 1 if token.map else line
        cleaned += _cleaned(token, links, line)
    return write(list(_without_empty(cleaned)))


def _cleaned(token: Token, links: Links, line: int) -> Iterable[Token]:
    if token.type == "html_block":
        return _words_of_html(token.content)
    if token.type == "inline":
        children = _with_label(token.children or [], _LABELS[links.language])
        token.children = _trimmed(links.aim(_without_html(children), line))
    return [token]


def _words_of_html(html: str) -> Sequence[Token]:
    words = " ".join(_Words().of(html).split())
    inline = Token("inline", "", 0, children=[text_token(words)])
    return [Token("paragraph_open", "p", 1), inline, Token("paragraph_close", "p", -1)] if words else []


class _Words(MarkupReader):
    def of(self, html: str) -> str:
        self.words: list[str] = []
        self.feed(html)
        self.close()
        return " ".join(self.words)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _without_html(children: Iterable[Token]) -> Iterator[Token]:
    for child in children:
        if child.type != "html_inline":
            yield child
        elif _BREAK.match(child.content):
            yield Token("hardbreak", "br", 0)


def _with_label(children: Sequence[Token], labels: Mapping[str, str]) -> Sequence[Token]:
    """[AZURE.NOTE] and [!NOTE] become a bold word; other marks, such as the selector of versions, go."""
    match = _MARK.match(children[0].content) if children and children[0].type == "text" else None
    if match is None:
        return children
    rest = _trimmed([text_token(children[0].content[match.end() :]), *children[1:]])
    label = labels.get(match["name"])
    return [*_bold(f"{label}:"), text_token(" "), *rest] if label else rest


def _bold(text: str) -> Sequence[Token]:
    opening, closing = Token("strong_open", "strong", 1), Token("strong_close", "strong", -1)
    opening.markup = closing.markup = "**"
    return opening, text_token(text), closing


def _trimmed(children: Sequence[Token]) -> list[Token]:
    """No blanks around a break, no break at an end."""
    kept: list[Token] = []
    for child in children:
        after_break = not kept or kept[-1].type in {"hardbreak", "softbreak"}
        if child.type == "text" and after_break:
            child.content = child.content.lstrip()
        if child.type in {"hardbreak", "softbreak"} and kept and kept[-1].type == "text":
            kept[-1].content = kept[-1].content.rstrip()
        if (child.type == "text" and not child.content) or (child.type.endswith("break") and after_break):
            continue
        kept.append(child)
    while kept and kept[-1].type.endswith("break"):
        kept.pop()
    return kept


def _without_empty(tokens: Sequence[Token]) -> Iterator[Token]:
    """Without paragraphs and quotations that hold nothing."""
    kept: list[Token] = []
    for token in tokens:
        kept.append(token)
        _drop_if_empty(kept)
    return iter(kept)


def _drop_if_empty(kept: list[Token]) -> None:
    closing = kept[-1].type
    if closing == "paragraph_close" and kept[-2].type == "inline" and not kept[-2].children:
        del kept[-3:]
    elif closing == "blockquote_close" and kept[-2].type == "blockquote_open":
        del kept[-2:]
