"""Owns the rate limits: how often a network may write to the portal, search or have a log read, for all servers.

The numbers lie in the shared cache where there is one (``CACHE_URL``), else in the process. A cache that does not
answer refuses nobody. Of an address only a digest that changes by the hour is held.
"""

from __future__ import annotations

import logging
import time
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_network

from django.conf import settings
from django.utils.crypto import salted_hmac
from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from troubleshoot.reading.readers import known_address

logger = logging.getLogger(__name__)

Limit = RateLimitItemPerHour | RateLimitItemPerMinute

ANSWERS: Limit = RateLimitItemPerHour(120, namespace="answers")
"""“Did this solve it?”, from one network, which a whole office may share."""
SEARCHES: Limit = RateLimitItemPerMinute(60, namespace="searches")
"""Searches noted in the query log."""
COMMENTS: Limit = RateLimitItemPerHour(20, namespace="comments")
"""Comments on searches that found nothing."""

PASSWORDS: Limit = RateLimitItemPerHour(10, namespace="passwords")
"""Mails with a link to choose a password, from one network."""

SEARCHING, DIAGNOSING = "searching", "diagnosing"
"""Work that takes the processor, by page and API together: ``WORK_LIMITS`` says how much of it there may be."""

HOUR = 60 * 60
MINUTE = 60
# A cache that is gone must not make each request wait.
TIMEOUT_SECONDS = 0.5
# Who has an IPv6 network has all of its addresses.
_OF_ONE_HOUSEHOLD = 64
# Who works for a network of others sends from many of its addresses.
_OF_ONE_COMPANY = 24


class TooManyError(Exception):
    """So much came just now that this is refused."""


def refuse_a_flood(limit: Limit, sent_from: str) -> None:
    """Count one request from an address, and raise TooManyError where its network sent too many in this time."""
    if sent_from:
        _count(limit, network(sent_from))


def refuse_too_much_work(kind: str, sent_from: str) -> None:
    """Count one piece of work, and raise TooManyError where its neighbourhood, or all together, asked for too much.

    What a neighbourhood is refused does not count for all: one abuser silences nobody else.
    """
    of_one, of_all = settings.WORK_LIMITS[kind]
    for most, who in ((of_one, neighbourhood(sent_from)), (of_all, "all")):
        if most and who:
            _count(RateLimitItemPerMinute(most, namespace=kind), who)


def _count(limit: Limit, who: str) -> None:
    try:
        is_within = _limiter(settings.RATE_LIMIT_STORAGE).hit(limit, _digest(who))
    except StorageError as error:
        logger.warning("The shared cache does not answer; nothing is counted: %s", type(error.storage_error).__name__)
        return
    if not is_within:
        raise TooManyError


def forget() -> None:
    """Begin to count anew."""
    _limiter(settings.RATE_LIMIT_STORAGE).storage.reset()


@lru_cache(maxsize=1)
def _limiter(url: str) -> FixedWindowRateLimiter:
    names = () if url.startswith("memory:") else ("socket_timeout", "socket_connect_timeout")
    storage = storage_from_string(url, wrap_exceptions=True, **dict.fromkeys(names, TIMEOUT_SECONDS))
    return FixedWindowRateLimiter(storage)


def network(sent_from: str) -> str:
    """The address, or the network of one that has a network of its own."""
    known = known_address(sent_from)
    if isinstance(known, IPv6Address):
        return str(ip_network((known, _OF_ONE_HOUSEHOLD), strict=False))
    return str(known or sent_from)


def neighbourhood(sent_from: str) -> str:
    """The network of one that may have many addresses: /24, and /64 of IPv6."""
    known = known_address(sent_from)
    if isinstance(known, IPv4Address):
        return str(ip_network((known, _OF_ONE_COMPANY), strict=False))
    return network(sent_from)


def _digest(known: str) -> str:
    text = f"{known}\n{int(time.time()) // HOUR}"
    return salted_hmac("troubleshoot.limits", text, algorithm="sha256").hexdigest()
