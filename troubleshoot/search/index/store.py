"""Owns the derived index: the only module that knows tantivy.

One text field holds the analysed terms of a thing, its titles three times, so that BM25 favours what the message says;
a second, lighter field holds key n-grams of the titles, which survive typing errors and the wrong keyboard layout. The
version of the content that was applied is a document of the index itself, so it is committed together with the content.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import tantivy

from troubleshoot.kinds import Kind
from troubleshoot.search.core.analysis import ANALYSIS_VERSION, fold, terms
from troubleshoot.search.core.corpus import Candidate, SearchDocument, Stored, Weights, inverse
from troubleshoot.search.core.grammar import stem
from troubleshoot.search.core.keyboard import initial_keys, key_grams, key_stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

# Changes with the schema below; together with the analyser's version it names the folder of the index.
_SCHEMA_VERSION = 8
FINGERPRINT = f"v{_SCHEMA_VERSION}-{ANALYSIS_VERSION}"

TITLE_WEIGHT = 3
_STAMP_ID = "\x00stamp"
_WRITER_HEAP_BYTES = 64_000_000
_WORD = re.compile(r"[가-힣]{2,20}|[A-Za-z][A-Za-z0-9+]{1,40}")
# Sets a word apart from its keys, and the keys of initials from those of a beginning.
_MARK, _INITIALS = "|", "="
# What a term in a symptom says, as a share of what it would in a text of the usual length.
_SYMPTOM_SHARE = 0.5
# How many frequencies and documents a snapshot keeps at hand: some megabytes at most.
_REMEMBERED = 20_000
# ... and how many parts of queries the process does: a term is asked for with a few weights.
_REMEMBERED_QUERIES = 4_096
# ... and of how many scopes; each costs as much again at most.
_SCOPES = 8


class IndexUnavailableError(Exception):
    """The index on disk can't be opened, read or written."""


class IndexBusyError(Exception):
    """Another writer holds the index."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which content an index holds: the database's ``lineage`` and the ``version`` of its content."""

    lineage: str
    version: int

    def is_before(self, other: Stamp) -> bool:
        """Whether this is of an earlier version of the same content."""
        return self.lineage == other.lineage and self.version < other.version


