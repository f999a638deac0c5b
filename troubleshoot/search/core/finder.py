"""Owns the course of one search: understand, propose candidates, rank them, rescue what is misspelt. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from troubleshoot.search.core import answers, spelling
from troubleshoot.search.core.analysis import compact, fold, tokens
from troubleshoot.search.core.codes import normalised, unknown_codes
from troubleshoot.search.core.corpus import rarest
from troubleshoot.search.core.keyboard import key_grams
from troubleshoot.search.core.lexicon import Lexicon
from troubleshoot.search.core.query import LONGEST_QUERY, Understood, clean, complete, is_initials, understand
from troubleshoot.search.core.ranking import AnalysedQuery, Ranked, Ranker, Texts
from troubleshoot.search.core.spans import merged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from troubleshoot.search.core.corpus import Candidate, Index

# How many candidates are ranked: enough that the right one is among them, few enough for a millisecond.
CANDIDATES = 24
_RESCUE_CANDIDATES = 18
# How many of the query's rarest terms propose candidates; the rest decide only their order.
_PROPOSING_TERMS = 24
_PROPOSING_TERMS_AND_SYNONYMS = 36
_PROPOSING_KEYS = 20
_SYNONYM_WEIGHT = 0.5
_KEYS_WEIGHT = 0.3
# How many of the best candidates lend their words to the correction of a misspelt one.
_SPEAKING = 10
# A best result that explains less of the query than this calls for rescue.
_WELL_EXPLAINED = 0.75
# ... or, where every term of it is known to the index, than this.
_BADLY_EXPLAINED = 0.4
# A correction must explain so much more of the query, or the words were only new to the index.
_WORTH_CORRECTING = 0.1
# A result that scores less than this share of the best one is none.
_RELEVANT = 0.3
_LEAST_SCORE = 0.45
# A result that has next to nothing of the query must be much like it in its keys.
_LEAST_COVERED = 0.1
_LEAST_BY_KEYS = 0.6
# Marks on words that most documents have would only be noise to the eye.
_LEAST_MARKED_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What a reader asks for. ``exact`` switches off every interpretation of the text.

    Whoever wants nothing but the hits spares the judgement of what kind of answer they are: it is *related* then.
    """

    text: str
    operation: str = ""
    kind: str = ""
    limit: int = 10
    offset: int = 0
    exact: bool = False
    is_judged: bool = True


@dataclass(frozen=True, slots=True)
class Hit:
    """One result: ``kind`` is error or wizard, ``key`` its key (for a step ``flow/step``)."""

    kind: str
    key: str
    score: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to a request: a page of hits, and how many there are in all.

    ``has_more`` says that every document that was looked at is a result, so that there may be others.
    ``interpreted_as`` is the text that was searched instead of the one typed, or None; ``reason`` says why: layout,
    initials, spelling, code, or nothing. ``answer`` says what kind of answer it is, whatever page or filter was asked
    for, and ``unknown`` which codes in the query no entry has.
    """

    request: SearchRequest
    interpreted_as: str | None = None
    reason: str = ""
    total: int = 0
    has_more: bool = False
    hits: tuple[Hit, ...] = ()
    marked: frozenset[str] = frozenset()
    groups: frozenset[int] = frozenset()
    lexicon: Lexicon = field(default_factory=Lexicon, repr=False)
    answer: answers.Answer = answers.RELATED
    unknown: tuple[str, ...] = ()

    def marks(self, text: str) -> list[tuple[int, int]]:
        """The stretches ``[start, end)`` of ``text`` that matched, a synonym's too, in order, not overlapping."""
        spans = [(token.start, token.end) for token in tokens(text) if token.text in self.marked]
        if fold(text) == text:
            spans += [(at.start, at.end) for at in self.lexicon.mentions(text) if at.group in self.groups]
        return merged(spans)


def find(index: Index, texts: Texts, request: SearchRequest) -> Outcome:
    """Answer ``request`` from ``index``; never fails on any text, and reads no more than the limit of one."""
    search = _Search(index, texts, request)
    return search.outcome()


def count(index: Index, texts: Texts, request: SearchRequest, facet: str, values: Iterable[str]) -> dict[str, int]:
    """How many results each of ``values`` of ``facet`` would leave.

    A filter lets other documents among the candidates, so nothing but the filtered searches themselves can tell.
    """
    return {value: find(index, texts, _narrowed(request, facet, value)).total for value in values}


