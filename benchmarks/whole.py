"""Owns the time of a whole search of the portal: the database's counter, the index and all, on the real content."""

from __future__ import annotations

import multiprocessing
import time
from typing import TYPE_CHECKING

from benchmarks import golden, sandbox
from benchmarks.measures import percentile

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.queues import SimpleQueue

    from troubleshoot.search.engine import Outcome, SearchRequest


def line() -> str:
    """One sentence with the number of queries, their median and their 99th percentile."""
    context = multiprocessing.get_context("spawn")
    queue: SimpleQueue[list[float]] = context.SimpleQueue()
    process = context.Process(target=_measure, args=(queue,))
    process.start()
    process.join()
    if process.exitcode:
        return "The whole search on the real content could not be measured."
    seconds = queue.get()
    median, slow = (percentile(seconds, share) * 1000 for share in (50, 99))
    return (
        f"The whole search on the real content, database included: {len(seconds)} golden queries, "
        f"median {median:.2f} ms, 99th percentile {slow:.2f} ms"
    )


def _measure(queue: SimpleQueue[list[float]]) -> None:
    with sandbox.portal():
        from troubleshoot.search.engine import SearchRequest, search  # noqa: PLC0415 - reads settings set up above

        texts = [query.text for query in golden.queries()]
        search(SearchRequest(texts[0]))
        queue.put([_seconds(search, SearchRequest(text)) for text in texts])


def _seconds(search: Callable[[SearchRequest], Outcome], request: SearchRequest) -> float:
    start = time.perf_counter()
    search(request)
    return time.perf_counter() - start
