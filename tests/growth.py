"""Owns telling linear from quadratic time by how it grows, so that a busy machine makes a test slow and never red."""

import time
from collections.abc import Callable

SHORT, LONG = 4_096, 16_384
# What is done with SHORT in less could not be noticed with the longest text, even if it were quadratic.
CHEAP_SECONDS = 0.001
# Linear work takes 4 times as long for LONG as for SHORT, quadratic work 16 times.
MOST_GROWTH = 8
TRIES = 5


def is_quadratic(work: Callable[[int], None], tries: int = TRIES) -> bool:
    """Whether the processor time of ``work``, called with a length, grows faster than the length each time it's tried.

    The lowest of several measurements counts: what else the machine does only ever adds. So the long text, which takes
    the most, is measured no more once it was quick; and one try is enough to see that what is slow is slow.
    """
    if _once(work, SHORT) < CHEAP_SECONDS:
        return False
    return all(_is_slow(work, MOST_GROWTH * _seconds(work, SHORT), tries) for _ in range(tries))


def _is_slow(work: Callable[[int], None], most: float, tries: int) -> bool:
    return all(_once(work, LONG) > most for _ in range(tries))


def _seconds(work: Callable[[int], None], length: int) -> float:
    return min(_once(work, length) for _ in range(TRIES))


def _once(work: Callable[[int], None], length: int) -> float:
    started = time.thread_time()
    work(length)
    return time.thread_time() - started
