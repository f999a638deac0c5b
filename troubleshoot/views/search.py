"""Owns the search page: what was found, by product, document, operation and kind, or what is nearest; completions.

Typed into with JavaScript, the page asks for its results alone; without it, the same address is a whole page.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.vary import vary_on_headers

from troubleshoot.filters import Facet
from troubleshoot.kinds import Kind
from troubleshoot.models import Flow
from troubleshoot.reading import query_log
from troubleshoot.reading.browsing import starts, titles
from troubleshoot.reading.results import Result, results_of
from troubleshoot.search.core.answers import DOCUMENTED, UNDOCUMENTED
from troubleshoot.search.core.codes import code_words, compact_code, usual
from troubleshoot.search.core.redaction import redact
from troubleshoot.search.engine import CANDIDATES, Outcome, SearchRequest, answer
from troubleshoot.search.engine import search as find
from troubleshoot.search.engine import suggest as complete
from troubleshoot.templatetags.addresses import same_query
from troubleshoot.views.cards import cards_of
from troubleshoot.views.frames import filled, mark
from troubleshoot.views.lists import FacetGroup, Pages, facet_group
from troubleshoot.views.page import page, template_for
from troubleshoot.views.search_state import SearchState, Titles, is_too_long, read_search, read_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.utils.safestring import SafeString

    from troubleshoot.views.page import HtmxRequest


PAGE_SIZE = 10
# So many entries, and steps of wizards, are shown beside an error that no entry is.
MOST_SIMILAR, MOST_STEPS = 3, 2
# What scores less has a word in common with it by chance.
LEAST_SIMILAR = 0.7
LONGEST_ELSEWHERE = 300
MOST_SUGGESTIONS = 5
# Beside more words than these, what they say decides between entries that share a code.
MOST_BESIDE_A_CODE = 4


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found, ready to show. ``token`` is what the query log may write of it."""

    outcome: Outcome
    found: list[Result]
    pages: Pages
    facets: list[FacetGroup]
    token: str
    suggestions: list[SearchState] = field(default_factory=list)
    nearest: Nearest | None = None
    wizards: list[Flow] = field(default_factory=list)

    @property
    def elsewhere(self) -> str:
        """Where else to search: for the code that is not documented here, or for the text."""
        return elsewhere(usual(self.outcome.unknown[0]) if self.outcome.unknown else self.outcome.request.text)

    @property
    def cards(self) -> list[SafeString]:
        return cards_of(self.found, self.outcome, answers=self._answers, without_fix=self.outcome.is_loose)

    @property
    def _answers(self) -> int:
        """How many of the first are the error that was asked for: several where they share the code that was typed."""
        if self.outcome.answer != DOCUMENTED or self.pages.number != 1:
            return 0
        typed = list(map(compact_code, code_words(self.outcome.request.text)))
        is_bare = self.found and len(typed) <= MOST_BESIDE_A_CODE
        asked = set(typed).intersection(map(compact_code, self.found[0].shown.codes)) if is_bare else set()
        sharing = takewhile(lambda result: asked.intersection(map(compact_code, result.shown.codes)), self.found)
        return max(len(list(sharing)), 1)

    @property
    def similar(self) -> list[SafeString]:
        """The entries that are shown as merely similar to an error that none of them is."""
        similar = [result for result in self._near if result.is_entry][:MOST_SIMILAR]
        return cards_of(similar, self.outcome, without_fix=True)

    @property
    def steps(self) -> list[Result]:
        """The wizards' steps that may lead further there: questions, not the fix of another error."""
        return [result for result in self._near if not result.is_entry][:MOST_STEPS]

    @property
    def _near(self) -> list[Result]:
        return [result for result in self.found if result.hit.score >= LEAST_SIMILAR]


