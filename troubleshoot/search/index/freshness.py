"""Owns the bond between the database and this process's view of the index: no search answers from older content.

A search reads the content counter. Where the index is behind, the process takes the writer's lock, applies what
changed since, and commits the new stamp together with it. A crash at any point repeats work and loses none. Where the
folder can't be used (full disk, no rights, damage that a rebuild does not mend), the process goes on with an index in
its own memory. While another process writes for long, one thread waits for it and the others answer from the last
commit; where that is of other content or there is none, an index in memory stands in until the content changes again.
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
from troubleshoot.search.core.lexicon import Lexicon
from troubleshoot.search.core.ranking import Texts
from troubleshoot.search.index import documents
from troubleshoot.search.index.store import (
    FINGERPRINT,
    NO_STAMP,
    IndexBusyError,
    IndexUnavailableError,
    SearchIndex,
    Stamp,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from troubleshoot.search.core.corpus import SearchDocument
    from troubleshoot.search.index.store import Batch, Snapshot

    Progress = Callable[[Iterable[SearchDocument], int], Iterable[SearchDocument]]

logger = logging.getLogger(__name__)

# How long a search waits for another process's write before it answers from what it has.
_PATIENCE_SECONDS = 2.0
# ... and where it has nothing at all: most indexes are built within that time.
_FIRST_PATIENCE_SECONDS = 10.0
# How long an ordinary write may take: so long, every thread waits, and longer only one of them.
_COMMIT_SECONDS = 0.3
# How long nobody waits again for a writer that was waited for in vain; every search still tries once.
_BUSY_SECONDS = 10.0
# How long a rebuild waits for its turn.
_REBUILD_PATIENCE_SECONDS = 20.0
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
        # Apart from the lock of the index, which a thread may hold while it waits for another process.
        self._texts_lock = threading.Lock()
        self._index: SearchIndex | None = None
        self._stand_in: SearchIndex | None = None
        self._snapshot: Snapshot | None = None
        self._is_waiting = False
        self._busy_until = 0.0
        self._texts = Texts(Lexicon())
        self._synonyms_at = Stamp("", -1)

    def current(self) -> tuple[Snapshot, Texts]:
        """The index and the synonyms, level with the database as it is now."""
        version = ContentVersion.objects.current()
        wanted = _stamp(version)
        snapshot = self._snapshot
        if snapshot is None or snapshot.stamp != wanted:
            snapshot = self._made_level(wanted)
        return snapshot, self._current_texts(Stamp(wanted.lineage, version.synonyms))

    def fall_back(self, cause: BaseException | None = None) -> None:
        """Leave the folder alone and go on in memory; a later start of the process tries the folder again."""
        with self._lock:
            logger.error("The search index in %s can't be used; searching in memory.", self._folder, exc_info=cause)
            self._index, self._stand_in, self._snapshot = SearchIndex(), None, None

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
            with _patient_writing(index, _REBUILD_PATIENCE_SECONDS) as batch:
                wanted = _stamp(ContentVersion.objects.current())
                _fill(batch, every, wanted)
            self._stand_in, self._snapshot = None, index.snapshot()
            return self._snapshot.size

    def health(self) -> Health:
        wanted = _stamp(ContentVersion.objects.current())
        snapshot = self._snapshot
        on_disk = self._stand_in is None and (self._index is None or self._index.path is not None)
        if snapshot is None or snapshot.stamp == NO_STAMP or snapshot.stamp.lineage != wanted.lineage:
            return Health(ready=False, on_disk=on_disk, behind=wanted.version, size=0)
        behind = max(wanted.version - snapshot.stamp.version, 0)
        return Health(ready=True, on_disk=on_disk, behind=behind, size=snapshot.size)

    def _current_texts(self, wanted: Stamp) -> Texts:
        if self._synonyms_at != wanted:
            with self._texts_lock:
                groups = SynonymGroup.objects.order_by("key")
                self._texts = Texts(Lexicon.of(group.term_list for group in groups))
                self._synonyms_at = wanted
        return self._texts

    def _made_level(self, wanted: Stamp) -> Snapshot:
        """One thread brings the index level and the others wait for it, unless it only waits for another process."""
        while not self._lock.acquire(timeout=_POLL_SECONDS):
            snapshot = self._snapshot
            if self._is_waiting and snapshot is not None and snapshot.stamp.lineage == wanted.lineage:
                return snapshot
        try:
            return self._caught_up()
        finally:
            self._lock.release()

    def _caught_up(self) -> Snapshot:
        try:
            return self._catch_up()
        except IndexUnavailableError as error:
            self.fall_back(error)
            return self._catch_up()

    def _catch_up(self) -> Snapshot:
        index, began = self._opened(), time.monotonic()
        while True:
            # The counter is read after the commit it is compared with: an index ahead of it is of another history
            # (a restored backup) and is built anew.
            snapshot = index.snapshot()
            wanted = _stamp(ContentVersion.objects.current())
            if snapshot.stamp == wanted:
                self._stand_in, self._snapshot, self._busy_until = None, snapshot, 0.0
                return snapshot
            try:
                with index.writing() as batch:
                    _apply(batch, index.snapshot().stamp)
            except IndexBusyError:
                is_usable = _is_older(snapshot.stamp, wanted)
                if time.monotonic() >= began + self._patience(is_usable=is_usable):
                    return self._without_waiting(snapshot if is_usable else None)
                self._wait(snapshot if is_usable else None, is_long=time.monotonic() > began + _COMMIT_SECONDS)

    def _patience(self, *, is_usable: bool) -> float:
        """How long to wait for another process's write; not at all where that was in vain just now."""
        if time.monotonic() < self._busy_until or (self._stand_in and not is_usable):
            return 0.0
        return _PATIENCE_SECONDS if is_usable else _FIRST_PATIENCE_SECONDS

    def _wait(self, snapshot: Snapshot | None, *, is_long: bool) -> None:
        """Give the other writer a moment; after a while, the other threads the last commit to answer from."""
        self._snapshot, self._is_waiting = snapshot, is_long
        time.sleep(_POLL_SECONDS)
        self._is_waiting = False

    def _without_waiting(self, snapshot: Snapshot | None) -> Snapshot:
        """Another process is writing for long: answer from the last commit, which is right for its version.

        Where there is none of this content, the process builds its own in memory.
        """
        if time.monotonic() >= self._busy_until:
            logger.warning("The search index is busy; answering from %s.", snapshot.stamp if snapshot else "memory")
            self._busy_until = time.monotonic() + _BUSY_SECONDS
        self._snapshot = snapshot or self._standing_in()
        return self._snapshot

    def _standing_in(self) -> Snapshot:
        """An index in memory, level with the content, for as long as the folder has none to answer from."""
        self._stand_in = index = self._stand_in or SearchIndex()
        while (snapshot := index.snapshot()).stamp != _stamp(ContentVersion.objects.current()):
            with index.writing() as batch:
                _apply(batch, snapshot.stamp)
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


def _is_older(have: Stamp, wanted: Stamp) -> bool:
    """Whether an index of ``have`` was right once: the same database at an earlier version."""
    return have.lineage == wanted.lineage and 0 <= have.version <= wanted.version


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
