"""Owns ``make bench-pages``: the portal's pages a second, as shares of an empty Django view under the same gunicorn.

Each server has one worker and one core of its own; ``wrk`` loads them from another. All cases take turns, round by
round, so that what else the machine does falls on all alike.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen

from tqdm import tqdm

from benchmarks import golden, sandbox
from benchmarks.servers import Server

_PROJECT = Path(__file__).parent.parent
_ROUNDS = 7
_SECONDS = 2
_CLIENTS = 8
_RATE = re.compile(r"Requests/sec:\s+([0-9.]+)")
_BAD = re.compile(r"Non-2xx or 3xx responses: ([0-9]+)")
_ENTRY = "/errors/restore-cloud-internal-error/"
# Each request of a case that is never the same: a query of the golden set, with words of another behind it.
_NEVER_THE_SAME = """
local queries = {{{queries}}}
local number = {start}
request = function()
  number = number + 1
  local first = queries[number % #queries + 1]
  local second = queries[math.floor(number / #queries) % #queries + 1]
  return wrk.format("GET", "{path}" .. first .. "+" .. second)
end
"""
_KNOWN = """
request = function() return wrk.format("GET", "{path}", {{["If-None-Match"] = '{etag}'}}) end
"""


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked for, the share of the empty view's rate that it is to reach, and how it is asked."""

    name: str
    path: str
    target: float
    is_known: bool = False
    is_new: bool = False


CASES = (
    Case("entry, kept", _ENTRY, 0.8),
    Case("home, kept", "/", 0.8),
    Case("wizard step, kept", "/wizards/vm-agent/", 0.8),
    Case("entry, If-None-Match", _ENTRY, 0.8, is_known=True),
    Case("home, If-None-Match", "/", 0.8, is_known=True),
    Case("search asked before", f"/search/?q={quote('스냅숏')}", 0.6),
    Case("search never asked before", "/search/?q=", 0.08, is_new=True),
    Case("API search, never asked before", "/api/v1/search?q=", 0.12, is_new=True),
)


def script(case: Case, server: Server, number: int) -> str:
    """What wrk is told to ask, in Lua; empty where it is the same address each time."""
    if case.is_new:
        queries = ", ".join(f'"{quote(query.text)}"' for query in golden.queries())
        return _NEVER_THE_SAME.format(queries=queries, start=number * 10_000_019, path=case.path)
    if case.is_known:
        with urlopen(Request(server.address(case.path)), timeout=30) as answer:
            return _KNOWN.format(path=case.path, etag=answer.headers["ETag"])
    server.page(case.path)
    return ""


def rate(server: Server, path: str, lua: str, folder: Path, seconds: int) -> float:
    """Requests answered a second. Raises RuntimeError where one was answered with an error."""
    core = min(os.sched_getaffinity(0))
    command = ["taskset", "--cpu-list", str(core), "wrk", "-t1", f"-c{_CLIENTS}", f"-d{seconds}s"]
    if lua:
        told = folder / "asked.lua"
        told.write_text(lua, encoding="utf-8")
        command += ["-s", str(told)]
    done = subprocess.run([*command, server.address(path)], check=True, capture_output=True, text=True)
    if _BAD.search(done.stdout) or (found := _RATE.search(done.stdout)) is None:
        raise RuntimeError(f"{path} was not answered as it should be:\n{done.stdout}")
    return float(found.group(1))


def measure(rounds: int, seconds: int) -> dict[str, list[float]]:
    """The rates of each case and of the empty view, by name, in the order of the rounds."""
    with tempfile.TemporaryDirectory(prefix="pages-") as name, ExitStack() as stack:
        folder = Path(name)
        environment = os.environ | sandbox.environment(folder)
        environment.pop("DATABASE_URL", None)
        subprocess.run([sys.executable, "manage.py", "prepare"], cwd=_PROJECT, env=environment, check=True, stdout=2)
        where = {"core": max(os.sched_getaffinity(0))}
        portal = stack.enter_context(Server(environment, folder / "portal.log", **where))
        bare = ("benchmarks.empty:application",)
        other = environment | {"METRICS_DIR": str(folder)}
        empty = stack.enter_context(Server(other, folder / "empty.log", *bare, **where))
        rates: dict[str, list[float]] = {"empty view": [], **{case.name: [] for case in CASES}}
        for number in tqdm(range(rounds), desc="rounds", disable=None, leave=False):
            rates["empty view"].append(rate(empty, "/", "", folder, seconds))
            for case in CASES:
                lua = script(case, portal, number)
                rates[case.name].append(rate(portal, case.path, lua, folder, seconds))
        return rates


def table(rates: dict[str, list[float]]) -> str:
    """A row a case: median rate, median share of the empty view's in the same round, its range, and the goal."""
    empty = rates["empty view"]
    lines = [
        "| what | requests/s | share of the empty view | range | goal |",
        "|---|---|---|---|---|",
        f"| empty view | {statistics.median(empty):,.0f} | 1 | | |",
    ]
    for case in CASES:
        shares = [one / of for one, of in zip(rates[case.name], empty, strict=True)]
        spread = f"{min(shares):.3f} to {max(shares):.3f}"
        middle = f"{statistics.median(rates[case.name]):,.0f} | {statistics.median(shares):.3f}"
        lines.append(f"| {case.name} | {middle} | {spread} | {case.target} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure pages against an empty view under the same gunicorn.")
    parser.add_argument("--rounds", type=int, default=_ROUNDS)
    parser.add_argument("--seconds", type=int, default=_SECONDS)
    parser.add_argument("--json", action="store_true", help="print every rate")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        print("wrk is missing: on Debian or Ubuntu, apt install wrk.", file=sys.stderr)
        return 2
    rates = measure(options.rounds, options.seconds)
    print(json.dumps(rates) if options.json else table(rates))
    return 0


if __name__ == "__main__":
    sys.exit(main())
