"""Owns how a plan is made: each error that documents tell of is found among the entries, and judged."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext

from troubleshoot.exchange.documents.editions import Told, same, twins
from troubleshoot.exchange.documents.plan import (
    Correction,
    Plan,
    PlanError,
    PlannedDocument,
    PlannedEntry,
    PlannedOperation,
    PlannedSection,
    Prefer,
    Status,
    Telling,
    corrected,
    names_of,
    said_by,
    said_of,
    texts_of,
)
from troubleshoot.models import ContentVersion, Document, ErrorEntry, FormerKey, ImportedEntry, Operation, Section
from troubleshoot.models.stamps import in_chunks
from troubleshoot.search.core.analysis import compact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from troubleshoot.document.dataset import Dataset, Entry
    from troubleshoot.exchange.documents.plan import Said

LONGEST_KEY = 80


def plan_documents(
    datasets: Iterable[Dataset], *, edition_of: str = "", corrections: Mapping[str, Correction] | None = None
) -> Plan:
    """What importing these documents would do. Reads the database and writes nothing, so that nobody waits for it.

    ``edition_of`` is the key of the document that they are an edition of, which else their own keys tell;
    ``corrections`` are by the key of the entry as a plan shows it, or KEY/LANGUAGE for one telling. Raises PlanError.
    """
    basis = ContentVersion.objects.edition()
    groups = _grouped(datasets, edition_of)
    keys = _Keys(groups.values())
    planned = [_Planner(key, group, corrections or {}, keys).plan() for key, group in groups.items()]
    return Plan(tuple(planned), basis)


def _grouped(datasets: Iterable[Dataset], edition_of: str) -> dict[str, dict[str, Dataset]]:
    """The editions of each document, by its key and their language."""
    if edition_of and not Document.objects.filter(key=edition_of).exists():
        raise PlanError(gettext("No document has the key “%s”.") % edition_of)
    groups: dict[str, dict[str, Dataset]] = {}
    for dataset in datasets:
        key = edition_of or dataset.key
        group = groups.setdefault(key, {})
        for edition in (dataset, *([dataset.twin] if dataset.twin else [])):
            if edition.language in group:
                names = {"key": key, "one": group[edition.language].path, "other": edition.path}
                sentence = gettext("Two files would be the document “%(key)s”: %(one)s and %(other)s. Rename one.")
                raise PlanError(sentence % names)
            group[edition.language] = edition
    return groups


class _Keys:
    """The keys that something has, of those that documents would like."""

    def __init__(self, groups: Iterable[Mapping[str, Dataset]]) -> None:
        read = [dataset for group in groups for dataset in group.values()]
        wanted = {
            ErrorEntry: {entry.key for dataset in read for entry in dataset.entries},
            Operation: {operation.key for dataset in read for operation in dataset.operations},
            Section: {section.key for dataset in read for section in dataset.sections} | {each.key for each in read},
        }
        self._taken: dict[type, set[str]] = {model: _taken(model, keys) for model, keys in wanted.items()}
        self._taken[ErrorEntry] |= _taken(FormerKey, wanted[ErrorEntry])

    def free(self, model: type, key: str) -> str:
        """The key, or with a number behind it where it is taken; taken from now on."""
        found, number = key[:LONGEST_KEY], 1
        taken = self._taken[model]
        while found in taken or (number > 1 and model._default_manager.filter(key=found).exists()):  # type: ignore[attr-defined]
            number += 1
            found = f"{key[: LONGEST_KEY - len(str(number)) - 1]}-{number}"
        taken.add(found)
        return found


def _taken(model: type, keys: Iterable[str]) -> set[str]:
    rows = model._default_manager  # type: ignore[attr-defined]
    return {key for some in in_chunks(keys) for key in rows.filter(key__in=some).values_list("key", flat=True)}


@dataclass(frozen=True, slots=True)
class _Known:
    """An error that an earlier edition told, and the entry that it is; none where nobody wants it."""

    told: Told
    row: ErrorEntry | None
    memory: ImportedEntry | None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an error belongs: what it was in an earlier edition, or else whose translation it is, and its operation."""

    language: str
    match: _Known | None
    partner: PlannedEntry | None
    operation: PlannedOperation
    certain: bool


