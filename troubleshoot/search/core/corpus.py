"""Owns what search knows of documents: plain values, and the questions that the core asks of an index of them. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple, Protocol

from troubleshoot.search.core.grammar import FUNCTION_TERMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_UNKNOWN = 0.5
_FUNCTION_WORD = 0.25
# How many weights are kept at hand: some megabytes at most.
_REMEMBERED = 8_192
# What keeps the time of a search from growing with the index: beyond a few, terms that many documents have say little.
_LEAST_PROPOSING = 6
_MOST_POSTINGS = 25_000


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """What search knows of one thing: an error entry, a wizard or one of its steps.

    ``titles`` are the strings by which a reader recognises it (messages and alternative messages, every language),
    ``codes`` its error codes, ``body`` all else that may be searched. ``symptoms`` are what customers say who need it:
    they lead there, and are evidence of nothing.
    """

    kind: str
    key: str
    operation: str
    titles: tuple[str, ...]
    codes: tuple[str, ...] = ()
    body: str = ""
    symptoms: tuple[str, ...] = ()
    product: str = ""
    document: str = ""

    @property
    def identity(self) -> str:
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True, slots=True)
class Stored:
    """What the index gives back of a document. ``body_terms`` are joined by spaces: cheap to keep, quick to take."""

    kind: str
    key: str
    operation: str
    titles: tuple[str, ...]
    codes: tuple[str, ...]
    body_terms: str
    symptoms: tuple[str, ...] = ()
    product: str = ""
    document: str = ""


class Candidate(NamedTuple):
    """One document that the index proposes, with its BM25 score."""

    stored: Stored
    score: float

    @property
    def titles(self) -> tuple[str, ...]:
        return self.stored.titles

    @property
    def codes(self) -> tuple[str, ...]:
        return self.stored.codes


class Weights(dict[str, float]):
    """Inverse document frequencies, ln(1 + (N - n + 0.5) / (n + 0.5)), worked out when first asked for.

    A term that no document has tells candidates apart no more than silence does, but it is a part of the query that
    stays unexplained: it weighs half of what the rarest known term does. Function words weigh a fraction.
    """

    def __init__(self, frequency: Callable[[str], int], size: int) -> None:
        super().__init__()
        self._totals: dict[str, float] = {}
        self._frequency = frequency
        self._size = size

    def __missing__(self, term: str) -> float:
        if len(self) >= _REMEMBERED:
            self.clear()
        known = self._frequency(term)
        weight = inverse(known, self._size) if known else _UNKNOWN * inverse(1, self._size)
        self[term] = weight = weight * _FUNCTION_WORD if term in FUNCTION_TERMS else weight
        return weight

    def knows(self, term: str) -> bool:
        """Whether any document has ``term``."""
        return self._frequency(term) > 0

    def total(self, text: str, terms: frozenset[str]) -> float:
        """What all ``terms`` of a ``text`` weigh together, worked out once for a text."""
        known = self._totals.get(text)
        if known is None:
            if len(self._totals) >= _REMEMBERED:
                self._totals.clear()
            known = self._totals[text] = sum(map(self.__getitem__, terms))
        return known


class Sums(dict[int, float]):
    """What the terms of a set weigh together, added up when first asked for; the set is a number, a bit for each."""

    def __init__(self, weights: Iterable[float]) -> None:
        super().__init__()
        self._weights = {1 << place: weight for place, weight in enumerate(weights)}

    def __missing__(self, bits: int) -> float:
        total, left = 0.0, bits
        while left:
            lowest = left & -left
            total += self._weights[lowest]
            left ^= lowest
        self[bits] = total
        return total


def inverse(known: int, size: int) -> float:
    """The inverse document frequency of what ``known`` of ``size`` documents have."""
    return math.log(1 + (max(size - known, 0) + 0.5) / (known + 0.5))


class Index(Protocol):
    """One state of an index, which never changes."""

    @property
    def size(self) -> int:
        """How many documents there are."""

    @property
    def weights(self) -> Weights:
        """What each term weighs."""

    def within(self, scope: Mapping[str, str]) -> Index:
        """What of it has these values of the fields of a scope, as if there were nothing else."""

    def frequency(self, term: str) -> int:
        """In how many documents ``term`` stands."""

    def symptom_frequency(self, term: str) -> int:
        """In the symptoms of how many documents ``term`` stands."""

    def frequency_anywhere(self, term: str) -> int:
        """In how many documents ``term`` stands; in the symptoms of how many, where it stands nowhere else."""

    def key_frequency(self, gram: str) -> int:
        """In the titles of how many documents a key n-gram stands."""

    def candidates(
        self,
        weighted_terms: Iterable[tuple[str, float]],
        weighted_keys: Iterable[tuple[str, float]] = (),
        *,
        limit: int,
        filters: Mapping[str, str] | None = None,
        symptoms: bool = False,
    ) -> list[Candidate]:
        """The ``limit`` best documents by BM25 that hold any of the terms or key n-grams, best first.

        ``filters`` lets only those through that have these values of "product", "document", "operation" and "kind";
        an empty one is none. With ``symptoms``, also those in whose symptoms a term stands.
        """

    def completions(self, keys: str, limit: int, *, initials: bool = False) -> list[str]:
        """Words of titles whose keys (or the keys of whose initial consonants) begin with ``keys``, commonest first."""


def rarest(counted: Iterable[tuple[int, str]]) -> list[str]:
    """Of terms with their frequencies those that a document has, the rarest first: so many as propose in little time.

    A few always; of the rest as many as have 25,000 postings together, however large the index is.
    """
    kept: list[str] = []
    postings = 0
    for frequency, term in sorted(filter(itemgetter(0), counted)):
        postings += frequency
        if postings > _MOST_POSTINGS and len(kept) >= _LEAST_PROPOSING:
            break
        kept.append(term)
    return kept
