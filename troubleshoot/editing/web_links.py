"""Owns asking the web whether addresses still answer: politely, in bounded time, and never inside one's own network."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from troubleshoot.editing.links import is_web_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

USER_AGENT = "backup-troubleshooting-portal link check (HEAD, then GET; a few requests a day)"
TIMEOUT_SECONDS = 15.0
AT_ONCE = 8
_MOST_REDIRECTS = 5
# The host of a virtual machine in Azure answers it there, and nobody else, though the address is a public one.
_HOST_OF_AZURE = ipaddress.ip_address("168.63.129.16")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# These answer: the page is there, only not for a program.
_THERE_BUT_CLOSED = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.TOO_MANY_REQUESTS,
}


class PrivateAddressError(OSError):
    """The name belongs to a network of one's own."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking for an address; ``reason`` says why it is dead, and is empty where it is not."""

    address: str
    reason: str = ""


def ask_all(addresses: Iterable[str], *, allow_private: bool = False) -> Iterator[Answer]:
    """Ask each address once, several hosts at a time, each host one by one; answers come as they are ready.

    ``allow_private`` is for tests with a server of their own.
    """
    by_host: dict[str, list[str]] = defaultdict(list)
    for address in dict.fromkeys(addresses):
        by_host[urlsplit(address).netloc].append(address)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [pool.submit(_ask_host, own, allow_private=allow_private) for own in by_host.values()]
        for done in as_completed(waiting):
            yield from done.result()


def _ask_host(addresses: list[str], *, allow_private: bool) -> list[Answer]:
    return [Answer(address, ask(address, allow_private=allow_private)) for address in addresses]


def ask(address: str, *, allow_private: bool = False) -> str:
    """Why an address is dead, in a word or two; empty where it answers."""
    try:
        status = _status(address, "HEAD", allow_private=allow_private)
        if status >= HTTPStatus.BAD_REQUEST and status not in _THERE_BUT_CLOSED:
            status = _status(address, "GET", allow_private=allow_private)
    except PrivateAddressError:
        return "not asked: it is an address of a private network"
    except TimeoutError:
        return f"no answer within {TIMEOUT_SECONDS:.0f} seconds"
    except ssl.SSLError as error:
        return f"no trustworthy connection ({error.reason or error})"
    except (OSError, http.client.HTTPException, ValueError) as error:
        return f"no answer ({error or type(error).__name__})"
    return "" if status < HTTPStatus.BAD_REQUEST or status in _THERE_BUT_CLOSED else _named(status)


def _named(status: int) -> str:
    known = {each.value: each.phrase for each in HTTPStatus}
    return f"{status} {known.get(status, '')}".strip()


def _status(address: str, verb: str, *, allow_private: bool) -> int:
    """The status of an address, redirects followed."""
    for _hop in range(_MOST_REDIRECTS + 1):
        status, location = _request(address, verb, allow_private=allow_private)
        if not (HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST and location):
            return status
        address = urljoin(address, location)
    raise ValueError("too many redirects")


def _request(address: str, verb: str, *, allow_private: bool) -> tuple[int, str]:
    """Status and redirect of one request. The body is not read, and who only goes on sending headers is left."""
    if not is_web_address(address):
        raise ValueError(f"redirected to {address[:100]}")
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    dial = partial(_dial, allow_private=allow_private)
    connection._create_connection = dial  # type: ignore[attr-defined]  # noqa: SLF001 - the one place where the name is resolved
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    is_over = threading.Event()
    leaving = threading.Timer(TIMEOUT_SECONDS, _leave, (connection, is_over))
    leaving.start()
    try:
        connection.connect()
        if is_over.is_set():
            raise TimeoutError
        connection.request(verb, path, headers={"User-Agent": USER_AGENT, "Accept": "*/*"})
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location") or ""
    except (OSError, http.client.HTTPException, ValueError) as error:
        if is_over.is_set():
            raise TimeoutError from error
        raise
    finally:
        leaving.cancel()
        connection.close()


def _leave(connection: http.client.HTTPConnection, is_over: threading.Event) -> None:
    is_over.set()
    with suppress(OSError):
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)


def _dial(place: tuple[str, int], timeout: float, *_more: Any, allow_private: bool) -> socket.socket:
    """A connection to the first address of a name that takes one, once all of them have been looked at.

    So a name can't lead into the network around us.
    """
    found = [(str(known[4][0]), place[1]) for known in socket.getaddrinfo(*place, type=socket.SOCK_STREAM)]
    if not allow_private and not all(is_public(host) for host, _port in found):
        raise PrivateAddressError
    refusal = OSError()
    for known in found:
        try:
            return socket.create_connection(known, timeout)
        except OSError as error:
            refusal = error
    raise refusal


def is_public(host: str) -> bool:
    """Whether an IP address is everybody's, and the one of IPv4 that it stands for, too."""
    address = ipaddress.ip_address(host)
    meant = [address]
    if isinstance(address, ipaddress.IPv6Address):
        meant += filter(None, (address.ipv4_mapped, address.sixtofour))
        if address in _NAT64:
            meant.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return all(each.is_global and not each.is_multicast and each != _HOST_OF_AZURE for each in meant)
