"""Owns “did this solve it?” about the resolutions of an entry: the question below each, and what is offered next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import BadRequest
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from troubleshoot.models import ErrorEntry
from troubleshoot.views.lists import address, query_string
from troubleshoot.views.verdicts import (
    ANSWERS,
    Question,
    refuse_what_is_not_ours,
    remember,
    take_down,
    thanks_in_place,
)

if TYPE_CHECKING:
    from django.http import HttpResponse

    from troubleshoot.models import Resolution
    from troubleshoot.views.page import HtmxRequest

LONGEST_QUERY = 200


@dataclass(frozen=True, slots=True)
class Way:
    """A resolution on its entry's page, with its question and its number among all that the page shows."""

    resolution: Resolution
    question: Question
    number: int
    entry: ErrorEntry

    @property
    def anchor(self) -> str:
        return f"resolution-{self.resolution.order}"

    @property
    def others(self) -> list[tuple[int, str]]:
        """The number and the anchor of each other way: what to try where this one did not help."""
        orders = [resolution.order for resolution in self.entry.resolutions.all()]
        return [
            (number, f"resolution-{order}")
            for number, order in enumerate(orders, start=1)
            if order != self.resolution.order
        ]

    @property
    def search_url(self) -> str:
        return address("search", q=self.entry.message[:LONGEST_QUERY])


def ways(entry: ErrorEntry, answered: tuple[str, str] = ("", "")) -> list[Way]:
    """The resolutions of an entry in order; ``answered`` is the number of one just answered about, and the answer."""
    return [
        Way(resolution, _question(resolution, entry, answered), number, entry)
        for number, resolution in enumerate(entry.resolutions.all(), start=1)
    ]


def _question(resolution: Resolution, entry: ErrorEntry, answered: tuple[str, str]) -> Question:
    question = Question(
        "error",
        entry.key,
        anchor=f"verdict-{resolution.pk}",
        action=reverse("error_verdict", args=(entry.key,)),
        # Not its place: that may be another's when the answer comes in.
        resolution=resolution.pk,
        held=(("resolution", str(resolution.pk)),),
    )
    number, answer = answered
    is_answered = number == str(resolution.pk) and answer in ANSWERS
    return question.answered(solved=ANSWERS[answer]) if is_answered else question


@csrf_exempt  # that the page is ours is checked here: a token would set a cookie for who only reads
@require_POST
def entry_verdict(request: HtmxRequest, key: str) -> HttpResponse:
    """Write the verdict on a resolution, then say thank you where it was asked."""
    refuse_what_is_not_ours(request)
    entry = get_object_or_404(ErrorEntry.objects.for_readers(), key=key)
    number = request.POST.get("resolution", "")
    way = next((way for way in ways(entry) if str(way.resolution.pk) == number), None)
    if way is None:
        raise BadRequest
    question = take_down(request, way.question)
    if request.htmx:
        return thanks_in_place(request, question, {"way": way, "wizards": entry.flow_links.published()})
    if not question.is_kept:
        return render(request, "troubleshoot/not_kept.html", {"entry": entry, "question": question}, status=429)
    query = query_string(answered=number, solved="yes" if question.solved else "no")
    return remember(request, HttpResponseRedirect(f"{entry.get_absolute_url()}{query}#{question.anchor}"))
