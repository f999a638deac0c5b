"""Owns the readers of a trial: clients that ask real servers for mixed pages, and what became of each request."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, NamedTuple, Protocol, Self
from urllib.parse import quote

from benchmarks import golden

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TIMEOUT_SECONDS = 30
_PAGES = ("/", "/en/", "/errors/", "/wizards/", "/wizards/vm-agent/", "/document/", "/diagnose/", "/api/v1/operations")
# A connection that was cut so soon after a kill was one of the killed worker's.
KILL_SECONDS = 2.0


class Listening(Protocol):
    """A server of this machine, or what stands in front of one."""

    @property
    def port(self) -> int: ...


class Answer(NamedTuple):
    """What became of a request, when and after how long; status 0 where the connection broke."""

    at: float
    status: int
    seconds: float


class Answers(list[Answer]):
    """What became of requests, in the order of their ends."""

    def failed(self, *, kills: Sequence[float] = (), allowed: Sequence[int] = (200,)) -> int:
        """Answers of another status, and connections that broke though no worker was killed just then."""
        return sum(
            one.status not in allowed
            and not (one.status == 0 and any(0 <= one.at - at <= KILL_SECONDS for at in kills))
            for one in self
        )

    def late(self, seconds: float = 1.0) -> int:
        """Answers that took longer; of a machine that has other work, too, they say little."""
        return sum(one.seconds > seconds for one in self)

    def __str__(self) -> str:
        counts = Counter(one.status for one in self)
        told = [f"{number} x {status or 'broken'}" for status, number in sorted(counts.items())]
        return f"{', '.join(told) or 'none'}; the slowest {max((one.seconds for one in self), default=0.0):.2f} s"


def mixed(chance: random.Random) -> str:
    """An address that a reader may ask for; three of ten are searches, of which many were never asked before."""
    if chance.random() < 0.7:
        return chance.choice(_PAGES)
    words = " ".join(chance.choice(_QUERIES) for _again in range(chance.randint(1, 2)))
    return f"/search/?q={quote(words[:200])}"


_QUERIES = [query.text for query in golden.queries()]


class Readers:
    """Clients that ask any of ``servers`` for as long as the block lasts, each by a connection of its own.

    Each rests ``pause`` seconds between two questions. ``servers`` may be changed meanwhile: from then on those are
    asked.
    """

    def __init__(
        self,
        servers: Sequence[Listening],
        clients: int,
        address: Callable[[random.Random], str] = mixed,
        pause: float = 0.0,
    ) -> None:
        self.servers = servers
        self.answers = Answers()
        self._address = address
        self._pause = pause
        self._stop = threading.Event()
        self._clients = [threading.Thread(target=self._ask, args=(number,)) for number in range(clients)]

    def __enter__(self) -> Self:
        for client in self._clients:
            client.start()
        return self

    def __exit__(self, *_details: object) -> None:
        self._stop.set()
        for client in self._clients:
            client.join()

    def _ask(self, number: int) -> None:
        chance = random.Random(number)
        while not self._stop.is_set():
            began = time.monotonic()
            status = get(chance.choice(self.servers), self._address(chance))
            ended = time.monotonic()
            self.answers.append(Answer(ended, status, ended - began))
            self._stop.wait(self._pause)


def get(server: Listening, path: str) -> int:
    """The status of the whole answer; 0 where the connection broke."""
    line = HTTPConnection("127.0.0.1", server.port, timeout=TIMEOUT_SECONDS)
    try:
        line.request("GET", path, headers={"Connection": "close"})
        answer = line.getresponse()
        answer.read()
    except (OSError, HTTPException):
        return 0
    else:
        return answer.status
    finally:
        line.close()
