"""Owns the graphs of these tests: a small named one, and strategies for sound and for any graphs whatever."""

from __future__ import annotations

from hypothesis import strategies as st

from troubleshoot.wizard.graph import Check, Choice, Graph, Kind, Result, Step, Text

MINIMUM = "2.6.1198.718"


def both(text: str) -> Text:
    return Text(f"{text} (ko)", text)


def question(key: str, answer: str = "", **targets: str) -> Step:
    choices = tuple(Choice(name, both(name), target) for name, target in targets.items())
    return Step(key, Kind.QUESTION, both(key), choices=choices, answer=answer)


def instruction(key: str, target: str) -> Step:
    return Step(key, Kind.INSTRUCTION, both(key), both("Do it."), choices=(Choice("done", both("Next"), target),))


def version(key: str, *, enough: str, below: str, **others: str) -> Step:
    targets = {Check.AT_LEAST: enough, Check.BELOW: below} | others
    choices = tuple(Choice(name, both(name), target) for name, target in targets.items())
    return Step(key, Kind.VALUE, both(key), choices=choices, check=Check(MINIMUM, "2.7.41491.1010"))


def outcome(key: str, result: Result = Result.SOLVED, hand_over: str = "") -> Step:
    return Step(key, Kind.OUTCOME, both(key), result=result, hand_over=hand_over)


def graph(*steps: Step, key: str = "flow") -> Graph:
    return Graph(key, steps, both("Flow"), both("What it is"))


# Two ways in that ask the same about the system, an instruction on one, a version on the other.
AGENT = graph(
    question("origin", gallery="gallery-os", migrated="os"),
    question("os", windows="install", linux="done"),
    question("gallery-os", "os", windows="version", linux="done"),
    instruction("install", "version"),
    version("version", enough="done", below="update", missing="install-again"),
    instruction("update", "done"),
    instruction("install-again", "support"),
    outcome("done"),
    outcome("support", Result.SUPPORT),
    key="agent",
)


@st.composite
def sound_graphs(draw: st.DrawFn, most: int = 12) -> Graph:
    """Directed acyclic graphs in which every step is reachable and every path ends at an outcome."""
    count = draw(st.integers(1, most))
    names = [f"s{number}" for number in range(count)]
    ends = draw(st.integers(1, 3))
    targets = names + [f"end{number}" for number in range(ends)]
    wanted: dict[int, set[int]] = {number: set() for number in range(count)}
    for later in range(1, len(targets)):
        wanted[draw(st.integers(0, min(later, count) - 1))].add(later)
    steps = []
    for number, name in enumerate(names):
        extra = draw(st.lists(st.integers(number + 1, len(targets) - 1), max_size=2))
        ways = sorted(wanted[number] | set(extra)) or [len(targets) - 1]
        steps.append(draw(_step(name, [targets[way] for way in ways])))
    return graph(*steps, *(outcome(name) for name in targets[count:]))


@st.composite
def _step(draw: st.DrawFn, name: str, ways: list[str]) -> Step:
    kind = draw(st.sampled_from([Kind.QUESTION, Kind.VALUE, Kind.INSTRUCTION]))
    if kind is Kind.VALUE:
        others = {f"c{number}": way for number, way in enumerate(ways)}
        return version(name, enough=ways[0], below=ways[-1], **others)
    if kind is Kind.INSTRUCTION and len(ways) == 1:
        return instruction(name, ways[0])
    return question(name, **{f"c{number}": way for number, way in enumerate(ways if len(ways) > 1 else ways * 2)})


_KEYS = ["a", "b", "c", "d", ""]


@st.composite
def any_graphs(draw: st.DrawFn) -> Graph:
    """Graphs as an author may leave them half-way: cycles, dead ends, targets that do not exist, shared answers."""
    keys = draw(st.lists(st.sampled_from(_KEYS[:-1]), unique=True, min_size=1))
    return graph(*(draw(_any_step(key)) for key in keys))


@st.composite
def _any_step(draw: st.DrawFn, key: str) -> Step:
    targets = draw(st.lists(st.sampled_from([*_KEYS, "nowhere"]), max_size=3))
    choices = tuple(Choice(f"c{number}", Text(), target) for number, target in enumerate(targets))
    check = draw(st.sampled_from([None, Check(MINIMUM), Check("nonsense")]))
    kind = draw(st.sampled_from(list(Kind)))
    return Step(key, kind, choices=choices, answer=draw(st.sampled_from(["", "", "a", "x"])), check=check)


def query_strings(graph: Graph) -> st.SearchStrategy[str]:
    """Query strings of the graph's own words, of near misses, and of anything."""
    names = [*graph.by_name, *graph.by_key, "unknown"]
    values = [*{choice.key for step in graph.steps for choice in step.choices}, "2.7.1", "2.5", "v", ""]
    own = st.lists(st.tuples(st.sampled_from(names), st.sampled_from(values)), max_size=15)
    return st.one_of(own.map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)), st.text())
