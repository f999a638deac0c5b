"""Owns how readers are told apart while nobody knows who they are: one answer each, and not too many from one place."""

from __future__ import annotations

import re
import secrets
import time
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from collections.abc import Mapping

HOUR = 60 * 60
MOST_AN_HOUR = 120
"""From one address, which a whole office may share."""

_NUMBER = re.compile(r"[-\w]{22}", re.ASCII)
# Who has an IPv6 network has all of its addresses.
_OF_ONE_HOUSEHOLD = 64


class TooManyError(Exception):
    """So much was written just now that this is not."""


def new_number() -> str:
    """A number for a reader's browser to keep: it is random and says nothing."""
    return secrets.token_urlsafe(16)


def is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def digest(number: str, kind: str, key: str) -> str:
    """What is kept of a reader's answer about one thing: the same for a second answer, another for any other thing.

    Without the browser's number nobody can tell which two answers are of one reader, nor with it without our secret.
    """
    return _digest("verdict", f"{number}\n{kind}\n{key}") if number else ""


def address(meta: Mapping[str, Any]) -> str:
    """The address that a request came from, by its WSGI environment; behind a trusted proxy, what that one says."""
    if settings.SECURE_PROXY_SSL_HEADER:
        return str(meta.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    return str(meta.get("REMOTE_ADDR", ""))


def refuse_a_flood(sent_from: str) -> None:
    """Count one answer from an address, and raise TooManyError where it sent too many in this hour.

    Of the address only a digest that changes by the hour is held, in the cache and nowhere else.
    """
    if not sent_from:
        return
    name = "answers:" + _digest("address", f"{_place(sent_from)}\n{int(time.time()) // HOUR}")
    cache.add(name, 0, timeout=HOUR)
    try:
        number = cache.incr(name)
    except ValueError:  # dropped by the cache in between
        return
    if number > MOST_AN_HOUR:
        raise TooManyError


def _place(sent_from: str) -> str:
    """The address, or the network of one that has a network of its own."""
    try:
        known = ip_address(sent_from)
    except ValueError:
        return sent_from
    if isinstance(known, IPv6Address):
        return str(ip_network((known, _OF_ONE_HOUSEHOLD), strict=False))
    return sent_from


def _digest(purpose: str, text: str) -> str:
    return salted_hmac(f"troubleshoot.strangers.{purpose}", text, algorithm="sha256").hexdigest()
