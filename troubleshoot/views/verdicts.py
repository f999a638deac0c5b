"""Owns “did this solve it?”: the question below each resolution, how its answer is recorded and thanked for.

Reading a page sets no cookie. Who answers gets one with a random number, so that a second answer replaces the first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.functional import SimpleLazyObject, cached_property
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from troubleshoot.document.rendering import Fix, split_fix
from troubleshoot.models import ErrorEntry
from troubleshoot.models.translated import address_of
from troubleshoot.reading import feedback, readers
from troubleshoot.reading.entries import of_the_same_operation, wizards_of
from troubleshoot.reading.parameters import announced_length
from troubleshoot.views.lists import query_string
from troubleshoot.views.page import is_from_our_page
from troubleshoot.views.support import ends_at_support, support_of_entry
from troubleshoot.wizard.graph import Asks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from troubleshoot.models import Resolution
    from troubleshoot.views.page import HtmxRequest


ANSWERS = {"yes": True, "no": False}
COOKIE = settings.ANSWERING_COOKIE_NAME
A_YEAR = 365 * 24 * 60 * 60
MOST_BYTES = 64 * 1024
LONGEST_COMMENT = 10_000
MOST_AKIN = 5
MOST_BESIDE = 5


@dataclass(frozen=True, slots=True)
class Question:
    """“Did this solve it?” about one thing: where its answer goes, what it ``asks``, and what it carries along.

    ``is_answered`` says that its reader answered just now, and ``solved`` what, where that is known; ``is_kept`` is
    false where too many answers came in.
    """

    kind: str
    key: str
    anchor: str
    action: str
    resolution: int | None = None
    held: tuple[tuple[str, str], ...] = ()
    asks: Asks = Asks.WHETHER
    is_answered: bool = False
    solved: bool | None = None
    is_kept: bool = True

    def answered(self, *, solved: bool | None, is_kept: bool = True) -> Question:
        return replace(self, is_answered=True, solved=solved, is_kept=is_kept)


def refuse_what_is_not_ours(request: HttpRequest) -> None:
    """Only our own pages may answer for a reader; a token, which takes a cookie, would be asked of who only reads."""
    if not is_from_our_page(request):
        raise PermissionDenied
    if announced_length(request.META) > MOST_BYTES:
        raise BadRequest


def record(request: HttpRequest, question: Question) -> Question:
    """Write what the request answers. Returns the question as answered; raises BadRequest where nothing is."""
    solved = ANSWERS.get(request.POST.get("solved", ""))
    if solved is None:
        raise BadRequest
    try:
        feedback.record_verdict(
            question.kind,
            question.key,
            solved=solved,
            resolution=question.resolution,
            comment=request.POST.get("comment", "")[:LONGEST_COMMENT],
            number=number_of(request),
            address=readers.address(request.META),
        )
    except feedback.TooManyError:
        return question.answered(solved=solved, is_kept=False)
    return question.answered(solved=solved)


def number_of(request: HttpRequest) -> str:
    """The number that the reader's browser keeps, or a new one, which stays with the request."""
    number = request.COOKIES.get(COOKIE, "")
    if not readers.is_number(number):
        number = request.COOKIES[COOKIE] = readers.new_number()
    return number


def remember(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let the reader's browser keep its number."""
    response.set_cookie(
        COOKIE,
        number_of(request),
        max_age=A_YEAR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def thanks_in_place(request: HttpRequest, question: Question, further: Mapping[str, object]) -> HttpResponse:
    """The part of a page that is open already; ``further`` is what it offers to who was not helped."""
    status = HTTPStatus.OK if question.is_kept else HTTPStatus.TOO_MANY_REQUESTS
    context = {"question": question, **further}
    return remember(request, render(request, "troubleshoot/parts/verdict.html", context, status=status))


@dataclass(frozen=True)
class Way:
    """A resolution on its entry's page, with its question and its number among all that the page shows.

    ``helped`` is what readers answered, where there are enough answers: a page that is kept says that of its hour.
    """

    resolution: Resolution
    question: Question
    number: int
    entry: ErrorEntry
    helped: feedback.Helped | None = None

    @cached_property
    def told(self) -> Fix:
        """What is to be done, step by step, and what is said after that, as Markdown."""
        return split_fix(self.resolution.body or "")

    @property
    def anchor(self) -> str:
        return f"resolution-{self.resolution.order}"

    @property
    def others(self) -> list[tuple[int, str, bool]]:
        """Each other way, to be tried where this one did not help: number, anchor, and whether it is for one case."""
        return [
            (number, f"resolution-{other.order}", bool(other.condition))
            for number, other in enumerate(self.entry.resolutions.all(), start=1)
            if other.order != self.resolution.order
        ]


def ways(entry: ErrorEntry, answered: tuple[str, str] = ("", "")) -> list[Way]:
    """The resolutions of an entry in order; ``answered`` is the number of one just answered about, and the answer."""
    helped = feedback.helped_by_fixes(entry)
    return [
        Way(resolution, _question(resolution, entry, answered), number, entry, helped.get(resolution.pk))
        for number, resolution in enumerate(entry.resolutions.all(), start=1)
    ]


def further(entry: ErrorEntry) -> dict[str, object]:
    """What an entry offers to who was not helped: its wizards, what else it may be, the rest of its operation, support.

    Rows are asked for when they are shown: even to word these questions takes longer than many a part of the page.
    """
    return {
        "wizards": SimpleLazyObject(lambda: wizards_of(entry)),
        "akin": SimpleLazyObject(lambda: list(ErrorEntry.objects.akin_to(entry)[:MOST_AKIN])),
        "beside": SimpleLazyObject(lambda: of_the_same_operation(entry, MOST_BESIDE)),
        "ends_at_support": ends_at_support(entry),
        **support_of_entry(entry),
    }


def _question(resolution: Resolution, entry: ErrorEntry, answered: tuple[str, str]) -> Question:
    question = Question(
        "error",
        entry.key,
        anchor=f"verdict-{resolution.pk}",
        action=address_of("error_verdict", entry.key),
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
    question = record(request, way.question)
    if request.htmx:
        return thanks_in_place(request, question, {"way": way, **further(entry)})
    if not question.is_kept:
        return render(request, "troubleshoot/not_kept.html", {"entry": entry, "question": question}, status=429)
    query = query_string(answered=number, solved="yes" if question.solved else "no")
    return remember(request, HttpResponseRedirect(f"{entry.get_absolute_url()}{query}#{question.anchor}"))