def _narrowed(request: SearchRequest, facet: str, value: str) -> SearchRequest:
    return replace(request, operation=value) if facet == "operation" else replace(request, kind=value)


@dataclass(frozen=True, slots=True)
class _Found:
    """What one reading of the query found. ``symptoms`` says that what customers say counts in it."""

    text: str
    query: AnalysedQuery
    ranker: Ranker
    ranked: list[Ranked]

    symptoms: bool = False

    @property
    def explained(self) -> float:
        return self.ranked[0].explained if self.ranked else 0.0


class _Search:
    def __init__(self, index: Index, texts: Texts, request: SearchRequest) -> None:
        self._index = index
        self._texts = texts
        self._request = request
        self._weight = index.weights.__getitem__
        self._only_exact = False
        self._typed = request.text[:LONGEST_QUERY]
        self._meant = self._typed

    def outcome(self) -> Outcome:
        understood = self._understood()
        self._meant = understood.text
        found = self._find(understood.text)
        if understood.is_noise:
            self._only_exact = True
            return self._answer(found, None, "")
        if not self._request.exact and self._needs_rescue(found):
            found = self._rescue(found)
        interpreted = found.text if found.text != understood.typed else None
        return self._answer(found, interpreted, _reason(understood, found) if interpreted else "")

    def _understood(self) -> Understood:
        if self._request.exact:
            text = clean(self._typed)
            return Understood(text, text)
        understood = understand(self._typed, self._index.frequency, self._texts.words)
        if is_initials(understood.text):
            return self._completed(understood)
        return replace(understood, text=normalised(understood.text, self._index.frequency))

    def _completed(self, understood: Understood) -> Understood:
        """Initial consonants stand for the commonest word that has them."""
        words = complete(self._index, understood.text, 1)
        return Understood(words[0], understood.typed) if words else understood

    def _needs_rescue(self, found: _Found) -> bool:
        if found.explained >= _WELL_EXPLAINED:
            return False
        return found.explained < _BADLY_EXPLAINED or not all(map(self._known(found), found.query.terms))

    def _rescue(self, found: _Found) -> _Found:
        """Widen to key n-grams, then try the spelling of the best candidates; keep what explains the query better."""
        if found.explained < _BADLY_EXPLAINED:
            found = self._order(found, with_keys=True)
        known = self._known(found)
        if not spelling.doubtful_words(found.text, known):
            return found
        titles = [title for hit in found.ranked[:_SPEAKING] for title in hit.candidate.titles]
        vocabulary = spelling.Vocabulary(titles, self._texts.synonyms)
        corrected = spelling.correct(found.text, vocabulary, known)
        if corrected == found.text:
            return found
        better = self._find(corrected)
        return better if better.explained - found.explained >= _WORTH_CORRECTING else found

    def _find(self, text: str) -> _Found:
        query = AnalysedQuery(text, Lexicon() if self._request.exact else self._texts.lexicon)
        # A code that nobody documented is an error of its own, whatever is said around it.
        symptoms = not unknown_codes(text, self._index.frequency)
        ranker = Ranker(query, self._texts, self._weight, _codes(text), symptoms=symptoms)
        return self._order(_Found(text, query, ranker, [], symptoms), with_keys=False)

    def _order(self, found: _Found, *, with_keys: bool) -> _Found:
        return replace(found, ranked=found.ranker.order(self._candidates(found, with_keys=with_keys)))

    def _candidates(self, found: _Found, *, with_keys: bool) -> list[Candidate]:
        weighted = proposing_terms(self._known(found), self._texts.lexicon, found.query)
        grams = self._proposing_grams(found.query.keys) if with_keys else []
        return self._index.candidates(
            weighted,
            [(gram, _KEYS_WEIGHT) for gram in grams],
            limit=_RESCUE_CANDIDATES if with_keys else CANDIDATES,
            operation=self._request.operation,
            kind=self._request.kind,
            symptoms=found.symptoms,
        )

    def _known(self, found: _Found) -> Callable[[str], int]:
        """In how many documents a term stands, symptoms among them where they count."""
        frequency, said = self._index.frequency, self._index.symptom_frequency
        return (lambda term: frequency(term) or said(term)) if found.symptoms else frequency

    def _proposing_grams(self, keys: str) -> list[str]:
        grams = _spread(key_grams(keys), _PROPOSING_KEYS)
        return rarest((self._index.key_frequency(gram), gram) for gram in grams)

    def _answer(self, found: _Found, interpreted: str | None, reason: str) -> Outcome:
        relevant = self._relevant(found.ranker, found.ranked)
        first, last = self._request.offset, self._request.offset + self._request.limit
        query = found.query
        answer, unknown = self._judged(found, relevant)
        return Outcome(
            request=self._request,
            interpreted_as=interpreted,
            reason=reason,
            total=len(relevant),
            has_more=len(found.ranked) >= CANDIDATES and len(relevant) == len(_one_of_each_flow(found.ranked)),
            hits=tuple(Hit(hit.stored.kind, hit.stored.key, hit.score) for hit in relevant[first:last]),
            marked=frozenset(term for term in query.terms if self._is_marked(term)),
            groups=frozenset(group for group, terms in query.mentions.items() if any(map(self._is_marked, terms))),
            lexicon=self._texts.lexicon,
            answer=answer,
            unknown=unknown,
        )

    def _judged(self, found: _Found, relevant: list[Ranked]) -> tuple[answers.Answer, tuple[str, ...]]:
        """What kind of answer this is, and the codes that no entry has. A filter changes nothing of what is known."""
        if not self._request.is_judged:
            return answers.RELATED, ()
        if self._request.operation or self._request.kind:
            whole = find(self._index, self._texts, replace(self._request, operation="", kind="", offset=0, limit=1))
            first = relevant[0].stored.key if relevant else ""
            is_hidden = whole.answer == answers.DOCUMENTED and whole.hits[0].key != first
            return (answers.RELATED if is_hidden else whole.answer), whole.unknown
        found_so = answers.Found(self._meant, found.text, relevant, found.ranked)
        evidence = answers.evidence_of(found_so, self._index, self._texts)
        return answers.judge(evidence), evidence.unknown

    def _relevant(self, ranker: Ranker, ranked: list[Ranked]) -> list[Ranked]:
        if self._only_exact:
            ranked = [hit for hit in ranked if ranker.is_exact(hit)]
        to_the_point = [hit for hit in ranker.closer(ranked) if ranker.has_content(hit)]
        return _worth_showing(to_the_point)

    def _is_marked(self, term: str) -> bool:
        return (len(term) > 1 or term.isascii()) and self._weight(term) >= _LEAST_MARKED_WEIGHT