class _Planner:
    """One document, with what the portal has of it."""

    def __init__(
        self, key: str, datasets: dict[str, Dataset], corrections: Mapping[str, Correction], keys: _Keys
    ) -> None:
        self._key, self._corrections, self._keys = key, corrections, keys
        self._document = Document.objects.filter(key=key).first()
        self._language = self._document.language if self._document else min(datasets, key=lambda name: name != "ko")
        self._datasets = dict(sorted(datasets.items(), key=lambda item: item[0] != self._language))
        self._memories = list(ImportedEntry.objects.filter(document=self._document).order_by("line", "pk"))
        remembered = ImportedEntry.objects.filter(document=self._document, entry__isnull=False)
        of_document = Q(operation__section__document=self._document) | Q(pk__in=remembered.values("entry"))
        rows = ErrorEntry.objects.with_everything().in_document_order()
        self._rows = {row.pk: row for row in rows.filter(of_document)} if self._document else {}
        proposals = ErrorEntry.with_proposals.proposals().with_everything()
        waiting = (row for some in in_chunks(self._rows) for row in proposals.filter(proposal_for__in=some))
        self._waiting = {row.proposal_for_id: row for row in waiting}
        self._sections: list[PlannedSection] = []
        self._operations: dict[str, PlannedOperation] = {}
        self._entries: dict[str, PlannedEntry] = {}
        self._gone: list[tuple[ErrorEntry, ImportedEntry | None]] = []
        self._not_wanted: list[tuple[str, str, Telling]] = []

    def plan(self) -> PlannedDocument:
        for language, dataset in self._datasets.items():
            self._plan_edition(language, dataset)
        return PlannedDocument(
            key=self._key,
            row=self._document,
            language=self._language,
            datasets=self._datasets,
            sections=self._sections,
            operations=tuple(self._operations.values()),
            entries=tuple(self._entries.values()),
            gone=self._gone,
            not_wanted=self._not_wanted,
        )

    def _plan_edition(self, language: str, dataset: Dataset) -> None:
        said = said_by(dataset)
        titles = {operation.key: operation.title for operation in dataset.operations}
        told = [_told(entry.key, said[entry.key], titles.get(entry.operation, "")) for entry in dataset.entries]
        known = list(self._known(language))
        places = same([each.told for each in known], told)
        found = [None if place is None else known[place] for place in places]
        partners = {} if language == self._language else self._partners(language, dataset, told, found)
        sections = self._plan_sections(language, dataset)
        operations = self._plan_operations(language, dataset, sections, found, partners)
        for number, entry in enumerate(dataset.entries):
            partner, certain = partners.get(number, (None, True))
            place = _Place(language, found[number], partner, operations[entry.operation], certain)
            self._plan_entry(entry, said[entry.key], place)
        if language == self._language:
            found_again = set(places)
            left = (each for place, each in enumerate(known) if place not in found_again)
            self._gone += [(each.row, each.memory) for each in left if each.row and _is_there(each.row)]

    def _known(self, language: str) -> Iterator[_Known]:
        """What earlier editions in a language told; of entries that came otherwise, what they say in it."""
        remembered = set()
        for memory in self._memories:
            if memory.language == language:
                remembered.add(memory.entry_id)
                told = _told(memory.name, memory.content, memory.content["place"])
                yield _Known(told, self._rows.get(memory.entry_id or 0), memory)
        for row in self._rows.values():
            if row.pk not in remembered and row.is_of_document:
                said = said_of(row, language)
                if said["message"]:
                    place = getattr(row.operation, f"title_{language}") or ""
                    yield _Known(_told(row.key, said, place), row, None)

    def _partners(
        self, language: str, dataset: Dataset, told: list[Told], found: list[_Known | None]
    ) -> dict[int, tuple[PlannedEntry, bool]]:
        """By its number, the entry that an error translates, and whether that is certain."""
        own = self._datasets.get(self._language)
        if own is not None and own.twin is dataset:
            by_name = {planned.told[self._language].entry.key: planned for planned in self._entries.values()}
            return {n: (by_name[each.key], True) for n, each in enumerate(dataset.entries) if each.key in by_name}
        taken = {each.row.pk for each in found if each and each.row}
        there = self._entries.values() if own else map(self._of_row, filter(_is_there, self._rows.values()))
        candidates = [
            planned
            for planned in there
            if not (planned.row and (planned.row.pk in taken or said_of(planned.row, language)["message"]))
        ]
        sides = [_told(planned.key, self._own_words(planned), planned.operation.key) for planned in candidates]
        free = [number for number, each in enumerate(found) if each is None]
        pairs = zip(free, twins(sides, [told[number] for number in free]), strict=True)
        return {number: (candidates[pair[0]], pair[1]) for number, pair in pairs if pair}

    def _own_words(self, planned: PlannedEntry) -> Said:
        if (own := planned.told.get(self._language)) is not None:
            return own.wanted
        assert planned.row is not None  # noqa: S101 - what no document tells of is a row
        return said_of(planned.row, self._language)

    def _of_row(self, row: ErrorEntry) -> PlannedEntry:
        return PlannedEntry(row.key, row, self._operation_of(row.operation), self._waiting.get(row.pk))

    def _operation_of(self, row: Operation) -> PlannedOperation:
        titles = {language: title for language, title in (("ko", row.title_ko), ("en", row.title_en)) if title}
        return self._operations.get(row.key) or PlannedOperation(row.key, row, titles=titles)

    def _plan_sections(self, language: str, dataset: Dataset) -> dict[str, PlannedSection]:
        """The sections of a document, by the key that it gives them."""
        rows = list(Section.objects.filter(document=self._document).order_by("order")) if self._document else []
        if not dataset.sections and not rows and language == self._language:
            key = self._keys.free(Section, dataset.key)
            self._sections = [PlannedSection(key, None, 1, 2, None, {language: (dataset.title, "")})]
            return {}
        if language == self._language:
            return self._plan_own_sections(language, dataset, rows)
        there = self._sections or [_section_of(row) for row in rows]
        self._sections = there
        read = dataset.sections
        is_alike = [section.level for section in read] == [section.level for section in there]
        by_key = {section.key: section for section in there}
        pairs = zip(read, there if is_alike else (by_key.get(section.key) for section in read), strict=True)
        found = {section.key: planned for section, planned in pairs if planned}
        for section in read:
            if section.key in found:
                found[section.key].texts[language] = (section.title, section.body)
        return found

    def _plan_own_sections(self, language: str, dataset: Dataset, rows: list[Section]) -> dict[str, PlannedSection]:
        by_key = {row.key: row for row in rows}
        by_title = {compact(getattr(row, f"title_{language}") or ""): row for row in reversed(rows)}
        found: dict[str, PlannedSection] = {}
        claimed: set[int] = set()
        for order, section in enumerate(dataset.sections, 1):
            row = by_key.get(section.key) or by_title.get(compact(section.title))
            row = None if row is None or row.pk in claimed else row
            claimed |= {row.pk} if row else set()
            key = row.key if row else self._keys.free(Section, section.key)
            planned = PlannedSection(key, row, order, section.level, section.line)
            planned.texts[language] = (section.title, section.body)
            found[section.key] = planned
        self._sections = list(found.values())
        return found

    def _plan_operations(
        self,
        language: str,
        dataset: Dataset,
        sections: Mapping[str, PlannedSection],
        found: list[_Known | None],
        partners: Mapping[int, tuple[PlannedEntry, bool]],
    ) -> dict[str, PlannedOperation]:
        """The operations of a document, by the key that it gives them: known by key, title or most of their entries."""
        rows = list(Operation.objects.filter(section__document=self._document)) if self._document else []
        there = {row.key: self._operation_of(row) for row in rows} | self._operations
        by_title = {compact(planned.titles.get(language, "")): planned for planned in reversed(there.values())}
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for number, entry in enumerate(dataset.entries):
            match, (partner, _certain) = found[number], partners.get(number, (None, True))
            if match and match.row:
                votes[entry.operation][match.row.operation.key] += 1
            elif partner:
                votes[entry.operation][partner.operation.key] += 1
        claimed: dict[str, PlannedOperation] = {}
        for operation in dataset.operations:
            voted = [there.get(key) for key, _times in votes[operation.key].most_common(1)]
            choices = [there.get(operation.key), by_title.get(compact(operation.title)), *voted]
            planned = next((each for each in choices if each and each not in claimed.values()), None)
            if planned is None:
                planned = PlannedOperation(self._keys.free(Operation, operation.key), None)
            section = sections.get(operation.section) or (self._sections[0] if self._sections else None)
            if planned.row is None or language == self._language:
                planned.section = planned.section or section
            planned.titles[language] = operation.title
            claimed[operation.key] = self._operations[planned.key] = planned
        return claimed

    def _plan_entry(self, entry: Entry, said: Said, place: _Place) -> None:
        language, match, partner, operation = place.language, place.match, place.partner, place.operation
        memory, row = (match.memory, match.row) if match else (None, partner.row if partner else None)
        if row:
            planned = self._entries.get(row.key) or partner or self._of_row(row)
        elif partner:
            planned = partner
        else:
            planned = PlannedEntry(self._keys.free(ErrorEntry, entry.key), None, operation)
        given = self._corrections.get(f"{planned.key}/{language}") or self._corrections.get(planned.key) or Correction()
        remembered = _remembered(match)
        correction = given.over(remembered)
        said = said | {"place": operation.titles[language]}
        telling = Telling(
            entry, said, corrected(said, correction), Status.NEW, correction, memory, certain=place.certain
        )
        if correction.is_error is False:
            self._not_wanted.append((planned.key, language, telling))
            self._gone += [(row, memory)] if row and _is_there(row) and language == self._language else []
            return
        if language == self._language or correction.operation or planned.row is None:
            is_said = given.operation is not None and given.operation != (remembered.operation or "")
            self._move(planned, telling, operation, is_corrected=is_said)
        if planned.row is not None:
            telling.now = said_of(planned.row, language)
            _judge(planned, telling, language)
        planned.told[language] = telling
        self._entries[planned.key] = planned

    def _move(
        self, planned: PlannedEntry, telling: Telling, operation: PlannedOperation, *, is_corrected: bool
    ) -> None:
        """Whose operation it is: that which an administrator says or once chose, else the document's."""
        if key := telling.correction.operation:
            row = Operation.objects.filter(key=key).first()
            if row is None:
                raise PlanError(gettext("There is no operation “%(value)s”.") % {"value": key})
            operation = self._operation_of(row)
        if planned.row is None:
            planned.operation = operation if key or not planned.told else planned.operation
            return
        here = planned.row.operation.key
        is_as_imported = telling.memory is not None and telling.memory.content.get("operation") == here
        if operation.key != here and (is_as_imported or (is_corrected and key)):
            planned.operation, planned.moves = operation, True


