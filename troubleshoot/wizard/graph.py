"""Owns the shape of a wizard: an immutable graph of steps, and what each step makes of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from troubleshoot import kinds
from troubleshoot.wizard import versions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LANGUAGES = ("ko", "en")
DONE = "yes"
"""The choice of a question that is named like a flow by which a reader says that they went through it."""
Kind = kinds.StepKind
Result = kinds.Result
Asks = kinds.Asks


@dataclass(frozen=True, slots=True)
class Text:
    """A text in both languages."""

    ko: str = ""
    en: str = ""

    def of(self, language: str) -> str:
        """The text in a language; Korean, the language of the source, where it has no twin."""
        return (self.en if language.startswith("en") else self.ko) or self.ko

    def __bool__(self) -> bool:
        return bool(self.ko)


class Reason(StrEnum):
    """Why an answer was not followed."""

    UNKNOWN = "unknown"  # no step asks for it
    STALE = "stale"  # a step asks for it, but none that can still be reached
    IMPOSSIBLE = "impossible"  # the step has no such choice
    INVALID = "invalid"  # the value is not of the kind that the step asks for
    EMPTY = "empty"  # the form was sent without an answer
    CONTRADICTORY = "contradictory"  # given twice, differently
    REPEATED = "repeated"  # given twice, the same; followed once
    OVERLONG = "overlong"  # longer than any answer is
    NOWHERE = "nowhere"  # the choice leads nowhere yet: a flow being written


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a step. ``target`` is the key of the step that follows; empty while it is not decided.

    ``symptoms`` is what customers say who would give it, a line each; so it is of a step.
    """

    key: str
    label: Text = Text()
    target: str = ""
    help: Text = Text()
    symptoms: Text = Text()


@dataclass(frozen=True, slots=True)
class Check:
    """The comparison of a typed version with the least one that will do.

    Its verdict is the key of a choice. Any other choice of the step is for a reader who has no value to type.
    """

    AT_LEAST = "at-least"
    BELOW = "below"
    VERDICTS = (AT_LEAST, BELOW)

    minimum: str
    example: str = ""

    @property
    def kind(self) -> str:
        return "version"

    def verdict(self, value: str) -> str | None:
        """``at-least`` or ``below``; None where either side is no version."""
        typed, least = versions.parse(value), versions.parse(self.minimum)
        if typed is None or least is None:
            return None
        return self.AT_LEAST if versions.at_least(typed, least) else self.BELOW


@dataclass(frozen=True, slots=True)
class Step:
    """One page of a wizard.

    ``answer`` is the name of its answer in the query string: its own key, unless several steps ask the same thing.
    ``hand_over`` is the key of the flow with which an outcome goes on.
    """

    key: str
    kind: Kind
    title: Text = Text()
    body: Text = Text()
    help: Text = Text()
    choices: tuple[Choice, ...] = ()
    answer: str = ""
    check: Check | None = None
    result: Result | None = None
    hand_over: str = ""
    symptoms: Text = Text()

    @property
    def name(self) -> str:
        return self.answer or self.key

    @property
    def is_outcome(self) -> bool:
        return self.kind is Kind.OUTCOME

    @property
    def asks(self) -> Asks:
        """What an outcome asks; one that does not say yet what it means asks whether it helped."""
        return self.result.asks if self.result else Asks.WHETHER

    @property
    def offered(self) -> tuple[Choice, ...]:
        """The choices that a reader picks; the verdicts on a typed value are not among them."""
        return tuple(choice for choice in self.choices if self.check is None or choice.key not in Check.VERDICTS)

    def choice(self, key: str) -> Choice | None:
        for choice in self.choices:
            if choice.key == key:
                return choice
        return None

    def choose(self, answer: str) -> Choice | Reason:
        """The choice that ``answer`` (a choice's key, or a value to check) means here, or why it means none."""
        if not answer:
            return Reason.EMPTY
        if picked := self.choice(answer):
            return picked
        if self.check is None:
            return Reason.IMPOSSIBLE
        verdict = self.check.verdict(answer)
        return Reason.INVALID if verdict is None else self.choice(verdict) or Reason.NOWHERE


@dataclass(frozen=True)
class Graph:
    """A flow. ``steps`` are in the order of their author; the first is where a reader begins."""

    key: str
    steps: tuple[Step, ...] = ()
    title: Text = Text()
    summary: Text = Text()
    needs: Text = Text()
    minutes: int = 0
    published: bool = False

    @property
    def start(self) -> str:
        """The key of the first step; empty where there is none."""
        return self.steps[0].key if self.steps else ""

    @cached_property
    def by_key(self) -> Mapping[str, Step]:
        return {step.key: step for step in self.steps}

    @cached_property
    def by_name(self) -> Mapping[str, tuple[Step, ...]]:
        """The steps that ask for each name of the query string."""
        found: dict[str, list[Step]] = {}
        for step in self.steps:
            if step.kind is not Kind.OUTCOME:
                found.setdefault(step.answer or step.key, []).append(step)
        return {name: tuple(steps) for name, steps in found.items()}

    @cached_property
    def following(self) -> Mapping[str, tuple[str, ...]]:
        """The keys of the steps that can come right after each step, each once."""
        known = self.by_key
        return {
            step.key: tuple(dict.fromkeys([choice.target for choice in step.choices if choice.target in known]))
            for step in self.steps
        }

    def step(self, key: str) -> Step | None:
        return self.by_key.get(key)

    def edges(self) -> Iterator[tuple[Step, Choice, Step]]:
        """Every choice that leads somewhere, with the steps on both sides."""
        for step in self.steps:
            for choice in step.choices:
                if target := self.by_key.get(choice.target):
                    yield step, choice, target
