"""Holds the shared cache: one that is gone costs time and never an answer."""

import logging

from portal.caches import ForgivingRedis


def test_a_cache_that_is_gone_finds_and_keeps_nothing(caplog):
    cache = ForgivingRedis("redis://:secret@127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 0.5}})
    with caplog.at_level(logging.WARNING):
        cache.set("key", "value")
        assert cache.get("key") is None
        assert cache.get_or_set("key", lambda: 7) == 7
    assert set(caplog.messages) == {"The shared cache does not answer: ConnectionError"}
