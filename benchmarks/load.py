"""Owns ``python -m benchmarks.load``: how long 64 readers at once wait for mixed pages of 50,000 entries.

Beside it, what they wait for an empty Django view under the same gunicorn, and what the worker takes of memory before
and after. Needs ``wrk``.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from benchmarks import admin, golden, sandbox
from benchmarks.servers import Server

_CLIENTS, _SECONDS = 64, 20
_GOAL = 10
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1_000.0, "m": 60_000.0}
_SLOWEST = re.compile(r"^\s+99%\s+([0-9.]+)(us|ms|s|m)\s*$", re.MULTILINE)
_BAD = re.compile(r"Non-2xx or 3xx responses: [0-9]+|Socket errors: .*")
# A mapping: the number of its file, which is 0 where it has none, its name, and what of it stands in memory.
_MAPPING = re.compile(
    r"^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ ([0-9]+) *(.*)\n(?:\w+: .*\n)*?Rss: +([0-9]+) kB$", re.MULTILINE
)
# Of ten requests six are for entries, few of them often and many seldom; one is a search that nobody made before.
_MIXED = """
math.randomseed({seed})
local pages = {{"/", "/en/", "/errors/", "/wizards/", "/wizards/vm-agent/", "/document/"}}
local words = {{{words}}}
request = function()
  local drawn = math.random()
  local path = pages[math.random(#pages)]
  if drawn < 0.6 then path = "/errors/entry-" .. math.floor({entries} * math.random() ^ 4 / 20) * 20 .. "/"
  elseif drawn < 0.7 then path = "/search/?q=" .. words[math.random(#words)] .. "+" .. words[math.random(#words)] end
  return wrk.format("GET", path)
end
"""


def slowest(server: Server, lua: Path | None, seconds: int) -> tuple[float, str]:
    """The 99th percentile in milliseconds, and what went wrong, if anything."""
    asked = ["-s", str(lua)] if lua else []
    command = ["wrk", "-t1", f"-c{_CLIENTS}", f"-d{seconds}s", "--latency", "--timeout", "30s", *asked]
    told = subprocess.run([*command, server.address("/")], check=True, capture_output=True, text=True).stdout
    found, bad = _SLOWEST.search(told), _BAD.search(told)
    if found is None:
        raise RuntimeError(told)
    return float(found.group(1)) * _UNITS[found.group(2)], bad.group() if bad else ""


class Memory(NamedTuple):
    """The MiB of memory that a worker has: in the heap of C, in what Python and threads took beside it, of files."""

    heap: float
    beside: float
    files: float

    def __str__(self) -> str:
        return f"{sum(self):.0f} MiB (heap {self.heap:.0f}, beside it {self.beside:.0f}, files {self.files:.0f})"


def memory(server: Server) -> Memory:
    """What the worker has now."""
    sizes: Counter[str] = Counter()
    for number, name, size in _MAPPING.findall(Path(f"/proc/{server.worker()}/smaps").read_text()):
        sizes["files" if number != "0" else "heap" if name == "[heap]" else "beside"] += int(size)
    return Memory(*(sizes[kind] / 1_024 for kind in Memory._fields))


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the wait of many readers at once.")
    parser.add_argument("--entries", type=int, default=admin.SIZE)
    parser.add_argument("--seconds", type=int, default=_SECONDS)
    options = parser.parse_args()
    os.environ["ALLOWED_HOSTS"] = "127.0.0.1"
    with sandbox.portal() as folder, tempfile.TemporaryDirectory(prefix="load-") as other:
        from troubleshoot.management.commands.prepare import take_stock  # noqa: PLC0415 - needs Django set up
        from troubleshoot.search.index import freshness  # noqa: PLC0415

        admin.fill(options.entries)
        take_stock()
        sandbox.collect_static()
        freshness.view().rebuild()
        lua = folder / "mixed.lua"
        words = ", ".join(f'"{quote(query.text)}"' for query in golden.queries())
        lua.write_text(_MIXED.format(seed=1, words=words, entries=options.entries), encoding="utf-8")
        counts = os.environ | {"METRICS_DIR": other}
        with Server({**os.environ}, folder / "portal.log") as portal:
            portal.search("snapshot")  # the index is opened
            before = memory(portal)
            waited, bad = slowest(portal, lua, options.seconds)
            after = memory(portal)
        with Server(counts, folder / "empty.log", "benchmarks.empty:application") as empty:
            bare, _bad = slowest(empty, None, options.seconds)
    print(f"99th percentile: {waited:.0f} ms, of the empty view {bare:.0f} ms: {waited / bare:.1f} x, goal {_GOAL} x")
    if bad:
        print(bad)
    print(f"memory of the worker: {before} before, {after} after")
    return 0 if waited < _GOAL * bare and not bad else 1


if __name__ == "__main__":
    sys.exit(main())
