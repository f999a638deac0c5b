"""Holds the shared cache: one that is gone costs time and never an answer."""

import hashlib
import logging
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from django.urls import reverse
from redis import ConnectionError  # noqa: A004 - Redis names it so

from portal.caches import MIB, PAUSE_SECONDS, Bytes, ForgivingRedis, SegmentedMemory
from troubleshoot.admin.account import end_sessions


def test_a_cache_that_is_gone_finds_and_keeps_nothing(caplog):
    cache = ForgivingRedis("redis://:secret@127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 0.5}})
    with caplog.at_level(logging.WARNING):
        cache.set("key", "value")
        assert cache.get("key") is None
        assert cache.get_or_set("key", lambda: 7) == 7
    assert set(caplog.messages) == {"The shared cache does not answer: ConnectionError"}


NAMES = map(str, count())


@pytest.fixture(autouse=True)
def nothing_failed_before(monkeypatch):
    monkeypatch.setattr(ForgivingRedis, "_asked_again_at", {})


def kept_in(mib: int = 1) -> SegmentedMemory:
    return SegmentedMemory(next(NAMES), {"OPTIONS": {"MIB": mib}})


def test_all_threads_of_a_process_have_one_memory():
    caches["pages"].set("key", ("value",))
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: caches["pages"].get("key")).result() == ("value",)


def test_what_is_asked_for_again_is_told_once():
    memory = kept_in()
    memory.set("key", ("value",))
    assert [memory.look("key")[1] for _ in range(3)] == [True, False, False]


def test_what_leaves_the_proven_part_may_prove_itself_again():
    memory = kept_in()
    for number in range(90):
        memory.set(str(number), ("entry", b"x" * 10_000))
        memory.get(str(number))
    gone = [number for number in range(90) if memory.get(str(number)) is None]
    assert len(gone) < 15


def test_what_redis_keeps_of_pages_is_not_unpickled():
    assert Bytes().loads(Bytes().dumps(b"cos\nsystem\n")) == b"cos\nsystem\n"


def test_memory_stays_within_its_bytes_however_much_is_kept():
    memory = kept_in()
    for number in range(5_000):
        memory.set(str(number), ("entry", b"x" * 10_000))
        memory.get(str(number))
        memory.set(f"never again {number}", ("entry", b"x" * 10_000))
    assert 0.9 * MIB < memory.bytes <= MIB


def test_its_bytes_are_those_that_python_takes_at_most():
    memory = kept_in(8)
    tracemalloc.start()
    for number in range(5_000):
        headers = (("Content-Type", f"text/html; {number}"), ("ETag", f"{number:x}" * 8))
        memory.set(hashlib.blake2b(str(number).encode(), digest_size=24).hexdigest(), ("view", headers, b"x" * 2_000))
    taken, _most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken <= 8 * MIB


def test_what_is_asked_for_again_outlives_a_million_things_that_are_not():
    memory = kept_in()
    memory.set("home", ("home", b"x" * 10_000))
    assert memory.get("home")
    for number in range(100_000):
        memory.set(str(number), ("search", b""))
    assert memory.get("home")
    assert memory.get("0") is None


def test_what_is_larger_than_its_part_is_not_kept():
    memory = kept_in()
    memory.set("large", ("document", b"x" * MIB))
    assert memory.get("large", "nothing") == "nothing"


def test_what_is_kept_anew_replaces_what_was():
    memory = kept_in()
    for value in (("a",), ("b",)):
        memory.set("key", value)
        assert memory.get("key") == value
    memory.clear()
    assert memory.get("key") is None


def test_a_redis_that_did_not_answer_is_left_alone_for_a_while(monkeypatch):
    now = [100.0]
    asked: list[str] = []

    def fails(self, key, *_more):
        asked.append(key)
        raise ConnectionError

    monkeypatch.setattr("portal.caches.time.monotonic", lambda: now[0])
    monkeypatch.setattr(RedisCache, "get", fails)
    cache = ForgivingRedis("redis://127.0.0.1:1/0", {})
    cache.get("first")
    cache.get("second")
    now[0] += PAUSE_SECONDS
    cache.get("third")
    assert asked == ["first", "third"]


@pytest.mark.django_db
def test_who_is_signed_in_stays_so_without_redis_and_who_was_signed_out_meanwhile_stays_out(
    settings, client, redis, monkeypatch
):
    shared = {"BACKEND": "portal.caches.ForgivingRedis", "LOCATION": redis}
    settings.CACHES = settings.CACHES | {"default": shared}
    user = User.objects.create_superuser("administrator")
    client.force_login(user)
    own = reverse("admin:password_change")
    assert client.get(own).status_code == 200
    with monkeypatch.context() as gone:
        gone.setattr(ForgivingRedis, "_asked_again_at", {redis: float("inf")})
        assert client.get(own).status_code == 200
        assert end_sessions(user) == 1
    assert client.get(own).status_code == 302
