"""Owns the processes that are measured: each engine builds its index in one of its own and answers in another."""

from __future__ import annotations

import multiprocessing
import os
import resource
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.connection import Connection

    from benchmarks.engines import Competitor, Found
    from benchmarks.entries import Entry, Source

_CHUNK = 500
_KIB = 1024
_SPAWN = multiprocessing.get_context("spawn")
_STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Built:
    """What building an index took: wall-clock and processor seconds without making the entries, and bytes."""

    entries: int
    seconds: float
    processor_seconds: float
    index_bytes: int
    memory_bytes: int

    @property
    def rate(self) -> float:
        return self.entries / self.seconds

    @property
    def processor_rate(self) -> float:
        """Entries a second of processor time: what one core does that has nothing else to do."""
        return self.entries / self.processor_seconds


@dataclass(frozen=True, slots=True)
class Answered:
    """What an engine found, and the wall-clock and processor seconds it took. ``failed`` names what it raised."""

    found: list[Found]
    seconds: float
    processor_seconds: float
    failed: str = ""


def build(competitor: Competitor, source: Source, folder: Path, advance: Callable[[int], object]) -> Built:
    """Build the index of ``competitor`` on one core of a new process. ``advance`` is told how many entries went in."""
    with _child(_build, competitor, source, folder) as connection:
        while isinstance(said := _received(connection, competitor), int):
            advance(said)
        made: Built = said
        return made


class Answering:
    """An opened engine in a process of its own, asked one query at a time."""

    def __init__(self, competitor: Competitor, folder: Path) -> None:
        self._competitor = competitor
        self._running = _child(_answer, competitor, folder)

    def __enter__(self) -> Self:
        self._connection = self._running.__enter__()
        return self

    def __exit__(self, *_details: object) -> None:
        self._running.__exit__()

    def ask(self, text: str) -> Answered:
        self._connection.send(text)
        answered: Answered = _received(self._connection, self._competitor)
        return answered

    def memory(self) -> int:
        """The most memory it has had so far, in bytes."""
        self._connection.send(None)
        peak: int = _received(self._connection, self._competitor)
        return peak


class _child:  # noqa: N801 - reads as the context manager it is
    def __init__(self, work: Callable[..., None], *arguments: Any) -> None:
        self._here, there = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=work, args=(*arguments, there), daemon=True)
        self._there = there

    def __enter__(self) -> Connection:
        self._process.start()
        self._there.close()  # so that the end of the process is the end of the line
        return self._here

    def __exit__(self, *_details: object) -> None:
        self._here.close()
        self._process.join(timeout=5)
        if self._process.is_alive():
            self._process.kill()


def _received(connection: Connection, competitor: Competitor) -> Any:
    try:
        return connection.recv()
    except EOFError:
        raise RuntimeError(f"The process of {competitor.name} ended before it was done.") from None


def _build(competitor: Competitor, source: Source, folder: Path, connection: Connection) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    engine = competitor.make()
    clock = _Clock()
    with clock:
        engine.create(folder)
    for chunk in _chunks(source):
        with clock:
            engine.add(chunk)
        connection.send(len(chunk))
    with clock:
        engine.finish()
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    connection.send(Built(len(source), clock.seconds, clock.processor_seconds, size, peak_memory()))


def _answer(competitor: Competitor, folder: Path, connection: Connection) -> None:
    engine = competitor.make()
    engine.open(folder)
    while True:
        try:
            text = connection.recv()
        except EOFError:
            return
        connection.send(peak_memory() if text is None else _timed(engine.ask, text))


def _timed(ask: Callable[[str], list[Found]], text: str) -> Answered:
    clock = _Clock()
    found: list[Found] = []
    failed = ""
    try:
        with clock:
            found = ask(text)
    except Exception as error:  # noqa: BLE001 - an engine that can't take a query has not found anything
        failed = type(error).__name__
    return Answered(found, clock.seconds, clock.processor_seconds, failed)


class _Clock:
    """Adds up wall-clock time and the processor time of every thread, of the blocks it is put around."""

    def __init__(self) -> None:
        self.seconds = self.processor_seconds = 0.0

    def __enter__(self) -> None:
        self._processor_start, self._start = time.process_time(), time.perf_counter()

    def __exit__(self, *_details: object) -> None:
        self.seconds += time.perf_counter() - self._start
        self.processor_seconds += time.process_time() - self._processor_start


def peak_memory() -> int:
    """The largest resident size of this process so far, in bytes.

    Linux counts it for the program that runs; what ``getrusage`` says includes the process that started it.
    """
    if _STATUS.exists():
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * _KIB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB


def _chunks(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    remaining = iter(entries)
    while chunk := list(islice(remaining, _CHUNK)):
        yield chunk
