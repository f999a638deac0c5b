"""Owns the numbers that the portal counts about itself, and their exposition to Prometheus.

Labels are few and closed (view names, methods, statuses): never an address, never what was searched for.
"""

from __future__ import annotations

import fcntl
import logging
import os
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

P = ParamSpec("P")
logger = logging.getLogger(__name__)

# Where the processes of one server count together; without it, each counts for itself.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
# What stands in the name of a file in place of a process: the sum of those that ended.
ENDED = "ended"
CONTENT_TYPE = CONTENT_TYPE_LATEST
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
REQUEST_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
SEARCH_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1)

REQUESTS = Counter("portal_requests", "Requests answered.", ("view", "method", "status"))
REQUEST_SECONDS = Histogram("portal_request_seconds", "Time to answer a request.", ("view",), buckets=REQUEST_BUCKETS)
SEARCHES = Counter("portal_searches", "Searches made, by what they found.", ("outcome",))
SEARCH_SECONDS = Histogram("portal_search_seconds", "Time to search.", buckets=SEARCH_BUCKETS)


_state = {"stopped": False, "failed": False}


def is_shared() -> bool:
    """Whether this process counts together with others."""
    return FOLDER in os.environ


def stop() -> None:
    """Count no more in this process."""
    _state["stopped"] = True


def _never_failing(count: Callable[P, None]) -> Callable[P, None]:
    """What is counted is worth less than the answer that it is counted of: the first failure is logged, none raised."""

    @wraps(count)
    def safely(*args: P.args, **kwargs: P.kwargs) -> None:
        if _state["stopped"]:
            return
        try:
            count(*args, **kwargs)
        except Exception:
            if not _state["failed"]:
                _state["failed"] = True
                logger.exception("Counting failed. Requests are answered all the same.")

    return safely


@_never_failing
def observe_request(*, view: str, method: str, status: int, seconds: float) -> None:
    """Count one request that took ``seconds``; a method nobody serves counts as OTHER."""
    REQUESTS.labels(view, method if method in METHODS else "OTHER", str(status)).inc()
    REQUEST_SECONDS.labels(view).observe(seconds)


@_never_failing
def observe_search(*, outcome: str, seconds: float) -> None:
    """Count one search by its outcome: ``found``, ``rescued`` (found by another reading) or ``nothing``."""
    SEARCHES.labels(outcome).inc()
    SEARCH_SECONDS.observe(seconds)


def exposition() -> bytes:
    """All numbers in Prometheus' text form, summed over the processes of this server, ended ones included."""
    if not is_shared():
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    with _lock(fcntl.LOCK_SH):
        return generate_latest(registry)


@contextmanager
def _lock(kind: int) -> Iterator[None]:
    """Hold the folder, so that nothing is summed while it is moved. Raises BlockingIOError with LOCK_NB."""
    folder = os.open(os.environ[FOLDER], os.O_RDONLY)
    try:
        fcntl.flock(folder, kind)
        yield
    finally:
        os.close(folder)


def merge_ended(is_alive: Callable[[str], bool], allocate: Callable[[Path], None]) -> None:
    """Add the files of ended processes to one file of each kind, so that there are never more than processes.

    ``allocate`` makes a file with its room. What can't be done now, for want of room or because the numbers are being
    read, is done when the next process ends; until then the files are summed as they are.
    """
    if not is_shared():
        return
    try:
        with _lock(fcntl.LOCK_EX | fcntl.LOCK_NB):
            for file in Path(os.environ[FOLDER]).glob("*_*.db"):
                kind, _line, process = file.stem.partition("_")
                if process != ENDED and not is_alive(process):
                    _add(file, file.with_name(f"{kind}_{ENDED}.db"), allocate)
    except OSError:
        logger.warning("The numbers of an ended process were not merged.")


def _add(file: Path, total: Path, allocate: Callable[[Path], None]) -> None:
    """Add ``file`` to ``total`` and remove it. The sum is made beside, so that a crash leaves either all or nothing."""
    draft = total.with_suffix(".draft")
    allocate(draft)
    summed = MmapedDict(str(draft))  # type: ignore[no-untyped-call]
    for source in (total, file):
        if source.exists():
            for key, value, _time, _place in MmapedDict.read_all_values_from_file(str(source)):  # type: ignore[no-untyped-call]
                summed.write_value(key, summed.read_value(key)[0] + value, 0.0)  # type: ignore[no-untyped-call]
    summed.close()  # type: ignore[no-untyped-call]
    draft.replace(total)
    file.unlink()
