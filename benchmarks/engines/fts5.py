"""Owns plain SQLite FTS5 as an engine, ranked by its BM25: the words of the query, or its bigrams, joined by OR."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from benchmarks.engines import LIMIT, Found
from benchmarks.engines.bigrams import bigrams, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from benchmarks.entries import Entry

_FILE = "fts5.sqlite3"
_CACHE_KIB = 65_536


class Words:
    def create(self, folder: Path) -> None:
        self._database = _connect(folder)
        self._database.execute("CREATE VIRTUAL TABLE entries USING fts5(title, body)")

    def add(self, entries: Sequence[Entry]) -> None:
        rows = ((self._indexed(entry.title), self._indexed(entry.body)) for entry in entries)
        self._database.executemany("INSERT INTO entries VALUES (?, ?)", rows)

    def finish(self) -> None:
        self._database.execute("INSERT INTO entries(entries) VALUES ('optimize')")
        self._database.commit()
        self._database.close()

    def open(self, folder: Path) -> None:
        self._database = _connect(folder)

    def ask(self, text: str) -> list[Found]:
        terms = dict.fromkeys(self._terms(text))
        if not terms:
            return []
        rows = self._database.execute(
            "SELECT rowid, rank FROM entries WHERE entries MATCH ? ORDER BY rank LIMIT ?",
            (" OR ".join(f'"{term}"' for term in terms), LIMIT),
        )
        return [Found(number - 1, -rank) for number, rank in rows]

    def _indexed(self, text: str) -> str:
        return text

    def _terms(self, text: str) -> Iterable[str]:
        return words(text)


class Bigrams(Words):
    def _indexed(self, text: str) -> str:
        return " ".join(bigrams(text))

    def _terms(self, text: str) -> Iterable[str]:
        return bigrams(text)


def _connect(folder: Path) -> sqlite3.Connection:
    database = sqlite3.connect(folder / _FILE)
    database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    return database
