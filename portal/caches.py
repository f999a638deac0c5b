"""Owns the shared cache: Redis as Django knows it, whose failure costs time and never an answer."""

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis import RedisError

logger = logging.getLogger(__name__)


class ForgivingRedis(RedisCache):
    """While Redis does not answer, nothing is found in it and nothing is kept; the log says so."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except RedisError as error:
            return _without(error, default)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        try:
            return super().add(*args, **kwargs)
        except RedisError as error:
            return bool(_without(error, default=False))

    def set(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().set(*args, **kwargs)
        except RedisError as error:
            _without(error, None)


def _without(error: RedisError, default: Any) -> Any:
    logger.warning("The shared cache does not answer: %s", type(error).__name__)
    return default
