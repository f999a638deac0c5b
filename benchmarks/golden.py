"""Owns the golden query set as values: what people type, and the entries that answer it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

PATH = Path(__file__).with_name("golden.tsv")


@dataclass(frozen=True, slots=True)
class GoldenQuery:
    """``expected`` holds the keys of the entries or wizard steps that answer ``text``; any one first is right."""

    name: str
    kind: str
    held_out: bool
    text: str
    expected: frozenset[str]


def queries(path: Path = PATH) -> list[GoldenQuery]:
    """The queries of a file as ``golden.md`` describes it."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [_query(row) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]


def _query(row: dict[str, str]) -> GoldenQuery:
    return GoldenQuery(
        name=row["id"],
        kind=row["kind"],
        held_out=row["held_out"] == "1",
        text=row["query"].replace("\\n", "\n"),
        expected=frozenset(row["expected"].split(",")),
    )
