"""Owns the report of searches that led nowhere: nothing was found, or nothing of it opened. Grouped by similarity."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from troubleshoot.models import QueryLog
from troubleshoot.reports.similarity import form_of, leaders

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    from troubleshoot.reports.periods import Period

MOST_ROWS = 50_000
"""Searches that are grouped at most, the newest: a report must not take the portal's time."""


class Failure(TextChoices):
    """What a search did not bring."""

    ANY = "", _("no result or none opened")
    NOTHING = "nothing", _("no result")
    UNOPENED = "unopened", _("no result opened")

    @property
    def condition(self) -> Q:
        nothing = Q(results=0)
        if self is Failure.NOTHING:
            return nothing
        return Q(chosen_key="") if self is Failure.ANY else Q(chosen_key="") & ~nothing


@dataclass(frozen=True, slots=True)
class Asked:
    """Which failed searches a report is of. ``newest`` is the last row it had when it was made, 0 for no bound."""

    period: Period
    failure: Failure = Failure.ANY
    settled: bool = False
    newest: int = 0

    def rows(self) -> QuerySet[QueryLog]:
        found = QueryLog.objects.since(self.period.start).filter(self.failure.condition)
        found = found.filter(settled__isnull=not self.settled)
        return found.filter(pk__lte=self.newest) if self.newest else found


class Row(NamedTuple):
    """What grouping reads of a search."""

    pk: int
    time: datetime
    language: str
    query: str
    results: int
    comment: str


@dataclass(frozen=True, slots=True)
class Group:
    """Searches for the same, the newest first. ``form`` names the group among those of its report."""

    form: str
    rows: tuple[Row, ...]

    @property
    def number(self) -> int:
        return len(self.rows)

    @property
    def nothing(self) -> int:
        return sum(row.results == 0 for row in self.rows)

    @property
    def last(self) -> datetime:
        return self.rows[0].time

    @property
    def newest(self) -> int:
        return max(row.pk for row in self.rows)

    @property
    def languages(self) -> list[str]:
        return sorted({row.language for row in self.rows})

    @property
    def comments(self) -> list[str]:
        return [row.comment for row in self.rows if row.comment]

    @property
    def wordings(self) -> list[tuple[str, int]]:
        """What was typed and how often, the commonest first, the newest among equals."""
        return Counter(row.query.strip() for row in self.rows).most_common()

    @property
    def wording(self) -> str:
        return self.wordings[0][0]

    @property
    def language(self) -> str:
        """The language of most pages that it was asked on."""
        return Counter(row.language for row in self.rows).most_common(1)[0][0]


def groups(asked: Asked) -> list[Group]:
    """The failed searches in groups, the largest first, the newest among equals. One query."""
    return _sorted(_grouped(_read(asked)))


def group_of(asked: Asked, form: str) -> Group | None:
    """The group that holds a form; None where there is none any more."""
    rows = _read(asked)
    leading = _leading(rows)
    leader = leading.get(form)
    members = tuple(row for row, own in rows if leader is not None and leading[own] == leader)
    return Group(leader, members) if leader is not None and members else None


def is_cut(asked: Asked) -> bool:
    """Whether there were more searches than are grouped."""
    return asked.rows().order_by("-time", "-pk")[MOST_ROWS : MOST_ROWS + 1].exists()


def _read(asked: Asked) -> list[tuple[Row, str]]:
    names = Row._fields
    found = asked.rows().order_by("-time", "-pk").values_list(*names)[:MOST_ROWS]
    forms: dict[str, str] = {}
    rows = []
    for values in found.iterator(chunk_size=5_000):
        row = Row(*values)
        if row.query not in forms:
            forms[row.query] = form_of(row.query)
        rows.append((row, forms[row.query]))
    return rows


def _leading(rows: Iterable[tuple[Row, str]]) -> dict[str, str]:
    return leaders(Counter(form for _row, form in rows))


def _grouped(rows: list[tuple[Row, str]]) -> list[Group]:
    leading = _leading(rows)
    members: dict[str, list[Row]] = defaultdict(list)
    for row, form in rows:
        members[leading[form]].append(row)
    return [Group(form, tuple(found)) for form, found in members.items()]


def _sorted(found: list[Group]) -> list[Group]:
    return sorted(sorted(found, key=lambda group: group.last, reverse=True), key=lambda group: -group.number)
