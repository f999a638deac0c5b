"""Owns ``make crash``: processes killed in the middle of content writes and index commits, while readers go on asking.

Nothing committed may be lost: after each kill every server finds every change at the first try. No reader may ever see
a 500. A connection that breaks because its own server was killed is asked again.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import IO, Self

from tqdm import tqdm

from benchmarks import golden, sandbox
from benchmarks.servers import Server
from benchmarks.writer import DELETED, ENDED, MARK

_PROJECT = Path(__file__).parent.parent
_FIXTURES = ("products.json", "documents.json", "sections.json", "operations.json", "errors.json")
_KILLS = 100
_SERVERS = 3
_READERS = 2
_READER_PAUSE_SECONDS = 0.02
_TIMEOUT_SECONDS = 30
# A writer is killed at a random moment within this time of its start; a round of its work takes some 20 to 100 ms. On a
# busy machine, where none has committed anything, the next one lives up to twice as long.
_LONGEST_LIFE_SECONDS = 0.4
# Every so many rounds a server's worker is killed too, while it catches up.
_SERVER_EVERY = 4
# What a writer was about when it was killed, by the last thing it said.
_PHASES = {"writing": "in a write", "committed": "in a search that applies it"}
_OK = 200
_MARK = re.compile(f"{MARK}[0-9]{{4}}x[0-9]{{4}}")


@dataclass
class Counts:
    """What happened. ``lost`` and ``answers`` with another status than 200 must stay empty."""

    kills: Counter[str] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    changes: int = 0
    checked: int = 0
    interrupted: int = 0

    @property
    def passed(self) -> bool:
        return not self.lost and set(self.answers) == {_OK}

    def __str__(self) -> str:
        kills = ", ".join(f"{number} {when}" for when, number in sorted(self.kills.items()))
        answers = ", ".join(f"{number} x {status}" for status, number in sorted(self.answers.items()))
        lines = [
            f"{self.kills.total()} kills: {kills}",
            f"{self.changes} committed changes, looked for {self.checked} times, {len(self.lost)} times in vain",
            f"answers: {answers}; {self.interrupted} connections broken by a kill and asked again",
            *self.lost,
        ]
        return "\n".join(lines)


class Writer:
    """The process that has a child write content, and the way to kill that child."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.writer"],
            cwd=_PROJECT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_details: object) -> None:
        self._input.close()
        self._process.wait(timeout=_TIMEOUT_SECONDS)

    def start(self, number: int) -> int:
        """Have a new child write. Returns its process id."""
        self._input.write(f"{number}\n")
        self._input.flush()
        _started, child = self._line()
        return int(child)

    def last_words(self) -> list[list[str]]:
        """What the killed child had said."""
        words = []
        while (line := self._line()) != [ENDED]:
            words.append(line)
        return words

    def _line(self) -> list[str]:
        line = self._output.readline()
        if not line:
            raise RuntimeError("The writing process has ended by itself.")
        said: list[str] = json.loads(line)
        return said

    @property
    def _input(self) -> IO[str]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def _output(self) -> IO[str]:
        assert self._process.stdout is not None
        return self._process.stdout


