"""Owns how a benchmark reads: a table for people, a mapping for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.engines import COMPETITORS
from benchmarks.known_items import DISTORTIONS
from benchmarks.run import GOLDEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.run import Measured, Run

_MIB = 1024**2
_HEAD = 24
_CELL = 16
_ROWS: dict[str, Callable[[Measured], str]] = {
    "median, ms": lambda engine: f"{engine.time(50) * 1000:.2f}",
    "99th percentile, ms": lambda engine: f"{engine.time(99) * 1000:.2f}",
    "median, CPU ms": lambda engine: f"{engine.processor_time(50) * 1000:.2f}",
    "99th percentile, CPU ms": lambda engine: f"{engine.processor_time(99) * 1000:.2f}",
    "build, s": lambda engine: f"{engine.built.seconds:.1f}",
    "entries/s": lambda engine: f"{engine.built.rate:,.0f}",
    "entries/CPU s": lambda engine: f"{engine.built.processor_rate:,.0f}",
    "index, MiB": lambda engine: f"{engine.built.index_bytes / _MIB:.1f}",
    "memory building, MiB": lambda engine: f"{engine.built.memory_bytes / _MIB:.0f}",
    "memory answering, MiB": lambda engine: f"{engine.memory_answering / _MIB:.0f}",
    "queries asked": lambda engine: str(len(engine.answers)),
    "queries refused": lambda engine: str(engine.failures),
}


def table(run: Run) -> str:
    return "\n".join(_lines(run))


def _lines(run: Run) -> Iterator[str]:
    first = next(iter(run.engines.values()))
    asked = {kind: first.found(kind).asked for kind in (*DISTORTIONS, GOLDEN)}
    known = f"{asked['exact']} known items asked in {len(DISTORTIONS)} ways"
    yield f"\n{run.source.name}: {known}, {asked[GOLDEN]} golden queries"
    yield _line("", list(run.engines))
    for kind in DISTORTIONS:
        yield _line(f"hit@1 {kind}", [str(engine.found(kind)) for engine in run.engines.values()])
    for name, cell in _ROWS.items():
        yield _line(name, [cell(engine) for engine in run.engines.values()])
    for one in COMPETITORS:
        if one.largest is not None and len(run.source) > one.largest:
            yield f"{one.name} is left out: beyond {one.largest:,} entries it takes too long to wait for."


def _line(head: str, cells: list[str]) -> str:
    return f"{head:<{_HEAD}}" + "".join(f"{cell:>{_CELL}}" for cell in cells)


def as_mapping(run: Run) -> dict[str, Any]:
    """Shares with numbers of queries and standard errors, times in milliseconds, sizes in bytes."""
    return {
        "entries": len(run.source),
        "source": run.source.name,
        "engines": {name: _engine(measured) for name, measured in run.engines.items()},
    }


def _engine(measured: Measured) -> dict[str, Any]:
    shares = {kind: measured.found(kind) for kind in DISTORTIONS}
    built = measured.built
    return {
        "hit@1": {kind: {"share": s.value, "error": s.error, "asked": s.asked} for kind, s in shares.items()},
        "queries": len(measured.answers),
        "refused": measured.failures,
        "milliseconds": {f"p{share}": measured.time(share) * 1000 for share in (50, 90, 99)},
        "processor_milliseconds": {f"p{share}": measured.processor_time(share) * 1000 for share in (50, 90, 99)},
        "build": {
            "seconds": built.seconds,
            "processor_seconds": built.processor_seconds,
            "entries_a_second": built.rate,
            "entries_a_processor_second": built.processor_rate,
        },
        "index_bytes": built.index_bytes,
        "memory_bytes": {"building": built.memory_bytes, "answering": measured.memory_answering},
    }
