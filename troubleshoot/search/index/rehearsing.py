"""Owns the stage of a rehearsal: search as it would be with a change that nobody has made yet."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshoot.search.core.finder import Hit, SearchRequest, find
from troubleshoot.search.core.lexicon import Lexicon
from troubleshoot.search.core.ranking import Texts
from troubleshoot.search.index import documents, freshness
from troubleshoot.search.index.level import IndexStore
from troubleshoot.search.index.store import IndexUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from troubleshoot.search.core.corpus import SearchDocument
    from troubleshoot.search.index.store import SearchIndex, Snapshot, Stamp

# An index in memory is built anew for a rehearsal, where that takes a moment only.
_QUICKLY_BUILT = 2_000


class StageUnavailableError(Exception):
    """There is no index to rehearse with."""


@dataclass(frozen=True, slots=True)
class Change:
    """What would be different: a document put in the place of the one with its identity, one dropped, the synonyms."""

    put: SearchDocument | None = None
    drop: str = ""
    synonyms: Sequence[Sequence[str]] | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """An index and synonyms to search with."""

    snapshot: Snapshot
    texts: Texts

    def first(self, query: str) -> Hit | None:
        """The first result of a query, or None where there is none."""
        hits = find(self.snapshot, self.texts, SearchRequest(query, limit=1, is_judged=False)).hits
        return hits[0] if hits else None


@contextmanager
def stages(change: Change) -> Iterator[tuple[Stage, Stage]]:
    """Search as it is and as it would be. Neither is the live index where that would have to change."""
    snapshot, texts = freshness.view().current()
    then_texts = texts if change.synonyms is None else Texts(Lexicon.of(change.synonyms))
    if change.put is None and not change.drop:
        yield Stage(snapshot, texts), Stage(snapshot, then_texts)
        return
    with closing(_copy()) as copy:
        now = copy.snapshot()
        yield Stage(now, texts), Stage(_changed(copy.index, change, now.stamp), then_texts)


def _changed(index: SearchIndex, change: Change, stamp: Stamp) -> Snapshot:
    with index.writing() as batch:
        if change.drop:
            batch.drop(change.drop)
        if change.put is not None:
            batch.put(change.put)
        batch.commit(stamp)
    return index.snapshot()


def _copy() -> IndexStore:
    try:
        return freshness.view().copy()
    except IndexUnavailableError as error:
        if documents.count() > _QUICKLY_BUILT:
            raise StageUnavailableError from error
    built = IndexStore()
    built.level()
    return built