class Trial:
    """Some kills, one after the other, and after each a look at every server."""

    def __init__(self, folder: Path, servers: list[Server], writer: Writer) -> None:
        self.counts = Counts()
        self._database = folder / "portal.sqlite3"
        self._servers = servers
        self._writer = writer
        self._chance = random.Random(folder.name)
        self._life = _LONGEST_LIFE_SECONDS
        self._lock = threading.Lock()

    def run(self, kills: int) -> None:
        with tqdm(total=kills, desc="kills", disable=None, leave=False) as bar:
            number = 0
            while self.counts.kills.total() < kills or not self.counts.changes:
                before = self.counts.kills.total()
                number += 1
                self._round(number)
                bar.update(self.counts.kills.total() - before)
        self._check(set(self._entries()))

    def read(self, stop: threading.Event) -> None:
        """Ask any server anything until ``stop`` is set."""
        texts = [query.text for query in golden.queries()]
        while not stop.is_set():
            self._search(self._chance.choice(self._servers), self._chance.choice(texts))
            time.sleep(_READER_PAUSE_SECONDS)

    def _round(self, number: int) -> None:
        child = self._writer.start(number)
        time.sleep(self._chance.uniform(0, self._life))
        if number % _SERVER_EVERY == 0:
            self._chance.choice(self._servers).kill_worker()
            self.counts.kills["of a serving worker"] += 1
            time.sleep(self._chance.uniform(0, _LONGEST_LIFE_SECONDS))
        os.kill(child, signal.SIGKILL)
        words = self._writer.last_words()
        self.counts.kills[_PHASES.get(words[-1][0] if words else "", "in between")] += 1
        committed = [line for line in words if line[0] == "committed"]
        self.counts.changes += len(committed)
        self._life *= 1 if self.counts.changes else 2
        self._check_database(committed, unsaid=words[-1:] == [["writing"]])
        self._check({key for _said, _done, key, _mark in committed} | self._marked(number))

    def _check_database(self, committed: list[list[str]], *, unsaid: bool) -> None:
        """Each entry is as it was said to be, or later; with ``unsaid`` the last change may have deleted one."""
        entries = self._entries()
        for key, (done, mark) in {key: (done, mark) for _said, done, key, mark in committed}.items():
            has = _mark_of(entries.get(key, ""))
            is_lost = key in entries if done == DELETED else has < mark and not (unsaid and key not in entries)
            if is_lost:
                self.counts.lost.append(f"{key} has {has!r} in the database, though it was {done} at {mark}")

    def _check(self, keys: set[str]) -> None:
        """Each server finds each of ``keys`` by the mark it has in the database, and none that is gone."""
        entries = self._entries()
        for key in sorted(keys):
            mark = _mark_of(entries.get(key, key))
            for server in self._servers if mark else ():
                self._look(server, mark, key, is_there=key in entries)

    def _look(self, server: Server, mark: str, key: str, *, is_there: bool) -> None:
        found = self._search(server, mark)
        self.counts.checked += 1
        if (found[:1] == [key]) if is_there else (key not in found):
            return
        self.counts.lost.append(f"{mark} finds {found[:1]}, and {key} is {'there' if is_there else 'gone'}")

    def _search(self, server: Server, text: str) -> list[str]:
        deadline = time.monotonic() + _TIMEOUT_SECONDS
        while True:
            try:
                status, found = server.search(text)
            except (OSError, HTTPException):
                if time.monotonic() > deadline:
                    raise
                with self._lock:
                    self.counts.interrupted += 1
                time.sleep(_READER_PAUSE_SECONDS)
                continue
            with self._lock:
                self.counts.answers[status] += 1
            return found

    def _marked(self, number: int) -> set[str]:
        """The entries that the child of this number changed last, also what it did not live to tell."""
        return {key for key, message in self._entries().items() if f" {MARK}{number:04}x" in message}

    def _entries(self) -> dict[str, str]:
        """The truth: the Korean message of every entry, by key."""
        with closing(sqlite3.connect(self._database)) as database:
            return dict(database.execute("SELECT key, message_ko FROM troubleshoot_errorentry").fetchall())


def trial(kills: int, servers: int, ready: Path | None = None) -> Counts:
    """Kill ``kills`` processes of a portal in a temporary folder; at least so many. ``ready`` is a VAR_DIR to copy."""
    with tempfile.TemporaryDirectory(prefix="crash-") as name, ExitStack() as stack:
        folder = Path(name)
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        environment |= sandbox.environment(folder)
        if ready is None:
            _prepare(folder, environment)
        else:
            shutil.copytree(ready, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("static*"))
        writer = stack.enter_context(Writer(environment))
        starting = [Server(environment, folder / f"server-{number}.log") for number in range(servers)]
        made = Trial(folder, [stack.enter_context(server) for server in starting], writer)
        stack.enter_context(_reading(made))
        made.run(kills)
        if made.counts.lost:  # what a server said of its index explains most
            logs = [path.read_text() for path in folder.glob("server-*.log")]
            made.counts.lost += [line for log in logs for line in log.splitlines() if "search index" in line]
    return made.counts


def _mark_of(text: str) -> str:
    """The mark that a change left in ``text``, or nothing."""
    found = _MARK.search(text)
    return found.group() if found else ""


class _reading:  # noqa: N801 - reads as the context manager it is
    """Readers go on asking for as long as the block lasts."""

    def __init__(self, asked: Trial) -> None:
        self._stop = threading.Event()
        self._readers = [threading.Thread(target=asked.read, args=(self._stop,)) for _number in range(_READERS)]

    def __enter__(self) -> None:
        for reader in self._readers:
            reader.start()

    def __exit__(self, *_details: object) -> None:
        self._stop.set()
        for reader in self._readers:
            reader.join()


def _prepare(folder: Path, environment: dict[str, str]) -> None:
    """A database with the entries and no more: the rest of the content only takes time."""
    fixtures = folder / "fixtures"
    fixtures.mkdir()
    for name in _FIXTURES:
        shutil.copy(_PROJECT / "fixtures" / name, fixtures)
    for command in (["migrate"], ["load_content", "--fixtures", str(fixtures)]):
        whole = [sys.executable, "manage.py", *command, "--verbosity", "0"]
        done = subprocess.run(whole, cwd=_PROJECT, env=environment, check=False, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{done.stderr}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Kill processes that write, and see that nothing is lost.")
    parser.add_argument("--kills", type=int, default=_KILLS)
    parser.add_argument("--servers", type=int, default=_SERVERS)
    options = parser.parse_args()
    counts = trial(options.kills, options.servers)
    print(counts)
    return 0 if counts.passed else 1


if __name__ == "__main__":
    sys.exit(main())
