"""Holds the rate limits: counted by network, for all servers where they share a cache, and never in a reader's way."""

import logging

import pytest
from limits import RateLimitItemPerHour

from troubleshoot.reading import limits


@pytest.fixture(autouse=True)
def one_an_hour(monkeypatch) -> None:
    monkeypatch.setattr(limits, "ANSWERS", RateLimitItemPerHour(1, namespace="answers"))


def test_too_many_from_one_address_are_refused_and_no_other_is():
    limits.refuse_a_flood(limits.ANSWERS, "192.0.2.1")
    limits.refuse_a_flood(limits.ANSWERS, "192.0.2.2")
    with pytest.raises(limits.TooManyError):
        limits.refuse_a_flood(limits.ANSWERS, "192.0.2.1")


def test_a_whole_network_of_ipv6_is_one_place():
    limits.refuse_a_flood(limits.ANSWERS, "2001:db8::1")
    limits.refuse_a_flood(limits.ANSWERS, "2001:db8:0:1::1")
    with pytest.raises(limits.TooManyError):
        limits.refuse_a_flood(limits.ANSWERS, "2001:db8::ffff:1")


def test_it_ends_with_the_hour(monkeypatch):
    limits.refuse_a_flood(limits.ANSWERS, "192.0.2.1")
    later = limits.time.time() + limits.HOUR
    monkeypatch.setattr(limits.time, "time", lambda: later)
    limits.refuse_a_flood(limits.ANSWERS, "192.0.2.1")


@pytest.mark.parametrize("sent_from", ["", "unix", "192.0.2.300"])
def test_what_is_no_address_is_no_error(sent_from):
    limits.refuse_a_flood(limits.ANSWERS, sent_from)


def test_each_limit_counts_for_itself():
    limits.refuse_a_flood(limits.ANSWERS, "192.0.2.1")
    limits.refuse_a_flood(limits.COMMENTS, "192.0.2.1")


def test_a_cache_that_is_gone_refuses_nobody_and_is_logged_without_the_address(settings, caplog):
    settings.RATE_LIMIT_STORAGE = "redis://:secret@127.0.0.1:1/0"
    with caplog.at_level(logging.WARNING):
        for _again in range(3):
            limits.refuse_a_flood(limits.ANSWERS, "192.0.2.1")
    assert caplog.messages == ["The shared cache does not answer; nothing is counted: ConnectionError"] * 3


def test_processes_that_share_a_cache_count_together(settings, redis):
    settings.RATE_LIMIT_STORAGE = redis
    limits.refuse_a_flood(limits.ANSWERS, "192.0.2.1")
    limits._limiter.cache_clear()  # as another process begins
    with pytest.raises(limits.TooManyError):
        limits.refuse_a_flood(limits.ANSWERS, "192.0.2.1")
