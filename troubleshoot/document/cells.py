"""Owns what stands in a table cell: lines and lists, taken out of Markdown mixed with HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from markdown_it.token import Token

from troubleshoot.document.plan import text_token
from troubleshoot.document.prose import MarkupReader
from troubleshoot.document.writing import write_inline

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BREAKS = {"<br>", "<br/>", "<br />"}
_OR = re.compile(r"(\((?:또는|or)\))", re.IGNORECASE)
_OR_LINE = re.compile(r"\(?(?:또는|or)\)?", re.IGNORECASE)
_BULLET, _NUMBER = re.compile(r"[-*•]\s+"), re.compile(r"^\d{1,2}[.)]\s+")
_COMMAND = re.compile(r"(?:\$\w[\w:]*\s*=|\$\w+(?:\.\w+)+$|[A-Z][A-Za-z]*-[A-Z]\w+(?:\s+[-$\"'|]|$))")
_HANGUL = re.compile(r"[가-힣]")


@dataclass(frozen=True)
class Line:
    """One line of a cell: what stands between two breaks."""

    tokens: tuple[Token, ...]

    @cached_property
    def text(self) -> str:
        """The words without markup."""
        return "".join([token.content for token in self.tokens]).strip()

    @cached_property
    def verbatim(self) -> str:
        """The characters as they were written, for commands: ``*`` and ``_`` are no emphasis there."""
        return "".join([token.content or token.markup for token in self.tokens]).strip()

    @cached_property
    def markdown(self) -> str:
        return write_inline(self.tokens)

    @property
    def is_or(self) -> bool:
        return _OR_LINE.fullmatch(self.text) is not None

    @cached_property
    def is_command(self) -> bool:
        return _COMMAND.match(self.verbatim) is not None and not _HANGUL.search(self.verbatim)

    @property
    def is_bullet(self) -> bool:
        return _BULLET.match(self.text) is not None


@dataclass(frozen=True, slots=True)
class Items:
    """A list inside a cell."""

    ordered: bool
    items: tuple[tuple[Block, ...], ...]


Block = Line | Items


def read_cell(children: Iterable[Token]) -> tuple[Block, ...]:
    """The blocks of a cell. Lists and items that are never closed end with the cell, as in a browser."""
    tokens = tuple(children)
    if all(token.type == "text" and "(" not in token.content for token in tokens):  # as most cells are
        line = Line(_trimmed(tokens))
        return (line,) if line.text else ()
    reader = _CellReader()
    for token in tokens:
        reader.read(token)
    return _with_counted_lines(reader.finish())


def _with_counted_lines(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Lines that count themselves from 1 are a list, each with the lines below it that do not."""
    starts: list[int] = []
    for place, block in enumerate(blocks):
        number = len(starts) + 1
        if isinstance(block, Line) and block.tokens[0].content.startswith((f"{number}. ", f"{number}) ")):
            starts.append(place)
    if len(starts) < 2:  # noqa: PLR2004 - one counts nothing
        return blocks
    ends = [*starts[1:], starts[-1] + 1]
    items = [(_without(_NUMBER, blocks[at]), *blocks[at + 1 : end]) for at, end in zip(starts, ends, strict=True)]
    return (*blocks[: starts[0]], Items(ordered=True, items=tuple(items)), *blocks[ends[-1] :])


@dataclass(slots=True)
class _OpenList:
    ordered: bool
    before: list[Block]
    """Where text goes until the first item opens."""
    items: list[list[Block]] = field(default_factory=list)


class _CellReader(MarkupReader):
    """Reads Markdown's inline tokens; those that are HTML tags go through the HTML parser one by one."""

    def __init__(self) -> None:
        super().__init__()
        self._blocks: list[Block] = []
        self._lists: list[_OpenList] = []
        self._line: list[Token] = []
        self._open: list[Token] = []

    def read(self, token: Token) -> None:
        if token.type == "html_inline" and token.content in _BREAKS:
            self._end_line()
        elif token.type == "html_inline":
            self.feed(token.content)
        elif token.type == "text":
            self._read_text(token)
        else:
            self._read_markup(token)

    def finish(self) -> tuple[Block, ...]:
        self._end_line()
        while self._lists:
            self._close_list()
        return tuple(self._blocks)

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:  # noqa: ARG002 - HTMLParser's
        if tag in {"ol", "ul"}:
            self._open_list(ordered=tag == "ol")
        elif tag == "li":
            self._open_item()
        elif tag in {"br", "p", "div"}:
            self._end_line()

    def handle_endtag(self, tag: str) -> None:
        if tag in {"ol", "ul"} and self._lists:
            self._close_list()
        elif tag in {"li", "p", "div"}:
            self._end_line()

    def handle_data(self, data: str) -> None:
        self._line.append(text_token(data))

    def _read_text(self, token: Token) -> None:
        if "(" not in token.content:
            self._line.append(token)
            return
        for part in _OR.split(token.content):
            if _OR.fullmatch(part):
                self._end_line()
                self._line.append(text_token(part))
                self._end_line()
            else:
                self._line.append(text_token(part))

    def _read_markup(self, token: Token) -> None:
        if token.nesting == 1:
            self._open.append(token)
        elif token.nesting == -1 and self._open:
            self._open.pop()
        self._line.append(token)

    def _end_line(self) -> None:
        """Emphasis or a link that goes on over the break is closed before it and opened again after it."""
        closing = [Token(token.type.replace("_open", "_close"), token.tag, -1) for token in reversed(self._open)]
        for opened, closed in zip(reversed(self._open), closing, strict=True):
            closed.markup = opened.markup
        line = Line(_trimmed([*self._line, *closing]))
        if line.text:
            self._target().append(line)
        self._line = list(self._open)

    def _target(self) -> list[Block]:
        if not self._lists:
            return self._blocks
        return self._lists[-1].items[-1] if self._lists[-1].items else self._lists[-1].before

    def _open_list(self, *, ordered: bool) -> None:
        self._end_line()
        self._lists.append(_OpenList(ordered, self._target()))

    def _open_item(self) -> None:
        if not self._lists:
            self._open_list(ordered=False)
        self._end_line()
        self._lists[-1].items.append([])

    def _close_list(self) -> None:
        self._end_line()
        closed = self._lists.pop()
        items = tuple(tuple(item) for item in closed.items if item)
        if items:
            self._target().append(Items(closed.ordered, items))


def _trimmed(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Without the blanks at both ends of the line."""
    kept = [token for token in tokens if token.type != "text" or token.content]
    if kept and kept[0].type == "text" and kept[0].content[0].isspace():
        kept[0] = text_token(kept[0].content.lstrip())
    if kept and kept[-1].type == "text" and kept[-1].content[-1:].isspace():
        kept[-1] = text_token(kept[-1].content.rstrip())
    return tuple([token for token in kept if token.type != "text" or token.content])


def without_bullet(line: Line) -> Line:
    return _without(_BULLET, line)


def _without(mark: re.Pattern[str], block: Block) -> Line:
    assert isinstance(block, Line)  # noqa: S101 - only lines begin with a mark
    first, *rest = block.tokens
    return Line(_trimmed([text_token(mark.sub("", first.content, count=1)), *rest]))
