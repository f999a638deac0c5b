"""Owns what makes a flow sound: what a graph must hold before readers see it, and what of it does not hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from troubleshoot.wizard import paths, versions
from troubleshoot.wizard.graph import DONE, LANGUAGES, Check, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from troubleshoot.wizard.graph import Choice, Graph, Step, Text


class Rule(StrEnum):
    """What a sound flow holds to, named by its violation."""

    NO_STEPS = "no-steps"
    UNREACHABLE = "unreachable"
    DEAD_END = "dead-end"  # a step that is no outcome and has no choice
    NO_TARGET = "no-target"  # a choice that leads nowhere
    CYCLE = "cycle"
    ENDLESS = "endless"  # no outcome can be reached from here
    OUTCOME_GOES_ON = "outcome-goes-on"  # an outcome with choices
    NO_RESULT = "no-result"  # an outcome that does not say what it means
    SINGLE_CHOICE = "single-choice"  # a question with one answer is none
    NO_CHECK = "no-check"  # a value that nothing is compared with
    BAD_MINIMUM = "bad-minimum"
    NO_VERDICT = "no-verdict"  # a value step without both verdicts
    ANSWERS_DIFFER = "answers-differ"  # steps that share an answer but not its choices
    NO_TEXT = "no-text"
    SELF_HAND_OVER = "self-hand-over"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right: which rule, and where. ``field`` and ``language`` tell of a missing text."""

    rule: Rule
    step: str = ""
    choice: str = ""
    field: str = ""
    language: str = ""
    about: tuple[str, ...] = ()


def findings(graph: Graph) -> tuple[Finding, ...]:
    """All that keeps ``graph`` from being published, in the order of its steps; nothing where it is sound."""
    if not graph.steps:
        return (Finding(Rule.NO_STEPS), *_texts(graph))
    return (*_texts(graph), *_shape(graph), *(found for step in graph.steps for found in _of_step(graph, step)))


def is_for_newcomers(graph: Graph, step: Step) -> bool:
    """Whether only those come to an outcome who said that they have not been in the flow with which it goes on."""
    ways = [(at, choice) for at in graph.steps for choice in at.choices if choice.target == step.key]
    return bool(ways) and all(at.name == step.hand_over and choice.key != DONE for at, choice in ways)


def circle(start: str, following: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """The wizards by which hand-overs lead from ``start`` back to it, or nothing. ``following`` tells who follows whom.

    What would lead back is forbidden whatever was answered: nobody shall meet a question a second time. A hand-over
    that ``is_for_newcomers`` leads nobody back, and is to be left out.
    """
    came_from: dict[str, str] = {}
    waiting = [start]
    while waiting:
        at = waiting.pop()
        for onward in following.get(at, ()):
            if onward == start:
                way = [at]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return (*reversed(way), start)
            if onward not in came_from:
                came_from[onward] = at
                waiting.append(onward)
    return ()


def _shape(graph: Graph) -> Iterator[Finding]:
    loop = paths.cycle(graph)
    if loop:
        yield Finding(Rule.CYCLE, loop[0], about=loop)
    ahead = paths.reachable(graph, graph.start)
    ending = _ending(graph)
    for step in graph.steps:
        if step.key not in ahead:
            yield Finding(Rule.UNREACHABLE, step.key)
        if step.key not in ending and graph.following[step.key]:
            yield Finding(Rule.ENDLESS, step.key)
    yield from _shared_answers(graph)


def _ending(graph: Graph) -> set[str]:
    """The keys of the steps from which an outcome can be reached."""
    leading: dict[str, list[str]] = {}
    for step, _choice, target in graph.edges():
        leading.setdefault(target.key, []).append(step.key)
    found: set[str] = set()
    waiting = [step.key for step in graph.steps if step.is_outcome]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += leading.get(key, ())
    return found


def _shared_answers(graph: Graph) -> Iterator[Finding]:
    for first, *others in graph.by_name.values():
        for other in others:
            if _answers(first) != _answers(other):
                yield Finding(Rule.ANSWERS_DIFFER, other.key, about=(first.key, other.key))


def _answers(step: Step) -> tuple[Kind, Check | None, frozenset[str]]:
    return step.kind, step.check, frozenset(choice.key for choice in step.choices)


def _of_step(graph: Graph, step: Step) -> Iterator[Finding]:
    yield from _step_texts(step)
    if step.is_outcome:
        yield from _outcome(graph, step)
        return
    if not step.choices:
        yield Finding(Rule.DEAD_END, step.key)
    if step.kind is Kind.QUESTION and len(step.choices) == 1:
        yield Finding(Rule.SINGLE_CHOICE, step.key)
    if step.kind is Kind.VALUE:
        yield from _value(step)
    for choice in step.choices:
        yield from _choice(graph, step, choice)


def _outcome(graph: Graph, step: Step) -> Iterator[Finding]:
    if step.choices:
        yield Finding(Rule.OUTCOME_GOES_ON, step.key)
    if step.result is None:
        yield Finding(Rule.NO_RESULT, step.key)
    if step.hand_over == graph.key:
        yield Finding(Rule.SELF_HAND_OVER, step.key)


def _value(step: Step) -> Iterator[Finding]:
    if step.check is None:
        yield Finding(Rule.NO_CHECK, step.key)
    elif versions.parse(step.check.minimum) is None:
        yield Finding(Rule.BAD_MINIMUM, step.key)
    for verdict in Check.VERDICTS:
        if step.choice(verdict) is None:
            yield Finding(Rule.NO_VERDICT, step.key, verdict)


def _choice(graph: Graph, step: Step, choice: Choice) -> Iterator[Finding]:
    if choice.target not in graph.by_key:
        yield Finding(Rule.NO_TARGET, step.key, choice.key)
    yield from _missing(choice.label, "label", Finding(Rule.NO_TEXT, step.key, choice.key), needed=True)
    yield from _missing(choice.help, "help", Finding(Rule.NO_TEXT, step.key, choice.key))
    yield from _missing(choice.symptoms, "symptoms", Finding(Rule.NO_TEXT, step.key, choice.key))


def _texts(graph: Graph) -> Iterator[Finding]:
    yield from _missing(graph.title, "title", Finding(Rule.NO_TEXT), needed=True)
    yield from _missing(graph.summary, "summary", Finding(Rule.NO_TEXT), needed=True)
    yield from _missing(graph.needs, "needs", Finding(Rule.NO_TEXT))


def _step_texts(step: Step) -> Iterator[Finding]:
    yield from _missing(step.title, "title", Finding(Rule.NO_TEXT, step.key), needed=True)
    yield from _missing(step.body, "body", Finding(Rule.NO_TEXT, step.key), needed=step.kind is Kind.INSTRUCTION)
    yield from _missing(step.help, "help", Finding(Rule.NO_TEXT, step.key))
    yield from _missing(step.symptoms, "symptoms", Finding(Rule.NO_TEXT, step.key))


def _missing(text: Text, name: str, where: Finding, *, needed: bool = False) -> Iterator[Finding]:
    """A text that is needed, or that one language has, must be there in both."""
    written = {language: bool(getattr(text, language).strip()) for language in LANGUAGES}
    if needed or any(written.values()):
        for language, is_there in written.items():
            if not is_there:
                yield Finding(where.rule, where.step, where.choice, name, language)
