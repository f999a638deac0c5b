"""Owns what is offered when a search found nothing: the results of the search that comes nearest to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshoot.reading.results import Result, results_of
from troubleshoot.search.engine import Outcome, SearchRequest, answer, suggest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshoot.views.search_state import SearchState

MOST = 3
# How many words of a query are looked for one by one, the longest first: they say most.
MOST_WORDS = 6
SHORTEST_WORD = 2
MOST_COMPLETIONS = 2


@dataclass(frozen=True, slots=True)
class Nearest:
    """The search that found something after all, and the best of what it found."""

    state: SearchState
    outcome: Outcome
    results: list[Result]

    @property
    def text(self) -> str:
        """What was really searched for."""
        return self.outcome.interpreted_as or self.state.text


def nearest_to(state: SearchState) -> Nearest | None:
    """The same search without filters; or a completion of it; or one of its words. None where none finds anything."""
    for other in attempts(state):
        outcome = answer(SearchRequest(text=other.text, limit=MOST))
        if outcome.hits and (results := results_of(outcome.hits)):
            return Nearest(other, outcome, results)
    return None


def attempts(state: SearchState) -> Iterator[SearchState]:
    if state.is_narrowed or state.exact:
        yield state.but(operation="", kind="", exact=False)
    words = sorted(set(state.text.split()), key=lambda word: (-len(word), word))
    texts = [*suggest(state.text)[:MOST_COMPLETIONS], *(word for word in words if len(word) >= SHORTEST_WORD)]
    for text in texts[: MOST_COMPLETIONS + MOST_WORDS]:
        if text != state.text:
            yield state.but(text=text, operation="", kind="", exact=False)
