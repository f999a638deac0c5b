"""Owns finding where a message stands in a longer text: in order, with gaps, as local alignment does. Pure.

Smith & Waterman, "Identification of common molecular subsequences" (1981), over terms instead of letters. Only the
terms that text and message share are looked at, so it takes time in proportion to those.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from troubleshoot.search.core.analysis import tokens
from troubleshoot.search.core.grammar import blanked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from troubleshoot.search.core.analysis import Token

# What a foreign term between two terms of the message costs, as a share of its weight; a number costs next to nothing,
# for time stamps and ids stand between the lines of any log.
_FOREIGN = 0.25
_FOREIGN_NUMBER = 0.02
_SENTENCE_END = re.compile(r"(?<=[.!?])[\s\"'”’)]+|\s[-–—]\s")


@dataclass(frozen=True, slots=True)
class Message:
    """A message ready to be looked for: its ``terms`` in order, where each term stands, where each sentence ends."""

    terms: tuple[str, ...]
    places: dict[str, tuple[int, ...]]
    sentences: tuple[tuple[int, int], ...]

    def weight(self, weigh: Callable[[str], float], first: int = 0, last: int | None = None) -> float:
        """The weight of the terms ``[first, last)``."""
        return sum(map(weigh, self.terms[first:last]))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands in a text: from token ``first`` to token ``last``, both included.

    ``found`` are the places in the message of the terms that stand there, ``matched`` is their weight and ``foreign``
    the weight of what stands between them.
    """

    first: int
    last: int
    found: tuple[int, ...]
    matched: float
    foreign: float

    @property
    def density(self) -> float:
        """The share of the stretch that the message explains."""
        return self.matched / (self.matched + self.foreign)


@lru_cache(maxsize=4096)
def message(text: str) -> Message:
    """``text`` cut into terms and sentences."""
    cut = tokens(text)
    places: dict[str, tuple[int, ...]] = {}
    for at, token in enumerate(cut):
        places[token.text] = (*places.get(token.text, ()), at)
    ends = [match.end() for match in _SENTENCE_END.finditer(text)] + [len(text) + 1]
    return Message(tuple(token.text for token in cut), places, tuple(_sentences(cut, ends)))


def _sentences(cut: Sequence[Token], ends: Sequence[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    first = 0
    for end in ends:
        last = first
        while last < len(cut) and cut[last].start < end:
            last += 1
        if last > first:
            found.append((first, last))
        first = last
    return found


def align(text: Sequence[Token], wanted: Message, weigh: Callable[[str], float]) -> Place | None:
    """The stretch of ``text`` where most of ``wanted`` stands, in its order; None where there is nothing of it."""
    # values[p] is the best chain that ends at place p of the message, plus all that foreign terms have cost so far.
    size = len(wanted.terms)
    values = [0.0] * size
    chains: list[_Chain | None] = [None] * size
    cost, best, best_score = 0.0, None, 0.0
    for at, token in enumerate(text):
        weight = weigh(token.text)
        before, cost = cost, cost + weight * (_FOREIGN_NUMBER if token.text.isdecimal() else _FOREIGN)
        # From the back: a term must not be its own predecessor where the message has it twice; of two places that
        # do as well, the earlier one leaves more to come.
        for place in reversed(wanted.places.get(token.text, ())):
            earlier = max(values[:place], default=0.0)
            chain = chains[values.index(earlier)] if earlier > before else None
            score = weight + (earlier - before if chain else 0.0)
            if score + cost > values[place]:
                values[place] = score + cost
                chains[place] = _Chain(at, place, weight, chain)
                if score >= best_score:
                    best, best_score = chains[place], score
    return _place(text, best, weigh) if best else None


class _Chain(NamedTuple):
    """The last link of a chain of shared terms: text place, message place, weight, and the link before."""

    at: int
    place: int
    weight: float
    before: _Chain | None


def _place(text: Sequence[Token], last: _Chain, weigh: Callable[[str], float]) -> Place:
    links = [last]
    while (before := links[-1].before) is not None:
        links.append(before)
    links.reverse()
    used = {link.at for link in links}
    foreign = sum(
        weigh(text[at].text) * (_FOREIGN_NUMBER if text[at].text.isdecimal() else 1.0)
        for at in range(links[0].at, last.at)
        if at not in used
    )
    return Place(links[0].at, last.at, tuple(link.place for link in links), sum(link.weight for link in links), foreign)


@lru_cache(maxsize=4096)
def message_of(title: str) -> Message:
    """A title without the sentences that any program prints."""
    return message(blanked(title))


def with_full_stop(text: str, end: int) -> int:
    """Where the sentence's own full stop follows, it belongs to the match."""
    return end + 1 if text[end : end + 1] in (".", "!", "?") else end
