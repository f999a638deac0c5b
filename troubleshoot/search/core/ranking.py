"""Owns the order of results: how well a title answers a query, beyond what BM25 can tell. Pure.

The score of a document is that of its best title. It weighs, by inverse document frequency (Robertson & Spärck Jones,
1976), which share of the query the title explains and which share of the title the query names, and adds what BM25 says
of the rest of the text. An exact code or an exact title stands above every other score.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from rapidfuzz import fuzz

from troubleshoot.kinds import Kind
from troubleshoot.search.core.analysis import compact, fold, fold_case, terms
from troubleshoot.search.core.corpus import Sums
from troubleshoot.search.core.grammar import content_of, is_printed, stem
from troubleshoot.search.core.keyboard import key_stream
from troubleshoot.search.core.lexicon import placed
from troubleshoot.search.core.spelling import Vocabulary
from troubleshoot.search.core.subject import nouns

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from troubleshoot.search.core.corpus import Candidate, Stored, Weights
    from troubleshoot.search.core.lexicon import Lexicon

_QUERY_SHARE = 1.0
_TITLE_SHARE = 0.35
_TEXT_SHARE = 0.3
_KEYS_SHARE = 0.8
_CONTAINED = 0.5
_EXACT_TITLE = 10.0
_EXACT_CODE = 20.0
_REMEMBERED_TITLES, _REMEMBERED_DOCUMENTS = 20_000, 10_000
# Some megabytes at most: a body may have a thousand terms.
_REMEMBERED_BODIES = 200
# A title this short is contained in many texts by chance.
_SHORTEST_CONTAINED = 6
# Keys and whole texts are compared for the best of the first order only: they are the dearest features.
_COMPARED_CLOSELY = 8
# What a comparison that is given up early must be sure to be worse than, for all that numbers are rounded.
_JUST_BELOW = 0.999
# More than a close comparison could still change.
_CLEAR_LEAD = 1.7
_BODY_SHARE = 0.9
_PART_OF_CODE = 2.0
# A number this short (the 400 of HTTP) stands in many a log: among more words than these it names no entry.
_SHORT_NUMBER, _FEW_WORDS = 3, 6
_LEAST_OF_A_PART = 0.5
# More than titles and text can set apart entries that have the same code.
_OF_THE_OPERATION = 4.0
# What terms and keys alone never reach: the query is a title, a code or a part of one.
_LETTER_BY_LETTER = 2.2
_SHORTEST_IDENTIFIER = 5
# Whoever types an error wants the error; a wizard that says the same stands behind it.
_PREFERENCE: dict[str, float] = {Kind.WIZARD: 0.75}
# Whoever says nearly what a symptom says wants the step that asks about it; what a program prints is said by nobody.
_PREFERENCE_OF_A_SYMPTOM, _NEARLY = 0.95, 0.6
# Customers say one thing in many ways: what the other symptoms of a step say counts beside the one that is meant.
_OF_THE_OTHERS = 0.3
# What a query names and no text of the step does is what somebody else complains about, in the same words.
_OF_ANOTHER = 0.5
# A complaint that says much more than a symptom is about something else: "too many endpoints, so I can't restore". An
# error has its message to be found by; its symptoms are for who says nearly that.
_LEAST_OF_A_COMPLAINT: dict[str, float] = {Kind.WIZARD: 0.3, Kind.ERROR: _NEARLY}

_Said = TypeVar("_Said")
_Made = TypeVar("_Made")
_Told = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


class Analysed:
    """A title as ranking sees it."""

    __slots__ = ("_keys", "_said", "compact", "terms", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.terms = frozenset(terms(text))
        self.compact = compact(text)
        self._keys: str | None = None
        self._said: dict[int, frozenset[str]] | None = None

    @property
    def keys(self) -> str:
        """The key stream: asked for of the few titles that are compared closely."""
        if self._keys is None:
            self._keys = key_stream(self.text)
        return self._keys

    def said(self, lexicon: Lexicon) -> Mapping[int, frozenset[str]]:
        """The synonyms that it has, see ``Lexicon.said_in``; a title is kept as long as the ``lexicon``."""
        if self._said is None:
            self._said = lexicon.said_in(self.terms)
        return self._said


class AnalysedQuery(Analysed):
    """A query as ranking sees it: ``mentions`` holds the terms of the synonyms found in it, by group."""

    __slots__ = ("mentions",)

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        super().__init__(text)
        folded = fold(text)
        self.mentions: dict[int, frozenset[str]] = {}
        for mention in lexicon.mentions(folded):
            found = frozenset(terms(folded[mention.start : mention.end]))
            self.mentions[mention.group] = self.mentions.get(mention.group, frozenset()) | found


class Recognised:
    """What a document is recognised by: its ``codes``, its ``titles`` and its ``symptoms``; the ``terms`` of all texts.

    ``said`` are the synonym groups that stand in any of them.
    """

    __slots__ = ("codes", "said", "symptoms", "terms", "titles", "together")

    def __init__(self, texts: Texts, stored: Stored, *, symptoms: bool) -> None:
        self.codes = tuple(map(compact, stored.codes))
        self.titles = _Placed(texts, stored.titles)
        self.symptoms = _Placed(texts, stored.symptoms if symptoms else ())
        self.together = "\n".join(stored.symptoms) if symptoms else ""
        self.terms = self.titles.terms | self.symptoms.terms if self.symptoms.texts else self.titles.terms
        self.said = frozenset((*self.titles.said, *self.symptoms.said))


class _Placed:
    """Texts, and in which of them each term stands, and each synonym group.

    What a query has in common with any of them is looked up once for all.
    """

    __slots__ = ("places", "said", "terms", "texts")

    def __init__(self, texts: Texts, every: Iterable[str]) -> None:
        self.texts = [texts.title(text) for text in every]
        self.places = placed(text.terms for text in self.texts)
        # Most documents have one title, whose terms stand in memory already.
        self.terms = self.texts[0].terms if len(self.texts) == 1 else frozenset(self.places)
        self.said = placed(text.said(texts.lexicon) for text in self.texts)


class Texts:
    """Analysed titles and the synonyms' words, kept as long as the lexicon they were analysed with."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.synonyms = Vocabulary(member for group in lexicon.groups for member in group)
        self.words = frozenset(fold_case(word) for group in lexicon.groups for text in group for word in text.split())
        # They let go of one at a time: to drop thousands at once takes longer than a search.
        self.title = lru_cache(_REMEMBERED_TITLES)(Analysed)
        self._bodies = lru_cache(_REMEMBERED_BODIES)(_Latest[str, frozenset[str]])
        self._recognised = lru_cache(_REMEMBERED_DOCUMENTS)(_Latest[_Told, Recognised])

    def body(self, stored: Stored) -> frozenset[str]:
        """The terms of the body of a document."""
        latest = self._bodies(stored.kind, stored.key)
        said, known = latest.made or ("", None)
        if known is None or said != stored.body_terms:
            known = frozenset(stored.body_terms.split(" "))
            latest.made = stored.body_terms, known
        return known

    def recognised(self, stored: Stored, *, symptoms: bool) -> Recognised:
        """What a document is recognised by, with its ``symptoms`` or without."""
        latest = self._recognised(stored.kind, stored.key, symptoms)
        told = stored.titles, stored.codes, stored.symptoms
        said, known = latest.made or (None, None)
        if known is None or said != told:
            known = Recognised(self, stored, symptoms=symptoms)
            latest.made = told, known
        return known