@page
@vary_on_headers("HX-Request")
def search(request: HtmxRequest) -> HttpResponse:
    if is_too_long(request.GET):
        return too_long(request)
    titles = titles_for(request.GET)
    state, notices = read_search(request.GET, titles)
    results = look_up(state, titles) if state.text else None
    shown = state.but(page=results.pages.number if results else 1)
    context: dict[str, Any] = {
        "state": shown,
        "is_cut": len(request.GET.get("q", "")) > settings.SEARCH_QUERY_LIMIT,
        "notices": [*notices, *(results.pages.notices if results else ())],
        "results": results,
        "starts": starts() if results is None or not results.outcome.total else None,
        "title": _("Search: %(query)s") % {"query": Truncator(state.text).chars(60)} if state.text else _("Search"),
        "canonical_query": shown.query,
        "exact_url": state.but(exact=True).url,
        "unfiltered_url": state.unfiltered.url,
        "told": request.GET.get("told") == "1",
    }
    if request.htmx:
        return render(request, template_for(request, "search"), context)
    region = render_to_string("troubleshoot/parts/search_region.html", context)
    texts = {"query": state.text, "title": context["title"], "canonical": shown.query}
    texts |= {"same": same_query(request), "region": region}
    frame: dict[str, object] = {
        "title": mark("title"),
        "canonical_query": mark("canonical"),
        "same_query": mark("same"),
        "region": mark("region"),
        "state": replace(shown, text=mark("query"), exact=False, page=1),
    }
    return HttpResponse(filled(request, template_for(request, "search"), frame, texts))


