"""Owns what the search must reach, and whether a run reached it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.engines import TANTIVY, THIS, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.run import Run

_FIRST = {"exact": 0.99, "no spaces": 0.99, "middle 60 %": 0.95, "two errors": 0.97, "pasted": 0.99}
_LARGE = 20_000
_GROWN, _GROWN_FROM, _GROWTH = 500_000, 50_000, 3.0
_ENTRIES_A_SECOND = 5_000
_GIB = 1024**3


@dataclass(frozen=True, slots=True)
class Target:
    """A demand, what was measured, and whether that is enough."""

    demand: str
    measured: str
    reached: bool

    def __str__(self) -> str:
        return f"{'ok    ' if self.reached else 'MISSED'} {self.demand}: {self.measured}"


def targets(runs: Sequence[Run]) -> list[Target]:
    """What holds for each run of some size, and for the growth between two of them."""
    return [target for run in runs if len(run.source) >= _LARGE for target in _of_run(run)] + list(_of_growth(runs))


def _of_run(run: Run) -> Iterator[Target]:
    this = run.engines[THIS]
    at = f"{run.source.name}, "
    for kind, least in _FIRST.items():
        share = this.found(kind)
        yield Target(f"{at}{kind}: hit@1 at least {least}", str(share), share.value >= least)
    if words := run.engines.get(WORDS):
        yield _ratio(f"{at}median at most 1/3 of FTS5 words", this.time(50), words.time(50), 1 / 3)
        yield _ratio(f"{at}99th percentile at most 1/10 of FTS5 words", this.time(99), words.time(99), 1 / 10)
    if tantivy := run.engines.get(TANTIVY):
        yield _ratio(f"{at}99th percentile at most 4 x bare tantivy", this.time(99), tantivy.time(99), 4)
    # Building keeps to one core, so a second of its processor time is what a core does in a second of its own.
    rate = this.built.processor_rate
    yield Target(f"{at}at least {_ENTRIES_A_SECOND:,} entries/s on one core", f"{rate:,.0f}", rate >= _ENTRIES_A_SECOND)
    if len(run.source) >= _GROWN:
        memory = this.built.memory_bytes
        yield Target(f"{at}building takes less than 1 GiB", f"{memory / _GIB:.2f} GiB", memory < _GIB)


def _of_growth(runs: Sequence[Run]) -> Iterator[Target]:
    small, large = (next((run for run in runs if len(run.source) == size), None) for size in (_GROWN_FROM, _GROWN))
    if small and large:
        demand = f"99th percentile of {_GROWN:,} entries at most {_GROWTH:.0f} x that of {_GROWN_FROM:,}"
        yield _ratio(demand, large.engines[THIS].time(99), small.engines[THIS].time(99), _GROWTH)


def _ratio(demand: str, mine: float, other: float, most: float) -> Target:
    return Target(demand, f"{mine * 1000:.2f} ms to {other * 1000:.2f} ms, {mine / other:.3f}", mine <= most * other)
