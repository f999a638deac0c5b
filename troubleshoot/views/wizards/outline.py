"""Owns a flow as a numbered list: every step once, each after those that lead to it, and where its choices lead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshoot.wizard import paths

if TYPE_CHECKING:
    from troubleshoot.wizard.graph import Choice, Graph, Step


@dataclass(frozen=True, slots=True)
class Turn:
    """A choice and the numbered step that it leads to; None while it leads nowhere."""

    choice: Choice
    target: Step | None
    number: int

    @property
    def anchor(self) -> str:
        return anchor(self.choice.target)


@dataclass(frozen=True, slots=True)
class Numbered:
    number: int
    step: Step
    turns: tuple[Turn, ...]

    @property
    def anchor(self) -> str:
        return anchor(self.step.key)


def anchor(key: str) -> str:
    """The id of a step on a page: a key of its own alone might be that of something else there."""
    return f"step-{key}"


def outline(graph: Graph) -> list[Numbered]:
    steps = paths.in_order(graph)
    numbers = {step.key: number for number, step in enumerate(steps, start=1)}
    return [
        Numbered(
            numbers[step.key],
            step,
            tuple(Turn(choice, graph.step(choice.target), numbers.get(choice.target, 0)) for choice in step.choices),
        )
        for step in steps
    ]
