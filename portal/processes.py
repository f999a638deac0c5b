"""Owns what processes of a server hold while they live: space for their counts, one heap kept small, SQLite open.

``prometheus_client`` counts in memory-mapped files. A page of one that has no space behind it kills the process that
writes there (SIGBUS), so the files stand where a full disk of the data can't reach them, and their space is taken
before anything is counted.

Whoever opens a database in WAL mode first makes two files beside it, and who closes it last removes them. On a full
disk they can't be made, and nothing can be read, though nothing is to be written: so a worker keeps it open.
"""

from __future__ import annotations

import ctypes
import gc
import hashlib
import os
import shutil
import sqlite3
import sys
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

MIB = 1024 * 1024
# The space of each file that a process counts in, by the kind of what ``troubleshoot.metrics`` counts. It is for the
# labels that there are, some times over (a test counts them); eight workers stay below the 64 MB that a container has.
FILES = {"counter": 4 * MIB, "histogram": 2 * MIB, "gauge_livesum": MIB // 16}
MEMORY = Path("/dev/shm")  # noqa: S108 - its folder is made for its owner alone


# M_ARENA_MAX, M_MMAP_THRESHOLD and M_TRIM_THRESHOLD of glibc's malloc.h, the latter two as they begin.
_HEAP = {-8: 1, -3: 128 * 1024, -1: 128 * 1024}


def share_one_heap() -> None:
    """Let all threads of this process and its children take memory from one heap, where the C library is glibc.

    It would give each thread a heap of its own, and keep in each what the largest request of that thread ever took: a
    worker grew by two thirds over 12,000 requests. Threads wait for Python's lock far longer than for this one.

    What is large stays apart from that heap and is given back: else glibc moves the threshold up to the largest that it
    has freed, and such pieces leave holes that nothing fits. After 10,000 requests a worker had grown by 9 %, not 15.
    """
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        for name, value in _HEAP.items():
            library.mallopt(name, value)


# By then a worker has at hand what it keeps: templates, the index, words, pages.
WARM_ANSWERS = 500
_answers = count(1)


def note_answer() -> None:
    """One more answer was given by this worker, see docs/adr/0073-a-warm-worker-is-set-aside.md."""
    answers = next(_answers)
    if answers == WARM_ANSWERS:
        gc.collect()
        gc.freeze()
        gc.set_threshold(*gc.get_threshold()[:2], 2)
    if answers % WARM_ANSWERS == 0:
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


def folder_for(var: Path, wanted: str = "") -> Path:
    """Where the servers of one portal count: below ``wanted``, else in memory, else beside the data.

    A folder of somebody else's is no place: whoever owns it could put links there.
    """
    name = f"portal-{hashlib.sha256(os.fsencode(var.resolve())).hexdigest()[:16]}"
    for parent in (Path(wanted),) if wanted else (MEMORY,):
        folder = parent / name
        if _is_own(folder):
            return folder
    folder = var / "metrics"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _is_own(folder: Path) -> bool:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return False
    return found.st_uid == os.geteuid() and folder.is_dir() and not folder.is_symlink() and os.access(folder, os.W_OK)


def begin(parent: Path) -> Path | None:
    """The folder of this server, made anew below ``parent``; what servers left that have ended is removed.

    None where there is no space for it: then each process counts for itself, in its own memory.
    """
    own = parent / str(os.getpid())
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR") == str(own):
        return own  # a reload: the workers are still counting
    for folder in parent.iterdir():
        if folder == own or not _is_alive(folder.name):
            shutil.rmtree(folder, ignore_errors=True)
    os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)
    try:
        _make(own)
    except OSError as error:
        shutil.rmtree(own, ignore_errors=True)
        sys.stderr.write(f"Each worker counts for itself: there is no space for counters in {parent} ({error}).\n")
        return None
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(own)
    return own


def _make(own: Path) -> None:
    own.mkdir()
    (own / "lock").touch()
    reserve(own, os.getpid())
    reserve(own, "ended")


def reserve(folder: Path, process: int | str) -> None:
    """Take the space that a process counts in. Raises OSError where there is none: then it must not count."""
    for kind, size in FILES.items():
        with (folder / f"{kind}_{process}.db").open("a+b") as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
            else:  # macOS has none
                file.write(bytes(size))


def _is_alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, ValueError):
        return True
    return True


_held: list[sqlite3.Connection] = []


def hold_open(settings: dict[str, Any]) -> None:
    """Keep the database of ``settings`` (Django's, of one connection) open in this process, if it is there yet."""
    if settings["ENGINE"] != "django.db.backends.sqlite3":
        return
    with suppress(sqlite3.Error):
        address = f"{Path(settings['NAME']).resolve().as_uri()}?mode=rw"
        connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        connection.execute("SELECT 1 FROM sqlite_master").fetchall()  # opens the files; no transaction stays open
        _held.append(connection)
