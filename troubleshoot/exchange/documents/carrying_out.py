"""Owns how a plan of documents is carried out: all of it in one transaction, what is new in bulk, or nothing."""

from __future__ import annotations

from collections import defaultdict
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from troubleshoot.editing import revisions
from troubleshoot.exchange.documents import bulk
from troubleshoot.exchange.documents.changes import Changes
from troubleshoot.exchange.documents.memories import remember
from troubleshoot.exchange.documents.new_entries import NewEntries
from troubleshoot.exchange.documents.plan import MOST_IN_ORDER, PlanError, Status
from troubleshoot.exchange.documents.planning import plan_documents
from troubleshoot.models import (
    ContentVersion,
    Document,
    ErrorEntry,
    Operation,
    Product,
    Revision,
    Section,
)
from troubleshoot.models.stamps import in_chunks
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
    )

    Values = dict[str, Any]

State = ErrorEntry.State
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
        for entry in planned.entries:
            if entry.row and entry.key in self._orders:
                entry.row.order = self._orders[entry.key]
        self._changes = Changes(planned, publish=publish, user=user, reason=self._reason)
        state = State.PUBLISHED if publish else State.DRAFT
        self._new = NewEntries(state=state, user=user, reason=self._reason)
        editions = {language: dataset.edition for language, dataset in planned.datasets.items()}
        for entry in planned.entries:
            if entry.row is None:
                self._new.add(entry, self._orders[entry.key], editions)

    def _document_row(self) -> Document:
        planned = self._planned
        row = planned.row or Document(key=planned.key, language=planned.language, is_draft=True)
        row.is_draft = row.is_draft and not self._publish
        for language, dataset in planned.datasets.items():
            if "title" in dataset.corrected:
                _set(row, language, title=dataset.title[:_TITLE])
            if not self._renews:
                continue
            if not self._is_edited(row):
                _set(row, language, title=dataset.title[:_TITLE], lead=dataset.lead)
                _set(row, language, description=dataset.description[:_DESCRIPTION])
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
        operations = self._write_new()
        changed, proposed = self._changes.write(operations)
        if self._publish:
            new = [entry for entry in self._planned.entries if entry.row is None]
            proposed += self._changes.propose_translations(new, operations)
        sections = {key: row.pk for key, row in self._sections.items()}
        remember(self._planned, self._document, sections, self._changes)
        return Outcome(len(self._new), changed, proposed)

    def _write_places(self) -> None:
        """The document, its sections and operations. A section that it has no more goes where nothing needs it."""
        if named := self._product():
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

    def _product(self) -> str:
        """What the document is about by now, where it says so anew: what somebody chose here stays."""
        read = list(self._planned.datasets.values())
        said = next((data.product for data in read if "product" in data.corrected), "")
        if said or self._document.product is None:
            return said or next((data.product for data in read if data.product), "")
        own = self._planned.datasets.get(self._planned.language)
        known = Revision.objects.of(self._document).filter(action__in=_MADE_BY_IMPORTS).first()
        is_as_imported = known is not None and known.content.get("product") == self._document.product.key
        is_free = is_as_imported or not self._is_edited(self._document)
        return own.product if own and self._renews and is_free else ""

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
        is_said = model is Document and any(data.corrected for data in self._planned.datasets.values())
        action = Revision.Action.EDITED if is_said else Revision.Action.IMPORTED
        revisions.record_read(noted, action=action, user=self._user, reason=self._reason)

    def _write_new(self) -> dict[str, int]:
        """Returns the numbers of the operations by their keys."""
        self._renumber()
        assert self._document.pk is not None  # noqa: S101 - it was just saved
        moved = {entry.operation.key: entry.operation.row for entry in self._planned.entries}
        rows = {key: row for key, row in moved.items() if row} | self._operations
        operations = {key: row.pk for key, row in rows.items()}
        sections = {key: row.pk for key, row in self._sections.items()}
        self._new.write(document=self._document.pk, operations=operations, sections=sections)
        return operations

    def _renumber(self) -> None:
        """Give entries that are there their new numbers, in two steps: the numbers of others come free."""
        rows = [entry.row for entry in self._planned.entries if entry.row and entry.key in self._orders]
        others = set(self._orders) - {entry.key for entry in self._planned.entries}
        rows += ErrorEntry.objects.filter(key__in=others)
        for some in in_chunks(row.pk for row in rows):
            ErrorEntry.objects.filter(pk__in=some).update(order=F("order") + MOST_IN_ORDER)
        bulk.update(ErrorEntry, {row.pk: {"order": self._orders[row.key]} for row in rows})
        if rows:
            ContentVersion.objects.touch()


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
