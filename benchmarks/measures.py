"""Owns the measures: shares with their standard errors, ranks with ties counted against, percentiles. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence


Name = TypeVar("Name")


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the queries asked had what was looked for."""

    hits: int
    asked: int

    @classmethod
    def of(cls, outcomes: Iterable[bool]) -> Share:
        listed = list(outcomes)
        return cls(sum(listed), len(listed))

    @property
    def value(self) -> float:
        return self.hits / self.asked if self.asked else math.nan

    @property
    def error(self) -> float:
        """The standard error of a share, sqrt(p (1 - p) / n)."""
        return math.sqrt(self.value * (1 - self.value) / self.asked) if self.asked else math.nan

    def __str__(self) -> str:
        return f"{self.value:.3f} ± {self.error:.3f}"


def rank(results: Sequence[tuple[Name, float]], expected: Collection[Name]) -> int | None:
    """The place of the first expected result, counted from 1; None where there is none.

    ``results`` are names with scores, more is better. A result that is not expected and scores the same stands above.
    """
    best = max((score for name, score in results if name in expected), default=None)
    if best is None:
        return None
    return 1 + sum(1 for name, score in results if name not in expected and score >= best)


def mean_reciprocal(ranks: Sequence[int | None]) -> float:
    """The mean reciprocal rank; what was not found counts as 0."""
    return sum(1 / place for place in ranks if place) / len(ranks) if ranks else math.nan


def percentile(values: Sequence[float], share: int) -> float:
    """The nearest-rank percentile: the smallest value that ``share`` per cent of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share / 100 * len(ordered)), 1) - 1] if ordered else math.nan
