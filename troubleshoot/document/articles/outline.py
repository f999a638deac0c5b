"""Owns the outline of an article: its front matter, its headings and its tables, found line by line in one pass."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from troubleshoot.document.prose import attributes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|(?=<a\b)|(?<=##)(?=[^\s#!]))(.*)")
_HTML_HEADING = re.compile(
    r"\s{0,3}(?:<details\b[^>]*>\s*)?<(?:summary|h([1-6]))\b[^>]*>(.{1,500}?)</(?:summary|h[1-6])>\s*", re.IGNORECASE
)
_LOWEST = 6
"""What opens when it is asked for stands below whatever heading is above it."""
_TAB = re.compile(r" {0,3}#{1,6}[ \t]+\[([^\]]*)\]\(#tab/[^)]*\)\s*")
"""One of several ways to do the same, shown one at a time: no heading, whatever its level."""
_TAG = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)
_UNDERLINE = re.compile(r" {0,3}(=+|-{3,})[ \t]*")
_FENCE = re.compile(r"(?:\s*(?:(?:[-*+>]|\d{1,9}[.)])\s+)*(?=`)|\s*(?=~))(`{3,}|~{3,})")  # + ~~~ is PowerShell's
_DELIMITER = re.compile(r":?-+:?")
_TABLE, _TABLE_END = re.compile(r"<table\b", re.IGNORECASE), re.compile(r"</table\s*>", re.IGNORECASE)
_ANCHOR = re.compile(r"<a\s+(?:name|id)\s*=\s*[\"']?([^\"'>\s]+)[\"']?\s*/?>(?:\s*</a>)?", re.IGNORECASE)
INCLUDE = re.compile(r"\s*\[(?:!|AZURE\.)INCLUDE\s*\[[^\]]*\]\s*\(([^)]*)\)\s*\]\s*", re.IGNORECASE)
_FIELD = re.compile(r"([A-Za-z][\w.-]*)\s*:\s*(.*)")
_ADDRESS = re.compile(r"https?://[!-~]{1,290}")
_OLD_HEADER = ("<properties", "<tags")
_CODE = re.compile(r"(`+)[^`]{1,2000}\1")
_SCRIPT = re.compile(r"(?<!\\)<(?:script\b|[a-z][^<>]{0,2000}\son[a-z]{3,20}\s*=)", re.IGNORECASE)
_NESTING = re.compile(
    r"<(/?)(?:div|span|blockquote|ul|ol|table|details|section|font|center|strong|em|b|i)\b", re.IGNORECASE
)
MOST_OPEN_TAGS = 1_000


@dataclass(frozen=True, slots=True)
class Span:
    """Lines of an outline: from ``start`` up to ``end``."""

    start: int
    end: int


@dataclass(slots=True)
class Part:
    """A heading (none before the first) and the lines up to the next one. ``title`` is Markdown."""

    heading: int
    level: int
    title: str
    anchor: str
    start: int
    end: int = 0
    tables: list[Span] = field(default_factory=list)

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Outline:
    attributes: Mapping[str, str]
    lines: Sequence[str]
    numbers: Sequence[int]
    """The number of each line in the file; all lines of an included file have that of the line that includes it."""
    parts: Sequence[Part]
    missing: Sequence[Span]
    """The lines that show a file that is not there."""

    def number(self, line: int) -> int:
        return self.numbers[min(line, len(self.numbers) - 1)] if self.numbers else 1

    def text(self, span: Span) -> str:
        return "\n".join(self.lines[span.start : span.end])


def read_outline(text: str, includes: Mapping[str, str]) -> Outline:
    written = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    attributes, first = _front_matter(written)
    lines: list[str] = []
    numbers: list[int] = []
    missing: list[Span] = []
    for number, line in enumerate(written[first:], first + 1):
        match = INCLUDE.fullmatch(line) if "[" in line and "INCLUDE" in line else None
        shown = [_TAB.sub(r"**\1**", line) if "(#tab/" in line else line]
        if match:
            shown = includes.get(match[1].strip(), "").split("\n")
            if match[1].strip() not in includes:
                missing.append(Span(len(lines), len(lines) + 1))
        lines += shown
        numbers += [number] * len(shown)
    return Outline(attributes, lines, numbers, _parts(lines), missing)


def _front_matter(lines: Sequence[str]) -> tuple[dict[str, str], int]:
    """The attributes, and where the text begins."""
    first = next((place for place, line in enumerate(lines) if line.strip()), len(lines))
    if first < len(lines) and lines[first].rstrip() == "---":
        end = next((at for at in range(first + 1, len(lines)) if lines[at].rstrip() in {"---", "..."}), None)
        if end is not None and (end == first + 1 or any(_FIELD.match(line) for line in lines[first + 1 : end])):
            fields = (_FIELD.fullmatch(line) for line in lines[first + 1 : end])
            return {match[1].lower(): _unquoted(match[2]) for match in fields if match}, end + 1
    return _old_header(lines, first)


def _unquoted(value: str) -> str:
    value = value.strip()
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1].replace('\\"', '"').replace("''", "'") if quoted else value


def _old_header(lines: Sequence[str], first: int) -> tuple[dict[str, str], int]:
    attributes: dict[str, str] = {}
    place = first
    while place < len(lines) and lines[place].lstrip().lower().startswith(_OLD_HEADER):
        end = next((at for at in range(place, len(lines)) if lines[at].rstrip().endswith(">")), None)
        if end is None:
            break
        attributes |= attributes_of("\n".join(lines[place : end + 1]))
        first = place = end + 1
        while place < len(lines) and not lines[place].strip():
            place += 1
    return attributes, first


def _parts(lines: Sequence[str]) -> list[Part]:
    parts = [Part(0, 0, "", "", 0)]
    fence = ""
    place = 0
    in_comment = False
    while place < len(lines):
        line = lines[place]
        heading = None if in_comment else _heading(lines, place, parts[-1].start)
        if fence and heading is not None and _ANCHOR.search(line):
            fence = ""  # that was never closed
        if fence:
            fence = "" if _closes(line, fence) else fence
        elif heading is not None:
            parts[-1].end = place
            parts.append(Part(place, *heading))
            place = parts[-1].start
            continue
        elif in_comment or line.lstrip().startswith("<!--"):
            in_comment = "-->" not in line
        elif match := _FENCE.match(line):
            fence = match[1] if match[1] not in line[match.end() :] else ""
        elif end := _end_of_table(lines, place):
            parts[-1].tables.append(Span(place, end))
            place = end
            continue
        place += 1
    parts[-1].end = len(lines)
    return parts


def _closes(line: str, fence: str) -> bool:
    mark = line.strip()
    return len(mark) >= len(fence) and not mark.strip(fence[0])


def _heading(lines: Sequence[str], place: int, start: int) -> tuple[int, str, str, int] | None:
    """Level, title, anchor and the line below."""
    line = lines[place]
    if "#" in line[:10] and (match := _HEADING.fullmatch(line)):
        title = _title(match[2])
        return (len(match[1]), *title, place + 1) if title[0] else None
    if "</" in line and (match := _HTML_HEADING.fullmatch(line)):
        title = _title(_TAG.sub("", match[2]))
        return (int(match[1] or _LOWEST), *title, place + 1) if title[0] else None
    following = lines[place + 1] if place + 1 < len(lines) else ""
    is_alone = place == start or not lines[place - 1].strip()
    if (
        is_alone
        and following[:4].strip(" ")[:1] in {"=", "-"}
        and line[:1].strip(" \t>#|<-*+")
        and _UNDERLINE.fullmatch(following)
    ):
        return (1 if "=" in following else 2), *_title(line), place + 2
    return None


def _title(written: str) -> tuple[str, str]:
    anchor = _ANCHOR.search(written)
    title = _ANCHOR.sub("", written).strip()
    shut = title.rstrip("#")
    return (shut.rstrip() if not shut or shut[-1] in " \t" else title), anchor[1] if anchor else ""


def is_delimiters(line: str) -> bool:
    if "|" not in line or "-" not in line or line.strip(" \t|:-"):
        return False
    cells = line.strip().removeprefix("|").removesuffix("|").split("|")
    return all(_DELIMITER.fullmatch(cell.strip()) for cell in cells)


def _end_of_table(lines: Sequence[str], place: int) -> int:
    """The line below the table that begins here; 0 where none does."""
    line = lines[place]
    if "<" in line and (opening := _TABLE.search(line)):
        return _end_of_html(lines, place, opening.end())
    if (
        "|" not in line
        or line.lstrip().startswith(">")
        or place + 1 == len(lines)
        or not is_delimiters(lines[place + 1])
    ):
        return 0
    end = place + 2
    while end < len(lines) and _goes_on(lines, end):
        end += 1
    return end


def _goes_on(lines: Sequence[str], place: int) -> bool:
    """Whether a table has a row here; an empty line between rows is no end of it."""
    line = lines[place]
    if not line.strip():
        following = lines[place + 1 : place + 3]
        return bool(following) and following[0].lstrip().startswith("|") and not any(map(is_delimiters, following[1:]))
    return "|" in line and _HEADING.fullmatch(line) is None


def _end_of_html(lines: Sequence[str], place: int, after: int) -> int:
    """An HTML table ends with its tag, or, where that is missing, before the next heading."""
    if _TABLE_END.search(lines[place], after):
        return place + 1
    for at in range(place + 1, len(lines)):
        if _TABLE_END.search(lines[at]):
            return at + 1
        if _HEADING.fullmatch(lines[at]):
            return at
    return len(lines)


_DATES = (
    re.compile(r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})[-./](?P<m>\d{1,2})[-./](?P<d>\d{1,2})"),
)


def date_of(attributes: Mapping[str, str]) -> dt.date | None:
    """The date in the front matter; none where it is none."""
    for match in (pattern.match(attributes.get(name, "")) for name in ("ms.date", "date") for pattern in _DATES):
        if match:
            try:
                return dt.date(int(match["y"]), int(match["m"]), int(match["d"]))
            except ValueError:
                return None
    return None


def address_of(attributes: Mapping[str, str]) -> str:
    """Where the front matter says that the document is published; empty where it says nothing that is an address."""
    names = ("canonicalurl", "canonical_url", "canonical", "permalink", "original_url", "source_url", "url")
    return next((value for name in names if _ADDRESS.fullmatch(value := attributes.get(name, "").strip())), "")


def product_of(attributes: Mapping[str, str]) -> str:
    names = ("ms.service", "services", "service", "ms.prod", "product")
    written = next((value for name in names if (value := attributes.get(name, "").strip())), "")
    return re.split(r"[,;\s]", written)[0].strip("[]\"'").lower()


def refused_markup(lines: Sequence[str]) -> tuple[int, str] | None:
    """The first line whose HTML holds a script or nests too deep, and what was expected; in code anything may stand."""
    fence = ""
    for place, line in enumerate(lines):
        if fence:
            fence = "" if _closes(line, fence) else fence
        elif match := _FENCE.match(line):
            fence = match[1] if match[1] not in line[match.end() :] else ""
        elif "<" in line:
            markup = _CODE.sub("", line)
            if _SCRIPT.search(markup):
                return place, "expected HTML without a script"
            if line.count("<") > MOST_OPEN_TAGS and _most_nested(markup) > MOST_OPEN_TAGS:
                return place, "expected lists and quotations to nest less deeply"
    return None


def _most_nested(markup: str) -> int:
    steps = (-1 if match[1] else 1 for match in _NESTING.finditer(markup))
    return max(accumulate(steps, lambda depth, step: max(0, depth + step), initial=0))


def paragraphs(lines: Sequence[str], span: Span) -> Iterator[Span]:
    """The runs of lines between empty ones; a fence and what it holds are one run, which ends with it."""
    start, fence = span.start, ""
    for place in range(span.start, span.end):
        line = lines[place]
        if fence:
            fence = "" if _closes(line, fence) else fence
            if not fence:
                yield Span(start, place + 1)
                start = place + 1
        elif match := _FENCE.match(line):
            fence = match[1] if match[1] not in line[match.end() :] else ""
        elif not line.strip():
            if place > start:
                yield Span(start, place)
            start = place + 1
    if span.end > start:
        yield Span(start, span.end)
