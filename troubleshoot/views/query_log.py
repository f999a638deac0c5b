"""Owns what readers' pages tell of a search: that it was made, which result was opened, and what was missing."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from troubleshoot.forms import MissingForm, SearchMadeForm
from troubleshoot.reading import readers
from troubleshoot.reading.limits import TooManyError
from troubleshoot.reading.parameters import announced_length
from troubleshoot.reading.query_log import is_result, read_token, record
from troubleshoot.views.lists import address
from troubleshoot.views.page import is_from_our_page, template_for

if TYPE_CHECKING:
    from django.http import HttpRequest

    from troubleshoot.views.page import HtmxRequest

MOST_BYTES = 16 * 1024
PLAIN = "text/plain; charset=utf-8"


@csrf_exempt  # a beacon carries no token of Django's; that the page is ours is checked here, and it acts for nobody
@require_POST
def log(request: HttpRequest) -> HttpResponse:
    """Write a search to the query log. Nothing of the request but its form is read."""
    if not is_from_our_page(request):
        return refusal(HTTPStatus.FORBIDDEN, _("Only pages of this portal may send this."))
    if announced_length(request.META) > MOST_BYTES:
        return refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("This is too large to be a search."))
    form = SearchMadeForm(request.POST)
    if not form.is_valid():
        return refusal(HTTPStatus.BAD_REQUEST, _("This does not describe a search."))
    return written(form, readers.address(request.META))


def written(form: SearchMadeForm, sent_from: str) -> HttpResponse:
    chosen = form.cleaned_data["kind"], form.cleaned_data["key"]
    if any(chosen) and not is_result(*chosen):
        return refusal(HTTPStatus.BAD_REQUEST, _("There is no such result."))
    try:
        record(form.cleaned_data["search"], read_token(form.cleaned_data["token"]), chosen=chosen, address=sent_from)
    except BadSignature:
        return refusal(HTTPStatus.BAD_REQUEST, _("This search was not made here, or was too long ago."))
    except TooManyError:
        return refusal(
            HTTPStatus.TOO_MANY_REQUESTS,
            _("Too many searches are being recorded right now. This one was not recorded."),
        )
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def refusal(status: HTTPStatus, sentence: str) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", status=status, content_type=PLAIN)


@csrf_exempt  # that the page is ours is checked here: a token would set a cookie for who only searches
@require_POST
def missing(request: HtmxRequest) -> HttpResponse:
    """Write that a search found nothing, with what the reader says about it."""
    if not is_from_our_page(request):
        raise PermissionDenied
    form = MissingForm(request.POST)
    status = recorded(form, readers.address(request.META))
    if status is HTTPStatus.OK and not request.htmx:
        return HttpResponseRedirect(address("search", q=form.cleaned_data["q"], told="1"))
    context = {"form": form, "problems": problems(form), "told": status is HTTPStatus.OK}
    return render(request, template_for(request, "missing"), context, status=status)


def recorded(form: MissingForm, sent_from: str) -> HTTPStatus:
    """Write what the form holds, and say how that went; what went wrong is said in the form too."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    values = form.cleaned_data
    try:
        record(values["search"] or uuid4(), read_token(values["token"]), comment=values["comment"], address=sent_from)
    except BadSignature:
        form.add_error("token", "")
        return HTTPStatus.UNPROCESSABLE_ENTITY
    except TooManyError:
        form.add_error(None, _("Too many people are sending right now. Please try again later."))
        return HTTPStatus.TOO_MANY_REQUESTS
    return HTTPStatus.OK


def problems(form: MissingForm) -> list[str]:
    """What a reader can do about each thing that is wrong; about what the page itself sent, only one."""
    sentences = [*form.non_field_errors(), *form.errors.get("comment", ())]
    if {"token", "search", "q"} & set(form.errors):
        sentences.append(_("This search was too long ago. Search again, then tell us."))
    return sentences
