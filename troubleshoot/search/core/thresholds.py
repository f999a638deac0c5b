"""Owns how much of a message must stand in a pasted text for diagnosis to say that it does. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troubleshoot.search.core.corpus import Index


@dataclass(frozen=True, slots=True)
class Enough:
    """So much must be there: a ``share`` of the message, as dense, and worth as many rare words of ``evidence``."""

    share: float
    density: float
    evidence: float

    def is_met(self, share: float, density: float, evidence: float) -> bool:
        return share >= self.share and density >= self.density and evidence >= self.evidence


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a text says a message. Evidence is counted in words as rare as any; shares and densities are 0 to 1.

    Fitted by hand on the 28 entries of the document: the quotations, fragments and uneventful logs of the tests.
    """

    bigram: float = 0.4
    """What a Korean bigram counts of a word: they overlap, and five make two words."""
    worth_aligning: float = 1.0
    """The evidence that a message must share with a line to be looked at more closely."""
    worth_beside: float = 0.5
    """The share of what the best message shares with the line that another must share, too."""
    message: tuple[Enough, ...] = (
        Enough(0.95, 0.95, 1.0),
        Enough(0.55, 0.55, 1.6),
        Enough(0.4, 0.9, 2.4),
        Enough(0.0, 0.9, 3.5),
        Enough(0.0, 0.75, 4.5),
    )
    """A message is there when all of it is, or most of it, or a good part with little between, or a long quotation."""
    sentence: Enough = Enough(0.8, 0.6, 2.6)
    """So it is when a sentence of it is there that says much."""
    first_sentence: Enough = Enough(0.95, 0.95, 1.7)
    """So it is when its first sentence is, to the letter and with its end."""
    beyond_doubt: float = 0.8
    """From this share of a message on, another entry may say the same."""
    rival: float = 0.9
    """Below, none may say this share of it as closely."""
    own: float = 0.35
    """Below, this share of its evidence must be its own beside a stronger message."""
    overlap: float = 0.3
    """Two messages that share more of the shorter stretch than this claim the same one."""
    own_sentence: float = 0.45
    """Boilerplate is evidence of nothing: so much of another sentence of the message must be there as well."""
    own_sentence_reworded: float = 0.65
    """The same where synonyms count as one word."""
    own_evidence: float = 0.9
    """And it must be worth so much."""
    whole_message: float = 0.75
    """Less of a message than this is a part of it."""
    whole: float = 0.2
    """Of two that explain as much, the one that is there as a whole is so much stronger."""


THRESHOLDS = Thresholds()


class Evidence:
    """What terms are worth in one state of the index, counted in words that a single document has."""

    def __init__(self, index: Index) -> None:
        self.weigh = index.weights.__getitem__
        self._unit = index.weights[""] * 2 or 1.0

    def of(self, found: Iterable[str]) -> float:
        """How many of the rarest words the terms are worth."""
        weights = (self.weigh(term) * (1.0 if term.isascii() else THRESHOLDS.bigram) for term in found)
        return sum(weights) / self._unit
