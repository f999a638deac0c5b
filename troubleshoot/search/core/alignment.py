"""Owns finding where a message stands in a longer text: in order, with gaps, as local alignment does. Pure.

And whether what stands there is about the same: what is worded like a message may name another thing.

Smith & Waterman, "Identification of common molecular subsequences" (1981), over terms instead of letters. Only the
terms that text and message share are looked at, so it takes time in proportion to those.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import OSA

from troubleshoot.search.core.analysis import fold_case, remembered, terms, tokens
from troubleshoot.search.core.codes import words
from troubleshoot.search.core.grammar import blanked, is_complaint, noun
from troubleshoot.search.core.keyboard import key_stream
from troubleshoot.search.core.redaction import without_noise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from troubleshoot.search.core.analysis import Token
    from troubleshoot.search.core.lexicon import Wording

# What a foreign term between two terms of the message costs, as a share of its weight; a number costs next to nothing,
# for time stamps and ids stand between the lines of any log.
_FOREIGN = 0.25
_FOREIGN_NUMBER = 0.02
# A clause of which so many words are foreign to a message is about something else.
_ELSEWHERE = 0.25
# A word is there where so many of its terms are, or its keys are so nearly those of another.
_SAME_WORD, _SAME_KEYS = 0.5, 0.75
# Of two letters another one makes another word; only their order may slip.
_SHORTEST_SLIP = 3
_CLAUSE_ENDS = re.compile(r"[.,:;!?](?=\s|$)|\n|\s[-–—]\s|\b(?:because|since|when|until|till|after|if)\b")
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


@lru_cache(maxsize=4096)
def _named_in(title: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The terms of a title, the keys of what its words name, and its words."""
    every = (fold_case(word.strip(".!?")) for word in words(title))
    return frozenset(terms(title)), frozenset(map(key_stream, nouns(title))), frozenset(every)


def is_about_something_else(text: str, titles: Iterable[str], said: Wording) -> bool:
    """Whether ``text``, worded like one of ``titles``, names what stands in none of them: another disk."""
    return is_foreign(foreign(text, titles, said))


def is_foreign(share: float) -> bool:
    """Whether so large a ``share`` of what is named makes it another thing."""
    return share >= _ELSEWHERE


def foreign(text: str, titles: Iterable[str], said: Wording) -> float:
    """The share of what ``text`` names first that stands in none of ``titles``.

    ``text`` is in the words that are ``said``, without what any program prints. What means the same stands there, and
    what is alike.
    """
    is_there = _there_in(titles, said)
    # What a sentence is about stands in its first clause; what is written before it is of the log.
    for clause in _CLAUSE_ENDS.split(without_noise(text)):
        there = [is_there(word) for word in nouns(clause)]
        if any(there):
            return there.count(False) / len(there)
    return 0.0


_BECAUSE = re.compile(r"\bbecause ([^.;:]*)")


def gives_another_reason(texts: Iterable[str], titles: Iterable[str], said: Wording) -> bool:
    """Whether a text, given in its own words and in those that are ``said``, has none of the reason of ``titles``."""
    reasons = [found[1] for title in titles if (found := _BECAUSE.search(title))]
    named = [word for text in texts if (found := _BECAUSE.search(text)) for word in nouns(found[1])]
    return bool(reasons and named) and not any(map(_there_in(reasons, said), named))


def _there_in(titles: Iterable[str], said: Wording) -> Callable[[str], bool]:
    """What says of a word whether it stands in one of ``titles``, or means the same, or is alike."""
    named = [_named_in(form) for title in titles for form in (title, said.title(title))]
    known, keys, every = (frozenset[str]().union(*parts) for parts in zip(*named, strict=True))

    def is_there(word: str) -> bool:
        found = frozenset(terms(word))
        if len(found & known) >= _SAME_WORD * len(found):
            return True
        is_alike = any(OSA.normalized_similarity(key_stream(word), one) >= _SAME_KEYS for one in keys)
        return is_alike or any(_is_slip(fold_case(word), one) for one in every)

    return is_there


def _is_slip(word: str, known: str) -> bool:
    """Whether ``word`` is ``known`` with one slip of the finger, in whatever words: hte, withh."""
    if max(len(word), len(known)) < _SHORTEST_SLIP:
        return word == known[::-1]
    return OSA.distance(word, known, score_cutoff=1) <= 1


def nouns(text: str) -> Iterator[str]:
    """What the words of ``text`` name; numbers name nothing."""
    return filter(None, map(_named, words(text)))


@remembered
def _named(word: str) -> str:
    """What a word names; empty for nothing."""
    named = noun(word.strip(".!?"))
    names_nothing = len(named) <= 1 or is_complaint(named) or any(map(str.isdigit, named))
    return "" if names_nothing else named


def with_full_stop(text: str, end: int) -> int:
    """Where the sentence's own full stop follows, it belongs to the match."""
    return end + 1 if text[end : end + 1] in (".", "!", "?") else end
