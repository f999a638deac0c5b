"""Owns where answers lead: they are replayed from the start, as far as they hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from troubleshoot.wizard import paths
from troubleshoot.wizard.answers import ASSUMED, NO_ANSWERS, Answers, Dropped, assuming
from troubleshoot.wizard.graph import DONE, Choice, Graph, Kind, Reason, Step

if TYPE_CHECKING:
    from collections.abc import Iterable


class EmptyGraphError(ValueError):
    """A graph without steps leads nowhere."""


class Answered(NamedTuple):
    """A step that is behind the reader: ``value`` is what stands in the query string, ``choice`` what it meant."""

    step: Step
    value: str
    choice: Choice

    @property
    def is_typed(self) -> bool:
        """Whether the value was typed and checked, so that it says more than the label of the choice."""
        return self.value != self.choice.key


@dataclass(frozen=True)
class State:
    """Where a reader is: the way so far, and the ``step`` to show.

    ``later`` are answers to steps that may still come (the reader is changing an earlier one). ``dropped`` are the
    answers that were not followed; ``rejected`` is the one among them that was meant for this very step. ``assumed``
    are the names of answers that the reader did not give: who follows a link into a step never saw what lies before.
    """

    graph: Graph
    step: Step
    path: tuple[Answered, ...] = ()
    later: Answers = NO_ANSWERS
    dropped: tuple[Dropped, ...] = ()
    rejected: Dropped | None = None
    assumed: frozenset[str] = frozenset()

    @property
    def is_finished(self) -> bool:
        return self.step.is_outcome

    @cached_property
    def answers(self) -> Answers:
        """All answers that hold, in canonical order: the way so far, then what may still come."""
        given = Answers.of([*((passed.step.name, passed.value) for passed in self.path), *self.later.given]).given
        return Answers(assuming(given, self.assumed))

    @property
    def query(self) -> str:
        """The canonical query string of this state, without a question mark."""
        return self.answers.query

    @cached_property
    def remaining(self) -> int:
        """How many answers are still to be given, at most."""
        return paths.remaining(self.graph, self.step.key, self.answers.as_dict())

    def choosing(self, choice: str) -> Answers:
        """The answers after this choice (or typed value) at the current step."""
        walked = [(passed.step.name, passed.value) for passed in self.path if passed.step.name != self.step.name]
        later = self.later.without(self.step.name).given
        given = Answers.of([*walked, (self.step.name, choice), *later]).given
        return Answers(assuming(given, self.assumed - {self.step.name}))

    def changing(self, name: str) -> Answers:
        """The answers without one: they lead back to its step and keep the later ones that still apply."""
        return Answers(assuming(self.answers.without(name).without(ASSUMED).given, self.assumed))

    @property
    def confirmed(self) -> Answers:
        """The same answers, none of them assumed."""
        return self.answers.without(ASSUMED)

    @property
    def back(self) -> Answers | None:
        """The answers that show the step before this one; None at the start."""
        return self.changing(self.path[-1].step.name) if self.path else None

    @property
    def held(self) -> tuple[tuple[str, str], ...]:
        """What a form of the current step carries along as hidden fields."""
        return self.answers.without(self.step.name).given


def resolve(graph: Graph, answers: Answers) -> State:
    """Replay ``answers`` from the start of ``graph``. Any answers resolve; raises only for a graph without steps."""
    step = graph.step(graph.start)
    if step is None:
        raise EmptyGraphError(graph.key)
    given, dropped = _named(graph, answers)
    path, step, rejected = _walk(graph, step, given)
    later, unused = _sort_out(graph, step, path, given, rejected)
    refused = rejected or next((drop for drop in dropped if drop.name == step.name), None)
    assumed = frozenset(_name_of(graph, key) for key in answers.assumed)
    return State(graph, step, path, later, (*dropped, *unused), refused, assumed)


def hand_over(state: State, other: Graph, earlier: Iterable[State] = ()) -> Answers:
    """The answers with which ``other`` goes on: those that it asks for, too, and can use.

    Facts are handed over, deeds are not: what was done in one flow says nothing of what is to do in another. But a
    question that is named like a flow asks whether that one was gone through: who comes from it, or was there
    ``earlier``, has answered "yes". Who was in ``other`` itself goes on where they left it.
    """
    facts = {passed.step.name for passed in state.path if passed.step.kind is not Kind.INSTRUCTION}
    asked = {name for name, steps in other.by_name.items() if steps[0].kind is not Kind.INSTRUCTION}
    known = state.answers.only((facts & asked) | {ASSUMED})
    states = {before.graph.key: before for before in (*earlier, state)}
    if left := states.pop(other.key, None):
        known = Answers((*left.answers.given, *(pair for pair in known.given if pair[0] not in left.answers.as_dict())))
    for flow in asked & states.keys():
        known = known.with_answer(flow, DONE)
    return resolve(other, known).answers


def _named(graph: Graph, answers: Answers) -> tuple[dict[str, str], list[Dropped]]:
    """The answers by name. The key of a step is as good as the name of its answer."""
    dropped = list(answers.dropped)
    given = {key: value for key, value in answers.given if key in graph.by_name}
    for key, value in answers.given:
        if key in given or key == ASSUMED:
            continue
        name = _name_of(graph, key)
        if name in given:
            dropped.append(Dropped(key, value, Reason.CONTRADICTORY))
        else:
            given[name] = value
    return given, dropped


def _name_of(graph: Graph, key: str) -> str:
    """The name of the answer that a name of an address stands for."""
    step = None if key in graph.by_name else graph.step(key)
    return key if step is None or step.is_outcome else step.name


def _walk(graph: Graph, step: Step, given: dict[str, str]) -> tuple[tuple[Answered, ...], Step, Dropped | None]:
    path: list[Answered] = []
    steps = graph.by_key
    met = {step.key}
    while not step.is_outcome and (value := given.get(step.name)) is not None:
        choice = step.choose(value)
        if isinstance(choice, Reason):
            return tuple(path), step, Dropped(step.name, value, choice)
        target = steps.get(choice.target)
        if target is None or target.key in met:
            return tuple(path), step, Dropped(step.name, value, Reason.NOWHERE)
        path.append(Answered(step, value, choice))
        met.add(target.key)
        step = target
    return tuple(path), step, None


def _sort_out(
    graph: Graph, step: Step, path: Iterable[Answered], given: dict[str, str], rejected: Dropped | None
) -> tuple[Answers, list[Dropped]]:
    """Tell the answers that may still be asked for from those that never will be."""
    followed = {passed.step.name for passed in path}
    rest = {name: value for name, value in given.items() if name not in followed}
    if not rest:
        return NO_ANSWERS, []
    ahead = paths.reachable(graph, step.key)
    later: list[tuple[str, str]] = []
    dropped: list[Dropped] = [rejected] if rejected else []
    for name, value in rest.items():
        if rejected and name == rejected.name:
            continue
        reason = _use(graph, name, value, ahead)
        if reason is None:
            later.append((name, value))
        elif value:
            dropped.append(Dropped(name, value, reason))
    order = {name: place for place, name in enumerate(graph.by_name)}
    return Answers(tuple(sorted(later, key=lambda pair: order[pair[0]]))), dropped


def _use(graph: Graph, name: str, value: str, ahead: set[str]) -> Reason | None:
    """Why no step ahead can use an answer, or None where one can."""
    if name not in graph.by_name:
        return Reason.UNKNOWN
    reason = Reason.STALE
    for step in graph.by_name[name]:
        if step.key in ahead:
            verdict = step.choose(value)
            if isinstance(verdict, Choice):
                return None
            reason = verdict
    return reason