class _Latest(Generic[_Said, _Made]):
    """What is made of a document, with what that said: what it said before takes no memory, however often it is edited.

    Both are set at once, so that no other thread sees one without the other.
    """

    __slots__ = ("made",)

    def __init__(self, *_names: object) -> None:
        self.made: tuple[_Said, _Made] | None = None


class Ranked(NamedTuple):
    """A candidate with its place in the order.

    ``explained`` is the share of the query that its best title or symptom has; ``title`` is the one that scored best;
    ``in_body`` the share of the query that only the text below has. ``by_title`` is the share that its best title has:
    symptoms are no evidence of anything.
    """

    candidate: Candidate
    known: Recognised
    score: float
    explained: float
    title: str
    by_title: float
    in_body: float = 0.0

    @property
    def stored(self) -> Stored:
        return self.candidate.stored

    @property
    def covered(self) -> float:
        """The share of the query that the document has anywhere."""
        return self.explained + self.in_body


class _Titled(NamedTuple):
    """What the titles and codes of a candidate say, whatever proposed it: see ``Ranked``."""

    known: Recognised
    score: float
    explained: float
    title: str
    by_title: float


class Ranker:
    """Orders candidates for one query. ``weights`` are the inverse document frequencies of terms.

    With ``symptoms``, what customers say counts like a title.
    """

    def __init__(
        self,
        query: AnalysedQuery,
        texts: Texts,
        weights: Weights,
        codes: frozenset[str],
        *,
        symptoms: bool = False,
    ) -> None:
        self._query = query
        self._texts = texts
        self._lexicon = texts.lexicon
        self._weights = weights
        self._weight = weights.__getitem__
        self._codes = codes
        self._symptoms = symptoms
        self._is_said = symptoms and not is_printed(query.text)
        self._operations = {word for group in query.mentions for word in texts.lexicon.groups[group]} | query.terms
        self._content = content_of(query.terms)
        self._total = self._sum(query.terms) or 1.0
        # Many texts have the same of the query's terms: a set of these is a number, with a bit for each.
        every = dict.fromkeys((*query.terms, *frozenset().union(*query.mentions.values())))
        self._bits = {term: 1 << place for place, term in enumerate(every)}
        self._groups = {group: sum(map(self._bits.__getitem__, said)) for group, said in query.mentions.items()}
        self._sums = Sums(map(self._weight, every))
        # Several words are a sentence, whatever code has them in a row.
        self._may_be_part = len(codes) <= 1 and len(query.compact) >= _SHORTEST_CONTAINED
        # A search that widens meets many of its candidates again.
        self._titled: dict[tuple[str, str], _Titled] = {}

    def order(self, candidates: Sequence[Candidate]) -> list[Ranked]:
        """The candidates, best first, by their terms and what the engine says of them."""
        if not candidates:
            return []
        most = max(candidate.score for candidate in candidates) or 1.0
        ranked = [self._rank(candidate, most) for candidate in candidates]
        return sorted(ranked, key=_by_score)

    def closer(self, ranked: Sequence[Ranked]) -> list[Ranked]:
        """The order after a closer look at the best, at their keys and at the text below their titles."""
        if len(ranked) > 1 and ranked[0].score - ranked[1].score >= _CLEAR_LEAD:
            return list(ranked)
        best = [self._compare_closely(hit) for hit in ranked[:_COMPARED_CLOSELY]]
        return sorted([*best, *ranked[_COMPARED_CLOSELY:]], key=_by_score)

    def is_exact(self, hit: Ranked) -> bool:
        """Whether the query is a code or a title of ``hit``, letter by letter, or holds a number that stands in it."""
        return (
            not self._codes.isdisjoint(hit.known.codes)
            or any(self._query.compact == title.compact for title in hit.known.titles.texts)
            or any(map(_is_identifier, self._query.terms & hit.known.terms))
            or any(map(_is_identifier, self._query.terms & self._texts.body(hit.stored)))
        )

    def has_content(self, hit: Ranked) -> bool:
        """Whether ``hit`` has anything of the query that says what it is about."""
        titles = hit.known.terms
        if not self._content.isdisjoint(titles) or hit.score >= _LETTER_BY_LETTER:
            return True
        if self._may_be_part and any(map(self._part_of_code, hit.known.codes)):
            return True
        body = self._texts.body(hit.stored)
        return not self._content.isdisjoint(body) or self._mentions_in(titles) or self._mentions_in(titles | body)

    def _mentions_in(self, found: AbstractSet[str]) -> bool:
        """Whether what means the same as what the query is about stands in a text with the terms ``found``."""
        return any(
            not mention.isdisjoint(self._content) and self._lexicon.has(group, found)
            for group, mention in self._query.mentions.items()
        )

    def _rank(self, candidate: Candidate, most: float) -> Ranked:
        stored = candidate.stored
        known = self._titled.get((stored.kind, stored.key))
        if known is None:
            known = self._titled[stored.kind, stored.key] = self._by_titles(candidate)
        score = known.score + _TEXT_SHARE * candidate.score / most
        score *= self._preference(candidate, known)
        return Ranked(candidate, known.known, score, known.explained, known.title, known.by_title)

    def _by_titles(self, candidate: Candidate) -> _Titled:
        known = self._texts.recognised(candidate.stored, symptoms=self._symptoms)
        best, by_title, title = self._best_of(known.titles, 0.0, 0.0)
        explained = by_title
        # What all of the texts have together is the most that a symptom may explain: mostly too little to look at any.
        least = _LEAST_OF_A_COMPLAINT[candidate.stored.kind]
        if self._symptoms and self._most_of(known) >= least:
            said, most, symptom = self._best_of(known.symptoms, best, least)
            explained = max(explained, most)
            if symptom:
                best, title = said, symptom
                together = self._texts.title(known.together)
                matched = self._matched(together.terms, together.said(self._lexicon))
                best += _OF_THE_OTHERS * max(self._sum(matched) / self._total - explained, 0.0)
                best *= 1 - _OF_ANOTHER * self._of_another(known)
        if known.codes:
            best += self._code_score(candidate, known.codes)
        return _Titled(known, best, explained, title, by_title)

    def _most_of(self, known: Recognised) -> float:
        """The share of the query that all texts of a document have together."""
        bits = 0
        for term in self._query.terms & known.terms:
            bits |= self._bits[term]
        for group, mention in self._groups.items():
            if group in known.said:
                bits |= mention
        return self._sums[bits] / self._total

    def _best_of(self, among: _Placed, best: float, least: float) -> tuple[float, float, str]:
        """The best score of a text beyond ``best``, the largest share that one explains, and that text.

        One that explains less than ``least`` is none.
        """
        own, all_of, more = self._found_in(among)
        explained, text = 0.0, ""
        for at, title in enumerate(among.texts):
            share = self._sums[all_of[at]] / self._total
            if share < least:
                continue
            explained = max(explained, share)
            score = _QUERY_SHARE * share + self._containment(title)
            if score + _TITLE_SHARE > best:
                score += _TITLE_SHARE * self._part(title, own[at], more.get(at))
                if score > best:
                    best, text = score, title.text
        return best, explained, text

    def _of_another(self, known: Recognised) -> float:
        """The share of what the query names that stands in none of the texts, nor what means the same."""
        meant = frozenset[str]().union(*(said for group, said in self._query.mentions.items() if group in known.said))
        other = (weight for named, weight in self._things if named.isdisjoint(known.terms) and named.isdisjoint(meant))
        return sum(other) / (sum(weight for _named, weight in self._things) or 1.0)

    @cached_property
    def _things(self) -> list[tuple[frozenset[str], float]]:
        """What the query names and some document has, in these words or in others, with its weight."""
        meant = frozenset[str]().union(*self._query.mentions.values())
        named = (frozenset(terms(stem(noun))) for noun in dict.fromkeys(nouns(self._query.text)))
        known = (one for one in named if not one.isdisjoint(meant) or any(map(self._weights.knows, one)))
        return [(one, max(map(self._weight, one))) for one in known]

    def _found_in(self, known: _Placed) -> tuple[list[int], list[int], dict[int, list[int]]]:
        """Of the query, as bits, what each text has; the same with synonyms; and the groups these are of."""
        own, places, bits = [0] * len(known.texts), known.places, self._bits
        for term in self._query.terms & known.terms:
            bit = bits[term]
            for at in places[term]:
                own[at] |= bit
        if known.said.keys().isdisjoint(self._groups):
            return own, own, {}
        all_of, more = own.copy(), dict[int, list[int]]()
        for group, mention in self._groups.items():
            for at in known.said.get(group, ()):
                if mention & ~all_of[at]:
                    all_of[at] |= mention
                    more.setdefault(at, []).append(group)
        return own, all_of, more

    def _part(self, title: Analysed, own: int, groups: Sequence[int] | None) -> float:
        """The share of ``title`` that the query has: its ``own`` terms, and its words for ``groups``."""
        total = self._weights.total(title.text, title.terms)
        if not total or not groups:
            return self._sums[own] / total if total else 0.0
        said = title.said(self._lexicon)
        return self._sum((self._query.terms & title.terms).union(*map(said.__getitem__, groups))) / total

    def _compare_closely(self, hit: Ranked) -> Ranked:
        keys = self._query.keys
        known_by = hit.known.titles.texts if hit.title in hit.candidate.titles else [self._texts.title(hit.title)]
        alike = 0.0
        for title in known_by:
            alike = max(alike, _alike(keys, title.keys, alike))
        in_body = self._only_in_body(hit)
        closer = (_KEYS_SHARE * alike + _BODY_SHARE * in_body) * self._preference(hit.candidate, hit)
        return hit._replace(score=hit.score + closer, in_body=in_body)

    def _only_in_body(self, hit: Ranked) -> float:
        """The share of the query that the text below the best title adds to what the title explains."""
        if hit.explained >= 1.0:
            return 0.0
        title, body = self._texts.title(hit.title).terms, self._texts.body(hit.stored)
        matched = (self._query.terms & title) | (self._query.terms & body)
        whole = None
        for group, mention in self._query.mentions.items():
            if not mention <= matched:
                whole = whole or title | body
                if self._lexicon.has(group, whole):
                    matched |= mention
        return max(self._sum(matched) / self._total - hit.explained, 0.0)

    def _containment(self, title: Analysed) -> float:
        query, whole = self._query.compact, title.compact
        is_in, holds = query in whole, whole in query
        if not (is_in or holds) or not query or not whole:
            return 0.0
        if is_in and holds:
            return _EXACT_TITLE
        if len(query if is_in else whole) < _SHORTEST_CONTAINED:
            return 0.0
        return _CONTAINED + len(query) / len(whole) if is_in else _CONTAINED * len(whole) / len(query)

    def _code_score(self, candidate: Candidate, codes: Iterable[str]) -> float:
        if len(self._codes) > _FEW_WORDS:
            codes = [code for code in codes if len(code) > _SHORT_NUMBER or not code.isdigit()]
        if not self._codes.isdisjoint(codes):
            # Entries of several operations share a code: the operation named beside it tells which is meant.
            return _EXACT_CODE + _OF_THE_OPERATION * (candidate.stored.operation in self._operations)
        return max(map(self._part_of_code, codes), default=0.0) if self._may_be_part else 0.0

    def _part_of_code(self, code: str) -> float:
        part = self._query.compact
        if part not in code:
            return 0.0
        return _PART_OF_CODE * (_LEAST_OF_A_PART + (1 - _LEAST_OF_A_PART) * len(part) / len(code))

    def _matched(self, terms: frozenset[str], groups: Container[int]) -> frozenset[str]:
        """What of the query is in a text with these ``terms`` and synonym ``groups``."""
        own = self._query.terms & terms
        return own.union(*(mention for group, mention in self._query.mentions.items() if group in groups))

    def _sum(self, found: Iterable[str]) -> float:
        return sum(map(self._weight, found))

    def _preference(self, candidate: Candidate, known: _Titled | Ranked) -> float:
        is_symptom = self._is_said and known.explained >= _NEARLY and known.title in candidate.stored.symptoms
        return _PREFERENCE_OF_A_SYMPTOM if is_symptom else _PREFERENCE.get(candidate.stored.kind, 1.0)


def _is_identifier(term: str) -> bool:
    return len(term) >= _SHORTEST_IDENTIFIER and any(map(str.isdigit, term))


def _alike(query: str, title: str, least: float) -> float:
    """How alike two key streams are, 0 to 1; for a part of a title, how alike it is to the best place in it.

    Where that is less than ``least``, anything less.
    """
    if not query or not title:
        return 0.0
    whole = fuzz.ratio(query, title)
    if len(query) < len(title) * 0.8:
        least = max(whole, 100 * least)
        whole = max(whole, 0.9 * fuzz.partial_ratio(query, title, score_cutoff=_JUST_BELOW * least / 0.9))
    return whole / 100


def _by_score(hit: Ranked) -> tuple[float, str]:
    return -hit.score, hit.candidate.stored.key
