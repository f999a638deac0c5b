"""Owns how the index follows the database, so that no search answers from older content than it must.

A search reads the content counter; where the index is behind, one thread brings it level while the others wait. While
another process writes it, this one brings a copy of the last commit level and answers from that; where so much has
changed that this would take long, from the last commit with what of it is asked for. Where that is of other content,
or there is none, an index in memory stands in. Where the folder can't be used (full disk, no rights, damage that a
rebuild does not mend), the process searches in memory, says so, and tries the folder again after a minute.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

from troubleshoot import keeping, metrics, replicas
from troubleshoot.models import ContentVersion, SynonymGroup
from troubleshoot.search.core.lexicon import Lexicon
from troubleshoot.search.core.ranking import Texts
from troubleshoot.search.index import documents
from troubleshoot.search.index.beside import Beside
from troubleshoot.search.index.level import POLL_SECONDS, IndexCopy, IndexStore, apply, content_stamp
from troubleshoot.search.index.store import FINGERPRINT, NO_STAMP, IndexBusyError, IndexUnavailableError, Stamp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from troubleshoot.search.index.level import Progress
    from troubleshoot.search.index.store import Snapshot

# So many changed documents are written to a copy of the index in about a second.
MOST_COPIED = 1_000
logger = logging.getLogger(__name__)


class Mode(StrEnum):
    """What a process answers from; its names stand in ``/readyz`` and ``/metrics``."""

    DISK = "disk"
    COPY = "copy_while_busy"
    BEHIND = "last_commit"
    STAND_IN = "memory_while_busy"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds something is waited for.

    Another process's write: as long as it may be an ``ordinary`` one; longer where there is ``nothing`` to answer from
    (most indexes are built within that time); not at all, while it was waited for in vain within ``busy``.
    ``unusable``: before a folder that failed is tried again. ``rebuild``: for the turn of a rebuild.
    """

    ordinary: float = 0.3
    nothing: float = 10.0
    busy: float = 10.0
    unusable: float = 60.0
    rebuild: float = 20.0


PATIENCE = Patience()


@dataclass(frozen=True, slots=True)
class Health:
    """Whether search can serve, from what, and how many versions it is ``behind``; ``size`` counts documents."""

    ready: bool
    mode: Mode
    behind: int
    size: int


@dataclass(frozen=True, slots=True)
class _State:
    """What is answered from, and from when on the folder is worth another trial."""

    snapshot: Snapshot | None = None
    mode: Mode = Mode.DISK
    again_at: float = 0.0

    def is_level(self, wanted: Stamp) -> bool:
        """Whether this answers for the content at ``wanted``; what is no folder of all only until the next trial."""
        is_due = self.mode in (Mode.COPY, Mode.STAND_IN, Mode.MEMORY) and time.monotonic() >= self.again_at
        return self.snapshot is not None and self.snapshot.stamp == wanted and not is_due


