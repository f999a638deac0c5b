"""Owns how a plan of documents is carried out: all of it in one transaction, what is new in bulk, or nothing."""

from __future__ import annotations

from collections import defaultdict
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from troubleshoot.editing import publishing, revisions
from troubleshoot.exchange.documents.contents import changed_content
from troubleshoot.exchange.documents.new_entries import NewEntries
from troubleshoot.exchange.documents.plan import PlanError, Status, said_of
from troubleshoot.exchange.documents.planning import plan_documents
from troubleshoot.models import (
    ContentVersion,
    Document,
    ErrorEntry,
    ImportedEntry,
    Operation,
    Product,
    Revision,
    Section,
)
from troubleshoot.search.index import freshness

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from troubleshoot.document.dataset import Dataset
    from troubleshoot.exchange.documents.plan import (
        Correction,
        Plan,
        PlannedDocument,
        PlannedEntry,
        PlannedOperation,
        PlannedSection,
        Telling,
    )

    Values = dict[str, Any]

State = ErrorEntry.State
# What a row's ``order`` holds on every database is twice that: rows that change places step aside by as much.
MOST_IN_ORDER = 16_000
_TRIALS = 3
_MADE_BY_IMPORTS = (Revision.Action.IMPORTED, Revision.Action.FOUND)
_TITLE, _SHORT_TITLE, _DESCRIPTION, _SOURCE_NAME = 300, 200, 500, 200


class OutdatedPlanError(Exception):
    """The content changed since the plan was made: make it anew."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many entries were made, changed at once, and are changed by a proposal that waits."""

    created: int = 0
    changed: int = 0
    proposed: int = 0

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(self.created + other.created, self.changed + other.changed, self.proposed + other.proposed)


def bring(
    datasets: Sequence[Dataset],
    *,
    edition_of: str = "",
    corrections: Mapping[str, Correction] | None = None,
    publish: bool = False,
    user: Any = None,
) -> tuple[Plan, Outcome]:
    """Plan and carry out, anew where somebody saves meanwhile. Raises PlanError and OutdatedPlanError."""
    for _trial in range(_TRIALS):
        plan = plan_documents(datasets, edition_of=edition_of, corrections=corrections)
        with suppress(OutdatedPlanError), leading(plan, publish=publish):
            return plan, carry_out(plan, publish=publish, user=user)
    raise OutdatedPlanError


def leading(plan: Plan, *, publish: bool) -> AbstractContextManager[None]:
    """Around carrying out a plan: where it publishes much, this process brings the index level at its end."""
    counts = plan.counts
    is_long = publish and counts[Status.NEW] + counts[Status.CHANGED] > freshness.MOST_COPIED
    return freshness.view().leading() if is_long else nullcontext()


def carry_out(plan: Plan, *, publish: bool = False, user: Any = None, reason: str = "") -> Outcome:
    """Make a plan true. Who calls it has made sure that ``user``, None for the command line, may publish.

    New entries are drafts unless ``publish``. What changes of a published entry is a proposal unless ``publish``; that
    a text is the translation of an entry remains one unless their codes say so. All that can be made before is made
    before the transaction, in which others wait to write. Raises OutdatedPlanError and PlanError; then nothing is
    written.
    """
    writers = [_Writer(document, publish=publish, user=user, reason=reason) for document in plan.documents]
    with transaction.atomic():
        _version, _made = ContentVersion.objects.select_for_update().get_or_create(pk=ContentVersion.SINGLETON)
        if plan.basis and plan.basis != ContentVersion.objects.edition():
            raise OutdatedPlanError
        return sum((writer.write() for writer in writers), Outcome())


