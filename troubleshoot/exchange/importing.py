"""Owns importing a table: the plan, which says what would change or is wrong where, and making that plan true."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from copy import copy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext

from troubleshoot.editing import links, revisions
from troubleshoot.editing.links import markdown_of
from troubleshoot.editing.revisions.contents import content_of, shape_of
from troubleshoot.exchange.files import ABSENT, UnreadableError
from troubleshoot.exchange.kinds import plain, refuse_key
from troubleshoot.models import ErrorEntry, Resolution
from troubleshoot.models.stamps import in_chunks
from troubleshoot.models.translated import Translated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from django.db.models import Model

    from troubleshoot.editing.revisions import Content, Piece
    from troubleshoot.exchange.files import Table
    from troubleshoot.exchange.kinds import Column, Faults, Kind

MOST_SHOWN = 200
# What is looked through for links takes time by the characters that may be markup: 36 µs each at the worst. Resolutions
# of the document have 7 on average, so that a thousand rows have room.
_MARKS = "\n!#$%&*+-:<=>@[]\\^_`{|}~"
MOST_MARKS = 25_000


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that says something else than the database."""

    column: str
    before: str
    after: str

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """What changes, word by word."""
        return tuple(revisions.difference(self.before, self.after))


@dataclass(frozen=True, slots=True)
class Change:
    """What a row of the table does to a row of the database, which is None ``before`` where it is new."""

    number: int
    place: str
    title: str
    cells: tuple[Cell, ...]
    before: Any = field(repr=False)
    after: Any = field(repr=False)

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def labelled(self) -> list[tuple[str, Cell]]:
        """The cells, each with what its field is called in forms."""
        return [(capfirst(str(self.after._meta.get_field(cell.column).verbose_name)), cell) for cell in self.cells]

    @property
    def is_shown_anew(self) -> bool:
        """Whether readers see only from now on what may have stood there for long."""
        return links.is_for_readers(self.after) and (self.is_new or not links.is_for_readers(self.before))


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that keeps the whole table from being imported."""

    place: str
    column: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do: every change, or the first problems that keep it, and how many rows say nothing new."""

    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    unchanged: int

    @property
    def created(self) -> int:
        return sum(change.is_new for change in self.changes)

    @property
    def updated(self) -> int:
        return len(self.changes) - self.created

    @property
    def rows(self) -> tuple[Change, ...]:
        """The first changes, which are shown."""
        return self.changes[:MOST_SHOWN]

    @property
    def more(self) -> int:
        """How many rows change that are not shown."""
        return len(self.changes) - len(self.rows)

    @property
    def digest(self) -> str:
        """The same for two plans that change the same."""
        return hashlib.sha256(repr(self.changes).encode()).hexdigest()


def plan(table: Table, kind: Kind) -> Plan:
    """What ``table`` would change. Reads the database and writes nothing, so that nobody waits for it.

    ``kind`` serves one plan. Raises UnreadableError where a column is not known, or one is missing that names the rows,
    or where looking through its texts would take too long.
    """
    _refuse_columns(kind, table.headers)
    return _Planner(table, kind).plan()


def apply(table: Table, kind: Kind, *, shown: str, reason: str) -> Plan:
    """Make the plan of ``table`` true, in one transaction, where it is the one whose digest was ``shown``.

    The plan is made anew: where it has problems, or another digest, nothing is written.
    """
    with transaction.atomic():
        kind.lock()
        made = plan(table, kind)
        if made.problems or made.digest != shown:
            return made
        try:
            with transaction.atomic():
                _write(made.changes, kind, reason)
        except IntegrityError:  # somebody saved meanwhile what the plan could not know of
            return replace(made, problems=(Problem("", "", gettext("This row can't be saved.")),))
    return made


def _refuse_columns(kind: Kind, headers: Sequence[str]) -> None:
    known = [column.name for column in kind.columns]
    unknown = [name for name in headers if name not in known]
    missing = [name for name in kind.key if name not in headers]
    if unknown:
        names = {"unknown": ", ".join(name[:60] for name in unknown), "known": ", ".join(known)}
        raise UnreadableError(gettext("Unknown column: %(unknown)s. Available columns: %(known)s.") % names)
    if missing:
        raise UnreadableError(gettext("Missing column: %s.") % ", ".join(missing))


