"""Owns the summary of a wizard that a reader copies into a support case: plain text, in either language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troubleshoot.wizard.resolver import Answered, State

KST = timezone(timedelta(hours=9), "KST")
_TIME = "%Y-%m-%d %H:%M %Z"


@dataclass(frozen=True, slots=True)
class Headings:
    """The words that introduce each part of the summary, in the language of the summary."""

    wizard: str
    answers: str
    outcome: str
    time: str
    link: str
    assumed: str
    """What stands behind an answer that the reader did not give."""


def rows(state: State, language: str) -> list[tuple[str, str]]:
    """What was asked and what was answered, in order."""
    return [(passed.step.title.of(language), said(passed, language)) for passed in state.path]


def said(passed: Answered, language: str) -> str:
    """The answer in words; what was typed stands before what it was found to be."""
    label = passed.choice.label.of(language)
    return f"{passed.value} ({label})" if passed.is_typed else label


def _pair(asked: str, answered: str) -> str:
    """A question mark parts the two by itself; a colon after it would be one mark too many."""
    return f"{asked} {answered}" if asked.endswith("?") else f"{asked}: {answered}"


def _way(state: State, language: str, headings: Headings) -> list[str]:
    asked = [
        f"  {number}. {_pair(*row)}{f' ({headings.assumed})' if passed.step.name in state.assumed else ''}"
        for number, (row, passed) in enumerate(zip(rows(state, language), state.path, strict=True), start=1)
    ]
    return [f"{headings.wizard}: {state.graph.title.of(language)}", f"{headings.answers}:", *asked]


def summary(
    state: State, language: str, headings: Headings, *, at: datetime, link: str, earlier: Sequence[State] = ()
) -> str:
    """The way, the step it ended at, the time in UTC and KST, and the link that leads there again.

    ``earlier`` are the wizards that led to this one. ``at`` must be aware of its time zone.
    """
    lines = [line for passed in (*earlier, state) for line in _way(passed, language, headings)]
    lines += [
        f"{headings.outcome}: {state.step.title.of(language)}",
        f"{headings.time}: {at.astimezone(UTC).strftime(_TIME)} / {at.astimezone(KST).strftime(_TIME)}",
        f"{headings.link}: {link}",
    ]
    return "\n".join(lines) + "\n"
