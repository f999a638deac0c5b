"""Owns the numbers that the portal counts about itself, and their exposition to Prometheus.

Labels are few and closed (view names, methods, statuses): never an address, never what was searched for.
"""

import fcntl
import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, wraps
from pathlib import Path
from typing import ParamSpec

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

logger = logging.getLogger(__name__)
Arguments = ParamSpec("Arguments")

CONTENT_TYPE = CONTENT_TYPE_LATEST
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
REQUEST_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
SEARCH_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1)

REQUESTS = Counter("portal_requests", "Requests answered.", ("view", "method", "status"))
REQUEST_SECONDS = Histogram("portal_request_seconds", "Time to answer a request.", ("view",), buckets=REQUEST_BUCKETS)
SEARCHES = Counter("portal_searches", "Searches made, by what they found.", ("outcome",))
SEARCH_MODE = Gauge(
    "portal_search_mode", "Processes that answer searches from this.", ("mode",), multiprocess_mode="livesum"
)
SEARCH_SECONDS = Histogram("portal_search_seconds", "Time to search.", buckets=SEARCH_BUCKETS)

_noted: ContextVar[list[str] | None] = ContextVar("noted", default=None)

_FOLDED = ("counter", "histogram")
PAUSE_SECONDS = 60


class _Pause:
    """Counting that stopped in this process, and what has to succeed before it goes on."""

    until: float | None = None
    resume: Callable[[], None] = staticmethod(lambda: None)


def pause_counting(reason: Exception, resume: Callable[[], None] = lambda: None) -> None:
    """Count nothing for a minute in this process and those that it starts, then only once ``resume`` raises nothing."""
    if _Pause.until is None:
        logger.warning("Nothing is counted for /metrics: %s: %s", type(reason).__name__, reason)
    _Pause.until, _Pause.resume = time.monotonic() + PAUSE_SECONDS, staticmethod(resume)


def _counts() -> bool:
    if _Pause.until is not None and time.monotonic() >= _Pause.until:
        _Pause.resume()
        _Pause.until = None
    return _Pause.until is None


def never_fails(count: Callable[Arguments, None]) -> Callable[Arguments, None]:
    """Counting is no reason to fail: what can't be counted is logged, and the request goes on."""

    @wraps(count)
    def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        try:
            if _counts():
                count(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - whatever it is, a reader waits for an answer
            pause_counting(error, _Pause.resume)

    return guarded


@never_fails
def observe_request(*, view: str, method: str, status: int, seconds: float) -> None:
    """Count one request that took ``seconds``; a method nobody serves counts as OTHER."""
    requests, taken = _counters(view, method if method in METHODS else "OTHER", status)
    requests.inc()
    taken.observe(seconds)


@lru_cache(maxsize=1_000)
def _counters(view: str, method: str, status: int) -> tuple[Counter, Histogram]:
    """What counts such requests; to look for it by its labels takes longer than to count."""
    return REQUESTS.labels(view, method, str(status)), REQUEST_SECONDS.labels(view)


@never_fails
def observe_search(*, outcome: str, seconds: float) -> None:
    """Count one search by its outcome: ``found``, ``rescued`` (found by another reading) or ``nothing``."""
    SEARCHES.labels(outcome).inc()
    SEARCH_SECONDS.observe(seconds)
    if (noted := _noted.get()) is not None:
        noted.append(outcome)


@never_fails
def count_search(*, outcome: str) -> None:
    """Count a search whose answer was kept from one before it."""
    SEARCHES.labels(outcome).inc()


@contextmanager
def searches_noted() -> Iterator[list[str]]:
    """The outcomes of the searches that are counted meanwhile, in order."""
    noted: list[str] = []
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)


@never_fails
def observe_search_mode(mode: str, modes: Iterable[str]) -> None:
    """Say from which of ``modes`` this process answers searches: ``disk`` is the ordinary one."""
    for one in modes:
        SEARCH_MODE.labels(one).set(one == mode)


def exposition() -> bytes:
    """All numbers in Prometheus' text form, summed over the processes of this server."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if folder is None:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    with _turn(Path(folder), fcntl.LOCK_SH):
        return generate_latest(registry)


@never_fails
def add_ended(folder: Path, process: int) -> None:
    """Add what a process counted, which has ended, to the sum of those that ended before it, and forget its files.

    So the number of files follows the workers that run, not those that ever ran.
    """
    mark_process_dead(process, str(folder))  # type: ignore[no-untyped-call]
    with _turn(folder, fcntl.LOCK_EX):
        for kind in _FOLDED:
            _fold(folder / f"{kind}_{process}.db", folder / f"{kind}_ended.db")


def _fold(part: Path, whole: Path) -> None:
    if not part.exists():
        return
    total = MmapedDict(str(whole))  # type: ignore[no-untyped-call]
    for key, value, *_place in MmapedDict.read_all_values_from_file(str(part)):  # type: ignore[no-untyped-call]
        total.write_value(key, total.read_value(key)[0] + value, 0.0)  # type: ignore[no-untyped-call]
    total.close()  # type: ignore[no-untyped-call]
    part.unlink()


@contextmanager
def _turn(folder: Path, kind: int) -> Iterator[None]:
    """Nobody reads the numbers while those of an ended process stand in two files, or in none."""
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, kind)
        yield
