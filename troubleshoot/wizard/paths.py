"""Owns the ways through a graph: what can be reached, the order of its steps, its longest and all of its paths."""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from troubleshoot.wizard.graph import Choice, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from troubleshoot.wizard.graph import Graph, Step

Path = tuple[tuple["Step", Choice], ...]


def reachable(graph: Graph, start: str) -> set[str]:
    """The keys of the steps that can follow ``start``, itself included where it exists."""
    found: set[str] = set()
    following = graph.following
    waiting = [start] if start in following else []
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += following[key]
    return found


def cycle(graph: Graph) -> tuple[str, ...]:
    """The keys of the steps of one cycle, in order, or nothing."""
    done: set[str] = set()
    for first in graph.by_key:
        trail: dict[str, Iterator[str]] = {}
        key: str | None = first if first not in done else None
        while key is not None:
            trail[key] = iter(graph.following[key])
            key = _onward(trail, done)
            if key in trail:
                keys = list(trail)
                return tuple(keys[keys.index(key) :])
    return ()


def _onward(trail: dict[str, Iterator[str]], done: set[str]) -> str | None:
    """The next step of a walk in depth, leaving behind the steps that have no way left."""
    while trail:
        last = next(reversed(trail))
        key = next((key for key in trail[last] if key not in done), None)
        if key is not None:
            return key
        done.add(last)
        del trail[last]
    return None


def in_order(graph: Graph) -> tuple[Step, ...]:
    """All steps, each after every step that leads to it; otherwise in the order of their author.

    Steps on a cycle, and what only they lead to, come at the end.
    """
    keys = list(graph.by_key)
    places = {key: place for place, key in enumerate(keys)}
    before = dict.fromkeys(keys, 0)
    for targets in graph.following.values():
        for target in targets:
            before[target] += 1
    placed: dict[str, None] = {}
    ready = [place for place, key in enumerate(keys) if not before[key]]
    while ready:
        key = keys[heappop(ready)]
        placed[key] = None
        for target in graph.following[key]:
            before[target] -= 1
            if not before[target]:
                heappush(ready, places[target])
    return tuple(graph.by_key[key] for key in [*placed, *(key for key in keys if key not in placed)])


def remaining(graph: Graph, start: str, given: Mapping[str, str] | None = None) -> int:
    """How many answers are still to be given from ``start`` on, at most. What is ``given`` already is not asked."""
    longest: dict[str, int] = {}
    for key in _last_first(graph, start):
        longest[key] = _longest_from(graph.by_key[key], longest, given or {})
    return longest.get(start, 0)


def _last_first(graph: Graph, start: str) -> list[str]:
    """The keys of what can follow ``start``, itself included, each after every step that it leads to, cycles apart."""
    placed: dict[str, None] = {}
    entered: set[str] = set()
    waiting = [start] if start in graph.by_key else []
    while waiting:
        key = waiting[-1]
        if key in entered:
            waiting.pop()
            placed[key] = None
        else:
            entered.add(key)
            waiting += [target for target in graph.following[key] if target not in entered]
    return list(placed)


def _longest_from(step: Step, longest: Mapping[str, int], given: Mapping[str, str]) -> int:
    if step.kind is Kind.OUTCOME or not step.choices:
        return 0
    if (answer := given.get(step.name)) is not None:
        chosen = step.choose(answer)
        if isinstance(chosen, Choice):
            return longest.get(chosen.target, 0)
    return 1 + max([longest.get(choice.target, 0) for choice in step.choices])


def every(graph: Graph) -> Iterator[Path]:
    """Every path from the start, as steps and the choices taken; what was answered once is not asked again.

    Their number can grow exponentially with the steps: take as many as are needed. A path ends at a step that it has
    met before, so this ends for any graph.
    """
    waiting: list[tuple[str, Path]] = [(graph.start, ())]
    while waiting:
        key, path = waiting.pop()
        step = graph.step(key)
        if step is None or not step.choices or any(step is passed for passed, _choice in path):
            yield path
            continue
        waiting += [(choice.target, (*path, (step, choice))) for choice in reversed(_possible(step, path))]


def way_to(graph: Graph, key: str) -> Path | None:
    """The path with the fewest answers from the start to a step, or None where no path leads there."""
    return next((path for at, path in _outward(graph) if at == key), None)


def ways(graph: Graph) -> dict[str, Path]:
    """The path with the fewest answers to each step that a path leads to: all at once, far sooner than one by one."""
    found: dict[str, Path] = {}
    wanted = len(reachable(graph, graph.start))
    for at, path in _outward(graph):
        found.setdefault(at, path)
        if len(found) == wanted:
            break
    return found


def _outward(graph: Graph) -> Iterator[tuple[str, Path]]:
    """Steps with a path to each, shorter paths first. A step comes again where shared answers make a difference."""
    shared = {name for name, steps in graph.by_name.items() if len(steps) > 1}
    waiting: deque[tuple[str, Path]] = deque([(graph.start, ())])
    met = set()
    while waiting:
        at, path = waiting.popleft()
        step = graph.step(at)
        # What was answered under a shared name decides where later steps can lead.
        place = (at, *((name, answer) for name, answer in answers_of(path) if name in shared))
        if step is not None and place not in met:
            met.add(place)
            yield at, path
            waiting += [(choice.target, (*path, (step, choice))) for choice in _possible(step, path)]


def _possible(step: Step, path: Path) -> tuple[Choice, ...]:
    """The choices of ``step`` that agree with what the path has answered under the same name."""
    earlier = next((choice for passed, choice in path if passed.name == step.name), None)
    same = step.choice(earlier.key) if earlier else None
    return (same,) if same else step.choices


def answers_of(path: Path) -> tuple[tuple[str, str], ...]:
    """The answers that lead along a path, by name."""
    return tuple({step.name: choice.key for step, choice in path}.items())
