"""Owns the errors that no entry documents as values: what readers paste of them, and which codes stand in that."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

PATH = Path(__file__).with_name("undocumented.tsv")
BOILERPLATE = Path(__file__).with_name("boilerplate.tsv")


@dataclass(frozen=True, slots=True)
class UndocumentedError:
    """``codes`` are those in ``text`` that nobody documented; there may be none."""

    name: str
    kind: str
    language: str
    held_out: bool
    text: str
    codes: frozenset[str]
    source: str


def errors(path: Path = PATH) -> list[UndocumentedError]:
    """The errors of a file as ``undocumented.md`` describes it."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [_error(row) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]


def boilerplate(path: Path = BOILERPLATE) -> list[str]:
    """The texts of a file as ``boilerplate.md`` describes it, none of which is a documented error."""
    return [line.split("\t", 1)[1] for line in path.read_text(encoding="utf-8").splitlines()[1:]]


def is_held_out(query: str) -> bool:
    """Whether a query, as the file has it, is of the half that is not looked at: its SHA-256 is odd."""
    return int(hashlib.sha256(query.encode()).hexdigest(), 16) % 2 == 1


def _error(row: dict[str, str]) -> UndocumentedError:
    return UndocumentedError(
        name=row["id"],
        kind=row["kind"],
        language=row["language"],
        held_out=row["held_out"] == "1",
        text=row["query"].replace("\\n", "\n"),
        codes=frozenset(filter(None, row["codes"].split(","))),
        source=row["source"],
    )
