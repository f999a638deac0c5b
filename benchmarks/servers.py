"""Owns the servers that benchmarks ask: a real gunicorn, mostly with one worker, on a loopback port."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Self
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

_PROJECT = Path(__file__).parent.parent
_TIMEOUT_SECONDS = 30
_START_SECONDS = 90
_STOP_SECONDS = 25  # longer than gunicorn's graceful_timeout
_OK = 200


class Server:
    """A gunicorn with one worker, or as many as WEB_CONCURRENCY says; started at once and awaited on entering."""

    def __init__(
        self,
        environment: dict[str, str],
        log: Path,
        *arguments: str,
        core: int | None = None,
        code: Path = _PROJECT,
    ) -> None:
        """``arguments`` are gunicorn's; on one ``core`` where that is said, of the ``code`` in a folder."""
        self.port = _free_port()
        self._log = log
        own = {"PORT": str(self.port), "HOST": "127.0.0.1"}
        pinned = [] if core is None else ["taskset", "--cpu-list", str(core)]
        command = [*pinned, sys.executable, "-m", "gunicorn", *arguments]
        with log.open("wb") as said:
            whole = {"WEB_CONCURRENCY": "1"} | environment | own
            self._process = subprocess.Popen(command, cwd=code, env=whole, stdout=said, stderr=said)

    def __enter__(self) -> Self:
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The server did not start:\n{self._log.read_text()}")
            time.sleep(0.1)
        return self

    def __exit__(self, *_details: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def search(self, text: str) -> tuple[int, list[str]]:
        """The status of the answer and the keys found. A broken connection raises ``OSError`` or ``HTTPException``."""
        try:
            with urlopen(self.address(f"/api/v1/search?q={quote(text)}"), timeout=_TIMEOUT_SECONDS) as answer:
                said = json.load(answer)
        except HTTPError as error:
            return error.code, []
        return answer.status, [] if said["interpreted_as"] else [result["key"] for result in said["results"]]

    def page(self, path: str) -> str:
        with urlopen(self.address(path), timeout=_TIMEOUT_SECONDS) as answer:
            text: str = answer.read().decode()
            return text

    def worker(self) -> int:
        """The process that answers."""
        return int(self._children()[0])

    def kill_worker(self) -> None:
        for child in self._children():
            os.kill(int(child), signal.SIGKILL)

    def kill_one_worker(self) -> None:
        os.kill(int(random.choice(self._children())), signal.SIGKILL)

    def reload(self) -> None:
        self._process.send_signal(signal.SIGHUP)

    def _children(self) -> list[str]:
        return Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()

    def _answers(self) -> bool:
        try:
            with urlopen(self.address("/readyz"), timeout=_TIMEOUT_SECONDS) as answer:
                return bool(answer.status == _OK)
        except OSError:
            return False

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