class _Planner:
    """One way through a table: cells to values, values to rows, rows to changes or faults."""

    def __init__(self, table: Table, kind: Kind) -> None:
        self._table = table
        self._kind = kind
        self._columns = [column for column in kind.columns if column.name in table.headers]
        self._cells = [_cells(table.headers, row) for row in table.rows]
        self._faults: dict[int, Faults] = defaultdict(dict)
        self._changes: list[Change] = []

    def plan(self) -> Plan:
        referred = {column.name: self._referred(column) for column in self._columns if column.refers}
        values = [self._values(number, cells, referred) for number, cells in enumerate(self._cells, 1)]
        self._refuse_repeated(values)
        present = self._present(values)
        for number, (cells, named) in enumerate(zip(self._cells, values, strict=True), 1):
            if not self._is_named(number):
                continue
            self._compare(number, cells, named, present.get(self._key(named)))
        self._refuse_clashes()
        for number, column, sentence in wrong_links(self._changes):
            self._faults[number].setdefault(column, []).append(sentence)
        unchanged = len(self._cells) - len({change.number for change in self._changes} | set(self._faults))
        return Plan(tuple(self._changes), tuple(self._problems()), unchanged)

    def _referred(self, column: Column) -> dict[str, Any]:
        """The rows that the cells of a column name, by key: one query a column."""
        assert column.refers is not None  # noqa: S101 - asked by the caller
        wanted = {cells[column.name] for cells in self._cells if cells.get(column.name)}
        return {row.key: row for row in column.refers().filter(key__in=wanted)}

    def _values(self, number: int, cells: Mapping[str, str], referred: Mapping[str, Any]) -> dict[str, Any]:
        """What the cells of a row mean, by column, without those that leave a field as it is."""
        values = {}
        for column in self._columns:
            if column.name in cells:
                try:
                    value = _value(column, cells[column.name], referred.get(column.name))
                except ValueError as error:
                    self._faults[number][column.name] = [str(error)]
                    continue
                if value is not None:
                    values[column.name] = value
        self._refuse_nameless(number, cells)
        return values

    def _refuse_nameless(self, number: int, cells: Mapping[str, str]) -> None:
        empty = [name for name in self._kind.key if not cells.get(name)]
        if empty:
            self._faults[number] = {name: [gettext("Enter a value.")] for name in empty}

    def _is_named(self, number: int) -> bool:
        return not any(name in self._faults.get(number, ()) for name in (*self._kind.key, NON_FIELD_ERRORS))

    def _key(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(_told_apart(values[name]) for name in self._kind.key)

    def _refuse_repeated(self, values: Sequence[Mapping[str, Any]]) -> None:
        seen: dict[tuple[str, ...], int] = {}
        for number, named in enumerate(values, 1):
            if self._is_named(number):
                first = seen.setdefault(self._key(named), number)
                if first != number:
                    sentence = gettext("%s has the same key.") % self._table.place(first)
                    self._faults[number] = {NON_FIELD_ERRORS: [sentence]}

    def _present(self, values: Sequence[Mapping[str, Any]]) -> dict[tuple[str, ...], Any]:
        """The rows that are there, by what names them: one query."""
        name = self._kind.key[0]
        wanted = {values[number - 1][name] for number in range(1, len(values) + 1) if self._is_named(number)}
        key = [column for name in self._kind.key for column in self._kind.columns if column.name == name]
        found = self._kind.rows().filter(**{f"{name}__in": wanted})
        return {tuple(_told_apart(column.value(row)) for column in key): row for row in found}

    def _compare(self, number: int, cells: Mapping[str, str], values: Mapping[str, Any], before: Any) -> None:
        """Note what a row changes, or what is wrong with it."""
        after = self._kind.new() if before is None else copy(before)
        faults = self._faults.get(number, {})
        if not _assign(self._columns, after, values) and before is not None and not faults:
            return
        self._kind.complete(after, before, cells, faults)
        _check(self._kind, after, faults, is_new=before is None)
        if faults:
            self._faults[number] = faults
            return
        written = (
            (column.name, column.written(before) if before else "", column.written(after))
            for column in self._kind.columns
        )
        told = tuple(Cell(*cell) for cell in written if cell[1] != cell[2])
        title = " · ".join(cells[name] for name in self._kind.key)
        self._changes.append(Change(number, self._table.place(number), title, told, before, after))

    def _refuse_clashes(self) -> None:
        clashing = set(self._kind.clashes([(change.before, change.after) for change in self._changes]))
        for place in clashing:
            sentence = gettext("Another row already has this number in the order.")
            self._faults[self._changes[place].number] = {"order": [sentence]}
        self._changes = [change for place, change in enumerate(self._changes) if place not in clashing]

    def _problems(self) -> Iterator[Problem]:
        for number in sorted(self._faults)[:MOST_SHOWN]:
            for column, sentences in self._faults[number].items():
                name = "" if column == NON_FIELD_ERRORS else column
                yield from (Problem(self._table.place(number), name, sentence) for sentence in sentences)


def _cells(headers: Sequence[str], row: Sequence[Any]) -> dict[str, str]:
    return {name: plain(cell) for name, cell in zip(headers, row, strict=True) if cell is not ABSENT}


def _value(column: Column, cell: str, referred: Mapping[str, Any] | None) -> Any:
    """Raises ValueError, which says what the cell should hold."""
    value = column.read(cell)
    if referred is None or value is None:
        return value
    if value not in referred:
        raise ValueError(gettext("Nothing has the key “%s”.") % cell[:100])
    return referred[value]


def _told_apart(value: Any) -> str:
    return plain(getattr(value, "pk", value))


def _assign(columns: Iterable[Column], row: Any, values: Mapping[str, Any]) -> bool:
    """Give a row the values that say something else than it does; whether there were any."""
    changed = False
    for column in columns:
        if column.name in values and _told_apart(column.value(row)) != _told_apart(values[column.name]):
            setattr(row, column.name, values[column.name])
            changed = True
    return changed


def _check(kind: Kind, row: Any, faults: Faults, *, is_new: bool) -> None:
    """Add what is wrong with the fields of a row. What they refer to was just looked up."""
    fields = row._meta.concrete_fields
    known = [found.name for found in fields if found.is_relation and getattr(row, found.attname) is not None]
    try:
        row.full_clean({*faults, *known}, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        # A field in two languages complains beside its Korean column, once.
        twins = row.translated_fields() if isinstance(row, Translated) else ()
        found = error.message_dict
        faults.update({name: sentences for name, sentences in found.items() if name not in twins})
        faults.update({f"{name}_ko": found[name] for name in twins if name in found and f"{name}_ko" not in found})
    if is_new and kind.key[0] not in faults and (said := refuse_key(kind, row)):
        faults[kind.key[0]] = said


def wrong_links(changes: Sequence[Change]) -> Iterator[tuple[int, str, str]]:
    """Row, column and sentence for each wrong link of what changes: as many queries for many rows as for one.

    A link may lead to another row of the table, which is not written yet.
    """
    entries = {
        row.key: links.is_for_readers(row)
        for row in (change.after for change in changes)
        if isinstance(row, ErrorEntry)
    }
    shown_anew = [row for row in (change.after for change in changes if change.is_shown_anew) if _has_parts(row)]
    prefetch_related_objects(shown_anew, Prefetch("resolutions", Resolution.objects.filter(staff_only=False)))
    texts = [(change, *text) for change in changes for text in _texts(change)]
    with_links = [markdown for *_, markdown in texts if "[" in markdown or "<" in markdown]
    if sum(markdown.count(mark) for markdown in with_links for mark in _MARKS) > MOST_MARKS:
        raise UnreadableError(
            gettext("The texts of the file have too much markup and too many links. Import it in parts.")
        )
    for for_readers in (True, False):
        some = [text for text in texts if links.is_for_readers(text[0].after) is for_readers]
        found = links.findings([markdown for *_, markdown in some], for_readers=for_readers, entries=entries)
        for (change, column, _markdown), findings in zip(some, found, strict=True):
            for finding in findings:
                words = {"line": finding.line, "sentence": finding.sentence}
                yield change.number, column, gettext("Line %(line)d: %(sentence)s") % words


def _has_parts(row: Any) -> bool:
    return isinstance(row, ErrorEntry) and row.pk is not None


def _texts(change: Change) -> Iterator[tuple[str, str]]:
    """Column and text that the table changes, or everything where readers begin to see it; the rest is left alone."""
    row = change.after
    for text in markdown_of(row):
        if change.is_new or change.is_shown_anew or getattr(change.before, text.column) != text.markdown:
            yield text.column, text.markdown
    if change.is_shown_anew and _has_parts(row):
        for resolution in row.resolutions.all():
            yield from ((NON_FIELD_ERRORS, text.markdown) for text in markdown_of(resolution))


def _write(changes: Sequence[Change], kind: Kind, reason: str) -> None:
    """Save the rows, and note each page in the history once: as it was found, and as it is now."""
    found = {page.pk: content for page, content in _told(kind, changes)}
    kind.make_room([(change.before, change.after) for change in changes])
    for change in changes:
        change.after.save(force_insert=change.is_new)
    told = _told(kind, changes)
    revisions.record_read(told, found=found, user=kind.user, reason=reason)
    for some in in_chunks(page.pk for page, _content in told if hasattr(page, "edited")):
        ErrorEntry.with_proposals.filter(pk__in=some).update(edited=timezone.now())


def _told(kind: Kind, changes: Sequence[Change]) -> list[tuple[Model, Content]]:
    """The pages that change, as the database has them, each with what it says: as many queries for many as for one."""
    pages = {page.pk: type(page) for change in changes if (page := kind.page(change.after)) is not None and page.pk}
    return [
        (row, content_of(row, fetched=True))
        for some in in_chunks(pages)
        for row in shape_of(pages[some[0]]).complete().filter(pk__in=some)
    ]
