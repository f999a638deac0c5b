"""Owns the order of results: how well a title answers a query, beyond what BM25 can tell. Pure.

The score of a document is that of its best title. It weighs, by inverse document frequency (Robertson & Spärck Jones,
1976), which share of the query the title explains and which share of the title the query names, and adds what BM25 says
of the rest of the text. An exact code or an exact title stands above every other score.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshoot.search.analysis import compact, fold, terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from troubleshoot.search.index import Candidate
    from troubleshoot.search.lexicon import Lexicon

_QUERY_SHARE = 1.0
_TITLE_SHARE = 0.35
_KEYS_SHARE = 0.5
_TEXT_SHARE = 0.3
_CONTAINED = 0.5
_EXACT_TITLE = 10.0
_EXACT_CODE = 20.0
# A title this short is contained in many texts by chance.
_SHORTEST_CONTAINED = 6


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of a text that is matched as one: the terms of a synonym's mention, or one term outside any."""

    terms: tuple[str, ...]
    group: int | None = None


@dataclass(frozen=True, slots=True)
class Analysed:
    """A text as ranking sees it."""

    compact: str
    units: tuple[Unit, ...]
    terms: frozenset[str]
    groups: frozenset[int]
    keys: frozenset[str]


def analyse(text: str, lexicon: Lexicon, *, grams: Callable[[str], Iterable[str]]) -> Analysed:
    """Cut ``text`` into units: synonyms found by ``lexicon``, and the terms between them."""
    folded = fold(text)
    units: dict[Unit, None] = {}
    at = 0
    for mention in lexicon.mentions(folded):
        for term in terms(folded[at : mention.start]):
            units[Unit((term,))] = None
        units[Unit(tuple(dict.fromkeys(terms(folded[mention.start : mention.end]))), mention.group)] = None
        at = mention.end
    for term in terms(folded[at:]):
        units[Unit((term,))] = None
    groups = frozenset(unit.group for unit in units if unit.group is not None)
    return Analysed(compact(folded), tuple(units), frozenset(terms(folded)), groups, frozenset(grams(folded)))


class Ranker:
    """Scores candidates against one query."""

    def __init__(self, query: Analysed, weight: Callable[[str], float], codes: frozenset[str]) -> None:
        self._query = query
        self._weight = weight
        self._codes = codes

    def score(self, titles: Sequence[Analysed], candidate: Candidate, best_text_score: float) -> float:
        """The score of a candidate whose analysed titles are ``titles``; higher is better, no upper bound."""
        of_titles = max((self._title_score(title) for title in titles), default=0.0)
        of_text = _TEXT_SHARE * candidate.score / best_text_score if best_text_score > 0 else 0.0
        return of_titles + of_text + self._code_score(candidate.codes)

    def explained(self, titles: Sequence[Analysed]) -> float:
        """The share of the query, by weight, that the best of ``titles`` explains."""
        return max((self._share(self._query, title) for title in titles), default=0.0)

    def _title_score(self, title: Analysed) -> float:
        explained = self._share(self._query, title)
        score = _QUERY_SHARE * explained + _TITLE_SHARE * self._share(title, self._query)
        if explained < 1.0 and self._query.keys:
            score += _KEYS_SHARE * len(self._query.keys & title.keys) / len(self._query.keys)
        elif self._query.keys:
            score += _KEYS_SHARE
        return score + self._containment(title)

    def _containment(self, title: Analysed) -> float:
        if not self._query.compact or not title.compact:
            return 0.0
        if self._query.compact == title.compact:
            return _EXACT_TITLE
        if len(title.compact) >= _SHORTEST_CONTAINED and title.compact in self._query.compact:
            return _CONTAINED + len(title.compact) / len(self._query.compact)
        if len(self._query.compact) >= _SHORTEST_CONTAINED and self._query.compact in title.compact:
            return _CONTAINED + len(self._query.compact) / len(title.compact)
        return 0.0

    def _code_score(self, codes: tuple[str, ...]) -> float:
        return _EXACT_CODE if any(compact(code) in self._codes for code in codes) else 0.0

    def _share(self, part: Analysed, whole: Analysed) -> float:
        """The idf-weighted share of the units of ``part`` that ``whole`` has, between 0 and 1."""
        total = matched = 0.0
        for unit in part.units:
            weight = sum(map(self._weight, unit.terms))
            total += weight
            if unit.group is not None and unit.group in whole.groups:
                matched += weight
            else:
                matched += sum(self._weight(term) for term in unit.terms if term in whole.terms)
        return matched / total if total else 0.0


def inverse_frequency(frequency: int, size: int) -> float:
    """Inverse document frequency, always positive: ln(1 + (N - n + 0.5) / (n + 0.5)); 0 for an unknown term.

    A term that no document has tells candidates apart no more than silence does.
    """
    if frequency == 0:
        return 0.0
    return math.log(1 + (size - frequency + 0.5) / (frequency + 0.5)) if frequency <= size else 0.05
