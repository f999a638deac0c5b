"""Owns the course of one search: understand, propose candidates, rank them, rescue what is misspelt. Pure of Django."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from troubleshoot.search import spelling
from troubleshoot.search.analysis import compact, fold, tokens
from troubleshoot.search.index import Candidate, Snapshot, key_grams
from troubleshoot.search.lexicon import Lexicon
from troubleshoot.search.query import Understood, clean, understand
from troubleshoot.search.ranking import Analysed, Ranked, Ranker, Texts, analyse
from troubleshoot.search.suggest import complete, is_initials

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# How many candidates are ranked: enough that the right one is among them, few enough for a millisecond.
CANDIDATES = 50
# How many of the query's rarest terms propose candidates; the rest decide only their order.
_PROPOSING_TERMS = 32
_PROPOSING_TERMS_AND_SYNONYMS = 56
_PROPOSING_KEYS = 60
_SYNONYM_WEIGHT = 0.5
_KEYS_WEIGHT = 0.3
# How many of the best candidates lend their words to the correction of a misspelt one.
_SPEAKING = 10
# A best result that explains less of the query than this calls for rescue.
_WELL_EXPLAINED = 0.75
# A correction must explain so much more of the query, or the words were only new to the index.
_WORTH_CORRECTING = 0.1
# A result that scores less than this share of the best one is none.
_RELEVANT = 0.3
_LEAST_SCORE = 0.45
# A result that has next to nothing of the query must be much like it in its keys.
_LEAST_EXPLAINED = 0.1
_LEAST_BY_KEYS = 0.6
# Marks on words that most documents have would only be noise to the eye.
_LEAST_MARKED_WEIGHT = 0.5


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
    initials, spelling, or nothing.
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
        return merged(spans)


def find(snapshot: Snapshot, texts: Texts, request: SearchRequest) -> Outcome:
    """Answer ``request`` from ``snapshot``; never fails on any text."""
    search = _Search(snapshot, texts, request)
    return search.outcome()


class _Search:
    def __init__(self, snapshot: Snapshot, texts: Texts, request: SearchRequest) -> None:
        self._snapshot = snapshot
        self._texts = texts
        self._request = request
        self._weight = snapshot.weights.__getitem__

    def outcome(self) -> Outcome:
        understood = self._understood()
        if is_initials(understood.text) and not self._request.exact:
            understood = self._completed(understood)
        ranked = self._ranked(understood.text)
        reason = "layout" if understood.layout_changed else "initials"
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

    def _completed(self, understood: Understood) -> Understood:
        """Initial consonants stand for the commonest word that has them."""
        words = complete(self._snapshot, understood.text, 1)
        return Understood(words[0], understood.typed) if words else understood

    def _rescued(self, text: str) -> tuple[str, list[Ranked]]:
        """Widen to key n-grams, then try the spelling of the best candidates; keep what explains the query better."""
        widened = self._ranked(text, with_keys=True)
        titles = [title for hit in widened[:_SPEAKING] for title in hit.candidate.titles]
        vocabulary = spelling.Vocabulary(titles, self._texts.synonyms)
        corrected = spelling.correct(text, vocabulary, self._snapshot.frequency)
        if corrected == text:
            return text, widened
        better = self._ranked(corrected, with_keys=True)
        gained = _explained(better) - _explained(widened)
        return (corrected, better) if gained >= _WORTH_CORRECTING else (text, widened)

    def _ranked(self, text: str, *, with_keys: bool = False) -> list[Ranked]:
        query = analyse(text, self._texts.lexicon)
        candidates = self._candidates(query, with_keys=with_keys)
        return Ranker(query, self._weight, _codes(text)).order(candidates, self._texts)

    def _candidates(self, query: Analysed, *, with_keys: bool) -> list[Candidate]:
        weighted = proposing_terms(self._snapshot, self._texts.lexicon, query)
        keys = [(gram, _KEYS_WEIGHT) for gram in key_grams(query.keys)[:_PROPOSING_KEYS]] if with_keys else []
        return self._snapshot.candidates(
            weighted, keys, limit=CANDIDATES, operation=self._request.operation, kind=self._request.kind
        )

    def _answer(self, text: str, interpreted: str | None, reason: str, ranked: list[Ranked]) -> Outcome:
        relevant = _relevant(ranked if self._request.kind else _one_of_each_flow(ranked))
        query = analyse(text, self._texts.lexicon)
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
            groups=frozenset(group for group, found in query.mentions.items() if any(map(self._is_marked, found))),
            lexicon=self._texts.lexicon,
        )

    def _is_marked(self, term: str) -> bool:
        return (len(term) > 1 or term.isascii()) and self._weight(term) >= _LEAST_MARKED_WEIGHT


def proposing_terms(snapshot: Snapshot, lexicon: Lexicon, query: Analysed) -> list[tuple[str, float]]:
    """The rarest known terms of ``query`` and of its synonyms, with their weights: enough to propose candidates."""
    own = _rarest(snapshot, query.terms, _PROPOSING_TERMS)
    others = frozenset[str]().union(*map(lexicon.terms_of, query.mentions)) - query.terms
    synonyms = _rarest(snapshot, others, _PROPOSING_TERMS_AND_SYNONYMS - len(own))
    return [(term, 1.0) for term in own] + [(term, _SYNONYM_WEIGHT) for term in synonyms]


def _rarest(snapshot: Snapshot, terms: Iterable[str], most: int) -> list[str]:
    known = sorted((frequency, term) for term in terms if (frequency := snapshot.frequency(term)))
    return [term for _frequency, term in known[:most]]


def _explained(ranked: Sequence[Ranked]) -> float:
    return ranked[0].explained if ranked else 0.0


def _needs_rescue(ranked: Sequence[Ranked]) -> bool:
    return _explained(ranked) < _WELL_EXPLAINED


def _one_of_each_flow(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Beside errors a wizard shows once, by its best step, however many of its steps match."""
    shown: dict[tuple[str, str], Ranked] = {}
    for hit in ranked:
        stored = hit.candidate.stored
        shown.setdefault((stored.kind, stored.key.partition("/")[0]), hit)
    return list(shown.values())


def _relevant(ranked: Sequence[Ranked]) -> list[Ranked]:
    if not ranked:
        return []
    least = max(_LEAST_SCORE, _RELEVANT * min(ranked[0].score, 2.0))
    return [hit for hit in ranked if hit.score >= (least if hit.explained >= _LEAST_EXPLAINED else _LEAST_BY_KEYS)]


def _codes(text: str) -> frozenset[str]:
    return frozenset(compact(word) for word in text.split())


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping and touching stretches as one, in order."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
