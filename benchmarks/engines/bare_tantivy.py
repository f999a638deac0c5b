"""Owns tantivy by itself as an engine: the bigrams of the query joined by OR over one field, ranked by its BM25."""

from __future__ import annotations

from typing import TYPE_CHECKING

import tantivy

from benchmarks.engines import LIMIT, Found
from benchmarks.engines.bigrams import bigrams

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.entries import Entry

_TITLE_WEIGHT = 3
_HEAP_BYTES = 64_000_000


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    builder.add_integer_field("number", fast=True)
    return builder.build()


_SCHEMA = _schema()


class Tantivy:
    def create(self, folder: Path) -> None:
        self._writer = tantivy.Index(_SCHEMA, str(folder)).writer(_HEAP_BYTES, 1)
        self._number = 0

    def add(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            made = tantivy.Document()
            made.add_text("terms", " ".join([*bigrams(entry.title) * _TITLE_WEIGHT, *bigrams(entry.body)]))
            made.add_integer("number", self._number)
            self._writer.add_document(made)
            self._number += 1

    def finish(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()

    def open(self, folder: Path) -> None:
        self._searcher = tantivy.Index(_SCHEMA, str(folder)).searcher()

    def ask(self, text: str) -> list[Found]:
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.term_query(_SCHEMA, "terms", term, "freq"))
            for term in dict.fromkeys(bigrams(text))
        ]
        if not clauses:
            return []
        hits = self._searcher.search(tantivy.Query.boolean_query(clauses), LIMIT, count=False).hits
        numbers = self._searcher.fast_field_values("number", [address for _score, address in hits])
        return [Found(int(number or 0), score) for number, (score, _address) in zip(numbers, hits, strict=True)]
