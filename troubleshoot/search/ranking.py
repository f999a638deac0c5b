"""Owns the order of results: how well a title answers a query, beyond what BM25 can tell. Pure.

The score of a document is that of its best title. It weighs, by inverse document frequency (Robertson & Spärck Jones,
1976), which share of the query the title explains and which share of the title the query names, and adds what BM25 says
of the rest of the text. An exact code or an exact title stands above every other score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from troubleshoot.search.analysis import compact, fold, terms
from troubleshoot.search.keyboard import key_stream

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from troubleshoot.search.index import Candidate
    from troubleshoot.search.lexicon import Lexicon

_QUERY_SHARE = 1.0
_TITLE_SHARE = 0.35
_TEXT_SHARE = 0.3
_KEYS_SHARE = 0.8
_CONTAINED = 0.5
_EXACT_TITLE = 10.0
_EXACT_CODE = 20.0
# A title this short is contained in many texts by chance.
_SHORTEST_CONTAINED = 6
# Keys are compared for the best of the first order only: it is the dearest feature.
_COMPARED_BY_KEYS = 12


@dataclass(frozen=True, slots=True)
class Analysed:
    """A text as ranking sees it: ``mentions`` holds the terms of the synonyms found in it, by group."""

    compact: str
    terms: frozenset[str]
    mentions: dict[int, frozenset[str]]
    keys: str


def analyse(text: str, lexicon: Lexicon) -> Analysed:
    """Cut ``text`` into terms, and find the synonyms that ``lexicon`` knows in it."""
    folded = fold(text)
    mentions: dict[int, frozenset[str]] = {}
    for mention in lexicon.mentions(folded):
        found = frozenset(terms(folded[mention.start : mention.end]))
        mentions[mention.group] = mentions.get(mention.group, frozenset()) | found
    return Analysed(compact(folded), frozenset(terms(folded)), mentions, key_stream(folded))


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its place in the order: ``explained`` is the share of the query that its best title has."""

    candidate: Candidate
    score: float
    explained: float


class Ranker:
    """Orders candidates for one query. ``weight`` is the inverse document frequency of a term."""

    def __init__(self, query: Analysed, weight: Callable[[str], float], codes: frozenset[str]) -> None:
        self._query = query
        self._weight = weight
        self._codes = codes
        self._total = self._sum(query.terms)

    def order(self, candidates: Sequence[Candidate], title_of: Callable[[str], Analysed]) -> list[Ranked]:
        """The candidates, best first."""
        if not candidates:
            return []
        most = max(candidate.score for candidate in candidates) or 1.0
        ranked = [self._rank(candidate, title_of, most) for candidate in candidates]
        ranked.sort(key=_by_score)
        ranked[:_COMPARED_BY_KEYS] = [self._compare_keys(hit, title_of) for hit in ranked[:_COMPARED_BY_KEYS]]
        ranked.sort(key=_by_score)
        return ranked

    def _rank(self, candidate: Candidate, title_of: Callable[[str], Analysed], most: float) -> Ranked:
        best = explained = 0.0
        for text in candidate.titles:
            title = title_of(text)
            share = self._explained(title)
            explained = max(explained, share)
            best = max(best, _QUERY_SHARE * share + _TITLE_SHARE * self._named(title) + self._containment(title))
        score = best + _TEXT_SHARE * candidate.score / most + self._code_score(candidate.codes)
        return Ranked(candidate, score, explained)

    def _compare_keys(self, hit: Ranked, title_of: Callable[[str], Analysed]) -> Ranked:
        keys = self._query.keys
        alike = max((_alike(keys, title_of(text).keys) for text in hit.candidate.titles), default=0.0)
        return Ranked(hit.candidate, hit.score + _KEYS_SHARE * alike, hit.explained)

    def _explained(self, title: Analysed) -> float:
        """The share of the query that ``title`` has, itself or by a synonym."""
        if not self._total:
            return 0.0
        matched = self._query.terms & title.terms
        for group in self._query.mentions.keys() & title.mentions.keys():
            matched |= self._query.mentions[group]
        return self._sum(matched) / self._total

    def _named(self, title: Analysed) -> float:
        """The share of ``title`` that the query has, itself or by a synonym."""
        total = self._sum(title.terms)
        if not total:
            return 0.0
        matched = self._query.terms & title.terms
        for group in self._query.mentions.keys() & title.mentions.keys():
            matched |= title.mentions[group]
        return self._sum(matched) / total

    def _containment(self, title: Analysed) -> float:
        query = self._query.compact
        if not query or not title.compact:
            return 0.0
        if query == title.compact:
            return _EXACT_TITLE
        if len(query) >= _SHORTEST_CONTAINED and query in title.compact:
            return _CONTAINED + len(query) / len(title.compact)
        if len(title.compact) >= _SHORTEST_CONTAINED and title.compact in query:
            return _CONTAINED * len(title.compact) / len(query)
        return 0.0

    def _code_score(self, codes: tuple[str, ...]) -> float:
        return _EXACT_CODE if any(compact(code) in self._codes for code in codes) else 0.0

    def _sum(self, found: frozenset[str]) -> float:
        return sum(map(self._weight, found))


def _alike(query: str, title: str) -> float:
    """How alike two key streams are, 0 to 1; for a part of a title, how alike it is to the best place in it."""
    if not query or not title:
        return 0.0
    whole = fuzz.ratio(query, title)
    if len(query) < len(title) * 0.8:
        whole = max(whole, 0.9 * fuzz.partial_ratio(query, title))
    return whole / 100


def _by_score(hit: Ranked) -> tuple[float, str]:
    return -hit.score, hit.candidate.stored.key
