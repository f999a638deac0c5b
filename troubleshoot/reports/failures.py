"""Owns the report of what readers could not find: nothing found, nothing opened, an error that nobody documented.

Undocumented errors are grouped by their code, all else by similarity.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.core.cache import cache
from django.db.models import Count, Max, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from troubleshoot.models import QueryLog
from troubleshoot.models.stamps import in_chunks
from troubleshoot.reports.similarity import form_of, leaders
from troubleshoot.search.core.codes import usual

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from troubleshoot.reports.periods import Period

MOST_ROWS = 50_000
"""Searches that are grouped at most, the newest: a report must not take the portal's time."""
AN_HOUR = 60 * 60
# What stands around a code, and before it.
_AROUND = ":;,.()[]'\""
_LABELS = frozenset({"", "error", "code", "errorcode", "hresult", "오류", "코드"})
# What begins the form of a code, so that no wording has the same.
_CODE = "code:"


def _beside(code: str, wording: str) -> str:
    """``wording`` without the words that are the ``code``, however it is written, and without the labels before it."""
    said: list[str] = []
    for word in wording.split():
        last = word.strip(_AROUND).rpartition("=")[2]
        if code.casefold() not in word.casefold() and usual(last).casefold() != code.casefold():
            said.append(word)
            continue
        while said and said[-1].strip(_AROUND + "=-").casefold() in _LABELS:
            said.pop()
    return " ".join(said).strip(" :-–—")


class Failure(TextChoices):
    """What a search did not bring."""

    ANY = "", _("all")
    NOTHING = "nothing", _("no result")
    UNOPENED = "unopened", _("no result opened")
    UNDOCUMENTED = "undocumented", _("undocumented error")

    @property
    def condition(self) -> Q:
        nothing = Q(results=0)
        if self is Failure.NOTHING:
            return nothing
        if self is Failure.UNDOCUMENTED:
            return Q(undocumented=True)
        # Who got the error itself, with what to do beside it, need not open it.
        unopened = Q(chosen_key="") & ~Q(documented=True, comment="")
        return unopened | Q(undocumented=True) if self is Failure.ANY else unopened & ~nothing


@dataclass(frozen=True, slots=True)
class Asked:
    """Which failed searches a report is of. ``newest`` is the last row it had when it was made, 0 for no bound."""

    period: Period
    failure: Failure = Failure.ANY
    settled: bool = False
    newest: int = 0
    language: str = ""

    def rows(self) -> QuerySet[QueryLog]:
        found = QueryLog.objects.since(self.period.start).filter(self.failure.condition)
        if self.language:
            found = found.filter(language=self.language)
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
    code: str
    reader: str
    undocumented: bool
    source: str

    @property
    def asked_for(self) -> str:
        """What the search was for: a code that nobody documented, or else what was typed."""
        return f"{_CODE}{self.code.casefold()}" if self.code and self.undocumented else self.query


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
    def since(self) -> datetime:
        return self.rows[-1].time

    @property
    def code(self) -> str:
        """The code that nobody documented, where these searches are for one."""
        return self.rows[0].code if self.form.startswith(_CODE) else ""

    @property
    def undocumented(self) -> bool:
        """Whether these searches are for an error that nobody documented."""
        return any(row.undocumented for row in self.rows)

    @property
    def readers(self) -> int:
        """How many readers asked; who can't be told apart counts anew each time."""
        return len({row.reader or row.pk for row in self.rows})

    @property
    def diagnoses(self) -> int:
        return sum(row.source == QueryLog.Source.DIAGNOSIS for row in self.rows)

    @property
    def message(self) -> str:
        """What the commonest wording that says more than the code says beside it; the code where none does."""
        said = (_beside(self.code, wording) if self.code else wording for wording, _times in self.wordings)
        return next(filter(None, said), self.code)

    @property
    def language(self) -> str:
        """The language that most of them were asked in."""
        return Counter(row.language for row in self.rows).most_common(1)[0][0]

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
        return self.code or self.wordings[0][0]


