"""Owns what an address of a wizard asks for: which flow, the answers given, and whether it is a preview."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from django.http import Http404
from django.utils.translation import get_language

from troubleshoot.models.translated import address_of
from troubleshoot.reading import flows
from troubleshoot.reading.flows import Seen, graph_of
from troubleshoot.reading.sources import Added, Source, of_flow
from troubleshoot.views.page import PREVIEW, may_preview
from troubleshoot.wizard.answers import NO_ANSWERS, Answers, read, write
from troubleshoot.wizard.resolver import State, resolve

if TYPE_CHECKING:
    from django.http import HttpRequest

    from troubleshoot.wizard.graph import Graph


# Wizards that may have led to one; no way through them is longer.
MOST_EARLIER = 5


@dataclass(frozen=True)
class Visit:
    """One request to a wizard. Its addresses keep a preview a preview, and what was answered in ``earlier`` wizards."""

    graph: Graph
    answers: Answers = NO_ANSWERS
    is_preview: bool = False
    earlier: tuple[State, ...] = ()
    source: Source | None = None
    is_proposal: bool = False
    changed: frozenset[str] = frozenset()
    """In a preview, the steps in which a proposed change and what readers see differ."""
    additions: frozenset[Added] = frozenset()

    @cached_property
    def state(self) -> State:
        return resolve(self.graph, self.answers)

    @property
    def added(self) -> frozenset[str]:
        """What editors added to the step shown: see ``sources.Added``."""
        return self.added_to(self.state.step.key)

    def added_to(self, step: str) -> frozenset[str]:
        language = get_language() or "ko"
        return frozenset(added.part for added in self.additions if (added.language, added.step) == (language, step))

    def address(self, answers: Answers = NO_ANSWERS, view: str = "wizard") -> str:
        """The address of a page of this wizard with these answers, in the active language."""
        return address_of(view, self.graph.key) + self.query(answers)

    def query(self, answers: Answers) -> str:
        pairs = [*answers.given, *self._kept]
        return f"?{write(pairs)}" if pairs else ""

    @property
    def held(self) -> tuple[tuple[str, str], ...]:
        """What a form of the current step carries along as hidden fields."""
        return (*self.state.held, *self._kept)

    @property
    def _kept(self) -> tuple[tuple[str, str], ...]:
        earlier = [pair for state in self.earlier for pair in state.answers.as_earlier(state.graph.key)]
        return (*earlier, *(((PREVIEW, "1"),) if self.is_preview else ()))

    @property
    def whole(self) -> Answers:
        """All that was answered to get here, in earlier wizards too."""
        return Answers.of((*self.state.answers.given, *self._kept))


def read_visit(request: HttpRequest, key: str) -> Visit:
    """The visit of a request. Raises Http404 where there is no such wizard, or none that this reader may see.

    The answers are read from the query string itself: ``request.GET`` refuses a thousand of them, we drop them.
    """
    asked = read(request.META.get("QUERY_STRING", ""))
    is_preview = asked.as_dict().get(PREVIEW) == "1" and may_preview(request.user, "flow")
    row = flows.find_row(key, unpublished=True) if is_preview else None
    seen = flows.find(key) if not is_preview else Seen(graph_of(row), of_flow(row)) if row else None
    if seen is None or not (seen.graph.steps or is_preview):
        raise Http404(key)
    dropped = tuple(drop for drop in asked.dropped if drop.name != PREVIEW)
    answers = Answers(asked.without(PREVIEW).given, dropped)
    visit = replace(visit_of(seen.graph, answers, is_preview=is_preview, source=seen.source), additions=seen.added)
    if row is None:
        return visit
    return replace(visit, is_proposal=row.proposal_for_id is not None, changed=flows.changed_steps(row))


def visit_of(graph: Graph, answers: Answers, *, is_preview: bool = False, source: Source | None = None) -> Visit:
    """The visit of a wizard with all ``answers`` of an address, those of earlier wizards among them.

    Answers of a wizard that there is not say nothing, and are left out.
    """
    own, before = answers.apart()
    keys = [key for key in before if key != graph.key][:MOST_EARLIER]
    known = flows.find_all(keys)
    earlier = tuple(resolve(known[key], before[key]) for key in keys if key in known and known[key].steps)
    return Visit(graph, own, is_preview, earlier, source)
