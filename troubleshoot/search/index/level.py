"""Owns how one index is brought level with the database: what changed is applied, or all of it written anew.

The stamp of the content is committed together with it, so a crash at any point repeats work and loses none. An index
may be copied into a folder of its own: segments never change, so the copy costs no space, and only its owner writes it.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
import uuid
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from troubleshoot.models import ContentVersion
from troubleshoot.search.index import documents
from troubleshoot.search.index.store import IndexBusyError, IndexUnavailableError, SearchIndex, Stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from troubleshoot.search.core.corpus import SearchDocument
    from troubleshoot.search.index.store import Batch, Snapshot

    Progress = Callable[[Iterable[SearchDocument], int], Iterable[SearchDocument]]

POLL_SECONDS = 0.02
_PREFIX = "copy-"
# How often a copy is begun anew because somebody committed meanwhile.
_TRIALS = 3
_FORGOTTEN_SECONDS = 3_600
# What share of the documents may have been replaced before the index is written anew, and how many in any case.
MOST_GARBAGE, _FEW = 0.2, 20


class IndexStore:
    """The index in ``folder``, or in memory where that is None; opened when it is first asked for."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._index: SearchIndex | None = None
        self._opening = threading.Lock()

    @property
    def index(self) -> SearchIndex:
        """The index itself. Raises ``IndexUnavailableError`` where the folder can't be used."""
        with self._opening:
            if self._index is None:
                self._index = SearchIndex() if self.folder is None else _open(self.folder)
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
                apply(batch, self.snapshot())
        return snapshot

    def rebuild(self, seconds: float, progress: Progress | None = None) -> Snapshot:
        """Write the whole index anew in one commit. Raises ``IndexBusyError`` after waiting ``seconds`` for a turn.

        ``progress`` is given the documents and their number, and passes them on as they are taken.
        """
        every = documents.every() if progress is None else progress(documents.every(), documents.count())
        with _patient_writing(self.index, seconds) as batch:
            _fill(batch, every, content_stamp())
        return self.snapshot()

    def close(self) -> None:
        """Give up what it holds."""

    def copied_to(self, folder: Path) -> SearchIndex:
        """The index as it was committed last, in ``folder``: what is written to it, nobody else sees.

        Raises ``IndexUnavailableError``, also for an index in memory.
        """
        for trial in range(1, _TRIALS):
            try:
                return self.index.copied_to(folder / str(trial))
            except IndexUnavailableError:
                continue
        return self.index.copied_to(folder / str(_TRIALS))


class IndexCopy(IndexStore):
    """A copy of an index, in a folder beside it, until it is closed. Raises ``IndexUnavailableError``."""

    def __init__(self, original: IndexStore) -> None:
        super().__init__()
        if original.folder is None:
            raise IndexUnavailableError("An index in memory can't be copied.")
        try:
            self._home = _folder_in(original.folder.parent)
        except OSError as error:
            raise IndexUnavailableError(str(error)) from error
        try:
            self._index = original.copied_to(Path(self._home.name))
        except BaseException:
            self.close()
            raise

    def adding(self, some: Iterable[SearchDocument]) -> Snapshot:
        """The copy with ``some`` documents as they are now, still of the content that it is of."""
        stamp = self.snapshot().stamp
        with self.index.writing() as batch:
            for document in some:
                batch.put(document)
            batch.commit(stamp)
        return self.snapshot()

    def close(self) -> None:
        """Give the folder up; what was read from it before can still be searched."""
        self._home.cleanup()


def _folder_in(home: Path) -> tempfile.TemporaryDirectory[str]:
    """A folder beside the index, so that files can be shared; what a killed process left behind is swept away."""
    for left in home.glob(f"{_PREFIX}*"):
        if left.stat().st_mtime < time.time() - _FORGOTTEN_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
    return tempfile.TemporaryDirectory(prefix=_PREFIX, dir=home, ignore_cleanup_errors=True)


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
        aside = folder.with_name(f"{folder.name}.damaged-{uuid.uuid4().hex}")
        try:
            folder.rename(aside)
        except OSError as error:
            raise IndexUnavailableError(str(error)) from error
        shutil.rmtree(aside, ignore_errors=True)
        return SearchIndex(folder)
    return index


def apply(batch: Batch, last: Snapshot) -> None:
    """Commit what changed since the content that the last commit has, or where that is of another history, everything.

    Everything, too, where so many documents were replaced that the dropped ones would distort what terms weigh.
    """
    wanted, have = content_stamp(), last.stamp
    if have.lineage != wanted.lineage or have.version > wanted.version:
        _fill(batch, documents.every(), wanted)
        return
    replaced = last.garbage + documents.number_changed_since(have.version)
    if last.size and replaced > max(last.size * MOST_GARBAGE, _FEW):
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