@dataclass(frozen=True, slots=True)
class Grouping:
    """Which queries ask for the same: the form of each query, and the form that leads the group of each form."""

    forms: Mapping[str, str]
    leaders: Mapping[str, str]

    @classmethod
    def of(cls, queries: Iterable[str]) -> Grouping:
        numbers = Counter(queries)
        forms = {query: query if query.startswith(_CODE) else form_of(query) for query in numbers}
        counts: Counter[str] = Counter()
        for query, number in numbers.items():
            counts[forms[query]] += number
        codes = {form: form for form in counts if form.startswith(_CODE)}
        for code in codes:
            del counts[code]
        return cls(forms, leaders(counts) | codes)

    def leader_of(self, query: str) -> str:
        return self.leaders[self.forms[query]]

    def queries_led_by(self, leader: str) -> list[str]:
        return [query for query, form in self.forms.items() if self.leaders[form] == leader]


def groups(asked: Asked) -> list[Group]:
    """The failed searches in groups, the largest first, the newest among equals. One query."""
    rows = _read(_newest(asked))
    grouping = _grouping(asked, rows)
    members: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        members[grouping.leader_of(row.asked_for)].append(row)
    return _sorted([Group(form, tuple(found)) for form, found in members.items()])


def group_of(asked: Asked, form: str) -> Group | None:
    """The group that holds a form; None where there is none any more. Reads its rows only."""
    counted = _newest(asked).aggregate(number=Count("pk"), last=Max("pk"))
    grouping = _kept(asked, counted["number"], counted["last"])
    if grouping is None or form not in grouping.leaders:
        grouping = _grouping(asked, _read(_newest(asked)))
    leader = grouping.leaders.get(form)
    if leader is None:
        return None
    if leader.startswith(_CODE):
        of_code = asked.rows().filter(undocumented=True, code__iexact=leader.removeprefix(_CODE))
        found = _read(of_code.order_by("-time", "-pk")[:MOST_ROWS])
    else:
        found = [
            row
            for wordings in in_chunks(grouping.queries_led_by(leader))
            for row in _read(_worded(asked).filter(query__in=wordings).order_by("-time", "-pk")[:MOST_ROWS])
        ]
    found.sort(key=lambda row: (row.time, row.pk), reverse=True)
    return Group(leader, tuple(found[:MOST_ROWS])) if found else None


def _worded(asked: Asked) -> QuerySet[QueryLog]:
    """The rows that are grouped by what was typed."""
    return asked.rows().filter(Q(code="") | Q(undocumented=False))


def is_cut(asked: Asked) -> bool:
    """Whether there were more searches than are grouped."""
    return asked.rows().order_by("-time", "-pk")[MOST_ROWS : MOST_ROWS + 1].exists()


def _newest(asked: Asked) -> QuerySet[QueryLog]:
    return asked.rows().order_by("-time", "-pk")[:MOST_ROWS]


def _read(found: QuerySet[QueryLog]) -> list[Row]:
    return [Row(*values) for values in found.values_list(*Row._fields).iterator(chunk_size=5_000)]


def _grouping(asked: Asked, rows: Sequence[Row]) -> Grouping:
    """The comparison of all wordings takes seconds: it is kept for as long as the report has the same rows."""
    number, last = len(rows), max((row.pk for row in rows), default=None)
    kept = _kept(asked, number, last)
    if kept is not None and all(row.asked_for in kept.forms for row in rows):
        return kept
    grouping = Grouping.of(row.asked_for for row in rows)
    cache.set(_key(asked), (_state(asked, number, last), dict(grouping.forms), dict(grouping.leaders)), AN_HOUR)
    return grouping


def _kept(asked: Asked, number: int, last: int | None) -> Grouping | None:
    """The grouping that was kept, if it is of the same rows: each report keeps one, and a new one takes its place."""
    state, forms, leaders_of_forms = cache.get(_key(asked)) or (None, {}, {})
    return Grouping(forms, leaders_of_forms) if state == _state(asked, number, last) else None


def _key(asked: Asked) -> str:
    return f"troubleshoot.failures.2:{asked.period.days}:{asked.failure.name}:{asked.settled}"


def _state(asked: Asked, number: int, last: int | None) -> str:
    """What tells one set of rows from another, as far as that costs no comparison of them."""
    return f"{asked.period.last}:{asked.newest}:{number}:{last}"


def _sorted(found: list[Group]) -> list[Group]:
    return sorted(sorted(found, key=lambda group: group.last, reverse=True), key=lambda group: -group.number)
