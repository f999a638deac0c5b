"""Owns ``make bench``: this search beside others, over synthetic and real entries, in one run."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import report, whole
from benchmarks.engines import COMPETITORS, THIS
from benchmarks.entries import Corpus, Synthetic
from benchmarks.run import Run, run
from benchmarks.targets import targets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.engines import Competitor
    from benchmarks.entries import Source

_SIZES = "1000,50000"
# Growth is measured from here.
_MIDDLE_SIZE = 50_000
_ITEMS = 400


def main() -> None:
    options = _options()
    runs = []
    for source in _sources(options):
        runs.append(run(source, options.items, _competitors(alone=options.alone)))
        print(report.table(runs[-1]), flush=True)
    print(f"\n{whole.line()}\n")
    print("\n".join(map(str, targets(runs))))
    if options.json:
        _write(options.json, runs)


def _competitors(*, alone: bool) -> Sequence[Competitor]:
    return [one for one in COMPETITORS if one.name == THIS] if alone else COMPETITORS


def _sources(options: argparse.Namespace) -> Iterator[Source]:
    sizes = {int(size) for size in options.sizes.split(",") if size}
    if any(size > _MIDDLE_SIZE for size in sizes):
        sizes.add(_MIDDLE_SIZE)
    yield from map(Synthetic, sorted(sizes))
    if options.corpus:
        yield Corpus.at(options.corpus)


def _write(path: Path, runs: list[Run]) -> None:
    demands = [{"demand": t.demand, "measured": t.measured, "reached": t.reached} for t in targets(runs)]
    said = {"runs": [report.as_mapping(one) for one in runs], "targets": demands}
    path.write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure this search beside others, in one run.")
    parser.add_argument("--sizes", default=_SIZES, help="numbers of synthetic entries, separated by commas")
    parser.add_argument("--corpus", type=Path, help="real entries: gzipped JSON lines with title and body")
    parser.add_argument("--items", type=int, default=_ITEMS, help="how many known items are looked for")
    parser.add_argument("--alone", action="store_true", help="this search only: for its growth and memory")
    parser.add_argument("--json", type=Path, help="also write the measures to this file")
    return parser.parse_args()


if __name__ == "__main__":
    main()
