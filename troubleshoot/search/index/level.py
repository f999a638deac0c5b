"""Owns an index that follows the database: what changed since its last commit is applied, or all of it written anew.

The stamp of the content is committed together with it, so a crash at any point repeats work and loses none.
"""

from __future__ import annotations

import shutil
import threading
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from troubleshoot.models import ContentVersion
from troubleshoot.search.index import documents
from troubleshoot.search.index.store import IndexBusyError, IndexUnavailableError, SearchIndex, Stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from troubleshoot.search.core.corpus import SearchDocument
    from troubleshoot.search.index.store import Batch, Snapshot

    Progress = Callable[[Iterable[SearchDocument], int], Iterable[SearchDocument]]

POLL_SECONDS = 0.02


class IndexStore:
    """The index in ``folder``, or in memory where that is None; opened when it is first asked for."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._index: SearchIndex | None = None
        self._opening = threading.Lock()

    @property
    def index(self) -> SearchIndex:
        """The index itself. Raises ``IndexUnavailableError`` where the folder can't be used."""
        with self._opening:
            if self._index is None:
                self._index = SearchIndex() if self._folder is None else _open(self._folder)
            return self._index

    def snapshot(self) -> Snapshot:
        """The last commit, whatever content it is of."""
        return self.index.snapshot()

    def level(self) -> Snapshot:
        """The index, level with the database as it is now.

        Raises ``IndexBusyError`` where another process is writing it, ``IndexUnavailableError`` where it can't be used.
        """
        # The counter is read after the commit it is compared with: an index ahead of it is of another history (a
        # restored backup) and is built anew.
        while (snapshot := self.snapshot()).stamp != content_stamp():
            with self.index.writing() as batch:
                _apply(batch, self.snapshot().stamp)
        return snapshot

    def rebuild(self, seconds: float, progress: Progress | None = None) -> Snapshot:
        """Write the whole index anew in one commit. Raises ``IndexBusyError`` after waiting ``seconds`` for a turn.

        ``progress`` is given the documents and their number, and passes them on as they are taken.
        """
        every = documents.every() if progress is None else progress(documents.every(), documents.count())
        with _patient_writing(self.index, seconds) as batch:
            _fill(batch, every, content_stamp())
        return self.snapshot()


def content_stamp(version: ContentVersion | None = None) -> Stamp:
    """The stamp of ``version`` of the content, or of the content as it is now."""
    version = version or ContentVersion.objects.current()
    return Stamp(str(version.lineage or ""), version.value)


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
    wanted = content_stamp()
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
                time.sleep(POLL_SECONDS)
        yield batch
