"""Owns changed entries: what documents say anew, written into the rows that are there or proposed, all at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, Max
from django.utils import timezone
from django.utils.text import Truncator

from troubleshoot.editing import keys, revisions
from troubleshoot.editing.revisions.contents import ENTRY, KEY, ROW, TRANSLATED_FROM, content_of, fields_of
from troubleshoot.exchange.documents import bulk
from troubleshoot.exchange.documents.contents import changed_content
from troubleshoot.exchange.documents.plan import MOST_IN_ORDER, Status
from troubleshoot.kinds import Kind
from troubleshoot.models import ContentVersion, ErrorEntry, Revision
from troubleshoot.models.stamps import in_chunks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from troubleshoot.editing.revisions.contents import Content, Shape
    from troubleshoot.exchange.documents.plan import PlannedDocument, PlannedEntry, Telling

_TITLE = 80  # of an entry wherever it is named
_OTHER_ROWS = frozenset({"operation", "successor"})


@dataclass(frozen=True, slots=True)
class _Change:
    """What a row says and is to say: an entry, its proposal that waits, or one that is made of the entry."""

    row: ErrorEntry
    before: Content
    after: Content


class Changes:
    """The changed entries of one document. What takes time is done before the transaction in which they are written."""

    def __init__(self, planned: PlannedDocument, *, publish: bool, user: Any, reason: str) -> None:
        self._publish, self._user, self._reason = publish, user, reason
        self._language = planned.language
        self._at_once: list[_Change] = []
        self._renewed: list[_Change] = []
        self._new = _Proposals(user=user, reason=reason)
        self._words: dict[int, dict[str, str]] = {}
        self._replaced: list[int] = []
        for entry in planned.entries:
            changed = {name: told for name, told in entry.told.items() if told.status is Status.CHANGED}
            if entry.row and changed:
                self._add(entry, entry.row, changed)

    def _add(self, entry: PlannedEntry, row: ErrorEntry, changed: dict[str, Telling]) -> None:
        proposed = {name: told for name, told in changed.items() if self.waits(row, told)}
        at_once = {name: told for name, told in changed.items() if name not in proposed}
        self._words[row.pk] = {f"original_{language}": told.wanted["original"] for language, told in changed.items()}
        waiting, says = entry.waiting, content_of(row, numbered=True, fetched=True)
        if at_once:
            self._at_once.append(_Change(row, says, changed_content(entry, says, at_once, self._language)))
            self._replaced += [waiting.pk] if waiting else []
            waiting, says = None, self._at_once[-1].after
        if proposed and waiting:
            says = content_of(waiting, numbered=True, fetched=True)
            self._renewed.append(_Change(waiting, says, changed_content(entry, says, proposed, self._language)))
        elif proposed:
            self._new.add(_Change(row, says, changed_content(entry, says, proposed, self._language)))

    def waits(self, row: ErrorEntry, told: Telling) -> bool:
        """Whether readers see a change only once somebody has confirmed it."""
        return row.state == ErrorEntry.State.PUBLISHED and not (self._publish and told.certain)

    def write(self, operations: Mapping[str, int]) -> tuple[int, int]:
        """Write all of it in the transaction that is open. Returns how many entries change and how many may."""
        for some in in_chunks(self._replaced):
            ErrorEntry.with_proposals.filter(pk__in=some).delete()
        bulk.update(ErrorEntry, self._words)
        self._move(operations)
        _write(self._at_once, operations)
        noted = [(change.row, _plain(change.after)) for change in self._at_once]
        found = {change.row.pk: _plain(change.before) for change in self._at_once}
        revisions.record_read(noted, found=found, user=self._user, reason=self._reason)
        ContentVersion.objects.stamp((Kind.ERROR, change.row.key) for change in self._at_once)
        _write(self._renewed, operations)
        noted = [(change.row, _plain(change.after)) for change in self._renewed]
        revisions.record_read(noted, action=Revision.Action.EDITED, user=self._user, reason=self._reason)
        return len(self._at_once), len(self._renewed) + self._new.write(operations)

    def propose_translations(self, entries: Iterable[PlannedEntry], operations: Mapping[str, int]) -> int:
        """What may only by its place be the translation of a new entry that readers see by now."""
        told = {entry.key: {name: each for name, each in entry.told.items() if not each.certain} for entry in entries}
        by_key = {entry.key: entry for entry in entries}
        proposals = _Proposals(user=self._user, reason=self._reason)
        for some in in_chunks(key for key, each in told.items() if each):
            for row in ErrorEntry.objects.with_everything().filter(key__in=some):
                says = content_of(row, numbered=True, fetched=True)
                proposals.add(_Change(row, says, changed_content(by_key[row.key], says, told[row.key], self._language)))
        return proposals.write(operations)

    def _move(self, operations: Mapping[str, int]) -> None:
        """Those that change their operation come last there."""
        moved = [change for change in self._at_once if change.before["operation"] != change.after["operation"]]
        rows = ErrorEntry.objects.filter(operation__in={operations[change.after["operation"]] for change in moved})
        last = dict(rows.order_by().values_list("operation").annotate(Max("order")))
        for change in moved:
            number = operations[change.after["operation"]]
            change.after["order"] = last[number] = last.get(number, 0) + 1


class _Proposals:
    """New proposals of changes."""

    def __init__(self, *, user: Any, reason: str) -> None:
        now, state, label = timezone.now(), ErrorEntry.State.DRAFT, ErrorEntry._meta.label_lower
        self._entries = bulk.Table(ErrorEntry, state=state, proposed_by=user, edited=now)
        self._parts = {shape: bulk.Table(shape.model) for shape in ENTRY.parts}
        action = Revision.Action.CREATED
        self._revisions = bulk.Table(Revision, model=label, number=1, action=action, reason=reason, user=user)

    def add(self, change: _Change) -> None:
        live, content = change.row, _plain(change.after)
        del content[KEY]
        own = {"key": f"{keys.PROPOSAL}{live.pk}", "proposal_for_id": live.pk, "source_line": live.source_line}
        own |= {"based_on": revisions.digest(change.before), "operation_id": content["operation"]}
        own |= {"successor_id": live.successor_id}
        place = self._entries.add(**own, **_stored(ENTRY, content))
        for shape, table in self._parts.items():
            for row in content[shape.name]:
                table.add(entry_id=place, **_stored(shape, row))
        title = Truncator(content["message_ko"] or content["message_en"]).chars(_TITLE)
        self._revisions.add(object_id=place, title=title, content=content, digest=revisions.digest(content))

    def write(self, operations: Mapping[str, int]) -> int:
        numbers = self._entries.write(operation_id=operations)
        for table in self._parts.values():
            table.write(entry_id=numbers)
        self._revisions.write(object_id=numbers)
        if numbers:
            ContentVersion.objects.touch()
        return len(numbers)


def _write(changes: list[_Change], operations: Mapping[str, int]) -> None:
    """Give rows that are there, and those below them, what they are to say."""
    rows: dict[int, dict[str, Any]] = {}
    for change in changes:
        values = _stored(ENTRY, change.after)
        changed = {name: value for name, value in change.after.items() if value != change.before[name]}
        for name in changed.keys() & values.keys():
            setattr(change.row, name, values[name])
        moved = {"operation_id": operations[change.after["operation"]]} if "operation" in changed else {}
        rows[change.row.pk] = values | moved | {"updated": timezone.now()}
    bulk.update(ErrorEntry, rows)
    for shape in ENTRY.parts:
        _write_parts(shape, changes)


def _write_parts(shape: Shape, changes: list[_Change]) -> None:
    gone: list[int] = []
    moved: list[int] = []
    changed: dict[int, dict[str, Any]] = {}
    new = bulk.Table(shape.model)
    for change in changes:
        before = {row[ROW]: row for row in change.before[shape.name]}
        for row in change.after[shape.name]:
            old = before.pop(row[ROW], None)
            if old is None:
                new.add(entry_id=change.row.pk, **_stored(shape, row))
            elif old != row:
                changed[row[ROW]] = _stored(shape, row)
                moved += [row[ROW]] if old.get("order") != row.get("order") else []
        gone += before
    manager: Any = shape.model._default_manager
    for some in in_chunks(gone):
        manager.filter(pk__in=some).delete()
    for some in in_chunks(moved):
        manager.filter(pk__in=some).update(order=F("order") + MOST_IN_ORDER)
    bulk.update(shape.model, changed)
    new.write()


def _stored(shape: Shape, row: Content) -> dict[str, Any]:
    """The values of a content by column, without what it names by another row."""
    model: Any = shape.model
    values, names = _blank(shape) | row, model.translated_fields()
    either = {name: values[f"{name}_ko"] or values[f"{name}_en"] for name in names if f"{name}_ko" in values}
    own = {name: values[name] for name in (*shape.columns, TRANSLATED_FROM) if name not in _OTHER_ROWS}
    return own | either


def _plain(content: Content) -> Content:
    """A content as the history has it: each row complete, in its place, without its number."""
    below = {
        shape.name: sorted(
            (
                {name: value for name, value in (_blank(shape) | row).items() if name != ROW}
                for row in content[shape.name]
            ),
            key=lambda row: row["order"] if shape.is_numbered else (row["kind"], row["text_ko"]),
        )
        for shape in ENTRY.parts
    }
    return content | below


def _blank(shape: Shape) -> Content:
    return fields_of(shape.model(), shape) if shape.owner else {}
