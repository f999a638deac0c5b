"""Owns what is searched at scale: entries of a title (the error message) and a body, from a generator or a file."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from benchmarks import generator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SEED = 20_170_821


@dataclass(frozen=True, slots=True)
class Entry:
    title: str
    body: str


class Source(Protocol):
    """Entries in a shuffled order, the same each time they are gone through."""

    @property
    def name(self) -> str: ...

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Entry]: ...


@dataclass(frozen=True, slots=True)
class Synthetic:
    """``size`` generated entries, one at a time: they are drawn independently, so their order is a shuffled one."""

    size: int

    @property
    def name(self) -> str:
        return f"{self.size:,} synthetic entries"

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[Entry]:
        return (Entry(title, body) for title, body in generator.entries(self.size, _SEED))


@dataclass(frozen=True, slots=True)
class Corpus:
    """The entries of a gzipped file of JSON lines with ``title`` and ``body``."""

    path: Path
    size: int

    @classmethod
    def at(cls, path: Path) -> Corpus:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            return cls(path, sum(1 for _line in lines))

    @property
    def name(self) -> str:
        return f"{self.size:,} real entries"

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[Entry]:
        with gzip.open(self.path, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        random.Random(_SEED).shuffle(rows)
        return (Entry(row["title"], row["body"]) for row in rows)
