"""Owns the caches: Redis as Django knows it, whose failure never costs an answer, and the memory of one process."""

from __future__ import annotations

import logging
import sys
import time
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar

from cachetools import LRUCache
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.redis import RedisCache
from redis import RedisError

if TYPE_CHECKING:
    from collections.abc import Callable

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

    _asked_again_at: ClassVar[dict[str, float]] = {}  # by server, for all threads of a process

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._server = server

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._or(default, lambda: super(ForgivingRedis, self).get(key, default, version))

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._or(default=False, ask=lambda: super(ForgivingRedis, self).add(*args, **kwargs)))

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._or(None, lambda: super(ForgivingRedis, self).set(*args, **kwargs))

    def _or(self, default: Any, ask: Callable[[], Any]) -> Any:
        if time.monotonic() < self._asked_again_at.get(self._server, 0.0):
            return default
        try:
            return ask()
        except RedisError as error:
            self._asked_again_at[self._server] = time.monotonic() + PAUSE_SECONDS
            logger.warning("The shared cache does not answer: %s", type(error).__name__)
            return default


class _Parts:
    """The two parts of a memory, for all threads of a process."""

    def __init__(self, most: int) -> None:
        self.lock = Lock()
        self.new: LRUCache[str, Any] = LRUCache(most * (1 - PROVEN), getsizeof=size_of)
        self.proven: LRUCache[str, Any] = _Proven(most * PROVEN, self.new)


class _Proven(LRUCache[str, Any]):
    """What leaves it may prove itself again."""

    def __init__(self, most: float, new: LRUCache[str, Any]) -> None:
        super().__init__(most, getsizeof=size_of)
        self._below = new

    def popitem(self) -> tuple[str, Any]:
        key, value = super().popitem()
        if size_of(value) <= self._below.maxsize:
            self._below[key] = value
        return key, value


_memories: dict[str, _Parts] = {}
_making = Lock()


class SegmentedMemory(BaseCache):
    """Memory of a process, of so many MiB, for all of its threads: by ``LOCATION``, with ``OPTIONS`` of ``MIB``.

    Segmented least recently used (Karedla, Love, Wherry: Caching strategies to improve disk system performance, 1994):
    what is new and what was asked for again have a part each, so that a million things that nobody asks for twice push
    out nothing that is asked for often. Things are kept until they are pushed out: ``timeout`` is not looked at. They
    are given out as they are, not copied: keep what can't be changed.
    """

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        most = int(params.get("OPTIONS", {}).get("MIB", 1)) * MIB
        with _making:  # Django makes a cache for each thread
            self._parts = _memories.setdefault(name, _Parts(most))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self.look(key, default, version)[0]

    def look(self, key: Any, default: Any = None, version: int | None = None) -> tuple[Any, bool]:  # noqa: ARG002 - Django's signature
        """What is kept under ``key``, and whether it is asked for again for the first time."""
        parts = self._parts
        with parts.lock:
            if (found := parts.proven.get(key)) is not None:
                return found, False
            if (found := parts.new.pop(key, None)) is None:
                return default, False
            if size_of(found) <= parts.proven.maxsize:
                parts.proven[key] = found
            return found, True

    def set(self, key: Any, value: Any, timeout: Any = None, version: int | None = None) -> None:  # noqa: ARG002
        with self._parts.lock:
            part = self._parts.proven if key in self._parts.proven else self._parts.new
            with suppress(ValueError):  # what is larger than its part is not kept
                part[key] = value

    def clear(self) -> None:
        with self._parts.lock:
            self._parts.new.clear()
            for key in list(self._parts.proven):
                del self._parts.proven[key]

    @property
    def bytes(self) -> int:
        """What is kept, as it is counted."""
        return int(self._parts.proven.currsize + self._parts.new.currsize)


class Bytes:
    """A serializer of Redis for what is bytes already: nothing that comes from there is unpickled."""

    def dumps(self, value: bytes) -> bytes:
        return value

    def loads(self, value: bytes) -> bytes:
        return value


def size_of(value: Any) -> int:
    """The bytes of what is kept: of texts and bytes, of tuples of such, and of the objects around them."""
    if isinstance(value, tuple):
        return OVERHEAD + sum(map(_flat_size, value))
    return OVERHEAD + sys.getsizeof(value)


def _flat_size(value: Any) -> int:
    return sys.getsizeof(value) + (sum(map(_flat_size, value)) if isinstance(value, tuple) else 0)
