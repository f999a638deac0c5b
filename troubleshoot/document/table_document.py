"""Owns the reader of one kind of document: prose sections, and tables of operation | error | resolution."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from troubleshoot.document import explanations, prose
from troubleshoot.document.cells import Line, read_cell
from troubleshoot.document.dataset import Dataset, Entry, Operation, Resolution, Section, records
from troubleshoot.document.plan import Links, Plan, read_plan
from troubleshoot.document.problems import DocumentError, read_text
from troubleshoot.document.prose import Header, read_header
from troubleshoot.document.reading import is_too_deep, parse_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from markdown_it.token import Token

    from troubleshoot.document.cells import Block

_ROLES = {
    "operation": re.compile(r"작업|operation", re.IGNORECASE),
    "error": re.compile(r"오류|error", re.IGNORECASE),
    "resolution": re.compile(r"해결|조치|resolution|workaround|solution", re.IGNORECASE),
}
COLUMNS = "작업 | 오류 세부 정보 | 해결 방법"
_PIPE = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table of errors: the inline tokens of its three cells."""

    line: int
    operation: Sequence[Token]
    error: Sequence[Token]
    resolution: Sequence[Token]


def split_tables(tokens: Sequence[Token]) -> Iterator[tuple[bool, list[Token]]]:
    """The tokens in order, in pieces; true for a piece that is a top-level table."""
    piece: list[Token] = []
    for token in tokens:
        if token.level == 0 and token.type == "table_open":
            yield False, piece
            piece = []
        piece.append(token)
        if token.level == 0 and token.type == "table_close":
            yield True, piece
            piece = []
    yield False, piece


@dataclass(frozen=True, slots=True)
class Table:
    """A table and the source it was written in."""

    file: str
    source: Sequence[str]
    tokens: Sequence[Token]

    @property
    def roles(self) -> list[str]:
        """The role of each column, by its heading; empty where it has none."""
        head = [cell for kind, cell in self._cells() if kind == "th"]
        return [_role("".join(token.content for token in cell)) for cell in head]

    @property
    def lists_errors(self) -> bool:
        """Raises DocumentError for a table that has two of the three columns."""
        known = set(self.roles) - {""}
        if len(known) == len(_ROLES) - 1:
            raise DocumentError(self.file, self._first_line, f"expected a table with the columns {COLUMNS}")
        return len(known) == len(_ROLES)

    def rows(self) -> Iterator[Row]:
        """Raises DocumentError for a row with missing, empty or surplus cells."""
        roles = self.roles
        for line, cells in self._rows():
            self._check_count(line, len(roles))
            by_role = dict(zip(roles, cells, strict=True))
            for role, cell in by_role.items():
                if role and not any(token.content.strip() for token in cell):
                    raise DocumentError(self.file, line, f"expected text in each column: {COLUMNS}")
            yield Row(line, by_role["operation"], by_role["error"], by_role["resolution"])

    @property
    def _first_line(self) -> int:
        return (self.tokens[0].map or [0])[0] + 1

    def _check_count(self, line: int, columns: int) -> None:
        written = self.source[line - 1].strip().removeprefix("|")
        found = len(_PIPE.findall(written)) + (not written.endswith("|"))
        if found != columns:
            raise DocumentError(self.file, line, f"expected {columns} cells in the row, found {found}")

    def _rows(self) -> Iterator[tuple[int, list[Sequence[Token]]]]:
        line = 0
        cells: list[Sequence[Token]] = []
        kinds = iter(self._cells())
        for token in self.tokens:
            if token.type == "tr_open":
                line, cells = (token.map or [0])[0] + 1, []
            elif token.type in {"td_open", "th_open"}:
                cells.append(next(kinds)[1])
            elif token.type == "tr_close" and line != self._first_line:
                yield line, cells

    def _cells(self) -> Iterator[tuple[str, Sequence[Token]]]:
        for opening, inline in zip(self.tokens, self.tokens[1:], strict=False):
            if opening.type in {"td_open", "th_open"}:
                yield opening.tag, inline.children or ()


def _role(heading: str) -> str:
    """The last role that fits, so that 오류 해결 is a resolution."""
    fitting = [role for role, pattern in _ROLES.items() if pattern.search(heading)]
    return fitting[-1] if fitting else ""


def read_document(path: Path) -> Dataset:
    """The dataset of the document at ``path``, read with the TOML file of the same name. Raises DocumentError."""
    return read(read_text(path), read_plan(path.with_suffix(".toml")), str(path))


def read(source: str, plan: Plan, file: str) -> Dataset:
    """The dataset of a document's text. Raises DocumentError, and nothing else, for whatever text it is given."""
    dataset = _Reader(plan, file, source.replace("\r\n", "\n").replace("\r", "\n").split("\n")).read()
    known = {f"{record.context}/{name}" for record in records(dataset) for name in record.texts}
    for place in plan.texts.keys() - known:
        raise DocumentError(plan.file, 1, f"expected {place} to be a text of the document, in [texts]")
    return dataset


@dataclass(frozen=True, slots=True)
class _Part:
    """A heading (none before the first) and the blocks below it."""

    line: int
    level: int
    title: str
    tokens: Sequence[Token]


