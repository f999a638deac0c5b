"""Owns the order of results: how well a title answers a query, beyond what BM25 can tell. Pure.

The score of a document is that of its best title. It weighs, by inverse document frequency (Robertson & Spärck Jones,
1976), which share of the query the title explains and which share of the title the query names, and adds what BM25 says
of the rest of the text. An exact code or an exact title stands above every other score.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz import fuzz

from troubleshoot.kinds import Kind
from troubleshoot.search.core.analysis import compact, fold, fold_case, terms
from troubleshoot.search.core.grammar import content_of, is_printed
from troubleshoot.search.core.keyboard import key_stream
from troubleshoot.search.core.spelling import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from troubleshoot.search.core.corpus import Candidate, Stored, Weights
    from troubleshoot.search.core.lexicon import Lexicon

_QUERY_SHARE = 1.0
_TITLE_SHARE = 0.35
_TEXT_SHARE = 0.3
_KEYS_SHARE = 0.8
_CONTAINED = 0.5
_EXACT_TITLE = 10.0
_EXACT_CODE = 20.0
_REMEMBERED_TITLES = 20_000
# Some megabytes at most: a body may have a thousand terms.
_REMEMBERED_BODIES = 200
# A title this short is contained in many texts by chance.
_SHORTEST_CONTAINED = 6
# Keys and whole texts are compared for the best of the first order only: they are the dearest features.
_COMPARED_CLOSELY = 8
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
_PREFERENCE_OF_A_SYMPTOM, NEARLY = 0.9, 0.6
# Customers say one thing in many ways: what the other symptoms of a step say counts beside the one that is meant.
_OF_THE_OTHERS = 0.3
# A complaint that says much more than a symptom is about something else: "too many endpoints, so I can't restore". An
# error has its message to be found by; its symptoms are for who says nearly that.
_LEAST_OF_A_COMPLAINT: dict[str, float] = {Kind.WIZARD: 0.3, Kind.ERROR: NEARLY}


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


class Texts:
    """Analysed titles and the synonyms' words, kept as long as the lexicon they were analysed with."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.synonyms = Vocabulary(member for group in lexicon.groups for member in group)
        self.words = frozenset(fold_case(word) for group in lexicon.groups for text in group for word in text.split())
        # They let go of one text at a time: to drop thousands at once takes longer than a search.
        self.title = lru_cache(_REMEMBERED_TITLES)(Analysed)
        self.body = lru_cache(_REMEMBERED_BODIES)(_terms_of)


def _terms_of(body: str) -> frozenset[str]:
    """The terms that a document keeps of its body, joined by spaces."""
    return frozenset(body.split(" "))