class _Writer:
    """One document: its rows made in memory, then written."""

    def __init__(self, planned: PlannedDocument, *, publish: bool, user: Any, reason: str) -> None:
        self._planned = planned
        self._publish, self._user = publish, user
        own = planned.datasets.get(planned.language)
        self._reason = reason or (own or next(iter(planned.datasets.values()))).source_name
        self._edition = own.edition if own else ""
        self._edited = _edited_by_people(planned)
        there = planned.row and Document.objects.for_readers().filter(pk=planned.row.pk).exists()
        # What readers see changes at once where that is asked for, and else stays until an edition is published.
        self._renews = publish or not there
        self._document = self._document_row()
        self._sections = {section.key: self._section_row(section) for section in planned.sections}
        self._operations = {operation.key: self._operation_row(operation) for operation in planned.operations}
        self._orders = dict(self._ordered())
        state = State.PUBLISHED if publish else State.DRAFT
        self._new = NewEntries(state=state, user=user, reason=self._reason)
        editions = {language: dataset.edition for language, dataset in planned.datasets.items()}
        for entry in planned.entries:
            if entry.row is None:
                self._new.add(entry, self._orders[entry.key], editions)

    def _document_row(self) -> Document:
        planned = self._planned
        row = planned.row or Document(key=planned.key, language=planned.language)
        for language, dataset in planned.datasets.items():
            if not self._renews:
                continue
            if not self._is_edited(row):
                _set(row, language, title=dataset.title[:_TITLE], description=dataset.description[:_DESCRIPTION])
                _set(row, language, lead=dataset.lead)
            if language == planned.language:
                row.source_name, row.published = dataset.source_name[-_SOURCE_NAME:], dataset.published
                row.publisher = dataset.publisher or row.publisher
                row.article_url, row.edition = dataset.article_url or row.article_url, dataset.edition
        return row

    def _section_row(self, planned: PlannedSection) -> Section:
        row = planned.row or Section(key=planned.key, document=self._document)
        row.order, row.level, row.source_line = planned.order, planned.level, planned.line
        if not self._is_edited(row) and (self._renews or row.pk is None):
            for language, (title, body) in planned.texts.items():
                _set(row, language, title=title[:_TITLE], body=body)
        return row

    def _operation_row(self, planned: PlannedOperation) -> Operation:
        row = planned.row or Operation(key=planned.key)
        if not self._is_edited(row) and (self._renews or row.pk is None):
            for language, title in planned.titles.items():
                _set(row, language, title=title[:_SHORT_TITLE])
            if planned.section:
                row.section = self._sections[planned.section.key]
        return row

    def _is_edited(self, row: Any) -> bool:
        return (row._meta.label_lower, row.pk) in self._edited

    def _ordered(self) -> Iterator[tuple[str, int]]:
        """The new number of each entry by its key, where it is new or its number changes."""
        of_operation: dict[str, list[PlannedEntry]] = defaultdict(list)
        rows = {entry.operation.key: entry.operation.row for entry in self._planned.entries}
        for entry in self._planned.entries:
            if not entry.moves:
                of_operation[entry.operation.key].append(entry)
        pks = [row.pk for row in rows.values() if row]
        here: dict[str, list[tuple[str, int]]] = defaultdict(list)
        known = ErrorEntry.objects.filter(operation__in=pks).order_by("order")
        for operation, key, order in known.values_list("operation__key", "key", "order"):
            here[operation].append((key, order))
        for operation, entries in of_operation.items():
            yield from _numbered([entry.key for entry in entries], here[operation])

    def write(self) -> Outcome:
        self._write_places()
        self._write_new()
        outcome = Outcome(created=len(self._new))
        for entry in self._planned.entries:
            outcome += self._write_changed(entry) if entry.row else self._propose_translations(entry)
        self._write_memories()
        return outcome

    def _write_places(self) -> None:
        """The document, its sections and operations. A section that it has no more goes where nothing needs it."""
        if self._document.product is None:
            named = next((data.product for data in self._planned.datasets.values() if data.product), "")
            self._document.product = Product.objects.named(named)
        for rows, label in (([self._document], Document), (self._sections.values(), Section)):
            self._save(label, list(rows))
        sections = [row.pk for row in self._sections.values()]
        there = Operation.objects.filter(section__in=sections).values_list("pk", "section", "order").order_by("order")
        last: dict[int | None, int] = {section: order for _pk, section, order in there}
        at = {pk: section for pk, section, _order in there}
        for row in self._operations.values():
            if row.pk is None or at.get(row.pk, row.section_id) != row.section_id:
                row.section = row.section  # whose number is known by now
                row.order = last[row.section_id] = last.get(row.section_id, 0) + 1
        self._save(Operation, list(self._operations.values()))
        if self._planned.language in self._planned.datasets:
            self._leave_sections(sections)

    def _leave_sections(self, kept: list[int]) -> None:
        """What the document has no more goes where only imports made it and nothing needs it; the rest stands last."""
        others = Section.objects.filter(document=self._document).exclude(pk__in=kept)
        made = Revision.objects.filter(model=Section._meta.label_lower, object_id__in=others.values("pk"))
        by_hand = made.exclude(action__in=_MADE_BY_IMPORTS)
        unneeded = others.filter(operations=None, flows=None, pk__in=made.values("object_id"))
        if self._renews:
            unneeded.exclude(pk__in=by_hand.values("object_id")).delete()
        for number, row in enumerate(others.order_by("order"), len(kept) + 1):
            if row.order != number:
                Section.objects.filter(pk=row.pk).update(order=number)

    def _save(self, model: Any, rows: list[Any]) -> None:
        """Make the rows that are new, and save those that are there where something of them changes."""
        before = {row.pk: row for row in model.objects.filter(pk__in=[row.pk for row in rows if row.pk])}
        new = [row for row in rows if row.pk is None]
        changed = [row for row in rows if row.pk and _values(row) != _values(before[row.pk])]
        if model is Section and (new or changed):
            Section.objects.filter(document=self._document).update(order=F("order") + MOST_IN_ORDER)
            changed = [row for row in rows if row.pk]
        for row in new:
            row.translated_from = row.origins()
        model.objects.bulk_create(new)
        for row in changed:
            row.save()
        noted = [(row, revisions.content_of(row)) for row in (*new, *changed)]
        revisions.record_read(noted, user=self._user, reason=self._reason)

    def _write_new(self) -> None:
        self._renumber()
        assert self._document.pk is not None  # noqa: S101 - it was just saved
        moved = {entry.operation.key: entry.operation.row for entry in self._planned.entries}
        rows = {key: row for key, row in moved.items() if row} | self._operations
        self._new.write(
            document=self._document.pk,
            operations={key: row.pk for key, row in rows.items()},
            sections={key: row.pk for key, row in self._sections.items()},
        )

    def _renumber(self) -> None:
        """Give entries that are there their new numbers, in two steps: the numbers of others come free."""
        rows = [entry.row for entry in self._planned.entries if entry.row and entry.key in self._orders]
        others = set(self._orders) - {entry.key for entry in self._planned.entries}
        rows += ErrorEntry.objects.filter(key__in=others)
        ErrorEntry.objects.filter(pk__in=[row.pk for row in rows]).update(order=F("order") + MOST_IN_ORDER)
        for row in rows:
            row.order = self._orders[row.key]
        ErrorEntry.objects.bulk_update(rows, ["order"], batch_size=500)

    def _propose_translations(self, entry: PlannedEntry) -> Outcome:
        """What may only by its place be the translation of a new entry that readers see."""
        told = {name: each for name, each in entry.told.items() if self._publish and not each.certain}
        if told:
            self._propose(entry, ErrorEntry.objects.get(key=entry.key), told)
        return Outcome(proposed=bool(told))

    def _write_changed(self, entry: PlannedEntry) -> Outcome:
        """Give an entry that is there what its document says now, or propose it."""
        row = entry.row
        assert row is not None  # noqa: S101 - asked by the caller
        changed = {name: told for name, told in entry.told.items() if told.status is Status.CHANGED}
        proposed = {name: told for name, told in changed.items() if self._waits(row, told)}
        at_once = {name: told for name, told in changed.items() if name not in proposed}
        for language, told in changed.items():
            setattr(row, f"original_{language}", told.wanted["original"])
        if at_once:
            self._write_at_once(entry, row, at_once)
        elif changed:
            words = {f"original_{language}": told.wanted["original"] for language, told in changed.items()}
            ErrorEntry.objects.filter(pk=row.pk).update(**words)
        if proposed:
            self._propose(entry, row, proposed)
        return Outcome(changed=bool(at_once), proposed=bool(proposed))

    def _waits(self, row: ErrorEntry, told: Telling) -> bool:
        """Whether readers see a change only once somebody has confirmed it."""
        return row.state == State.PUBLISHED and not (self._publish and told.certain)

    def _write_at_once(self, entry: PlannedEntry, row: ErrorEntry, told: dict[str, Telling]) -> None:
        revisions.note_found(row)
        if entry.waiting is not None:
            entry.waiting.delete()
        revisions.apply(row, changed_content(entry, row, told, self._planned.language))
        revisions.record_read([(row, revisions.content_of(row))], user=self._user, reason=self._reason)

    def _propose(self, entry: PlannedEntry, row: ErrorEntry, told: dict[str, Telling]) -> None:
        proposal = ErrorEntry.with_proposals.filter(proposal_for=row).first()
        content = changed_content(entry, proposal or row, told, self._planned.language)
        if proposal is None:
            publishing.new_proposal(row, self._user, content, self._reason)
            return
        revisions.apply(proposal, content)
        revisions.record(proposal, Revision.Action.EDITED, user=self._user, reason=self._reason)

    def _write_memories(self) -> None:
        """Remember what the documents said of each entry, what was no error, and what is gone."""
        memories = [
            self._memory(language, told, entry.row, entry.operation)
            for entry in self._planned.entries
            for language, told in entry.told.items()
            if entry.row and told.status is not Status.CONFLICT
        ]
        memories += [self._memory(language, told, None, None) for _key, language, told in self._planned.not_wanted]
        memories += [self._gone(row, memory) for row, memory in self._planned.gone]
        # What was not wanted and is by now has a memory of its own.
        back = [
            told.memory.pk
            for entry in self._planned.entries
            for told in entry.told.values()
            if told.memory and not entry.row
        ]
        ImportedEntry.objects.filter(pk__in=back).delete()
        ImportedEntry.objects.bulk_create(memory for memory, _was in memories if memory.pk is None)
        changed = [memory for memory, was in memories if was and was != _values(memory)]
        names = [field.name for field in ImportedEntry._meta.concrete_fields if not field.primary_key]
        ImportedEntry.objects.bulk_update(changed, names, batch_size=100)
        lines = [entry.row for entry in self._planned.entries if entry.row and self._has_moved_down(entry)]
        ErrorEntry.objects.bulk_update(lines, ["source_line"], batch_size=500)

    def _memory(
        self, language: str, told: Telling, row: ErrorEntry | None, operation: PlannedOperation | None
    ) -> tuple[ImportedEntry, Values]:
        """What is remembered from now on, and what was, which is nothing for what is new."""
        memory = told.memory or ImportedEntry(document=self._document, language=language)
        was = _values(memory) if told.memory else {}
        waits = row is not None and told.status is Status.CHANGED and self._waits(row, told)
        if memory.content != (said := told.said | {"operation": operation.key if operation else ""}):
            memory.before = told.now if waits else None
        memory.content = said
        memory.entry, memory.name = row or memory.entry, told.entry.key
        memory.edition, memory.gone = self._planned.datasets[language].edition, ""
        memory.line, memory.text = told.entry.line, told.entry.text
        memory.corrections = told.correction.lasting
        section = operation.section if operation else None
        memory.section = self._sections[section.key] if section else memory.section
        return memory, was

    def _gone(self, row: ErrorEntry, memory: ImportedEntry | None) -> tuple[ImportedEntry, Values]:
        was = _values(memory) if memory else {}
        if memory is None:
            language = self._planned.language
            said = said_of(row, language) | {"operation": row.operation.key, "place": row.operation.title}
            memory = ImportedEntry(document=self._document, language=language, entry=row, name=row.key, content=said)
            memory.line, memory.section = row.source_line or 0, row.operation.section
        memory.gone = memory.gone or self._edition
        return memory, was

    def _has_moved_down(self, entry: PlannedEntry) -> bool:
        told = entry.told.get(self._planned.language)
        return told is not None and entry.row is not None and entry.row.source_line != told.entry.line


