"""Owns what a wizard takes back from its reader: whether it solved the problem, and that a step was seen."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from troubleshoot.keeping import for_now
from troubleshoot.models import ErrorEntry
from troubleshoot.reading import feedback
from troubleshoot.reading.redirects import LINK
from troubleshoot.views.page import is_from_our_page, page
from troubleshoot.views.verdicts import (
    ANSWERS,
    MOST_AKIN,
    Question,
    record,
    refuse_what_is_not_ours,
    remember,
    thanks_in_place,
)
from troubleshoot.views.wizards.visit import read_visit, visit_of
from troubleshoot.wizard.answers import LONGEST_ANSWER, LONGEST_QUERY, Answers, read
from troubleshoot.wizard.graph import Asks

if TYPE_CHECKING:
    from django.http import HttpRequest

    from troubleshoot.views.page import HtmxRequest
    from troubleshoot.views.wizards.visit import Visit

# What was just answered, at the address that thanks for it. No answer of a wizard has a dot in its name.
SAID = "verdict.solved"


@csrf_exempt  # that the page is ours is checked here: a token would set a cookie for who only reads
@require_POST
def wizard_verdict(request: HtmxRequest, key: str) -> HttpResponse:
    """Write the verdict on the outcome that the answers lead to, then say thank you at an address of its own."""
    refuse_what_is_not_ours(request)
    answers = read(request.POST.get("answers", "")[:LONGEST_QUERY])
    visit = visit_of(read_visit(request, key).graph, answers)
    if not visit.state.is_finished or visit.state.step.asks is Asks.NOTHING:
        raise BadRequest
    question = record(request, question_of(visit))
    if request.htmx:
        return thanks_in_place(request, question, further(visit))
    if not question.is_kept:
        return thanks(request, visit, question)
    said = (*visit.state.answers.given, (SAID, "yes" if question.solved else "no"))
    return remember(request, HttpResponseRedirect(visit.address(Answers(said), "wizard_thanks")))


def further(visit: Visit) -> dict[str, object]:
    """What is offered to who was not helped: the errors that this wizard is about, and a request to support.

    It is about those that are linked with it and those that another answer to the last question would have named.
    """
    last = visit.state.path[-1].step.choices if visit.state.path else ()
    beside = [step for choice in last if (step := visit.graph.step(choice.target))]
    named = {key for step in beside for key in LINK.findall(step.body.ko)}
    tried = LINK.findall(visit.state.step.body.ko)
    is_about = Q(flow_links__flow__key=visit.graph.key) | Q(key__in=named)
    entries = ErrorEntry.objects.seen_by_readers().with_operation().filter(is_about).exclude(key__in=tried).distinct()
    return {"akin": entries.in_document_order()[:MOST_AKIN], "support_url": settings.SUPPORT_REQUEST}


def question_of(visit: Visit) -> Question:
    """“Did this solve it?” about the outcome of a visit."""
    return Question(
        "wizard",
        f"{visit.graph.key}/{visit.state.step.key}",
        anchor="verdict",
        action=reverse("wizard_verdict", args=(visit.graph.key,)),
        held=(("answers", visit.whole.query),),
        asks=visit.state.step.asks,
    )


@page
def wizard_thanks(request: HttpRequest, key: str) -> HttpResponse:
    visit = read_visit(request, key)
    is_outcome = bool(visit.graph.steps) and visit.state.is_finished and visit.state.step.asks is not Asks.NOTHING
    solved = ANSWERS.get(request.GET.get(SAID, ""))
    return thanks(request, visit, question_of(visit).answered(solved=solved) if is_outcome else None)


def thanks(request: HttpRequest, visit: Visit, question: Question | None) -> HttpResponse:
    is_kept = question is None or question.is_kept
    context = {
        "graph": visit.graph,
        "is_kept": is_kept,
        "question": question if is_kept else None,
        "outcome_url": visit.address(visit.answers),
        **further(visit),
    }
    status = HTTPStatus.OK if is_kept else HTTPStatus.TOO_MANY_REQUESTS
    return for_now(render(request, "troubleshoot/wizards/thanks.html", context, status=status))


@csrf_exempt
@require_POST
def wizard_seen(request: HttpRequest, key: str) -> HttpResponse:
    """Count a step. The page sends this once it is read, beside the reader's way: a GET writes nothing.

    It takes no token, which a page kept by the browser would not have; it takes nothing from other sites either.
    """
    if not is_from_our_page(request):
        raise PermissionDenied
    step, came_from = (request.POST.get(name, "")[:LONGEST_ANSWER] for name in ("step", "from"))
    feedback.count_step(key, step, came_from)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
