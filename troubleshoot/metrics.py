"""Owns the numbers that the portal counts about itself, and their exposition to Prometheus.

Labels are few and closed (view names, methods, statuses): never an address, never what was searched for.
"""

import os
from collections.abc import Iterable

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

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


def observe_request(*, view: str, method: str, status: int, seconds: float) -> None:
    """Count one request that took ``seconds``; a method nobody serves counts as OTHER."""
    REQUESTS.labels(view, method if method in METHODS else "OTHER", str(status)).inc()
    REQUEST_SECONDS.labels(view).observe(seconds)


def observe_search(*, outcome: str, seconds: float) -> None:
    """Count one search by its outcome: ``found``, ``rescued`` (found by another reading) or ``nothing``."""
    SEARCHES.labels(outcome).inc()
    SEARCH_SECONDS.observe(seconds)


def observe_search_mode(mode: str, modes: Iterable[str]) -> None:
    """Say from which of ``modes`` this process answers searches: ``disk`` is the ordinary one."""
    for one in modes:
        SEARCH_MODE.labels(one).set(one == mode)


def exposition() -> bytes:
    """All numbers in Prometheus' text form, summed over the processes of this server."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