class Ranked(NamedTuple):
    """A candidate with its place in the order.

    ``explained`` is the share of the query that its best title or symptom has, ``named`` the share of one that the
    query has; ``title`` is the one that scored best; ``in_body`` the share of the query that only the text below has.
    ``by_title`` is the share that its best title has: symptoms are no evidence of anything.
    """

    candidate: Candidate
    score: float
    explained: float
    named: float
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

    score: float
    explained: float
    named: float
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
        self._total = self._sum(query.terms)
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
            not self._codes.isdisjoint(map(compact, hit.candidate.codes))
            or any(self._query.compact == self._texts.title(text).compact for text in hit.candidate.titles)
            or any(map(_is_identifier, self._query.terms & self._whole(hit)))
        )

    def has_content(self, hit: Ranked) -> bool:
        """Whether ``hit`` has anything of the query that says what it is about."""
        if any(map(self._part_of_code, map(compact, hit.candidate.codes))):
            return True
        return self._touches(self._titles_of(hit)) or hit.score >= _LETTER_BY_LETTER or self._touches(self._whole(hit))

    def _titles_of(self, hit: Ranked) -> frozenset[str]:
        return frozenset[str]().union(*(self._texts.title(text).terms for text in self._recognised_by(hit.candidate)))

    def _whole(self, hit: Ranked) -> frozenset[str]:
        return self._titles_of(hit) | self._texts.body(hit.stored.body_terms)

    def _touches(self, whole: frozenset[str]) -> bool:
        return not self._content.isdisjoint(whole) or any(
            not mention.isdisjoint(self._content) and self._lexicon.among(group, whole)
            for group, mention in self._query.mentions.items()
        )

    def _rank(self, candidate: Candidate, most: float) -> Ranked:
        stored = candidate.stored
        known = self._titled.get((stored.kind, stored.key))
        if known is None:
            known = self._titled[stored.kind, stored.key] = self._by_titles(candidate)
        score = known.score + _TEXT_SHARE * candidate.score / most
        score *= self._preference(candidate, known)
        return Ranked(candidate, score, known.explained, known.named, known.title, known.by_title)

    def _by_titles(self, candidate: Candidate) -> _Titled:
        best, explained, named, by_title, best_title = 0.0, 0.0, 0.0, 0.0, ""
        for text in self._recognised_by(candidate):
            title = self._texts.title(text)
            share, part = self._shares(title)
            is_title = text in candidate.titles
            if not is_title and share < _LEAST_OF_A_COMPLAINT[candidate.stored.kind]:
                continue
            explained, named = max(explained, share), max(named, part)
            by_title = max(by_title, share) if is_title else by_title
            score = _QUERY_SHARE * share + _TITLE_SHARE * part + self._containment(title)
            if score > best:
                best, best_title = score, text
        if best_title in candidate.stored.symptoms:
            together, _part = self._shares(self._texts.title("\n".join(candidate.stored.symptoms)))
            best += _OF_THE_OTHERS * max(together - explained, 0.0)
        return _Titled(best + self._code_score(candidate), explained, named, best_title, by_title)

    def _recognised_by(self, candidate: Candidate) -> tuple[str, ...]:
        return candidate.titles + candidate.stored.symptoms if self._symptoms else candidate.titles

    def _compare_closely(self, hit: Ranked) -> Ranked:
        keys = self._query.keys
        known_by = hit.candidate.titles if hit.title in hit.candidate.titles else (hit.title,)
        alike = max((_alike(keys, self._texts.title(text).keys) for text in known_by), default=0.0)
        in_body = self._only_in_body(hit)
        closer = (_KEYS_SHARE * alike + _BODY_SHARE * in_body) * self._preference(hit.candidate, hit)
        return hit._replace(score=hit.score + closer, in_body=in_body)

    def _only_in_body(self, hit: Ranked) -> float:
        """The share of the query that the text below the best title adds to what the title explains."""
        if not self._total or hit.explained >= 1.0:
            return 0.0
        whole = self._texts.title(hit.title).terms | self._texts.body(hit.stored.body_terms)
        matched = self._query.terms & whole
        for group, mention in self._query.mentions.items():
            if self._lexicon.among(group, whole):
                matched |= mention
        return max(self._sum(matched) / self._total - hit.explained, 0.0)

    def _shares(self, title: Analysed) -> tuple[float, float]:
        """The share of the query that ``title`` has, and that of ``title`` that the query has, by synonyms too."""
        of_query = of_title = self._query.terms & title.terms
        said, mentions = title.said(self._lexicon), self._query.mentions
        if not said.keys().isdisjoint(mentions):
            for group in [group for group in mentions if group in said]:
                if not mentions[group] <= of_query:
                    of_query, of_title = of_query | mentions[group], of_title | said[group]
        elif not of_query:
            return 0.0, 0.0
        total = self._weights.total(title.text, title.terms)
        return (
            self._sum(of_query) / self._total if self._total else 0.0,
            self._sum(of_title) / total if total else 0.0,
        )

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

    def _code_score(self, candidate: Candidate) -> float:
        codes = [compact(code) for code in candidate.codes]
        if len(self._codes) > _FEW_WORDS:
            codes = [code for code in codes if len(code) > _SHORT_NUMBER or not code.isdigit()]
        if not self._codes.isdisjoint(codes):
            # Entries of several operations share a code: the operation named beside it tells which is meant.
            return _EXACT_CODE + _OF_THE_OPERATION * (candidate.stored.operation in self._operations)
        return max(map(self._part_of_code, codes), default=0.0)

    def _part_of_code(self, code: str) -> float:
        """Several words are a sentence, whatever code has them in a row."""
        part = self._query.compact
        if len(self._codes) > 1 or len(part) < _SHORTEST_CONTAINED or part not in code:
            return 0.0
        return _PART_OF_CODE * (_LEAST_OF_A_PART + (1 - _LEAST_OF_A_PART) * len(part) / len(code))

    def _sum(self, found: frozenset[str]) -> float:
        return sum(map(self._weight, found))

    def _preference(self, candidate: Candidate, known: _Titled | Ranked) -> float:
        is_symptom = self._is_said and known.title in candidate.stored.symptoms and known.explained >= NEARLY
        return _PREFERENCE_OF_A_SYMPTOM if is_symptom else _PREFERENCE.get(candidate.stored.kind, 1.0)


def _is_identifier(term: str) -> bool:
    return len(term) >= _SHORTEST_IDENTIFIER and any(map(str.isdigit, term))


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
