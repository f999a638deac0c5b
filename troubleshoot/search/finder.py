"""Owns the course of one search: understand, propose candidates, rank them, rescue what is misspelt. Pure of Django."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from troubleshoot.search import spelling
from troubleshoot.search.analysis import compact, fold, terms, tokens
from troubleshoot.search.index import Candidate, Snapshot, key_grams
from troubleshoot.search.lexicon import Lexicon
from troubleshoot.search.query import Understood, clean, understand
from troubleshoot.search.ranking import Analysed, Ranked, Ranker, analyse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# How many candidates are ranked: enough that the right one is among them, few enough for a millisecond.
CANDIDATES = 50
# How many of the query's rarest terms propose candidates; the rest decide only their order.
_PROPOSING_TERMS = 40
_PROPOSING_KEYS = 60
_SYNONYM_WEIGHT = 0.5
_KEYS_WEIGHT = 0.3
# How many of the best candidates lend their words to the correction of a misspelt one.
_SPEAKING = 10
# A best result that explains less of the query than this calls for rescue.
_WELL_EXPLAINED = 0.75
# A result that scores less than this share of the best one is none.
_RELEVANT = 0.3
_LEAST_SCORE = 0.45
# Marks on words that most documents have would only be noise to the eye.
_LEAST_MARKED_WEIGHT = 0.5
_REMEMBERED_TITLES = 20_000


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What a reader asks for. ``exact`` switches off every interpretation of the text."""

    text: str
    operation: str = ""
    kind: str = ""
    limit: int = 10
    offset: int = 0
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One result: ``kind`` is error or wizard, ``key`` its key (for a step ``flow/step``)."""

    kind: str
    key: str
    score: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to a request: a page of hits, how many there are in all, and counts for the facets.

    ``interpreted_as`` is the text that was searched instead of the one typed, or None; ``reason`` says why: layout,
    spelling, or nothing.
    """

    request: SearchRequest
    interpreted_as: str | None = None
    reason: str = ""
    total: int = 0
    hits: tuple[Hit, ...] = ()
    operations: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    marked: frozenset[str] = frozenset()
    groups: frozenset[int] = frozenset()
    lexicon: Lexicon = field(default_factory=Lexicon, repr=False)

    def marks(self, text: str) -> list[tuple[int, int]]:
        """The stretches ``[start, end)`` of ``text`` that matched, a synonym's too, in order, not overlapping."""
        spans = [(token.start, token.end) for token in tokens(text) if token.text in self.marked]
        if fold(text) == text:
            spans += [(at.start, at.end) for at in self.lexicon.mentions(text) if at.group in self.groups]
        return _merged(spans)


class TitleCache:
    """Analysed titles, kept as long as the lexicon they were analysed with."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._known: dict[str, Analysed] = {}

    def get(self, title: str) -> Analysed:
        known = self._known.get(title)
        if known is None:
            if len(self._known) >= _REMEMBERED_TITLES:
                self._known.clear()
            known = self._known[title] = analyse(title, self.lexicon)
        return known


def find(snapshot: Snapshot, titles: TitleCache, request: SearchRequest) -> Outcome:
    """Answer ``request`` from ``snapshot``; never fails on any text."""
    search = _Search(snapshot, titles, request)
    return search.outcome()


class _Search:
    def __init__(self, snapshot: Snapshot, titles: TitleCache, request: SearchRequest) -> None:
        self._snapshot = snapshot
        self._titles = titles
        self._request = request
        self._weight = snapshot.weights.__getitem__

    def outcome(self) -> Outcome:
        understood = self._understood()
        ranked = self._ranked(understood.text)
        reason = "layout" if understood.layout_changed else ""
        text = understood.text
        if not self._request.exact and _needs_rescue(ranked):
            text, ranked = self._rescued(text)
            reason = "spelling" if text != understood.text else reason
        interpreted = text if text != understood.typed else None
        return self._answer(text, interpreted, reason if interpreted else "", ranked)

    def _understood(self) -> Understood:
        if self._request.exact:
            text = clean(self._request.text)
            return Understood(text, text)
        return understand(self._request.text, self._snapshot.frequency)

    def _rescued(self, text: str) -> tuple[str, list[Ranked]]:
        """Widen to key n-grams, then try the spelling of the best candidates; keep what explains the query better."""
        widened = self._ranked(text, with_keys=True)
        titles = [title for hit in widened[:_SPEAKING] for title in hit.candidate.titles]
        words = chain(titles, *self._titles.lexicon.groups)
        corrected = spelling.correct(text, words, self._snapshot.frequency)
        if corrected == text:
            return text, widened
        return corrected, self._ranked(corrected, with_keys=True)

    def _ranked(self, text: str, *, with_keys: bool = False) -> list[Ranked]:
        query = analyse(text, self._titles.lexicon)
        candidates = self._candidates(query, with_keys=with_keys)
        return Ranker(query, self._weight, _codes(text)).order(candidates, self._titles.get)

    def _candidates(self, query: Analysed, *, with_keys: bool) -> list[Candidate]:
        weighted = self._proposing_terms(query)
        keys = [(gram, _KEYS_WEIGHT) for gram in key_grams(query.keys)[:_PROPOSING_KEYS]] if with_keys else []
        return self._snapshot.candidates(
            weighted, keys, limit=CANDIDATES, operation=self._request.operation, kind=self._request.kind
        )

    def _proposing_terms(self, query: Analysed) -> list[tuple[str, float]]:
        weights = dict.fromkeys(query.terms, 1.0)
        for group in query.mentions:
            for term in self._titles.lexicon.terms_of(group):
                weights.setdefault(term, _SYNONYM_WEIGHT)
        frequencies = {term: self._snapshot.frequency(term) for term in weights}
        known = sorted((term for term in weights if frequencies[term]), key=lambda term: (frequencies[term], term))
        return [(term, weights[term]) for term in known[:_PROPOSING_TERMS]]

    def _answer(self, text: str, interpreted: str | None, reason: str, ranked: list[Ranked]) -> Outcome:
        relevant = _relevant(ranked)
        query = analyse(text, self._titles.lexicon)
        first, last = self._request.offset, self._request.offset + self._request.limit
        return Outcome(
            request=self._request,
            interpreted_as=interpreted,
            reason=reason,
            total=len(relevant),
            hits=tuple(
                Hit(hit.candidate.stored.kind, hit.candidate.stored.key, hit.score) for hit in relevant[first:last]
            ),
            operations=dict(
                Counter(hit.candidate.stored.operation for hit in relevant if hit.candidate.stored.operation)
            ),
            kinds=dict(Counter(hit.candidate.stored.kind for hit in relevant)),
            marked=frozenset(term for term in query.terms if self._is_marked(term)),
            groups=frozenset(query.mentions),
            lexicon=self._titles.lexicon,
        )

    def _is_marked(self, term: str) -> bool:
        return (len(term) > 1 or term.isascii()) and self._weight(term) >= _LEAST_MARKED_WEIGHT


def _needs_rescue(ranked: Sequence[Ranked]) -> bool:
    return not ranked or ranked[0].explained < _WELL_EXPLAINED


def _relevant(ranked: Sequence[Ranked]) -> list[Ranked]:
    if not ranked:
        return []
    least = max(_LEAST_SCORE, _RELEVANT * min(ranked[0].score, 2.0))
    return [hit for hit in ranked if hit.score >= least]


def _codes(text: str) -> frozenset[str]:
    return frozenset(compact(word) for word in text.split())


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


__all__ = ["CANDIDATES", "Hit", "Outcome", "SearchRequest", "TitleCache", "find", "terms"]
