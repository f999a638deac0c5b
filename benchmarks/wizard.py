"""Times the wizard: how long a flow of 200 steps takes to resolve, from a query string to the step to show.

``python -m benchmarks.wizard [STEPS]`` prints processor time, which other programs on the machine disturb least. Each
round builds the graph anew, as each request does; nothing is kept from the round before.
"""

from __future__ import annotations

import statistics
import sys
from time import process_time

from troubleshoot.wizard.answers import read, write
from troubleshoot.wizard.graph import Choice, Graph, Kind, Result, Step, Text
from troubleshoot.wizard.resolver import resolve

STEPS = 200
ROUNDS = 1_000
TARGET_MS = 1.0


def graph(steps: int) -> Graph:
    """A flow in which every step but the last is a question whose choices skip none, one, or two steps."""
    last = steps - 1
    questions = [
        Step(f"step-{number}", Kind.QUESTION, Text("질문", "Question"), choices=choices(number, last))
        for number in range(last)
    ]
    return Graph("flow", (*questions, Step(f"step-{last}", Kind.OUTCOME, Text("끝", "End"), result=Result.SOLVED)))


def choices(number: int, last: int) -> tuple[Choice, ...]:
    return tuple(Choice(f"skip-{skip}", target=f"step-{min(number + 1 + skip, last)}") for skip in range(3))


def milliseconds(steps: int, query: str) -> tuple[list[float], list[float]]:
    """How long resolving takes, and how long all that a page needs takes: reading, resolving, writing, counting."""
    resolved, shown = [], []
    for _round in range(ROUNDS):
        flow = graph(steps)
        started = process_time()
        answers = read(query)
        read_at = process_time()
        state = resolve(flow, answers)
        resolved_at = process_time()
        _page = state.query, state.remaining
        resolved.append((resolved_at - read_at) * 1_000)
        shown.append((process_time() - started) * 1_000)
    return sorted(resolved), sorted(shown)


def report(what: str, times: list[float]) -> float:
    median = statistics.median(times)
    print(f"{what:<68} fastest {times[0]:.3f} ms, median {median:.3f} ms, 99 % {times[len(times) * 99 // 100]:.3f} ms")
    return median


def main() -> int:
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else STEPS
    longest = [(f"step-{number}", "skip-0") for number in range(steps - 1)]
    queries = {
        "no answer": [],
        "half of the longest path": longest[: steps // 2],
        "the longest path": longest,
        "the first answer changed, the rest kept": longest[1:],
    }
    slowest = 0.0
    for what, pairs in queries.items():
        resolved, shown = milliseconds(steps, write(pairs))
        slowest = max(slowest, report(f"{steps} steps, {what}: resolve", resolved))
        report(f"{steps} steps, {what}: all a page needs", shown)
    return 0 if slowest < TARGET_MS else 1


if __name__ == "__main__":
    sys.exit(main())