def _reason(understood: Understood, found: _Found) -> str:
    if found.text != understood.text:
        return "spelling"
    if understood.layout_changed:
        return "layout"
    return "initials" if is_initials(understood.typed) else "code"


def proposing_terms(frequency: Callable[[str], int], lexicon: Lexicon, query: AnalysedQuery) -> list[tuple[str, float]]:
    """The rarest known terms of ``query`` and of its synonyms, with their weights: enough to propose candidates."""
    own = _rarest(frequency, query.terms, _PROPOSING_TERMS)
    others = frozenset[str]().union(*map(lexicon.terms_of, query.mentions)) - query.terms
    synonyms = _rarest(frequency, others, _PROPOSING_TERMS_AND_SYNONYMS - len(own))
    return [(term, 1.0) for term in own] + [(term, _SYNONYM_WEIGHT) for term in synonyms]


def _rarest(frequency: Callable[[str], int], terms: Iterable[str], most: int) -> list[str]:
    return rarest((frequency(term), term) for term in terms)[:most]


def _worth_showing(ranked: Sequence[Ranked]) -> list[Ranked]:
    if not ranked:
        return []
    least = max(_LEAST_SCORE, _RELEVANT * min(ranked[0].score, 2.0))
    shown = _one_of_each_flow(ranked)
    return [hit for hit in shown if hit.score >= (least if hit.covered >= _LEAST_COVERED else _LEAST_BY_KEYS)]


def _one_of_each_flow(ranked: Iterable[Ranked]) -> list[Ranked]:
    """A wizard shows once, by its best step, however many of them match."""
    shown: dict[tuple[str, str], Ranked] = {}
    for hit in ranked:
        shown.setdefault((hit.stored.kind, hit.stored.key.partition("/")[0]), hit)
    return list(shown.values())


def _spread(grams: list[str], most: int) -> list[str]:
    """At most so many of ``grams``, from all along the text."""
    return grams if len(grams) <= most else grams[:: -(-len(grams) // most)]


def _codes(text: str) -> frozenset[str]:
    return frozenset(compact(word) for word in text.split())
