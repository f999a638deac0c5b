"""Owns the course of one search: understand, propose candidates, rank them, rescue what is misspelt. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from troubleshoot.kinds import Kind
from troubleshoot.search.core import answers, spelling
from troubleshoot.search.core.analysis import compact, merged, without
from troubleshoot.search.core.codes import code_words, normalised, respelt, unknown_codes
from troubleshoot.search.core.corpus import rarest
from troubleshoot.search.core.grammar import inside_words, is_complaint, is_ending
from troubleshoot.search.core.keyboard import key_grams
from troubleshoot.search.core.lexicon import Lexicon, wording
from troubleshoot.search.core.query import (
    LONGEST_QUERY,
    Understood,
    clean,
    complete,
    is_initials,
    known_words,
    suggest,
    understand,
)
from troubleshoot.search.core.ranking import AnalysedQuery, Ranked, Ranker, Texts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from troubleshoot.search.core.corpus import Candidate, Index

# How many candidates are ranked: enough that the right one is among them, few enough for a millisecond. Where all of
# them say what was typed (VM, backup), so many more are.
_CANDIDATES = 36
CANDIDATES = 96
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
_LEAST_SCORE = 0.4
# A result that has next to nothing of the query must be much like it in its keys.
_LEAST_COVERED = 0.1
_LEAST_BY_KEYS = 0.6
# Beside an undocumented code, an entry that says less of it is none that is alike.
_MOST_OF_A_CODE = 0.5
# So many letters of a misspelt code must begin one.
_SHORTEST_BEGUN = 4
# Marks on words that a greater share of the documents has would only be noise to the eye.
_MARKED = 0.3

FACETS = ("product", "document", "operation", "kind")
"""What a search can be narrowed by: fields of a request, of a hit and of the index."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What a reader asks for. ``exact`` switches off every interpretation of the text.

    Whoever wants nothing but the hits spares the judgement of what kind of answer they are: it is *related* then. Who
    shows them to a reader also wants what ``marks`` are set by (``is_marked``), and the page of a search what may be
    searched for instead (``is_helped``).
    """

    text: str
    operation: str = ""
    kind: str = ""
    limit: int = 10
    exact: bool = False
    is_judged: bool = True
    is_marked: bool = True
    is_helped: bool = False
    product: str = ""
    document: str = ""

    @property
    def filters(self) -> dict[str, str]:
        """The facets that are narrowed, with their values."""
        return {facet: value for facet in FACETS if (value := getattr(self, facet))}

    def allowed(self, hits: list[Hit], *, but: str = "") -> list[Hit]:
        """The hits that the filters let through; all of them ``but`` one."""
        chosen = [(facet, value) for facet, value in self.filters.items() if facet != but]
        return [hit for hit in hits if all(getattr(hit, facet) == value for facet, value in chosen)] if chosen else hits


class Hit(NamedTuple):
    """One result: ``kind`` is error or wizard, ``key`` its key (for a step ``flow/step``).

    ``symptom`` is the one of its symptoms that the query is most like, where none of its titles is more so.
    """

    kind: str
    key: str
    score: float
    operation: str = ""
    product: str = ""
    document: str = ""
    symptom: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to a request: the best hits, and how many there are in all.

    All of it comes from one set of candidates: ``counts`` has the hits of each value of the ``FACETS``, by the others.
    ``has_more`` says that every document that was looked at is a result, so that there may be others.
    ``interpreted_as`` is the text that was searched instead of the one typed, or None; ``reason`` says why: layout,
    initials, spelling, code, or nothing. ``answer`` says what kind of answer it is, whatever page or filter was asked
    for, and ``unknown`` which codes in the query no entry has. ``completions`` are whole queries that the text may
    become, ``known`` its words that documents have, those that say most first; both only where help was asked for.
    A related one ``is_loose`` where the first hit has only a small part of what was typed.
    """

    request: SearchRequest
    interpreted_as: str | None = None
    reason: str = ""
    total: int = 0
    has_more: bool = False
    hits: tuple[Hit, ...] = ()
    marked: frozenset[str] = frozenset()
    inner: frozenset[str] = frozenset()
    groups: frozenset[int] = frozenset()
    lexicon: Lexicon = field(default_factory=Lexicon, repr=False)
    answer: answers.Answer = answers.RELATED
    is_loose: bool = False
    unknown: tuple[str, ...] = ()
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    completions: tuple[str, ...] = ()
    known: tuple[str, ...] = ()

    def marks(self, text: str) -> list[tuple[int, int, bool]]:
        """The stretches ``[start, end)`` of ``text`` that matched, in order, not overlapping.

        The third value is whether the words were typed; where it is false, they mean the same.
        """
        read = self.lexicon.read(text)
        if self.marked.isdisjoint(read.terms) and self.groups.isdisjoint(read.groups):
            return []
        typed = _typed(text, [(token.start, token.end) for token in read.tokens if token.text in self.marked])
        typed = [span for span in typed if text[slice(*span)] not in self.inner]  # the 이전 of 에이전트 is no word
        mentions = ((at.start, at.end) for at in read.mentions if at.group in self.groups)
        meant = [span for span in mentions if self._is_other_word(text, span, typed)]
        left = (span for span in without(typed, meant) if span in typed or not _is_within_hangul(text, span[0]))
        marks = [(*span, True) for span in left] + [(*span, False) for span in meant]
        return sorted(marks)

    @staticmethod
    def _is_other_word(text: str, span: tuple[int, int], typed: list[tuple[int, int]]) -> bool:
        """Whether what stands there is another word than the one typed: 스냅숏 is for 스냅샷, 실패했습니다 is 실패."""
        left = (text[start:end].strip() for start, end in without([span], typed))
        return not all(not part or is_ending(part) for part in left)


