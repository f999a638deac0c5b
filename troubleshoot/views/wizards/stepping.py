"""Owns the list of the wizards and the pages of one: the step that the answers lead to, and what an outcome offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from troubleshoot.keeping import for_now
from troubleshoot.reading import flows
from troubleshoot.views.page import page
from troubleshoot.views.support import in_each_language, request_text
from troubleshoot.views.wizards.notices import example, field_error, notices
from troubleshoot.views.wizards.thanks import question_of
from troubleshoot.views.wizards.visit import Visit, read_visit
from troubleshoot.wizard.answers import ASSUMED
from troubleshoot.wizard.graph import Asks, Kind, Result
from troubleshoot.wizard.resolver import hand_over
from troubleshoot.wizard.summary import Headings, said, summary

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from troubleshoot.wizard.graph import Choice, Text
    from troubleshoot.wizard.resolver import Answered, State


@page
def wizard_list(request: HttpRequest) -> HttpResponse:
    return render(request, "troubleshoot/wizards/list.html", {"wizards": flows.offered()})


@dataclass(frozen=True, slots=True)
class Way:
    """A choice of the step shown, and the address that it leads to."""

    choice: Choice
    url: str


@dataclass(frozen=True, slots=True)
class Given:
    """An answer given so far, and the address at which it can be changed."""

    question: str
    answer: str
    change_url: str
    is_assumed: bool


@dataclass(frozen=True, slots=True)
class Onward:
    """The wizard with which an outcome goes on, and how many answers it takes over."""

    title: Text
    url: str
    answers: int


@page
def wizard(request: HttpRequest, key: str) -> HttpResponse:
    visit = read_visit(request, key)
    if not visit.graph.steps:
        return render(request, "troubleshoot/wizards/empty.html", {"graph": visit.graph})
    if visit.state.is_finished:
        # The text for support says when it was asked for.
        return for_now(render(request, "troubleshoot/wizards/outcome.html", context_of(request, visit)))
    return render(request, "troubleshoot/wizards/step.html", context_of(request, visit))


def context_of(request: HttpRequest, visit: Visit) -> dict[str, object]:
    answers = given(visit)
    return {
        "visit": visit,
        "graph": visit.graph,
        "state": visit.state,
        "step": visit.state.step,
        "given": [answer for answer in answers if not answer.is_assumed],
        "assumed": [answer for answer in answers if answer.is_assumed],
        "confirmed_url": visit.address(visit.state.confirmed),
        "earlier": [(state.graph.title, given(before)) for before, state in before_this(visit)],
        "notices": notices(visit.state, visit.earlier),
        "canonical_query": visit.query(visit.state.answers),
        "came_from": visit.state.path[-1].step.key if visit.state.path else "",
        "total": len(visit.state.path) + visit.state.remaining,
        **urls(visit),
        **(ending(request, visit) if visit.state.is_finished else asking(visit)),
    }


def urls(visit: Visit) -> dict[str, str | None]:
    """Where the reader can go from any step: ``back_url`` is None at the start."""
    back = visit.state.back
    return {
        "back_url": None if back is None else visit.address(back),
        "again_url": visit.address(),
        "map_url": visit.address(visit.state.answers, "wizard_map"),
        "all_url": visit.address(view="wizard_all"),
    }


def given(visit: Visit) -> list[Given]:
    return [_given(visit, passed) for passed in visit.state.path]


def before_this(visit: Visit) -> list[tuple[Visit, State]]:
    """The visits of earlier wizards that led here, in order, each as it ended."""
    return [
        (Visit(state.graph, state.answers, visit.is_preview, visit.earlier[:place]), state)
        for place, state in enumerate(visit.earlier)
    ]


def _given(visit: Visit, passed: Answered) -> Given:
    language = get_language() or ""
    change_url = visit.address(visit.state.changing(passed.step.name))
    is_assumed = passed.step.name in visit.state.assumed
    return Given(passed.step.title.of(language), said(passed, language), change_url, is_assumed)


def asking(visit: Visit) -> dict[str, object]:
    """What a step asks: its choices as links, and the field of a value."""
    step, rejected = visit.state.step, visit.state.rejected
    return {
        "ways": [Way(choice, visit.address(visit.state.choosing(choice.key))) for choice in step.offered],
        "is_value": step.kind is Kind.VALUE,
        "form_url": visit.address().partition("?")[0],
        "held": visit.held,
        "typed": rejected.value if rejected else "",
        "error": field_error(visit.state),
        "example": example(step.check),
    }


def ending(request: HttpRequest, visit: Visit) -> dict[str, object]:
    """What an outcome offers: the wizard to go on with, a summary or text for support, and what it asks, if at all."""
    asks = visit.state.step.asks
    return {
        "onward": onward(visit),
        "summaries": in_each_language(lambda language: _text(request, visit, language)),
        "question": None if asks is Asks.NOTHING else question_of(visit),
        "support_url": settings.SUPPORT_REQUEST if visit.state.step.result is Result.SUPPORT else "",
    }


def onward(visit: Visit) -> Onward | None:
    seen = flows.find(visit.state.step.hand_over) if visit.state.step.hand_over else None
    if seen is None or not seen.graph.steps:
        return None
    other = seen.graph
    answers = hand_over(visit.state, other, visit.earlier)
    before = (state for state in (*visit.earlier, visit.state) if state.graph.key != other.key)
    after = Visit(other, earlier=tuple(before))
    return Onward(other.title, after.address(answers), len(answers.without(ASSUMED).given))


def _text(request: HttpRequest, visit: Visit, language: str) -> str:
    """The summary of a visit; where it ends at support, below the fields that support asks for."""
    link = request.build_absolute_uri(visit.address(visit.state.answers))
    told = summary(visit.state, language, headings(), at=timezone.now(), link=link, earlier=visit.earlier)
    if visit.state.step.result is not Result.SUPPORT:
        return told
    typed = [passed.value for state in (*visit.earlier, visit.state) for passed in state.path if passed.is_typed]
    return request_text(version=typed[-1] if typed else "", tried=told)


def headings() -> Headings:
    """The words of a summary in the active language."""
    return Headings(_("Wizard"), _("Answers"), _("Result"), _("Time"), _("Link"), _("assumed, not confirmed"))
