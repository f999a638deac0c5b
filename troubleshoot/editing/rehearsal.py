"""Owns rehearsals: which first results of known queries a change would move, before anybody makes it."""

from __future__ import annotations

import csv
import time
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from troubleshoot.models import ErrorEntry, QueryLog, SynonymGroup
from troubleshoot.search.index import documents
from troubleshoot.search.index.rehearsing import Change, StageUnavailableError, stages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from troubleshoot.search.core.finder import Hit
    from troubleshoot.search.index.rehearsing import Stage

__all__ = ["Move", "Report", "StageUnavailableError", "Verdict", "of_entry", "of_synonyms", "rehearse"]

# A rehearsal works in a thread that serves readers, too: so long of the processor, and on a busy machine a few times as
# long by the clock, so that it says the same there.
MOST_SECONDS = 5.0
_PATIENCE = 5
MOST_REAL_QUERIES = 300
# Among so many searches made last, distinct queries are looked for.
_LOOKED_THROUGH = 3_000


class Verdict(StrEnum):
    """What a move means, the gravest first. Only for a golden query is it known which result is right."""

    WORSE = "worse"
    LOST = "lost"
    MOVED = "moved"
    FOUND = "found"
    BETTER = "better"


@dataclass(frozen=True, slots=True)
class Query:
    """A query to replay; ``expected`` are the keys of the entries or wizard steps that answer it, if that is known."""

    text: str
    expected: frozenset[str] = frozenset()

    @property
    def is_golden(self) -> bool:
        return bool(self.expected)

    def is_right(self, hit: Hit | None) -> bool:
        return hit is not None and hit.key in self.expected


@dataclass(frozen=True, slots=True)
class Move:
    """A query whose first result would be another."""

    query: Query
    before: Hit | None
    after: Hit | None

    @property
    def verdict(self) -> Verdict:
        was_right, is_right = self.query.is_right(self.before), self.query.is_right(self.after)
        if was_right != is_right:
            return Verdict.BETTER if is_right else Verdict.WORSE
        if self.after is None:
            return Verdict.LOST
        return Verdict.FOUND if self.before is None else Verdict.MOVED


@dataclass(slots=True)
class Report:
    """What a rehearsal saw: how many of the queries were replayed in time, and which first results would move."""

    total: int
    replayed: int = 0
    golden: int = 0
    right_before: int = 0
    right_after: int = 0
    moves: list[Move] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        return self.replayed == self.total

    def note(self, query: Query, before: Hit | None, after: Hit | None) -> None:
        self.replayed += 1
        self.golden += query.is_golden
        self.right_before += query.is_right(before)
        self.right_after += query.is_right(after)
        if _place(before) != _place(after):
            self.moves.append(Move(query, before, after))

    def count(self, verdict: Verdict) -> int:
        return sum(move.verdict is verdict for move in self.moves)


def of_entry(entry: ErrorEntry) -> Change:
    """What search would have to change if a draft were published, or a proposal took its entry's place."""
    [document] = documents.of_entries(ErrorEntry.with_proposals.filter(pk=entry.pk))
    if entry.proposal_for:
        document = replace(document, key=entry.proposal_for.key)
    return Change(drop=document.identity) if entry.staff_only else Change(put=document)


def of_synonyms(key: str, terms: Sequence[str]) -> Change:
    """What search would have to change if the synonym group ``key`` had these words; none takes the group away."""
    groups = {group.key: group.term_list for group in SynonymGroup.objects.all()}
    groups[key] = list(terms)
    return Change(synonyms=[groups[name] for name in sorted(groups) if groups[name]])


def rehearse(change: Change, *, with_real_queries: bool = True, seconds: float = MOST_SECONDS) -> Report:
    """Replay the golden queries and the latest real ones as search is and as it would be.

    It takes ``seconds`` of this thread's processor time at most.

    Raises StageUnavailableError where there is no index to do it with.
    """
    most, until = time.thread_time() + seconds, time.monotonic() + _PATIENCE * seconds
    golden = golden_queries()
    known = {query.text for query in golden}
    real = [query for query in real_queries() if query.text not in known] if with_real_queries else []
    report = Report(total=len(golden) + len(real))
    with stages(change) as (now, then):
        for query in _in_turns(golden, real):
            if time.thread_time() > most or time.monotonic() > until:
                break
            _replay(query, now, then, report)
    report.moves.sort(key=lambda move: list(Verdict).index(move.verdict))
    return report


def _replay(query: Query, now: Stage, then: Stage, report: Report) -> None:
    report.note(query, now.first(query.text), then.first(query.text))


def _in_turns(*kinds: Iterable[Query]) -> Iterator[Query]:
    """One of each kind in turn, so that each has its share where time runs out."""
    return (query for query in chain.from_iterable(zip_longest(*kinds)) if query is not None)


def _place(hit: Hit | None) -> tuple[str, str]:
    return (hit.kind, hit.key) if hit else ("", "")


def golden_queries() -> list[Query]:
    """The queries whose answer is known; none where the file is not there, or is none of its kind."""
    try:
        with Path(settings.GOLDEN_QUERIES).open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError, csv.Error):
        return []
    queries = (Query((row.get("query") or "").replace("\\n", "\n"), _keys(row.get("expected"))) for row in rows)
    return [query for query in queries if query.text and query.is_golden]


def _keys(cell: str | None) -> frozenset[str]:
    return frozenset(key for key in (cell or "").split(",") if key)


def real_queries() -> list[Query]:
    """What readers searched for lately, masked as it is logged, each query once."""
    latest = QueryLog.objects.order_by("-time").values_list("query", flat=True)[:_LOOKED_THROUGH]
    distinct = [text for text in dict.fromkeys(latest) if text.strip()]
    return [Query(text) for text in distinct[:MOST_REAL_QUERIES]]
