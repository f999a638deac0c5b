"""Owns the stage of a rehearsal: search as it would be with a change that nobody has made yet."""

from __future__ import annotations

import shutil
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from troubleshoot.search.core.finder import Hit, SearchRequest, find
from troubleshoot.search.core.lexicon import Lexicon
from troubleshoot.search.core.ranking import Texts
from troubleshoot.search.index import documents, freshness
from troubleshoot.search.index.freshness import IndexStore
from troubleshoot.search.index.store import IndexUnavailableError, SearchIndex, Stamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from troubleshoot.search.core.corpus import SearchDocument
    from troubleshoot.search.index.store import Snapshot

_PREFIX = "rehearsal-"
# How often a copy is begun anew because somebody committed meanwhile.
_TRIALS = 3
# An index in memory is built anew for a rehearsal, where that takes a moment only.
_QUICKLY_BUILT = 2_000
_FORGOTTEN_SECONDS = 3_600


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
    with _folder() as folder:
        index = _copy(folder)
        now = index.snapshot()
        yield Stage(now, texts), Stage(_changed(index, change, now.stamp), then_texts)


def _changed(index: SearchIndex, change: Change, stamp: Stamp) -> Snapshot:
    with index.writing() as batch:
        if change.drop:
            batch.drop(change.drop)
        if change.put is not None:
            batch.put(change.put)
        batch.commit(stamp)
    return index.snapshot()


def _copy(folder: Path) -> SearchIndex:
    for trial in range(_TRIALS):
        try:
            return freshness.view().copied_to(folder / str(trial))
        except IndexUnavailableError:
            continue
    return _built()


def _built() -> SearchIndex:
    if documents.count() > _QUICKLY_BUILT:
        raise StageUnavailableError
    store = IndexStore()
    store.level()
    return store.index


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder beside the index, so that files can be shared; what a killed process left behind is swept away."""
    home = Path(settings.SEARCH_INDEX_DIR)
    try:
        home.mkdir(parents=True, exist_ok=True)
        for left in home.glob(f"{_PREFIX}*"):
            if left.stat().st_mtime < time.time() - _FORGOTTEN_SECONDS:
                shutil.rmtree(left, ignore_errors=True)
        made = tempfile.TemporaryDirectory(prefix=_PREFIX, dir=home, ignore_cleanup_errors=True)
    except OSError as error:
        raise StageUnavailableError from error
    with made as folder:
        yield Path(folder)
