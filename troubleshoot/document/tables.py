"""Owns tables: which ones list errors, and the rows of those."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshoot.document.problems import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

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
