"""Owns the prose and the header of a document: Markdown with HTML and marks of a site in, plain CommonMark out."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from markdown_it.token import Token

from troubleshoot.document.plan import Links, text_token
from troubleshoot.document.problems import DocumentError
from troubleshoot.document.writing import write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class MarkupReader(HTMLParser):
    """An HTML parser that never fails and never falls silent after an unclosed tag."""

    def parse_marked_section(self, i: int, report: int = 1) -> int:  # noqa: ARG002 - the signature of HTMLParser
        """Take ``<![x[…`` as a comment, as browsers do; HTMLParser knows only a few and stops at others."""
        return self.parse_bogus_comment(i)

    def set_cdata_mode(self, elem: str, *, escapable: bool = False) -> None:
        """Read on after ``<script>`` and ``<style>``: what is shown is sanitised, what is read must not get lost."""


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


_BREAK = re.compile(r"<br\b", re.IGNORECASE)
_MARK = re.compile(r"\[(?:AZURE\.|!)(?P<name>[A-Z]+)\]\s*")
_LABELS = {"NOTE": "참고", "TIP": "팁", "IMPORTANT": "중요", "WARNING": "경고", "CAUTION": "주의"}


def clean(tokens: Sequence[Token], links: Links) -> str:
    """CommonMark of the prose in ``tokens``. Raises DocumentError for a table that was never finished."""
    line = 1
    cleaned: list[Token] = []
    for token in tokens:
        line = token.map[0] + 1 if token.map else line
        cleaned += _cleaned(token, links, line)
    return write(list(_without_empty(cleaned)))


def _cleaned(token: Token, links: Links, line: int) -> Iterable[Token]:
    if token.type == "html_block":
        return _words_of_html(token.content, links.file, line)
    if token.type == "inline":
        _check_finished(token, links.file, line)
        token.children = _trimmed(links.aim(_without_html(_with_label(token.children or [])), line))
    return [token]


def _check_finished(token: Token, file: str, line: int) -> None:
    if token.content.startswith("|"):
        raise DocumentError(file, line, "expected a table: a heading row, a row of dashes, and rows right below")


def _words_of_html(html: str, file: str, line: int) -> Sequence[Token]:
    if "<table" in html.lower() and "</table" not in html.lower():
        raise DocumentError(file, line, "expected </table> before the next empty line")
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


def _with_label(children: Sequence[Token]) -> Sequence[Token]:
    """[AZURE.NOTE] and [!NOTE] become a bold word; other marks, such as the selector of versions, go."""
    match = _MARK.match(children[0].content) if children and children[0].type == "text" else None
    if match is None:
        return children
    rest = _trimmed([text_token(children[0].content[match.end() :]), *children[1:]])
    label = _LABELS.get(match["name"])
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
