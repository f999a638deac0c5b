"""Owns this portal's search as an engine: its own index and finder with the synonyms of the fixtures, no database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.engines import LIMIT, Found
from troubleshoot.search.core.corpus import SearchDocument
from troubleshoot.search.core.finder import SearchRequest, find
from troubleshoot.search.core.lexicon import Lexicon
from troubleshoot.search.core.ranking import Texts
from troubleshoot.search.index.store import SearchIndex, Stamp

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from benchmarks.entries import Entry
    from troubleshoot.search.index.store import Batch

_SYNONYMS = Path(__file__).parents[2] / "fixtures" / "synonyms.json"
_KIND = "error"


class Portal:
    _writing: AbstractContextManager[Batch]
    _batch: Batch

    def create(self, folder: Path) -> None:
        self._writing = SearchIndex(folder).writing()
        self._batch = self._writing.__enter__()
        self._number = 0

    def add(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._batch.add(SearchDocument(_KIND, str(self._number), "", (entry.title,), body=entry.body))
            self._number += 1

    def finish(self) -> None:
        self._batch.commit(Stamp("benchmark", 1))
        self._writing.__exit__(None, None, None)

    def open(self, folder: Path) -> None:
        self._snapshot = SearchIndex(folder).snapshot()
        self._texts = Texts(synonyms())

    def ask(self, text: str) -> list[Found]:
        outcome = find(self._snapshot, self._texts, SearchRequest(text, limit=LIMIT))
        return [Found(int(hit.key), hit.score) for hit in outcome.hits]


def synonyms() -> Lexicon:
    """The synonym groups of the fixtures, in the order in which the database gives them."""
    rows = sorted((row["fields"] for row in json.loads(_SYNONYMS.read_text("utf-8"))), key=lambda row: row["key"])
    return Lexicon.of(row["terms"].splitlines() for row in rows)
