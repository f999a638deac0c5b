"""Owns the bond between the database and this process's view of the index: no search answers from older content.

A search reads the content counter. Where the index is behind, the process takes the writer's lock, applies what
changed since, and commits the new stamp together with it. A crash at any point repeats work and loses none. Where the
folder can't be used (full disk, no rights, damage that a rebuild does not mend), the process goes on with an index in
its own memory.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from troubleshoot.models import ContentVersion, SynonymGroup
from troubleshoot.search import documents
from troubleshoot.search.index import FINGERPRINT, IndexBusyError, IndexUnavailableError, SearchIndex, Stamp
from troubleshoot.search.lexicon import Lexicon
from troubleshoot.search.ranking import Texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from troubleshoot.search.index import Batch, SearchDocument, Snapshot

    Progress = Callable[[Iterable[SearchDocument], int], Iterable[SearchDocument]]

logger = logging.getLogger(__name__)

# How long a search waits for another process's write before it answers from what it has.
_PATIENCE_SECONDS = 2.0
# ... and where it has nothing at all.
_FIRST_PATIENCE_SECONDS = 20.0
_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Health:
    """Whether search can serve: ``behind`` versions not yet applied, ``on_disk`` false in the emergency mode."""

    ready: bool
    on_disk: bool
    behind: int
    size: int


class View:
    """What this process sees: one open index, its newest snapshot, and the synonyms."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FINGERPRINT
        self._lock = threading.RLock()
        self._index: SearchIndex | None = None
        self._snapshot: Snapshot | None = None
        self._texts = Texts(Lexicon())
        self._synonyms_at = Stamp("", -1)

    def current(self) -> tuple[Snapshot, Texts]:
        """The index and the synonyms, level with the database as it is now."""
        version = ContentVersion.objects.current()
        wanted = _stamp(version)
        snapshot = self._snapshot
        if snapshot is None or snapshot.stamp != wanted:
            with self._lock:
                snapshot = self._caught_up()
        return snapshot, self._current_texts(Stamp(wanted.lineage, version.synonyms))

    def fall_back(self) -> None:
        """Leave the folder alone and go on in memory; a later start of the process tries the folder again."""
        with self._lock:
            logger.error("The search index in %s can't be used; searching in memory.", self._folder)
            self._index, self._snapshot = SearchIndex(), None

    def copied_to(self, folder: Path) -> SearchIndex:
        """The index as it is now, in a folder of its own: what is written to it, no search sees."""
        self.current()
        with self._lock:
            return self._opened().copied_to(folder)

    def rebuild(self, progress: Progress | None = None) -> int:
        """Write the whole index anew in one commit. Returns the number of documents.

        ``progress`` is given the documents and their number, and passes them on as they are taken.
        """
        with self._lock:
            index = self._opened()
            every = documents.every() if progress is None else progress(documents.every(), documents.count())
            with _patient_writing(index, _FIRST_PATIENCE_SECONDS) as batch:
                wanted = _stamp(ContentVersion.objects.current())
                _fill(batch, every, wanted)
            self._snapshot = index.snapshot()
            return self._snapshot.size

    def health(self) -> Health:
        wanted = _stamp(ContentVersion.objects.current())
        snapshot = self._snapshot
        on_disk = self._index is None or self._index.path is not None
        if snapshot is None or snapshot.stamp.lineage != wanted.lineage:
            return Health(ready=False, on_disk=on_disk, behind=wanted.version, size=0)
        behind = max(wanted.version - snapshot.stamp.version, 0)
        return Health(ready=True, on_disk=on_disk, behind=behind, size=snapshot.size)

    def _current_texts(self, wanted: Stamp) -> Texts:
        if self._synonyms_at != wanted:
            with self._lock:
                groups = SynonymGroup.objects.order_by("key")
                self._texts = Texts(Lexicon.of(group.term_list for group in groups))
                self._synonyms_at = wanted
        return self._texts

    def _caught_up(self) -> Snapshot:
        try:
            return self._catch_up()
        except IndexUnavailableError:
            self.fall_back()
            return self._catch_up()

    def _catch_up(self) -> Snapshot:
        index = self._opened()
        deadline = time.monotonic() + (_PATIENCE_SECONDS if self._snapshot else _FIRST_PATIENCE_SECONDS)
        while True:
            # The counter is read after the commit it is compared with: an index ahead of it is of another history
            # (a restored backup) and is built anew.
            snapshot = index.snapshot()
            if snapshot.stamp == _stamp(ContentVersion.objects.current()):
                break
            try:
                with index.writing() as batch:
                    _apply(batch, index.snapshot().stamp)
            except IndexBusyError:
                if time.monotonic() > deadline:
                    return self._stale(snapshot)
                time.sleep(_POLL_SECONDS)
        self._snapshot = snapshot
        return snapshot

    def _stale(self, snapshot: Snapshot) -> Snapshot:
        """Another process is writing for long: answer from the last commit, which is right for its version."""
        logger.warning("The search index is busy; answering from content version %d.", snapshot.stamp.version)
        return snapshot

    def _opened(self) -> SearchIndex:
        if self._index is None:
            self._index = _open(self._folder)
        return self._index


def _open(folder: Path) -> SearchIndex:
    """Open the index; a damaged folder is set aside, so that a new one can be built in its place."""
    try:
        index = SearchIndex(folder)
        index.snapshot()
    except IndexUnavailableError:
        aside = folder.with_name(f"{folder.name}.damaged-{time.time_ns()}")
        try:
            folder.rename(aside)
        except OSError as error:
            raise IndexUnavailableError(str(error)) from error
        shutil.rmtree(aside, ignore_errors=True)
        return SearchIndex(folder)
    return index


def _apply(batch: Batch, have: Stamp) -> None:
    wanted = _stamp(ContentVersion.objects.current())
    if have.lineage != wanted.lineage or have.version > wanted.version:
        _fill(batch, documents.every(), wanted)
        return
    changed, gone = documents.changed_since(have.version)
    for identity in gone:
        batch.drop(identity)
    for document in changed:
        batch.put(document)
    batch.commit(wanted)


def _fill(batch: Batch, every: Iterable[SearchDocument], wanted: Stamp) -> None:
    batch.clear()
    for document in every:
        batch.add(document)
    batch.commit(wanted)


@contextmanager
def _patient_writing(index: SearchIndex, seconds: float) -> Iterator[Batch]:
    """Wait up to ``seconds`` for the writer's turn; then raise ``IndexBusyError``."""
    deadline = time.monotonic() + seconds
    with ExitStack() as stack:
        while True:
            try:
                batch = stack.enter_context(index.writing())
                break
            except IndexBusyError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(_POLL_SECONDS)
        yield batch


def _stamp(version: ContentVersion) -> Stamp:
    return Stamp(str(version.lineage or ""), version.value)


_view: View | None = None
_view_lock = threading.Lock()


def view() -> View:
    """The view of this process, opened at the first search (after a server has forked its workers)."""
    global _view  # noqa: PLW0603 - one view a process is the point
    with _view_lock:
        if _view is None:
            _view = View(settings.SEARCH_INDEX_DIR)
        return _view


def close() -> None:
    """Forget the view; the next search opens it anew."""
    global _view  # noqa: PLW0603 - the counterpart of ``view``
    with _view_lock:
        _view = None
