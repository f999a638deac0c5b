"""Owns the plan of an import of documents as values, what an entry says in one language, and what is told of both."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from troubleshoot.document.dataset import records
from troubleshoot.models import ErrorAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from troubleshoot.document.articles.source import Refused
    from troubleshoot.document.dataset import Dataset, Entry
    from troubleshoot.models import Document, ErrorEntry, ImportedEntry, Operation, Section

    Said = dict[str, Any]
    """What an entry says in one language: its texts, ``resolutions``, ``aliases`` and ``codes``."""

LANGUAGES = ("ko", "en")
TEXTS = ("message", "cause", "lead")
WAY = ("condition", "body", "note")
LONGEST_ALIAS = 500
# What a row's ``order`` holds on every database is twice that: rows that change places step aside by as much.
MOST_IN_ORDER = 16_000
# An administrator said that it is no error, or deleted what was made of it.
NOT_WANTED = "not_wanted"


class PlanError(Exception):
    """Documents that can't be imported together, or not as what they are said to be; the message is the sentence."""


class Status(StrEnum):
    """What an import does with an entry. A conflict is left as it is: an administrator has edited it here."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    GONE = "gone"


class Prefer(StrEnum):
    """Whose text an administrator takes where there are two."""

    DOCUMENT = "document"
    PORTAL = "portal"


@dataclass(frozen=True, slots=True)
class Correction:
    """What an administrator says of an error as it was read. All but ``prefer`` holds for later imports, too.

    ``operation`` is the key of an operation of the portal. Empty it is that of the document, as the message is. Of what
    is None, nothing is said: what was said before holds.
    """

    is_error: bool | None = None
    operation: str | None = None
    message: str | None = None
    prefer: str = ""

    def over(self, earlier: Correction) -> Correction:
        """What holds once this is said after that."""
        if self == Correction():  # as of most errors
            return earlier
        said = {name: value for name, value in asdict(self).items() if value is not None}
        return replace(earlier, **said)

    @property
    def lasting(self) -> dict[str, Any]:
        """What holds for later imports, without what is as in the document."""
        told = {"is_error": self.is_error, "operation": self.operation, "message": self.message}
        return {name: value for name, value in told.items() if value not in {None, "", True}}


@dataclass(frozen=True, slots=True)
class Row:
    """An entry of a plan as it is shown; ``text`` is what it was read from, ``before`` what stands here in its place.

    ``language`` is that of the document, ``place`` and ``words`` the operation and the message as it has them, and
    ``correction`` what an administrator said instead. The columns of ``CONTRACT`` are what the command and the API
    answer.
    """

    document: str
    key: str
    status: Status
    operation: str
    message: str
    title: str
    codes: tuple[str, ...]
    aliases: tuple[str, ...]
    cause: str
    resolutions: tuple[str, ...]
    line: int
    language: str
    text: str = ""
    before: Said | None = None
    place: str = ""
    words: str = ""
    correction: Mapping[str, Any] = field(default_factory=dict)

    @property
    def contract(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in CONTRACT}


CONTRACT = tuple(Row.__slots__)[:11]


@dataclass(slots=True, eq=False)
class PlannedSection:
    key: str
    row: Section | None
    order: int
    level: int
    line: int | None
    texts: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Title and text by language."""


@dataclass(slots=True, eq=False)
class PlannedOperation:
    key: str
    row: Operation | None
    section: PlannedSection | None = None
    titles: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Telling:
    """An entry as a document tells it in one language.

    ``said`` is what the document says, ``wanted`` the same as corrected, ``now`` what the entry says. It is ``certain``
    that it is this entry unless only its place among the others says so.
    """

    entry: Entry
    said: Said
    wanted: Said
    status: Status
    correction: Correction
    memory: ImportedEntry | None = None
    now: Said | None = None
    certain: bool = True
    writes_text: bool = False
    """Whether the text of an entry that is there changes, not only by what else it is known."""


@dataclass(slots=True, eq=False)
class PlannedEntry:
    """An entry that documents tell of; ``row`` is None for a new one, ``waiting`` a change that is proposed already."""

    key: str
    row: ErrorEntry | None
    operation: PlannedOperation
    waiting: ErrorEntry | None = None
    told: dict[str, Telling] = field(default_factory=dict)
    moves: bool = False
    """Whether an entry that is there changes its operation."""


@dataclass(frozen=True, slots=True)
class PlannedDocument:
    """A document with all that it tells, by language; that of ``language`` leads."""

    key: str
    row: Document | None
    language: str
    datasets: Mapping[str, Dataset]
    sections: Sequence[PlannedSection]
    operations: Sequence[PlannedOperation]
    entries: Sequence[PlannedEntry]
    gone: Sequence[tuple[ErrorEntry, ImportedEntry | None]]
    not_wanted: Sequence[tuple[str, str, Telling]]
    """By key and language, what is no error here."""