@dataclass(slots=True)
class _Reader:
    plan: Plan
    file: str
    source: Sequence[str]
    operations: dict[str, Operation] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)

    def read(self) -> Dataset:
        header, lead, title, parts = self._outline()
        sections = [self._section(part) for part in parts]
        self._check_complete(sections)
        return Dataset(
            key=self.plan.key,
            source_name=Path(self.file).name,
            title=title,
            description=header.description,
            published=header.published,
            lead=lead,
            sections=tuple(sections),
            operations=tuple(self.operations.values()),
            entries=tuple(self.entries.values()),
            product=self.plan.product,
            publisher=self.plan.publisher,
            article_url=self.plan.published_at,
            edited=self.plan.edited,
            texts=self.plan.texts,
        )

    def _outline(self) -> tuple[Header, str, str, Sequence[_Part]]:
        tokens = parse_source("\n".join(self.source))
        if is_too_deep(tokens):
            self._fail(1, "expected lists and quotations to nest less deeply")
        header = read_header(tokens, self.file)
        before, *parts = _parts(header.tokens)
        if not parts or parts[0].level != 1 or prose.clean(before.tokens, self._links):
            self._fail(1, "expected a title: the first line of text begins with # and a space")
        return header, prose.clean(parts[0].tokens, self._links), parts[0].title, parts[1:]

    @property
    def _links(self) -> Links:
        return Links(self.plan, self.file)

    def _fail(self, line: int, expected: str) -> NoReturn:
        raise DocumentError(self.file, line, expected)

    def _section(self, part: _Part) -> Section:
        key = self._key(self.plan.sections, part.title, part.line, "sections")
        kept: list[Token] = []
        for is_table, piece in split_tables(part.tokens):
            table = Table(self.file, self.source, piece)
            if is_table and table.lists_errors:
                self._read_rows(table, key)
            else:
                kept += piece
        return Section(
            key, part.title, max(2, part.level), prose.clean(kept, Links(self.plan, self.file, key)), part.line
        )

    def _key(self, keys: Mapping[str, str], title: str, line: int, table: str) -> str:
        if title not in keys:
            self._fail(line, f"expected a key for {title} in [{table}] of {self.plan.file}")
        return keys[title]

    def _read_rows(self, table: Table, section: str) -> None:
        for row in table.rows():
            entry = self._entry(row, self._operation(row, section))
            if entry.key in self.entries:
                other = self.entries[entry.key].line
                self._fail(row.line, f"expected a message of its own; line {other} already has the key {entry.key}")
            self.entries[entry.key] = entry

    def _operation(self, row: Row, section: str) -> str:
        title = _plain(read_cell(row.operation))
        key = self._key(self.plan.operations, title, row.line, "operations")
        self.operations.setdefault(key, Operation(key, section, title, row.line))
        return key

    def _entry(self, row: Row, operation: str) -> Entry:
        links = self._links
        error = read_cell(links.aim(row.error, row.line))
        message, *aliases = [_plain(blocks) for blocks in _alternatives(error)]
        resolution = read_cell(links.aim(row.resolution, row.line))
        explained = explanations.explain(resolution)
        return Entry(
            key=self._entry_key(message, row.line),
            operation=operation,
            message=message,
            aliases=tuple(aliases),
            cause=explained.cause,
            lead=explained.lead,
            resolutions=tuple(_resolutions(explained, error)),
            line=row.line,
            original=explanations.original(resolution),
        )

    def _entry_key(self, message: str, line: int) -> str:
        beginnings = [beginning for beginning in self.plan.errors if message.startswith(beginning)]
        if not beginnings:
            self._fail(line, f"expected a key for the message in [errors] of {self.plan.file}: {message[:60]}")
        return self.plan.errors[max(beginnings, key=len)]

    def _check_complete(self, sections: Sequence[Section]) -> None:
        """Nothing is read twice, and the plan names nothing that the document lacks."""
        for key, same in groupby(sorted(section.key for section in sections)):
            if len(list(same)) > 1:
                self._fail(1, f"expected the section {key} once")
        if not self.entries:
            self._fail(1, f"expected at least one table with the columns {COLUMNS}")
        found = {section.key for section in sections} | self.operations.keys() | self.entries.keys()
        for keys in (self.plan.sections, self.plan.operations, self.plan.errors):
            for title, key in keys.items():
                if key not in found:
                    raise DocumentError(self.plan.file, 1, f"expected {key} to be in the document: {title}")


def _parts(tokens: Iterable[Token]) -> list[_Part]:
    """The blocks before the first heading, then each heading with its blocks."""
    parts = [_Part(1, 0, "", [])]
    kept: list[Token] = []
    heading: Token | None = None
    for token in tokens:
        if token.level == 0 and token.type == "heading_open":
            parts[-1] = replace(parts[-1], tokens=kept)
            parts.append(_Part((token.map or [0])[0] + 1, int(token.tag[1]), "", []))
            heading, kept = token, []
        elif heading is not None and token.type == "inline":
            parts[-1] = replace(parts[-1], title=_plain(read_cell(token.children or ())))
        elif token.type == "heading_close" and token.level == 0:
            heading = None
        else:
            kept.append(token)
    parts[-1] = replace(parts[-1], tokens=kept)
    return parts


def _alternatives(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """The messages of a cell, which 또는 on a line of its own parts."""
    for is_or, group in groupby(blocks, key=lambda block: isinstance(block, Line) and block.is_or):
        if not is_or:
            yield list(group)


def _plain(blocks: Iterable[Block]) -> str:
    return " ".join(text for block in blocks for text in _words(block))


def _words(block: Block) -> Iterator[str]:
    if isinstance(block, Line):
        yield block.text
    else:
        yield from (_plain(item) for item in block.items)


def _resolutions(explained: explanations.Explanation, error: Sequence[Block]) -> Iterator[Resolution]:
    """The fixes of the column; where it names none, the advice in the message."""
    origin = "document" if explained.fixes else "message"
    fixes = explained.fixes or explanations.advice(error).fixes
    return (Resolution(fix.condition, fix.body, origin) for fix in fixes)