def _told(name: str, said: Said, place: str) -> Told:
    return Told(name, said["message"], frozenset(said["codes"]), place)


def _section_of(row: Section) -> PlannedSection:
    return PlannedSection(row.key, row, row.order, row.level, row.source_line)


def _is_there(row: ErrorEntry) -> bool:
    return row.state != ErrorEntry.State.ARCHIVED


def _remembered(match: _Known | None) -> Correction:
    """What an administrator said before; what was deleted here is not wanted."""
    if match is None or match.memory is None:
        return Correction()
    told = Correction(**match.memory.corrections)
    return told if match.row else Correction(is_error=False)


def _judge(planned: PlannedEntry, telling: Telling, language: str) -> None:
    """What becomes of an entry that is there: the document says something new of it, or it is edited here, or both."""
    row, memory, now, wanted = planned.row, telling.memory, telling.now, telling.wanted
    assert row is not None  # noqa: S101 - asked by the caller
    assert now is not None  # noqa: S101 - as above
    base = corrected(memory.content, Correction(**memory.corrections)) if memory else None
    new, here = texts_of(wanted), texts_of(now)
    telling.status = Status.UNCHANGED
    if row.state == ErrorEntry.State.ARCHIVED:
        return
    names = names_of(wanted)
    has_new_names = names != names_of(base) if base else not _has(names_of(now), names)
    has_new_words = wanted["original"] != (base or now)["original"]
    if has_new_names or has_new_words or planned.moves:
        telling.status = Status.CHANGED
    if (base and texts_of(base) == new) or new == here or telling.correction.prefer == Prefer.PORTAL:
        return
    waiting = said_of(planned.waiting, language) if planned.waiting else None
    if waiting and texts_of(waiting) == new:
        return
    # What stands here is as it was imported, or is what stood here before a change was proposed.
    imported = [texts_of(said) for said in (base, memory.before if memory else None) if said]
    is_edited = texts_of(waiting or now) not in imported if imported else bool(row.edited and now["message"])
    if is_edited and telling.correction.prefer != Prefer.DOCUMENT:
        telling.status = Status.CONFLICT
        return
    telling.status, telling.writes_text = Status.CHANGED, True


def _has(there: tuple[frozenset[str], frozenset[str]], wanted: tuple[frozenset[str], frozenset[str]]) -> bool:
    return all(new <= old for old, new in zip(there, wanted, strict=True))