def _typed(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The stretches of words that were typed, from where a word begins: the 업이 of 작업이 is no word.

    One across a space only where both its ends belong to such words.
    """
    inside = merged(span for span in spans if " " not in text[slice(*span)])
    places = {place for span in inside for place in range(*span)}
    joined = merged([*inside, *(span for span in spans if span[0] in places and span[1] - 1 in places)])
    return [span for span in joined if not _is_within_hangul(text, span[0])]


def _is_within_hangul(text: str, place: int) -> bool:
    """Whether a syllable stands right before the one at ``place``."""
    return place > 0 and all("가" <= character <= "힣" for character in text[place - 1 : place + 1])


def find(index: Index, texts: Texts, request: SearchRequest) -> Outcome:
    """Answer ``request`` from ``index``; never fails on any text, and reads no more than the limit of one."""
    return _Search(index, texts, request).outcome()


@dataclass(frozen=True, slots=True)
class _Found:
    """What one reading of the query found, which the ``proposing`` terms proposed, with their weights.

    ``symptoms`` says that what customers say counts in it.
    """

    text: str
    query: AnalysedQuery
    ranker: Ranker
    ranked: list[Ranked]
    proposing: list[tuple[str, float]]
    symptoms: bool = False

    @property
    def explained(self) -> float:
        return self.ranked[0].explained if self.ranked else 0.0


class _Search:
    def __init__(self, index: Index, texts: Texts, request: SearchRequest) -> None:
        self._index = index
        self._texts = texts
        self._request = request
        self._only_exact = False
        self._typed = request.text[:LONGEST_QUERY]
        self._meant = self._typed
        self._unknown: tuple[str, ...] = ()

    def outcome(self) -> Outcome:
        understood = self._understood()
        self._meant = understood.text
        self._unknown = self._unknown_in(self._meant)
        found = self._find(understood.text)
        if not (understood.is_noise or self._request.exact):
            found = self._with_codes_respelt(found)
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
        completed = complete(self._index, understood.text, 1)
        return Understood(completed[0], understood.typed) if completed else understood

    def _with_codes_respelt(self, found: _Found) -> _Found:
        """What is found where a code with a slip in its letters is the one code that it may be."""

        def near(word: str) -> list[str]:
            begun = (word[:end] for end in range(len(word), _SHORTEST_BEGUN, -1))
            begin = next(filter(None, (complete(self._index, one) for one in begun)), [])
            return [*begin, *(code for hit in found.ranked for code in hit.candidate.codes)]

        meant = respelt(found.text, self._index, near)
        if meant == found.text:
            return found
        self._meant, self._unknown = meant, self._unknown_in(meant)
        return self._find(meant)

    def _unknown_in(self, meant: str) -> tuple[str, ...]:
        """The codes in ``meant`` that no entry has; that one is a code may be said in noise: "errorCode":400."""
        typed = (code for code in unknown_codes(self._typed, self._index.frequency) if code in meant)
        return tuple(dict.fromkeys((*unknown_codes(meant, self._index.frequency), *typed)))

    def _needs_rescue(self, found: _Found) -> bool:
        if found.explained >= _WELL_EXPLAINED:
            return False
        return found.explained < _BADLY_EXPLAINED or not all(
            map(self._known(symptoms=found.symptoms), found.query.terms)
        )

    def _rescue(self, found: _Found) -> _Found:
        """Widen to key n-grams, then try the spelling of the best candidates; keep what explains the query better."""
        if found.explained < _BADLY_EXPLAINED:
            found = self._order(found, with_keys=True)
        known = self._known(symptoms=found.symptoms)
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
        symptoms = not (self._unknown or (text != self._meant and unknown_codes(text, self._index.frequency)))
        ranker = Ranker(query, self._texts, self._index.weights, _codes(text), symptoms=symptoms)
        proposing = proposing_terms(self._known(symptoms=symptoms), self._texts.lexicon, query)
        return self._order(_Found(text, query, ranker, [], proposing, symptoms), with_keys=False)

    def _order(self, found: _Found, *, with_keys: bool) -> _Found:
        limit = _RESCUE_CANDIDATES if with_keys else _CANDIDATES
        return replace(found, ranked=found.ranker.order(self._candidates(found, limit, with_keys=with_keys)))

    def _candidates(
        self, found: _Found, limit: int, *, with_keys: bool = False, narrow: bool = False
    ) -> list[Candidate]:
        grams = [(gram, _KEYS_WEIGHT) for gram in self._proposing_grams(found.query.keys)] if with_keys else []
        only = self._request.filters if narrow else None
        return self._index.candidates(found.proposing, grams, limit=limit, filters=only, symptoms=found.symptoms)

    def _known(self, *, symptoms: bool) -> Callable[[str], int]:
        """In how many documents a term stands, symptoms among them where they count."""
        return self._index.frequency_anywhere if symptoms else self._index.frequency

    def _proposing_grams(self, keys: str) -> list[str]:
        grams = _spread(key_grams(keys), _PROPOSING_KEYS)
        return rarest((self._index.key_frequency(gram), gram) for gram in grams)

    def _answer(self, found: _Found, interpreted: str | None, reason: str) -> Outcome:
        relevant = self._relevant(found.ranker, found.ranked)
        if _may_be_more(found.ranked, relevant, _CANDIDATES):
            found = replace(found, ranked=found.ranker.order(self._candidates(found, CANDIDATES)))
            relevant = self._relevant(found.ranker, found.ranked)
        judged = self._judged(found, relevant)
        if judged.answer == answers.UNDOCUMENTED and judged.unknown:
            found, relevant = self._beside(judged.unknown, found, relevant)
        has_more = _may_be_more(found.ranked, relevant, CANDIDATES)
        every = [_hit(ranked) for ranked in relevant]
        hits = self._request.allowed(every)
        if has_more and len(hits) < len(every):
            hits = self._of_the_filter(found, relevant)
        judged = _where_it_shows(judged, relevant, hits)
        is_marked = self._request.is_marked
        mentions = found.query.mentions if is_marked else {}
        return Outcome(
            request=self._request,
            interpreted_as=interpreted,
            reason=reason,
            total=len(hits),
            has_more=has_more,
            hits=tuple(hits[: self._request.limit]),
            marked=frozenset(filter(self._is_marked, found.query.terms if is_marked else ())),
            inner=inside_words(found.query.text if is_marked else ""),
            groups=frozenset(group for group, said in mentions.items() if self._is_group_marked(group, said)),
            lexicon=self._texts.lexicon,
            answer=judged.answer,
            is_loose=judged.is_loose,
            unknown=judged.unknown,
            counts=self._counts(every),
            completions=tuple(suggest(self._index, self._typed)) if self._request.is_helped else (),
            known=known_words(self._meant, self._index) if self._request.is_helped else (),
        )

    def _of_the_filter(self, found: _Found, relevant: list[Ranked]) -> list[Hit]:
        """More documents than are looked at say what was typed: those that the filter lets through come up for it."""
        ranked = found.ranker.order(self._candidates(found, CANDIDATES, narrow=True))
        return [_hit(one) for one in self._relevant(found.ranker, ranked, best=relevant[0].score)]

    def _counts(self, every: list[Hit]) -> dict[str, Counter[str]]:
        """How many hits each value of a facet has, next to the filters of the others."""
        return {
            facet: Counter(filter(None, map(attrgetter(facet), self._request.allowed(every, but=facet))))
            for facet in FACETS
        }

    def _judged(self, found: _Found, relevant: list[Ranked]) -> answers.Judged:
        """What kind of answer this is. A filter changes nothing of what is known."""
        if not self._request.is_judged:
            return answers.Judged()
        return answers.judged(self._so_far(found, relevant), self._index, self._texts)

    def _so_far(self, found: _Found, relevant: list[Ranked]) -> answers.Found:
        return answers.Found(self._meant, found.text, relevant, found.ranked, self._unknown)

    def _beside(self, codes: Sequence[str], found: _Found, relevant: list[Ranked]) -> tuple[_Found, list[Ranked]]:
        """What the words beside ``codes`` that nobody documented find, and entries that say most of the query.

        With nothing but parts of such a code something else is alike by chance.
        """
        beside = self._find(
            re.sub(rf"[\w.]{{0,80}}(?:{'|'.join(map(re.escape, codes))})[\w.]{{0,80}}", " ", found.text)
        )
        others = self._relevant(beside.ranker, beside.ranked)
        if answers.is_loose(self._so_far(beside, others), self._index, self._texts):
            others = []
        alike = [hit for hit in relevant if hit.stored.kind == Kind.ERROR and hit.by_title >= _MOST_OF_A_CODE]
        known = {hit.stored.key for hit in alike}
        return beside, [*alike, *(hit for hit in others if hit.stored.key not in known)]

    def _relevant(self, ranker: Ranker, ranked: list[Ranked], *, best: float = 0.0) -> list[Ranked]:
        if self._only_exact:
            ranked = [hit for hit in ranked if ranker.is_exact(hit)]
        to_the_point = [hit for hit in ranker.closer(ranked) if ranker.has_content(hit)]
        return _worth_showing(to_the_point, best)

    def _is_marked(self, term: str) -> bool:
        return (
            (len(term) > 1 or term.isascii())
            and not is_complaint(term)
            and not self._is_most(self._index.frequency(term))
        )

    def _is_group_marked(self, group: int, said: frozenset[str]) -> bool:
        """Whether words of a synonym group are worth a mark: all together, in either language, most documents lack."""
        documents = wording(self._texts.lexicon, self._index).documents(group)
        return not self._is_most(documents // 2) and any(map(self._is_marked, said))

    def _is_most(self, documents: int) -> bool:
        return documents > max(self._index.size * _MARKED, 2)


def _may_be_more(ranked: list[Ranked], relevant: list[Ranked], limit: int) -> bool:
    return len(ranked) >= limit and len(relevant) == len(_one_of_each_flow(ranked))


def _where_it_shows(judged: answers.Judged, relevant: Sequence[Ranked], hits: Sequence[Hit]) -> answers.Judged:
    """The same; an answer that a filter hides is no answer."""
    is_hidden = judged.answer == answers.DOCUMENTED and (not hits or hits[0].key != relevant[0].stored.key)
    return judged._replace(answer=answers.RELATED) if is_hidden else judged


def _hit(ranked: Ranked) -> Hit:
    stored = ranked.stored
    symptom = ranked.title if ranked.title in stored.symptoms else ""
    return Hit(stored.kind, stored.key, ranked.score, stored.operation, stored.product, stored.document, symptom)


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


def _rarest(frequency: Callable[[str], int], terms: Collection[str], most: int) -> list[str]:
    return rarest(zip(map(frequency, terms), terms, strict=True))[:most]


def _worth_showing(ranked: Sequence[Ranked], best: float) -> list[Ranked]:
    if not ranked:
        return []
    least = max(_LEAST_SCORE, _RELEVANT * min(best or ranked[0].score, 2.0))
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
    return frozenset(compact(word) for word in code_words(text))
