"""Owns the caches: Redis as Django knows it, whose failure never costs an answer, and the memory of one process."""

import logging
import sys
import time
from collections.abc import Callable
from threading import Lock
from typing import Any

from cachetools import LRUCache
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.redis import RedisCache
from redis import RedisError

logger = logging.getLogger(__name__)

# So long is a Redis that did not answer left alone: not every request waits for it.
PAUSE_SECONDS = 5
MIB = 1_048_576
# What a kept thing takes beside its bytes: its key, its places in two mappings, the objects it is made of.
OVERHEAD = 1_000
# The part of the memory that is for what was asked for again; the rest is for what is new.
PROVEN = 0.8


class ForgivingRedis(RedisCache):
    """While Redis does not answer, nothing is found in it and nothing is kept; the log says so."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._asked_again_at = 0.0

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._or(default, lambda: super(ForgivingRedis, self).get(key, default, version))

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._or(default=False, ask=lambda: super(ForgivingRedis, self).add(*args, **kwargs)))

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._or(None, lambda: super(ForgivingRedis, self).set(*args, **kwargs))

    def _or(self, default: Any, ask: Callable[[], Any]) -> Any:
        if time.monotonic() < self._asked_again_at:
            return default
        try:
            return ask()
        except RedisError as error:
            self._asked_again_at = time.monotonic() + PAUSE_SECONDS
            logger.warning("The shared cache does not answer: %s", type(error).__name__)
            return default


class SegmentedMemory(BaseCache):
    """The memory of one process, of so many MiB, for all of its threads (``OPTIONS``: ``MIB``).

    Segmented least recently used (Karedla, Love, Wherry: Caching strategies to improve disk system performance, 1994):
    what is new and what was asked for again have a part each, so that a million things that nobody asks for twice push
    out nothing that is asked for often. Things are kept until they are pushed out: ``timeout`` is not looked at. They
    are given out as they are, not copied: keep what can't be changed.
    """

    def __init__(self, _name: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        most = int(params.get("OPTIONS", {}).get("MIB", 1)) * MIB
        self._lock = Lock()
        self._proven: LRUCache[str, Any] = LRUCache(most * PROVEN, getsizeof=size_of)
        self._new: LRUCache[str, Any] = LRUCache(most * (1 - PROVEN), getsizeof=size_of)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:  # noqa: ARG002 - Django's signature
        with self._lock:
            if (found := self._proven.get(key)) is not None:
                return found
            if (found := self._new.pop(key, None)) is None:
                return default
            self._proven[key] = found
            return found

    def set(self, key: Any, value: Any, timeout: Any = None, version: int | None = None) -> None:  # noqa: ARG002
        with self._lock:
            part = self._proven if key in self._proven else self._new
            if size_of(value) <= part.maxsize:
                part[key] = value

    def clear(self) -> None:
        with self._lock:
            self._proven.clear()
            self._new.clear()

    @property
    def bytes(self) -> int:
        """What is kept, as it is counted."""
        return int(self._proven.currsize + self._new.currsize)


def size_of(value: Any) -> int:
    """The bytes of what is kept: of texts and bytes, of tuples of such, and of the objects around them."""
    if isinstance(value, tuple):
        return OVERHEAD + sum(map(_flat_size, value))
    return OVERHEAD + sys.getsizeof(value)


def _flat_size(value: Any) -> int:
    return sys.getsizeof(value) + (sum(map(_flat_size, value)) if isinstance(value, tuple) else 0)
