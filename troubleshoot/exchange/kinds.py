"""Owns what can be imported and exported: entries, aliases, resolutions and synonyms, by their keys and columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from troubleshoot.editing import keys, publishing
from troubleshoot.editing.ordering import LARGEST_ORDER, free_numbers
from troubleshoot.models import ErrorAlias, ErrorEntry, FormerKey, Operation, Resolution, SynonymGroup
from troubleshoot.reading.parameters import whole_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from django.db.models import Model, QuerySet

    Faults = dict[str, list[str]]
    """What is wrong with a row, by column."""

State = ErrorEntry.State
YES, NO = "yes", "no"
_MEANS_YES = frozenset({YES, "true", "1", "y", "예", "네"})
_MEANS_NO = frozenset({NO, "false", "0", "n", "아니요", "아니오"})


def plain(value: Any) -> str:
    """What a cell says: nothing is an empty text, and neither line ends nor space around count."""
    return ("" if value is None else str(value)).replace("\r\n", "\n").replace("\r", "\n").strip()


def word(text: str) -> str | None:
    """A key or a choice; an empty cell leaves it as it is."""
    return text or None


def number(text: str) -> int | None:
    """A place in an order; an empty cell leaves it as it is. Raises ValueError."""
    if not text:
        return None
    found = whole_number(text)
    if not found or found > LARGEST_ORDER:
        raise ValueError(gettext("Enter a whole number from 1 to %d.") % LARGEST_ORDER)
    return found


def yes_or_no(text: str) -> bool | None:
    """An empty cell leaves it as it is. Raises ValueError."""
    if text and text.lower() not in _MEANS_YES | _MEANS_NO:
        raise ValueError(gettext("Enter yes or no."))
    return text.lower() in _MEANS_YES if text else None


@dataclass(frozen=True, slots=True)
class Column:
    """A column, named like its field. ``read`` turns a cell into a value, None where the field stays as it is.

    ``refers`` gives the rows of which the cell holds a key.
    """

    name: str
    read: Callable[[str], Any] = plain
    refers: Callable[[], QuerySet[Any]] | None = None

    def value(self, row: Any) -> Any:
        """What tells two values of a row apart: of a row that is referred to, its number."""
        return getattr(row, f"{self.name}_id" if self.refers else self.name)

    def written(self, row: Any) -> str:
        """What the cell of a row holds in a file."""
        value = getattr(row, self.name) if self.value(row) is not None else None
        if isinstance(value, bool):
            return YES if value else NO
        return str(value.key) if self.refers and value else str("" if value is None else value)


def in_both_languages(*names: str) -> tuple[Column, ...]:
    return tuple(Column(f"{name}_{language}") for name in names for language in ("ko", "en"))


class Kind:
    """Rows by natural key, as one person imports or exports them once. What is not in a file stays."""

    title: ClassVar[Any]
    model: ClassVar[type[Any]]
    columns: ClassVar[Sequence[Column]]
    key: ClassVar[Sequence[str]]
    """The columns that name a row."""

    def __init__(self, user: Any = None) -> None:
        self.user = user

    def may_import(self) -> bool:
        meta = self.model._meta
        return bool(self.user.has_perm(f"{meta.app_label}.change_{meta.model_name}"))

    def rows(self) -> QuerySet[Any]:
        """The rows that a file can name, with what their cells name."""
        return self.model.objects.all()  # type: ignore[no-any-return]  # of any model

    def listed(self, listed: QuerySet[Any]) -> QuerySet[Any]:
        """The rows to export where an administrator's list shows ``listed``."""
        return listed.order_by("key")

    def page(self, row: Any) -> Model | None:
        """The row on whose page this one is edited, which has the history."""
        return row  # type: ignore[no-any-return]  # of any model

    def lock(self) -> None:
        """Have whoever edits such a page wait until the transaction ends, or wait for them: always in one order."""
        pages: Any = ErrorEntry if issubclass(self.model, ErrorAlias | Resolution) else self.model
        list(pages.objects.select_for_update().order_by("pk").values_list("pk"))

    def new(self) -> Any:
        return self.model()

    def complete(self, row: Any, before: Any, cells: Mapping[str, str], faults: Faults) -> None:
        """Fill in what the file leaves open in a row that changes, and refuse what may not be."""

    def check_key(self, row: Any) -> None:
        """Raise ValidationError where a new row can't have its key."""

    def clashes(self, changes: Sequence[tuple[Any, Any]]) -> Iterator[int]:  # noqa: ARG002 - most kinds have no places
        """The places of the changes (rows before and after) that want what another row has."""
        return iter(())

    def make_room(self, changes: Sequence[tuple[Any, Any]]) -> None:
        """Before the changes are written, let rows that move step aside."""