@dataclass(frozen=True)
class Plan:
    """What an import would do, told from reading alone. ``basis`` is the content that it was told of."""

    documents: tuple[PlannedDocument, ...]
    basis: str

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every entry: those that are read in the order of their documents, then those that are gone."""
        return tuple(row for document in self.documents for row in _rows(document))

    @property
    def not_wanted(self) -> tuple[Row, ...]:
        """What is no error here, as it would be shown if it were one."""
        return tuple(
            _row(document.key, key, language, told.said["place"], told)
            for document in self.documents
            for key, language, told in document.not_wanted
        )

    @property
    def counts(self) -> dict[str, int]:
        times = Counter(row.status.value for row in self.rows)
        read = [dataset for document in self.documents for dataset in document.datasets.values()]
        return {status.value: times[status.value] for status in Status} | {
            "documents": len(read),
            "unread": len(self.unread),
        }

    @property
    def left_out(self) -> list[dict[str, Any]]:
        """What the reader left out."""
        return [
            {"document": document.key, "line": left.line, "text": left.text, "reason": str(left.reason)}
            for document in self.documents
            for dataset in document.datasets.values()
            for left in dataset.unread
        ]

    @property
    def unread(self) -> list[dict[str, Any]]:
        """What the reader left out, and what nobody wants here."""
        return self.left_out + [
            {"document": row.document, "line": row.line, "text": row.words, "reason": NOT_WANTED}
            for row in self.not_wanted
        ]

    def as_json(self, refused: Sequence[Refused] = ()) -> dict[str, Any]:
        """The answer of the command and of the API. Documents that were refused are unread as a whole."""
        unread = self.unread
        unread += [{"document": each.path, "line": each.line, "text": "", "reason": each.reason} for each in refused]
        return {
            "documents": [
                told_of(dataset, document.key) for document in self.documents for dataset in document.datasets.values()
            ],
            "entries": [row.contract for row in self.rows],
            "unread": unread,
            "counts": self.counts | {"unread": len(unread)},
        }

    @property
    def digest(self) -> str:
        """The same for two plans that do the same."""
        told = json.dumps([asdict(row) for row in self.rows], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()


def told_of(dataset: Dataset, key: str) -> dict[str, Any]:
    """A document as the command and the API tell it."""
    told = {"path": dataset.path or dataset.source_name, "key": key, "title": dataset.title}
    return told | {"language": dataset.language, "product": dataset.product, "edition": dataset.edition}


def _rows(document: PlannedDocument) -> Iterator[Row]:
    for language in document.datasets:
        for entry in document.entries:
            if told := entry.told.get(language):
                titles = entry.operation.titles
                operation = titles.get(language) or next(iter(titles.values()), "")
                yield _row(document.key, entry.key, language, operation, told)
    for row, memory in document.gone:
        said = said_of(row, document.language)
        line = memory.line if memory else row.source_line or 0
        shown = _shown(said, row.operation.title, line)
        yield Row(document.key, row.key, Status.GONE, **shown, language=document.language, before=said)


def _row(document: str, key: str, language: str, operation: str, told: Telling) -> Row:
    shown = _shown(told.wanted, operation, told.entry.line, title=told.entry.title)
    read = {"text": told.entry.text, "place": told.said["place"], "words": told.said["message"]}
    before = told.now if told.status in (Status.CHANGED, Status.CONFLICT) else None
    correction = told.correction.lasting
    return Row(document, key, told.status, **shown, language=language, **read, before=before, correction=correction)


def _shown(said: Said, operation: str, line: int, title: str = "") -> dict[str, Any]:
    ways = ("\n\n".join(part for part in (way["condition"], way["body"]) if part) for way in said["resolutions"])
    names = {"message": said["message"], "title": title or said["message"], "cause": said["cause"]}
    lists = {"codes": tuple(said["codes"]), "aliases": tuple(said["aliases"]), "resolutions": tuple(ways)}
    return names | lists | {"operation": operation, "line": line}


def said_by(dataset: Dataset) -> dict[str, Said]:
    """What a document says of each of its errors, by key, with an editor's text where there is one."""
    found: dict[str, Said] = {}
    said: Said = {}
    for record in records(dataset):
        if record.file == "errors":
            said = found[record.fields["key"]] = dict(record.texts) | {"aliases": [], "codes": [], "resolutions": []}
        elif record.file == "aliases":
            said["codes" if record.fields["kind"] == ErrorAlias.Kind.CODE else "aliases"].append(record.texts["text"])
        elif record.file == "resolutions":
            said["resolutions"].append(dict(record.texts) | {"origin": record.fields["origin"]})
    for entry in dataset.entries:
        said = found[entry.key]
        codes = dict.fromkeys(code[:LONGEST_ALIAS] for code in (*said["codes"], *entry.codes))
        others = dict.fromkeys(text[:LONGEST_ALIAS] for text in (*said["aliases"], entry.title) if text)
        said["codes"] = list(codes)
        said["aliases"] = [text for text in others if text not in codes and text != said["message"]]
    return found


def said_of(row: ErrorEntry, language: str) -> Said:
    """What an entry says in a language, from rows fetched with its parts."""

    def text(of: Any, name: str) -> str:
        return (getattr(of, f"{name}_{language}") or "").replace("\r\n", "\n")

    aliases = list(row.aliases.all())
    said: Said = {name: text(row, name) for name in (*TEXTS, "original")}
    said["codes"] = [alias.text_ko for alias in aliases if alias.kind == ErrorAlias.Kind.CODE]
    said["aliases"] = [text(alias, "text") for alias in aliases if alias.kind == ErrorAlias.Kind.MESSAGE]
    said["resolutions"] = [
        {name: text(way, name) for name in WAY} | {"origin": way.origin} for way in row.resolutions.all()
    ]
    return said


def texts_of(said: Said) -> list[Any]:
    """What tells whether somebody has edited an entry. An alias that was added is no edit of the text."""
    ways = [[way[name].strip() for name in WAY] for way in said["resolutions"]]
    return [*(said[name].strip() for name in TEXTS), [way for way in ways if any(way)]]


def names_of(said: Said) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(said["codes"]), frozenset(said["aliases"])


def corrected(said: Said, correction: Correction) -> Said:
    return said | {"message": correction.message} if correction.message else said
