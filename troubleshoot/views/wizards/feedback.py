"""Owns what a wizard takes back from its reader: whether it solved the problem, and that a step was seen."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from troubleshoot.services import feedback
from troubleshoot.views.page import page
from troubleshoot.views.wizards.visit import Visit, read_visit
from troubleshoot.wizard.answers import LONGEST_ANSWER, LONGEST_QUERY, read

if TYPE_CHECKING:
    from django.http import HttpRequest

SOLVED = {"yes": True, "no": False}


@require_POST
def wizard_verdict(request: HttpRequest, key: str) -> HttpResponse:
    """Write the verdict on the outcome that the answers lead to, then say thank you at an address of its own."""
    answers = read(request.POST.get("answers", "")[:LONGEST_QUERY])
    visit = Visit(read_visit(request, key).graph, answers)
    solved = SOLVED.get(request.POST.get("solved", ""))
    if solved is None or not visit.state.is_finished:
        raise BadRequest
    try:
        feedback.record_verdict("wizard", f"{visit.graph.key}/{visit.state.step.key}", solved=solved)
    except feedback.TooManyError:
        return thanks(request, visit, HTTPStatus.TOO_MANY_REQUESTS)
    return HttpResponseRedirect(visit.address(visit.state.answers, "wizard_thanks"))


@page
def wizard_thanks(request: HttpRequest, key: str) -> HttpResponse:
    return thanks(request, read_visit(request, key), HTTPStatus.OK)


def thanks(request: HttpRequest, visit: Visit, status: HTTPStatus) -> HttpResponse:
    context = {
        "graph": visit.graph,
        "is_kept": status == HTTPStatus.OK,
        "outcome_url": visit.address(visit.answers),
    }
    return render(request, "troubleshoot/wizards/thanks.html", context, status=status)


@csrf_exempt
@require_POST
def wizard_seen(request: HttpRequest, key: str) -> HttpResponse:
    """Count a step. The page sends this once it is read, beside the reader's way: a GET writes nothing.

    It takes no token, which a page kept by the browser would not have; it takes nothing from other sites either.
    """
    if not comes_from_here(request):
        raise PermissionDenied
    step, came_from = (request.POST.get(name, "")[:LONGEST_ANSWER] for name in ("step", "from"))
    feedback.count_step(key, step, came_from)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def comes_from_here(request: HttpRequest) -> bool:
    """Whether a page of this portal sent the request, as far as its browser tells."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()
