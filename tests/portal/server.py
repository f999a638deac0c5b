"""Owns a real gunicorn with the project's settings, for tests of what happens outside Django."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent.parent
SECONDS_TO_START = 60


@dataclass(frozen=True)
class Server:
    """A gunicorn on a loopback port."""

    port: int
    process: subprocess.Popen[bytes]

    def ask(self, path: str, *header: str, timeout: float = 30) -> bytes:
        """The whole answer to a GET; empty where the connection was dropped."""
        more = f"{header[0]}: {header[1]}\r\n" if header else ""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as line:
            try:
                line.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{more}Connection: close\r\n\r\n".encode())
                return b"".join(iter(lambda: line.recv(65_536), b""))
            except ConnectionError:
                return b""

    def status(self, path: str) -> int:
        """The status of a GET; 0 where the connection was dropped."""
        answer = self.ask(path)
        return int(answer.split(b" ", 2)[1]) if answer else 0


@contextmanager
def served(folder: Path, **variables: str) -> Iterator[Server]:
    """A server with one worker and ``folder`` as its VAR_DIR, in which nothing is prepared."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {"PATH": os.environ["PATH"], "SECRET_KEY": "tests", "WEB_CONCURRENCY": "1"} | variables
    environment |= {"VAR_DIR": str(folder), "PORT": str(port)}
    command = [str(Path(sys.executable).with_name("gunicorn"))]
    running = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for(port, running)
        yield Server(port, running)
    finally:
        running.terminate()
        running.wait(timeout=30)


def wait_for(port: int, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and running.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("The server did not start.")