def _edited_by_people(planned: PlannedDocument) -> set[tuple[str, int]]:
    """Which of the document, its sections and its operations somebody worked on here, by label and number."""
    rows = [planned.row, *(each.row for each in planned.sections), *(each.row for each in planned.operations)]
    there = [row for row in rows if row is not None]
    wanted = {(row._meta.label_lower, row.pk) for row in there}
    known = Revision.objects.filter(model__in={label for label, _pk in wanted}).exclude(action__in=_MADE_BY_IMPORTS)
    return wanted & set(known.values_list("model", "object_id"))


def _set(row: Any, language: str, **texts: str) -> None:
    for name, text in texts.items():
        setattr(row, f"{name}_{language}", text)


def _values(row: Any) -> Values:
    names = (field.attname for field in row._meta.concrete_fields)
    return {name: getattr(row, name) for name in names if name != "translated_from"}


def _numbered(wanted: list[str], here: list[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Numbers in the order of a document, for who is new or gets another.

    What is not of the document stays behind what it stood behind.
    """
    known = dict(here)
    new = [key for key in wanted if key not in known]
    if len(known) + len(new) > MOST_IN_ORDER:
        raise PlanError(gettext("An operation has room for %d errors. Divide the document.") % MOST_IN_ORDER)
    own = set(wanted)
    last_of_here = here[-1][1] if here else 0
    is_in_order = [key for key in known if key in own] == [key for key in wanted if key in known]
    if is_in_order and wanted[len(wanted) - len(new) :] == new and last_of_here + len(new) <= MOST_IN_ORDER:
        yield from ((key, last_of_here + number) for number, key in enumerate(new, 1))
        return
    behind: dict[str, list[str]] = defaultdict(list)
    last = ""
    for key in known:
        if key in own:
            last = key
        else:
            behind[last].append(key)
    ordered = [*behind[""], *(each for key in wanted for each in (key, *behind[key]))]
    yield from ((key, number) for number, key in enumerate(ordered, 1) if known.get(key) != number)
