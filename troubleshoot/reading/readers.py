"""Owns how readers are told apart while nobody knows who they are: by a random number, or by where they come from."""

from __future__ import annotations

import re
import secrets
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBER = re.compile(r"[-\w]{22}", re.ASCII)


def new_number() -> str:
    """A number for a reader's browser to keep: it is random and says nothing."""
    return secrets.token_urlsafe(16)


def is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def digest(number: str, kind: str, key: str) -> str:
    """What is kept of a reader's answer about one thing: the same for a second answer, another for any other thing.

    Without the browser's number nobody can tell which two answers are of one reader, nor with it without our secret.
    """
    if not number:
        return ""
    # The salt is the one of the rows that are there: another would make every reader new.
    return salted_hmac("troubleshoot.strangers.verdict", f"{number}\n{kind}\n{key}", algorithm="sha256").hexdigest()


def address(meta: Mapping[str, Any]) -> str:
    """The address that a request came from, by its WSGI environment; behind trusted proxies, what the first says."""
    told = [part for part in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",") if part.strip()]
    if settings.PROXIES and told:
        # Each proxy adds whom it heard from. What stands before the words of ours may be anybody's.
        return _without_port(told[-settings.PROXIES :][0].strip())
    return str(meta.get("REMOTE_ADDR", ""))


def _without_port(written: str) -> str:
    """Some proxies write the port of the connection behind the address, which is another for each connection."""
    if written.startswith("["):
        return written[1:].partition("]")[0]
    return written.partition(":")[0] if written.count(":") == 1 else written


def known_address(written: str) -> IPv4Address | IPv6Address | None:
    """The address that a text is, one of IPv4 as such where a socket of both kinds says ``::ffff:192.0.2.1``."""
    try:
        found = ip_address(written)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
