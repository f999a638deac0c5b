"""The search engines that are measured side by side, each behind the same four calls."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.entries import Entry

# How many results each engine is asked for.
LIMIT = 10


@dataclass(frozen=True, slots=True)
class Found:
    """One result: the number of the entry, counted from 0 as they were added, and a score where more is better."""

    number: int
    score: float


class Engine(Protocol):
    """Built once in one process, then opened and asked in another. Knows nothing but titles and bodies."""

    def create(self, folder: Path) -> None: ...

    def add(self, entries: Sequence[Entry]) -> None: ...

    def finish(self) -> None: ...

    def open(self, folder: Path) -> None: ...

    def ask(self, text: str) -> list[Found]: ...


@dataclass(frozen=True, slots=True)
class Competitor:
    """An engine by name, and the largest number of entries that it is worth waiting for."""

    name: str
    module: str
    maker: str
    largest: int | None = None

    def make(self) -> Engine:
        engine: Engine = getattr(importlib.import_module(f"benchmarks.engines.{self.module}"), self.maker)()
        return engine


THIS = "this search"
WORDS = "FTS5 words"
BIGRAMS = "FTS5 bigrams"
MODELSEARCH = "modelsearch"
TANTIVY = "bare tantivy"

COMPETITORS = (
    Competitor(THIS, "portal", "Portal"),
    Competitor(WORDS, "fts5", "Words"),
    Competitor(BIGRAMS, "fts5", "Bigrams"),
    Competitor(MODELSEARCH, "model_search", "ModelSearch", largest=60_000),
    Competitor(TANTIVY, "bare_tantivy", "Tantivy"),
)