class View:
    """What this process sees: the index on disk, or one in memory in its place, and the synonyms."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FINGERPRINT
        self._disk = IndexStore(self._folder)
        self._memory = IndexStore()
        self._copy: IndexCopy | None = None
        self._beside = Beside(self._disk)
        self._state = _State()
        self._texts = (Stamp("", -1), Texts(Lexicon()))
        self._turn = threading.Lock()

    @replicas.primary()
    def current(self, asked: str = "") -> tuple[Snapshot, Texts]:
        """The index and the synonyms, level with the database as it is now.

        Where so much has changed that only the last commit is left, with what of it is ``asked`` for.
        """
        version = ContentVersion.objects.current()
        wanted = content_stamp(version)
        state = self._state
        snapshot = state.snapshot
        if snapshot is None or not state.is_level(wanted):
            snapshot = self._made_level()
        if snapshot.stamp != wanted:
            keeping.not_now()
            if asked and snapshot.stamp.is_before(wanted):
                snapshot = self._beside.with_asked(snapshot, asked)
        return snapshot, self._current_texts(Stamp(wanted.lineage, version.synonyms))

    def fall_back(self, cause: BaseException | None = None) -> None:
        """Leave the folder alone for a minute and go on in memory."""
        logger.error("The search index in %s can't be used; searching in memory.", self._folder, exc_info=cause)
        self._disk, self._memory = IndexStore(self._folder), IndexStore()
        self._drop_copy()
        self._beside.close()
        self._beside = Beside(self._disk)
        self._enter(None, Mode.MEMORY, PATIENCE.unusable)

    def copy(self) -> IndexCopy:
        """The index as it is now, in a folder of its own. Raises ``IndexUnavailableError``."""
        self.current()
        if self._state.mode == Mode.MEMORY:
            raise IndexUnavailableError("An index in memory can't be copied.")
        return IndexCopy(self._copy or self._disk)

    def rebuild(self, progress: Progress | None = None) -> int:
        """Write the whole index anew in one commit, see ``IndexStore.rebuild``. Returns the number of documents."""
        with self._turn:
            snapshot = self._disk.rebuild(PATIENCE.rebuild, progress)
            self._enter(snapshot, Mode.DISK)
        return snapshot.size

    @contextmanager
    def leading(self) -> Iterator[None]:
        """Much content is written inside: this process has the index meanwhile, and brings it level at the end.

        Others answer from the last commit with what they are asked for until then. Without it, the first of their
        searches would do all the work.
        """
        with ExitStack() as stack:
            batch = None
            with suppress(IndexBusyError, IndexUnavailableError):
                batch = stack.enter_context(self._disk.index.writing())
                last = self._disk.snapshot()
            yield
            if batch is not None:
                apply(batch, last)

    def health(self) -> Health:
        wanted, state = content_stamp(), self._state
        snapshot = state.snapshot
        if snapshot is None or snapshot.stamp == NO_STAMP or snapshot.stamp.lineage != wanted.lineage:
            return Health(ready=False, mode=state.mode, behind=wanted.version, size=0)
        behind = max(wanted.version - snapshot.stamp.version, 0)
        return Health(ready=True, mode=state.mode, behind=behind, size=snapshot.size)

    def _current_texts(self, wanted: Stamp) -> Texts:
        """Two threads may both read the synonyms anew: either is right, and which is kept makes no difference."""
        known, texts = self._texts
        if known != wanted:
            texts = _texts_of(tuple(tuple(group.term_list) for group in SynonymGroup.objects.order_by("key")))
            self._texts = (wanted, texts)
        return texts

    def _made_level(self) -> Snapshot:
        """One thread brings the index level, and the others wait for it."""
        with self._turn:
            if self._state.mode == Mode.MEMORY and time.monotonic() < self._state.again_at:
                return self._in_memory(self._state)
            try:
                return self._from_disk()
            except IndexUnavailableError as error:
                self.fall_back(error)
                return self._in_memory(self._state)

    def _from_disk(self) -> Snapshot:
        began = time.monotonic()
        while True:
            try:
                snapshot = self._disk.level()
            except IndexBusyError:
                last = self._last_commit()
                if time.monotonic() - began >= self._patience(last):
                    return self._without_waiting(last)
                time.sleep(POLL_SECONDS)
            else:
                self._enter(snapshot, Mode.DISK)
                return snapshot

    def _last_commit(self) -> Snapshot | None:
        """The last commit, if it was right once: of the same database at an earlier version."""
        snapshot, wanted = self._disk.snapshot(), content_stamp()
        have = snapshot.stamp
        return snapshot if have.lineage == wanted.lineage and 0 <= have.version <= wanted.version else None

    def _patience(self, last: Snapshot | None) -> float:
        """How long to wait for another process's write; not at all where that was in vain just now."""
        if time.monotonic() < self._state.again_at or (self._state.mode == Mode.STAND_IN and last is None):
            return 0.0
        return PATIENCE.nothing if last is None else PATIENCE.ordinary

    def _is_far(self, last: Snapshot) -> bool:
        """Whether bringing a copy level would take longer than a search may."""
        have = self._copy.snapshot().stamp.version if self._copy else last.stamp.version
        return documents.number_changed_since(max(have, last.stamp.version)) > MOST_COPIED

    def _without_waiting(self, last: Snapshot | None) -> Snapshot:
        """Another process is writing: answer from a copy, the last commit, or from memory where there is none."""
        copied = None if last is None or self._is_far(last) else self._copied()
        mode = Mode.COPY if copied else Mode.STAND_IN if last is None else Mode.BEHIND
        busy = replace(self._state, snapshot=copied or last, mode=mode)
        if time.monotonic() >= busy.again_at:
            logger.warning("The search index is busy; answering from %s at %s.", mode, last.stamp if last else "none")
            busy = replace(busy, again_at=time.monotonic() + PATIENCE.busy)
        self._state = busy
        metrics.observe_search_mode(mode, Mode)
        return copied or last or self._in_memory(busy)

    def _copied(self) -> Snapshot | None:
        """A copy of the index, level; None where it can't be made or written."""
        try:
            self._copy = self._copy or IndexCopy(self._disk)
            return self._copy.level()
        except (IndexBusyError, IndexUnavailableError):
            logger.warning("The search index can't be copied.", exc_info=True)
            self._drop_copy()
            return None

    def _drop_copy(self) -> None:
        if self._copy:
            self._copy.close()
        self._copy = None

    def _in_memory(self, state: _State) -> Snapshot:
        snapshot = self._memory.level()
        self._state = replace(state, snapshot=snapshot)
        return snapshot

    def _enter(self, snapshot: Snapshot | None, mode: Mode, seconds: float = 0.0) -> None:
        """Answer in ``mode`` from now on, and for ``seconds`` in any case."""
        if mode == Mode.DISK and self._state.mode != Mode.DISK:
            logger.warning("Searching in the index in %s again.", self._folder)
            self._memory = IndexStore()
            self._drop_copy()
            self._beside.close()
        self._state = _State(snapshot, mode, time.monotonic() + seconds if seconds else 0.0)
        metrics.observe_search_mode(mode, Mode)


@lru_cache(maxsize=2)
def _texts_of(groups: tuple[tuple[str, ...], ...]) -> Texts:
    """What is worked out of the synonyms, once: a view that is opened anew finds the same ones."""
    return Texts(Lexicon.of(groups))


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