# The stamp of an index that nothing was ever committed to.
NO_STAMP = Stamp("", -1)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("kind", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("operation", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("product", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("document", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("symptoms", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("keys", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="basic")
    builder.add_bytes_field("stored", stored=True)
    return builder.build()


_SCHEMA = _schema()


def _document(document: SearchDocument) -> tantivy.Document:
    texts = document.titles + document.codes
    titles = [term for text in texts for term in terms(text)]
    body = " ".join(terms(document.body))
    made = tantivy.Document()
    fields = {
        "id": document.identity,
        "kind": document.kind,
        "operation": document.operation,
        "product": document.product,
        "document": document.document,
        "terms": " ".join([*titles * TITLE_WEIGHT, body]),
        "symptoms": " ".join([term for text in document.symptoms for term in terms(text)]),
        "keys": " ".join([gram for text in texts for gram in key_grams(text)]),
        "words": " ".join(_word_entries(texts)),
    }
    for field, text in fields.items():
        if text:
            made.add_text(field, text)
    made.add_bytes("stored", _pack(document, body))
    return made


def _word_entries(texts: Iterable[str]) -> set[str]:
    """Each word by the keys that begin it, and by its initial consonants: what a half-typed word is completed from."""
    return {entry for text in texts for word in _WORD.findall(fold(text)) for entry in _entries_of(word)}


@lru_cache(_REMEMBERED)
def _entries_of(word: str) -> tuple[str, ...]:
    known = stem(word)
    by_keys = f"{key_stream(known)}{_MARK}{known}"
    return (by_keys,) if known.isascii() else (by_keys, f"{_INITIALS}{initial_keys(known)}{_MARK}{known}")


_written = json.JSONEncoder(ensure_ascii=False).encode


def _pack(document: SearchDocument, body_terms: str) -> bytes:
    """One line of JSON, which has no line break in itself, and the body's terms as they are."""
    texts = document.titles, document.codes, document.symptoms
    stored = [document.kind, document.key, document.operation, *texts, document.product, document.document]
    return f"{_written(stored)}\n{body_terms}".encode()


def _unpack(stored: bytes) -> Stored:
    line, _break, body_terms = stored.decode().partition("\n")
    kind, key, operation, titles, codes, symptoms, product, document = json.loads(line)
    return Stored(kind, key, operation, tuple(titles), tuple(codes), body_terms, tuple(symptoms), product, document)


def _any_of(
    field: str, weighted: Iterable[tuple[str, float]], option: str
) -> list[tuple[tantivy.Occur, tantivy.Query]]:
    return [_should(field, term, weight, option) for term, weight in weighted]


@lru_cache(_REMEMBERED_QUERIES)
def _should(field: str, term: str, weight: float, option: str) -> tuple[tantivy.Occur, tantivy.Query]:
    query = tantivy.Query.term_query(_SCHEMA, field, term, option)
    return tantivy.Occur.Should, query if weight == 1 else tantivy.Query.boost_query(query, weight)


@lru_cache(_REMEMBERED_QUERIES)
def _flat(field: str, term: str, score: float) -> tuple[tantivy.Occur, tantivy.Query]:
    query = tantivy.Query.term_query(_SCHEMA, field, term, "basic")
    return tantivy.Occur.Should, tantivy.Query.const_score_query(query, score)


def _only(field: str, value: str) -> tuple[tantivy.Occur, tantivy.Query]:
    query = tantivy.Query.term_query(_SCHEMA, field, value, "basic")
    return tantivy.Occur.Must, tantivy.Query.const_score_query(query, 0.0)


class _Frequencies(dict[str, int]):
    """In how many documents of a scope a term of a field stands, counted when first asked for."""

    # Of what it is made, not of the snapshot: one that is left lets go of its files at once.
    def __init__(
        self, searcher: tantivy.Searcher, scope: list[tuple[tantivy.Occur, tantivy.Query]], field: str
    ) -> None:
        super().__init__()
        self._searcher, self._scope, self._field = searcher, scope, field

    def __missing__(self, term: str) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
        known = int(self._searcher.doc_freq(self._field, term))
        if known and self._scope:
            known = _count(self._searcher, [_only(self._field, term), *self._scope])
        self[term] = known
        return known


class _Anywhere(dict[str, int]):
    """The frequency of a term, or that in symptoms where it stands nowhere else."""

    def __init__(self, frequency: Callable[[str], int], in_symptoms: Callable[[str], int]) -> None:
        super().__init__()
        self._frequency, self._in_symptoms = frequency, in_symptoms

    def __missing__(self, term: str) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
        known = self[term] = self._frequency(term) or self._in_symptoms(term)
        return known


class Snapshot:
    """One committed state of the index, or what of it is in a ``scope``. Safe to share between threads; never changes.

    Within a scope a term says as much as it does where nothing else is; words are completed from all.
    """

    def __init__(self, searcher: tantivy.Searcher, scope: Mapping[str, str] | None = None) -> None:
        self._searcher = searcher
        self._scope = [_only(field, value) for field, value in (scope or {}).items()]
        self._within: dict[tuple[tuple[str, str], ...], Snapshot] = {}
        # In how many documents a term stands, in the symptoms of how many, and a key n-gram in the titles of how many.
        self.frequency, self.symptom_frequency, self.key_frequency = (
            _Frequencies(searcher, self._scope, field).__getitem__ for field in ("terms", "symptoms", "keys")
        )
        self.frequency_anywhere = _Anywhere(self.frequency, self.symptom_frequency).__getitem__
        self._stored_at = lru_cache(_REMEMBERED)(partial(_stored_at, searcher))
        self.stamp = self._read_stamp()
        # The stamp's own document is no content.
        self._everything = max(searcher.num_docs - 1, 0)
        self.size = _count(searcher, self._scope) if scope else self._everything
        self.weights = Weights(self.frequency, self.size)

    def within(self, scope: Mapping[str, str]) -> Snapshot:
        """The same state without what has other values of the fields in ``scope``."""
        key = tuple(scope.items())
        known = self._within.get(key)
        if known is None:
            if len(self._within) >= _SCOPES:
                self._within.clear()
            known = self._within[key] = Snapshot(self._searcher, scope)
        return known

    def _weighed(
        self, field: str, frequency: Callable[[str], int], weighted: Iterable[tuple[str, float]]
    ) -> Iterator[tuple[str, float]]:
        """The terms that any document has in a field: others propose nothing, and cost as much as what many have.

        The engine weighs them by all documents. Within a scope they weigh what they would there.
        """
        for term, weight in weighted:
            if known := frequency(term):
                everywhere = int(self._searcher.doc_freq(field, term)) if self._scope else known
                own = inverse(known, self.size) / inverse(everywhere, self._everything) if self._scope else 1.0
                yield term, weight * own

    def _by_symptoms(self, weighted: Iterable[tuple[str, float]]) -> Iterator[tuple[str, float]]:
        """What a term in a symptom says, by how many documents have it in theirs and by nothing else.

        Their length would say little: a step is no less about one symptom for having others. And the engine measures it
        against the mean of all documents, most of which have none once many have been imported.
        """
        for term, weight in weighted:
            if known := self.symptom_frequency(term):
                yield term, _SYMPTOM_SHARE * weight * inverse(known, self.size)

    @property
    def garbage(self) -> int:
        """How many dropped documents still count in the frequencies of terms: they do until a merge or a rebuild."""
        return sum(int(self._searcher.doc_freq("kind", kind)) for kind in Kind) - self._everything

    def candidates(
        self,
        weighted_terms: Iterable[tuple[str, float]],
        weighted_keys: Iterable[tuple[str, float]] = (),
        *,
        limit: int,
        filters: Mapping[str, str] | None = None,
        symptoms: bool = False,
    ) -> list[Candidate]:
        """The ``limit`` best documents by BM25 that hold any of the terms or key n-grams, best first.

        Those only that ``filters`` lets through. With ``symptoms``, also those in whose symptoms a term stands.
        """
        weighted_terms = list(weighted_terms)
        in_texts = self._weighed("terms", self.frequency, weighted_terms)
        clauses = [*_any_of("terms", in_texts, "freq"), *_any_of("keys", weighted_keys, "basic")]
        if symptoms:
            clauses += [_flat("symptoms", term, weight) for term, weight in self._by_symptoms(weighted_terms)]
        if not clauses or limit < 1:
            return []
        query = tantivy.Query.boolean_query(clauses)
        only = [_only(field, value) for field, value in (filters or {}).items() if value]
        if only := [*self._scope, *only]:
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), *only])
        with _engine_errors:
            hits = self._searcher.search(query, limit, count=False).hits
            return [Candidate(self._stored_at(address.segment_ord, address.doc), score) for score, address in hits]

    def completions(self, keys: str, limit: int, *, initials: bool = False) -> list[str]:
        """Words of titles whose keys (or the keys of whose initial consonants) begin with ``keys``, commonest first."""
        prefix = f"{_INITIALS}{keys}" if initials else keys
        with _engine_errors:
            found = self._searcher.terms_with_prefix("words", prefix, limit=2 * limit)
            entries = [entry for entry, _documents in found if self._is_in_use(entry)]
        return [entry.partition(_MARK)[2] for entry in entries[:limit]]

    def _is_in_use(self, entry: str) -> bool:
        """Whether a document still has this word: the dictionary keeps the words of dropped ones until a merge."""
        query = tantivy.Query.term_query(_SCHEMA, "words", entry, "basic")
        return bool(self._searcher.search(query, 1, count=False).hits)

    def _read_stamp(self) -> Stamp:
        query = tantivy.Query.term_query(_SCHEMA, "id", _STAMP_ID, "basic")
        hits = self._searcher.search(query, 1, count=False).hits
        if not hits:
            return NO_STAMP
        lineage, version = json.loads(bytes(self._searcher.doc(hits[0][1]).get_first("stored") or b""))
        return Stamp(lineage, version)


def _count(searcher: tantivy.Searcher, clauses: list[tuple[tantivy.Occur, tantivy.Query]]) -> int:
    with _engine_errors:
        return int(searcher.search(tantivy.Query.boolean_query(clauses), 1).count)  # type: ignore[attr-defined]  # missing from its types


def _stored_at(searcher: tantivy.Searcher, segment: int, number: int) -> Stored:
    return _unpack(bytes(searcher.doc(tantivy.DocAddress(segment, number)).get_first("stored") or b""))


class SearchIndex:
    """A tantivy index on disk, or in memory where ``path`` is None.

    Any number of processes may read it; writers take turns through tantivy's own lock. Raises
    ``IndexUnavailableError`` where the folder can't be read or written.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        with _engine_errors:
            if path is not None:
                path.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(_SCHEMA, str(path) if path is not None else None)
            self._index.config_reader(reload_policy="manual")

    def snapshot(self) -> Snapshot:
        """The newest committed state, unchanged by later writes."""
        with _engine_errors:
            self._index.reload()
            return Snapshot(self._index.searcher())

    @contextmanager
    def writing(self) -> Iterator[Batch]:
        """The one writer of the index. What is not committed when the block ends never happened.

        Raises ``IndexBusyError`` where another process or thread is writing.
        """
        with _engine_errors:
            try:
                writer = self._index.writer(_WRITER_HEAP_BYTES, 1)
            except ValueError as error:
                raise (IndexBusyError if "LockBusy" in str(error) else IndexUnavailableError)(str(error)) from error
        # What the caller does is its own: a mistake of its making must not look like a broken index.
        try:
            yield Batch(writer)
        finally:
            with _engine_errors:
                writer.wait_merging_threads()

    def copied_to(self, folder: Path) -> SearchIndex:
        """The index as it was committed last, to be written to without anybody's seeing it; costs no space.

        Segments never change once they are written, so the copy shares them. Raises ``IndexUnavailableError`` for an
        index in memory, and where a commit came between.
        """
        if self.path is None:
            raise IndexUnavailableError("An index in memory can't be copied.")
        with _engine_errors:
            _copy_files(self.path, folder)
            copy = SearchIndex(folder)
            copy.snapshot()
            return copy


def _copy_files(source: Path, folder: Path) -> None:
    """The list of segments first: those that it names are kept as long as nobody commits."""
    folder.mkdir(parents=True, exist_ok=True)
    lists = [path for path in source.iterdir() if path.suffix == ".json"]
    for path in lists:
        shutil.copyfile(path, folder / path.name)
    for path in source.iterdir():
        # A lock is never shared: its holder would lock the copy as well.
        if path.is_file() and path.suffix not in {".json", ".lock"} and not path.name.startswith(".tmp"):
            _share(path, folder / path.name)


def _share(path: Path, copy: Path) -> None:
    try:
        os.link(path, copy)
    except FileNotFoundError:  # a commit has just thrown it away; opening the copy tells whether it was needed
        return
    except OSError:  # a file system without links
        shutil.copyfile(path, copy)


class Batch:
    """Changes to the index that become visible together."""

    def __init__(self, writer: tantivy.IndexWriter) -> None:
        self._writer = writer

    def clear(self) -> None:
        with _engine_errors:
            self._writer.delete_all_documents()

    def put(self, document: SearchDocument) -> None:
        """Add ``document``, in place of the one with its identity."""
        self.drop(document.identity)
        self.add(document)

    def add(self, document: SearchDocument) -> None:
        """Add a document whose identity is known to be new."""
        made = _document(document)
        with _engine_errors:
            self._writer.add_document(made)

    def drop(self, identity: str) -> None:
        with _engine_errors:
            self._writer.delete_documents_by_term("id", identity)

    def commit(self, stamp: Stamp) -> None:
        """Make the batch durable and visible, as the content at ``stamp``."""
        self.drop(_STAMP_ID)
        made = tantivy.Document()
        made.add_text("id", _STAMP_ID)
        made.add_bytes("stored", json.dumps([stamp.lineage, stamp.version]).encode())
        with _engine_errors:
            self._writer.add_document(made)
            self._writer.commit()


class _EngineErrors:
    """Whatever goes wrong inside the engine, a panic of its own included, becomes ``IndexUnavailableError``."""

    def __enter__(self) -> None:
        """There is nothing to begin: one of them does for all, as each document of a build passes through it."""

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, OSError | ValueError | RuntimeError) or type(error).__name__ == "PanicException":
            raise IndexUnavailableError(str(error)) from error


_engine_errors = _EngineErrors()
