"""Owns the connection to PostgreSQL: pooled, and given up where the server says nothing any more.

A server that hangs (stopped, its disk or the network gone) keeps its connections open and answers none; its own
time-outs hang with it. So who waits for an answer asks, soon and then once a second, for a sign of life on a connection
of its own: a server that is only busy gives one at once. Once it gave none, all are told so at once, and one a second
asks again. Who comes first is told within a second: whatever is waited for, then one sign.
"""

from __future__ import annotations

import socket
import time
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import PoolTimeout

if TYPE_CHECKING:
    from collections.abc import Generator

T = TypeVar("T")

# So long is an answer, or a connection of the pool, waited for before the server is asked for a sign of life.
PATIENCE_SECONDS = 0.3
SIGN_SECONDS = 0.5
# So long is a connection waited for where a living server is only busy.
CONNECTION_SECONDS = 5.0
# So long is a silent server left alone, and one that gave a sign waited for before the next.
PAUSE_SECONDS = 1.0
# What a client may send first (SSLRequest); the answer is one byte, from the server and not from the system below it.
SIGN_WANTED = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"


class Server:
    """What this process knows of a server: whether it answers."""

    def __init__(self, host: str, port: str) -> None:
        self._host, self._port = host, port
        self._lock = Lock()
        self._asked_again_at: float | None = None

    @property
    def is_silent(self) -> bool:
        return self._asked_again_at is not None

    def refuse_if_silent(self) -> None:
        """Raise where the server is known not to answer. One caller a second finds out whether it does again."""
        with self._lock:
            if self._asked_again_at is None:
                return
            if time.monotonic() < self._asked_again_at:
                raise psycopg.OperationalError("The database did not answer just now.")
            self._asked_again_at = time.monotonic() + PAUSE_SECONDS
        self.refuse_unless_alive()

    def refuse_unless_alive(self) -> None:
        """Ask the server for a sign of life, and raise where there is none."""
        alive = self._gives_a_sign()
        with self._lock:
            self._asked_again_at = None if alive else time.monotonic() + PAUSE_SECONDS
        if not alive:
            raise psycopg.OperationalError("The database does not answer.")

    def _gives_a_sign(self) -> bool:
        if not self._host or "," in self._host:
            return True  # where it is, only the library knows
        try:
            with self._line() as line:
                line.sendall(SIGN_WANTED)
                return bool(line.recv(1))
        except OSError:
            return False

    def _line(self) -> socket.socket:
        if not self._host.startswith("/"):
            return socket.create_connection((self._host, int(self._port)), timeout=SIGN_SECONDS)
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(SIGN_SECONDS)
        line.connect(str(Path(self._host) / f".s.PGSQL.{self._port}"))
        return line


@lru_cache(maxsize=16)
def server_at(host: str, port: str) -> Server:
    return Server(host, port)


class Connection(psycopg.Connection[Any]):
    """A connection that does not wait for a server that is silent."""

    def wait(self, gen: Generator[Any, Any, T], *args: Any, **kwargs: Any) -> T:
        server = server_at(self.info.host, str(self.info.port)) if not self.closed else None
        if server is None:
            return super().wait(gen, *args, **kwargs)
        try:
            server.refuse_if_silent()
            return super().wait(watched(gen, server), *args, **kwargs)
        except psycopg.OperationalError:
            if self.broken:
                server.refuse_unless_alive()
            if server.is_silent:
                self.close()  # whatever it says later is for a question that nobody asks any more
            raise


def watched(gen: Generator[Any, Any, T], server: Server) -> Generator[Any, Any, T]:
    """``gen``, which waits for an answer, and asks for a sign of life where it waits long."""
    look_at = time.monotonic() + PATIENCE_SECONDS
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready and time.monotonic() >= look_at:
                server.refuse_unless_alive()
                look_at = time.monotonic() + PAUSE_SECONDS
            wanted = gen.send(ready)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, whose pool makes connections that do not wait for a silent server, and whose clients do not either."""

    def __init__(self, settings_dict: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(settings_dict, *args, **kwargs)
        if pool := settings_dict["OPTIONS"].get("pool"):
            pool.setdefault("connection_class", Connection)
            pool.setdefault("timeout", PATIENCE_SECONDS)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        server = server_at(self.settings_dict["HOST"], str(self.settings_dict["PORT"] or 5432))
        server.refuse_if_silent()
        ends = time.monotonic() + CONNECTION_SECONDS
        while True:
            try:
                return super().get_new_connection(conn_params)
            except PoolTimeout:
                server.refuse_if_silent()  # a connection that was there was looked at, and the server with it
                server.refuse_unless_alive()  # that the pool is empty says nothing of the server
                if time.monotonic() >= ends:
                    raise
