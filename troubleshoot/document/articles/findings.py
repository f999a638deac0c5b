"""Owns what an article says of one error, and what its lines become: Markdown for the portal, words to judge by."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from textwrap import dedent
from typing import TYPE_CHECKING, NoReturn

from troubleshoot.document import prose
from troubleshoot.document.cells import Line, read_cell
from troubleshoot.document.problems import DocumentError
from troubleshoot.document.reading import is_too_deep, is_too_heavy, parse_cell, parse_source

if TYPE_CHECKING:
    from collections.abc import Iterable, MutableMapping, Sequence

    from troubleshoot.document.articles.outline import Outline, Part, Span
    from troubleshoot.document.cells import Block
    from troubleshoot.document.dataset import Resolution
    from troubleshoot.document.plan import Links

_TOO_DEEP = "expected lists and quotations to nest less deeply"
_NESTED = re.compile(r"(?:[ \t]*(?:>|[-*+](?=\s)))+")
MOST_NESTED = 40
_DEEPEST = 4 * MOST_NESTED
_DEEP_ITEM = re.compile(rf"[ \t]{{{_DEEPEST},}}(?:[-*+]|\d{{1,9}}[.)])\s")
_MARK = re.compile(r"[*_]")
MOST_MARKS = 2_000
"""Writing emphasis again takes long; no real part of an article has a quarter of that."""
CLIPPED = 2000
LONGEST_TITLE = 300
_DEFINITION = re.compile(r" {0,3}\[([^\[\]]{1,200})\]:\s+(\S{1,1000})\s*")


@dataclass(slots=True)
class Finding:
    """One error, before it has a key. ``operation`` is empty where only the heading above names it."""

    line: int
    part: Part
    message: str
    title: str = ""
    is_heading: bool = False
    """Whether the heading of ``part`` is the error's own, and not one that the error stands below."""
    anchor: str = ""
    operation: str = ""
    aliases: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    cause: str = ""
    lead: str = ""
    resolutions: list[Resolution] = field(default_factory=list)
    original: str = ""
    text: str = ""


class Texts:
    """The lines of one article, read as what they are."""

    def __init__(self, outline: Outline, links: Links) -> None:
        self.outline = outline
        self.links = links
        self._definitions: MutableMapping[str, object] = {"references": _references(outline.lines)}

    def fail(self, line: int, expected: str) -> NoReturn:
        raise DocumentError(self.links.file, line, expected)

    def markdown(self, *spans: Span, is_indented: bool = False) -> str:
        """What stands in the spans, as the portal keeps it; too long a text stays as it was written."""
        lines: list[str] = []
        numbers: list[int] = []
        for span in spans:
            lines += [*self.outline.lines[span.start : span.end], ""]
            numbers += [*self.outline.numbers[span.start : span.end], self.outline.number(span.end - 1)]
        text = dedent("\n".join(lines)) if is_indented else "\n".join(lines)
        if not text.strip():
            return ""
        self._check_nesting(lines, numbers)
        if is_too_heavy(text) or len(_MARK.findall(text)) > MOST_MARKS:
            return text.strip()
        tokens = parse_source(text, self._definitions)
        for token in tokens:
            if token.map:
                token.map = [numbers[min(at, len(numbers) - 1)] - 1 for at in token.map]
        if is_too_deep(tokens):
            deepest = max((token for token in tokens if token.map), key=lambda token: token.level)
            self.fail((deepest.map or [0])[0] + 1, _TOO_DEEP)
        return prose.clean(tokens, self.links)

    def _check_nesting(self, lines: Sequence[str], numbers: Sequence[int]) -> None:
        for line, number in zip(lines, numbers, strict=True):
            if len(line) > _DEEPEST and _DEEP_ITEM.match(line):
                self.fail(number, _TOO_DEEP)
            if line[:1] in "> \t-*+" and (match := _NESTED.match(line)) and len(match[0]) > MOST_NESTED:
                marks = match[0].translate(_NO_BLANKS)
                if len(marks) > MOST_NESTED and len(set(marks)) > (marks[0] != ">"):
                    self.fail(number, _TOO_DEEP)

    def cell(self, written: str, line: int) -> tuple[Block, ...]:
        """The blocks of a cell."""
        if is_too_heavy(written):
            self.fail(line, "expected a shorter cell, with fewer open brackets")
        written = _CLOSED_BREAK.sub("<br>", written.strip()) if "</" in written else written.strip()
        return read_cell(self.links.aim(parse_cell(written, self._definitions), line))


_CLOSED_BREAK = re.compile(r"</br\s*>", re.IGNORECASE)
_NO_BLANKS = {ord(" "): None, ord("\t"): None}


def _references(lines: Iterable[str]) -> dict[str, dict[str, str]]:
    """``[name]: address``, wherever in the document it stands, as the parser keeps it."""
    found = (_DEFINITION.fullmatch(line) for line in lines if line.lstrip()[:1] == "[")
    return {" ".join(match[1].split()).upper(): {"title": "", "href": match[2]} for match in found if match}


def plain(blocks: Iterable[Block]) -> str:
    return " ".join(text for block in blocks for text in _words(block))


def _words(block: Block) -> Iterable[str]:
    return [block.text] if isinstance(block, Line) else [plain(item) for item in block.items]


def plain_title(written: str) -> str:
    return plain(read_cell(parse_cell(written)))


def clipped(text: str) -> str:
    return text if len(text) <= CLIPPED else f"{text[: CLIPPED - 1]}…"
