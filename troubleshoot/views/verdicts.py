"""Owns “did this solve it?”: the question a page asks, and how a reader's answer is taken down and thanked for.

Reading a page sets no cookie. Who answers gets one with a random number, so that a second answer replaces the first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.shortcuts import render

from troubleshoot.reading import feedback, readers
from troubleshoot.views.sender import is_from_our_page, is_larger_than

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

ANSWERS = {"yes": True, "no": False}
COOKIE = "answering"
A_YEAR = 365 * 24 * 60 * 60
MOST_BYTES = 64 * 1024
LONGEST_COMMENT = 10_000


@dataclass(frozen=True, slots=True)
class Question:
    """“Did this solve it?” about one thing: where its answer goes, and what it carries along.

    ``is_answered`` says that its reader answered just now, and ``solved`` what, where that is known; ``is_kept`` is
    false where too many answers came in.
    """

    kind: str
    key: str
    anchor: str
    action: str
    resolution: int | None = None
    held: tuple[tuple[str, str], ...] = ()
    is_answered: bool = False
    solved: bool | None = None
    is_kept: bool = True

    def answered(self, *, solved: bool | None, is_kept: bool = True) -> Question:
        return replace(self, is_answered=True, solved=solved, is_kept=is_kept)


def refuse_what_is_not_ours(request: HttpRequest) -> None:
    """Only our own pages may answer for a reader; a token, which takes a cookie, would be asked of who only reads."""
    if not is_from_our_page(request):
        raise PermissionDenied
    if is_larger_than(request, MOST_BYTES):
        raise BadRequest


def take_down(request: HttpRequest, question: Question) -> Question:
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
    kept = request.COOKIES.get(COOKIE, "")
    if not readers.is_number(kept):
        kept = request.COOKIES[COOKIE] = readers.new_number()
    return kept


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