class Entries(Kind):
    """Entries by key. A new one begins as a draft unless the file says otherwise; nothing is archived this way."""

    title = _("error entries")
    model = ErrorEntry
    columns = (
        Column("key", word),
        Column("operation", word, Operation.objects.all),
        Column("order", number),
        Column("state", word),
        Column("staff_only", yes_or_no),
        Column("is_outdated", yes_or_no),
        Column("successor", word, ErrorEntry.objects.all),
        *in_both_languages("message", "cause", "lead", "outdated_note"),
    )
    key = ("key",)

    def __init__(self, user: Any = None) -> None:
        super().__init__(user)
        self._last: dict[int, int] | None = None
        self._former: frozenset[str] | None = None

    def may_import(self) -> bool:
        """A file changes what readers see at once: who publishes imports."""
        return publishing.may_publish(self.user)

    def rows(self) -> QuerySet[ErrorEntry]:
        return ErrorEntry.objects.select_related("operation__section", "successor")

    def listed(self, listed: QuerySet[ErrorEntry]) -> QuerySet[ErrorEntry]:
        return self.rows().filter(pk__in=listed.order_by().values("pk")).order_by("operation", "order")

    def new(self) -> ErrorEntry:
        return ErrorEntry(state=State.DRAFT, proposed_by=self.user)

    def complete(self, row: ErrorEntry, before: ErrorEntry | None, cells: Mapping[str, str], faults: Faults) -> None:
        """The next free number in its operation, and when it was reviewed."""
        if row.order is None or (before and row.operation_id != before.operation_id and not cells.get("order")):
            row.order = self._last_of(row.operation_id) + 1
        self._last_numbers()[row.operation_id] = max(row.order, self._last_of(row.operation_id))
        state = before.state if before else State.DRAFT
        if sentence := self._refusal(row.state, state):
            faults["state"] = [sentence]
        if State.PUBLISHED == row.state != state:
            row.reviewed = timezone.now()

    def check_key(self, row: ErrorEntry) -> None:
        if self._former is None:
            self._former = frozenset(FormerKey.objects.values_list("key", flat=True))
        keys.refuse_new(row.key, self._former)

    def clashes(self, changes: Sequence[tuple[Any, Any]]) -> Iterator[int]:
        moving = {before.pk for before, _after in changes if before}
        taken = set(ErrorEntry.objects.exclude(pk__in=moving).values_list("operation", "order"))
        for place, (_before, after) in enumerate(changes):
            if (after.operation_id, after.order) in taken:
                yield place
            taken.add((after.operation_id, after.order))

    def make_room(self, changes: Sequence[tuple[Any, Any]]) -> None:
        taken = set(ErrorEntry.objects.values_list("order", flat=True)) | {after.order for _before, after in changes}
        aside = free_numbers(taken)
        for before, after in changes:
            if before and (before.operation_id, before.order) != (after.operation_id, after.order):
                ErrorEntry.objects.filter(pk=before.pk).update(order=next(aside))

    def _refusal(self, state: str, before: str) -> str:
        if state == before:
            return ""
        if state not in (*publishing.UNPUBLISHED, State.PUBLISHED):
            return gettext("Enter draft, review or published.")
        if before not in publishing.UNPUBLISHED:
            return gettext("Once published, an entry can only change its state on its own page.")
        if state == State.PUBLISHED and not publishing.may_publish(self.user):
            return gettext("You don't have permission to publish.")
        return ""

    def _last_of(self, operation: int) -> int:
        return self._last_numbers().get(operation, 0)

    def _last_numbers(self) -> dict[int, int]:
        """The last number in each operation, those that the file gives included."""
        if self._last is None:
            self._last = dict(ErrorEntry.objects.order_by("order").values_list("operation", "order"))
        return self._last


class PartsOfEntries(Kind):
    """Rows that are edited on the page of an entry, which the column ``entry`` names."""

    def rows(self) -> QuerySet[Any]:
        return super().rows().filter(entry__proposal_for=None).select_related("entry__operation")

    def listed(self, listed: QuerySet[ErrorEntry]) -> QuerySet[Any]:
        rows = self.rows().filter(entry__in=listed.order_by().values("pk"))
        return rows.order_by("entry__operation", "entry__order", *self.model._meta.ordering[1:])

    def may_import(self) -> bool:
        return publishing.may_publish(self.user)

    def page(self, row: Any) -> Model | None:
        return row.entry if row.entry_id else None


class Aliases(PartsOfEntries):
    """Aliases by entry and Korean text."""

    title = _("aliases")
    model = ErrorAlias
    columns = (Column("entry", word, ErrorEntry.objects.all), Column("kind", word), *in_both_languages("text"))
    key = ("entry", "text_ko")


class Resolutions(PartsOfEntries):
    """Resolutions by entry and order."""

    title = _("resolutions")
    model = Resolution
    columns = (
        Column("entry", word, ErrorEntry.objects.all),
        Column("order", number),
        Column("origin", word),
        Column("staff_only", yes_or_no),
        *in_both_languages("condition", "body", "note"),
    )
    key = ("entry", "order")


class Synonyms(Kind):
    """Synonym groups by key."""

    title = _("synonym groups")
    model = SynonymGroup
    columns = (Column("key", word), Column("terms"), Column("note"))
    key = ("key",)


def refuse_key(kind: Kind, row: Any) -> list[str]:
    """What is wrong with the key of a new row."""
    try:
        kind.check_key(row)
    except ValidationError as error:
        return list(error.messages)
    return []