def too_long(request: HtmxRequest) -> HttpResponse:
    context = {"limit": settings.SEARCH_QUERY_BYTES // 1024, "state": SearchState(), "canonical_query": ""}
    template = template_for(request, "search_too_long")
    return render(request, template, context, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def titles_for(parameters: Mapping[str, str]) -> Titles:
    """Those that the page of an address may need. Without parameters it is where a search begins, and names none."""
    if not parameters:
        return Titles()
    known = titles()
    is_asked = "product" in parameters or known.has_several_documents
    return Titles(dict(known.products) if is_asked else {}, dict(known.documents), dict(known.operations))


def look_up(state: SearchState, titles: Titles) -> Results:
    """What the engine says, asked once: results, counts and suggestions are of one reading of the text."""
    outcome = find(request_of(state))
    pages = Pages.of(state.page, total=outcome.total, size=PAGE_SIZE, url=lambda number: state.but(page=number).url)
    first = (pages.number - 1) * PAGE_SIZE
    return Results(
        outcome,
        results_of(outcome.hits[first : first + PAGE_SIZE]),
        pages,
        facet_groups(state, outcome, titles),
        token=log_token(state, outcome),
        suggestions=suggestions_for(state, outcome),
        nearest=None if outcome.total else nearest_to(state, outcome),
        wizards=[] if outcome.total else list(Flow.objects.published().order_by("order")),
    )


def elsewhere(text: str) -> str:
    """The address that searches Microsoft's documentation for ``text``, masked; empty where there is none."""
    template: str = settings.LEARN_SEARCH
    languages = {"ko": "ko-kr", "en": "en-us"}
    query = quote_plus(redact(text)[:LONGEST_ELSEWHERE])
    return template.format(query=query, language=languages.get(get_language() or "ko", "en-us")) if template else ""


def request_of(state: SearchState) -> SearchRequest:
    return SearchRequest(
        text=state.text,
        product=state.product,
        document=state.document,
        operation=state.operation,
        kind=state.kind,
        limit=CANDIDATES,
        exact=state.exact,
        is_helped=True,
    )


def log_token(state: SearchState, outcome: Outcome) -> str:
    """What the query log may write. To narrow a search or to turn its page is no new search."""
    if state.is_narrowed or state.page != 1:
        return ""
    return query_log.token_of(query_log.made(outcome, get_language() or settings.LANGUAGE_CODE))


def suggestions_for(state: SearchState, outcome: Outcome) -> list[SearchState]:
    """Searches that the typed text may become. Where it was found as it stands, only those that begin with it.

    An error that no entry is becomes none by another word.
    """
    if state.exact or outcome.answer == UNDOCUMENTED:
        return []
    as_it_stands = bool(outcome.total) and outcome.interpreted_as is None
    typed = state.text.casefold()
    texts = [
        text
        for text in outcome.completions
        if text != outcome.interpreted_as and (not as_it_stands or text.casefold().startswith(typed))
    ]
    return [state.but(text=text) for text in texts[:MOST_SUGGESTIONS]]


def facet_groups(state: SearchState, outcome: Outcome, titles: Titles) -> list[FacetGroup]:
    """The facets that offer a choice: one with a single value is shown only when it is chosen.

    A document is chosen on its own page; of the many that there may be, a search shows that one to be let go of.

    Each value is counted next to the other filters: that is what choosing it shows.
    """
    kinds = {Kind.ERROR.value: _("Errors"), Kind.WIZARD.value: _("Wizards")}
    chosen = {key: title for key, title in titles.documents.items() if key == state.document}
    offered = (
        ("product", _("Product"), values(titles.products, counts(state, outcome, "product"), state.product)),
        ("document", _("Document"), values(chosen, counts(state, outcome, "document"), state.document)),
        ("operation", _("Operation"), values(titles.operations, counts(state, outcome, "operation"), state.operation)),
        ("kind", _("Kind"), values(kinds, counts(state, outcome, "kind"), state.kind)),
    )
    return [
        facet_group(title, facets, partial(state.choosing, name))
        for name, title, facets in offered
        if len(facets) > 1 or any(facet.selected for facet in facets)
    ]


def counts(state: SearchState, outcome: Outcome, name: str) -> dict[str, int]:
    chosen = getattr(state, name)
    return {**outcome.counts.get(name, {})} | ({chosen: outcome.total} if chosen else {})


def values(labels: Mapping[str, str], counts: Mapping[str, int], chosen: str) -> list[Facet]:
    """The values of a facet that have results, and the chosen one in any case."""
    return [
        Facet(key, label, counts.get(key, 0), key == chosen)
        for key, label in labels.items()
        if counts.get(key) or key == chosen
    ]


NEAREST_SHOWN = 3
# How often the engine is asked again where it found nothing.
MOST_ATTEMPTS = 2


@dataclass(frozen=True, slots=True)
class Nearest:
    """The search that found something after all, and the best of what it found.

    Where its text is another one than was typed (``is_shortened``), it is not known to be about the same error.
    """

    state: SearchState
    outcome: Outcome
    results: list[Result]
    is_shortened: bool = False

    @property
    def cards(self) -> list[SafeString]:
        return cards_of(self.results, self.outcome, without_fix=self.is_shortened)

    @property
    def text(self) -> str:
        """What was really searched for."""
        return self.outcome.interpreted_as or self.state.text


def nearest_to(state: SearchState, outcome: Outcome) -> Nearest | None:
    """The same search without filters; or a completion of it; or one of its words. None where none finds anything."""
    for other in islice(attempts(state, outcome), MOST_ATTEMPTS):
        found = answer(SearchRequest(text=other.text, limit=NEAREST_SHOWN))
        if found.hits and (results := results_of(found.hits)):
            return Nearest(other, found, results, is_shortened=other.text != state.text)
    return None


def attempts(state: SearchState, outcome: Outcome) -> Iterator[SearchState]:
    if state.is_narrowed or state.exact:
        yield replace(state.unfiltered, exact=False)
    for text in (*outcome.completions[:1], *outcome.known):
        if text != state.text:
            yield replace(state.unfiltered, text=text, exact=False)


MEDIA_TYPE = "application/x-suggestions+json"
MOST_GLIMPSED = 5


@page
@vary_on_headers("HX-Request")
def suggest(request: HtmxRequest) -> HttpResponse:
    """``["typed", ["completion", …]]`` (OpenSearch Suggestions); asked for by htmx, the best of what is found."""
    typed = request.GET.get("q", "")
    text, _notices = read_text(typed)
    if request.htmx:
        return render(request, "troubleshoot/live/glimpse.html", glimpse(SearchState(text=text)) if text else {})
    return JsonResponse(
        [typed, complete(text)], safe=False, json_dumps_params={"ensure_ascii": False}, content_type=MEDIA_TYPE
    )


def glimpse(state: SearchState) -> dict[str, Any]:
    """The best of what a search would show, below a box on another page. It is no search of a reader's yet.

    Half a word finds what the whole one will.
    """
    outcome = answer(replace(request_of(state), limit=MOST_GLIMPSED))
    suggestions = suggestions_for(state, outcome)
    if not outcome.total and outcome.completions:
        outcome = answer(SearchRequest(text=outcome.completions[0], limit=MOST_GLIMPSED))
    is_undocumented = outcome.answer == UNDOCUMENTED
    return {
        "state": state,
        "outcome": outcome,
        "is_undocumented": is_undocumented,
        "found": [] if is_undocumented else results_of(outcome.hits),
        "suggestions": suggestions,
    }
