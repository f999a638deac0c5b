"""Owns the door of the administration, and the page that asks for the old password: closed to who tries too often."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.shortcuts import render

from troubleshoot.models import FailedSignIn
from troubleshoot.models.sign_in import WINDOW, TooManyAttemptsError
from troubleshoot.reading import limits, readers

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

UNKNOWN = "an unknown name"


def sign_in(request: HttpRequest) -> HttpResponse:
    """Django's own page; each attempt is counted before it is looked at."""
    if request.method != "POST":
        return admin.site.login(request)
    answer: list[HttpResponse] = []

    def is_right() -> bool:
        answer.append(admin.site.login(request))
        return answer[0].status_code == HTTPStatus.FOUND

    try:
        counted(request, request.POST.get("username", ""), is_right)
    except TooManyAttemptsError:
        return refusal(request)
    return answer[0]


def change_password(request: HttpRequest) -> HttpResponse:
    """Django's own page. Who guesses at the old password, where somebody left a session open, is counted as above."""
    old = request.POST.get("old_password", "")
    try:
        if request.method == "POST":
            counted(request, request.user.get_username(), lambda: request.user.check_password(old))
    except TooManyAttemptsError:
        return refusal(request)
    return admin.site.password_change(request)


def counted(request: HttpRequest, name: str, is_right: Callable[[], bool]) -> bool:
    """Whether an attempt succeeds; it is counted before it is looked at. Raises TooManyAttemptsError."""
    sent_from = readers.address(request.META)
    try:
        attempt = FailedSignIn.objects.begin(name, limits.network(sent_from))
    except TooManyAttemptsError:
        logger.warning("A sign-in as %s from %s was refused: too many failed", known(name), sent_from)
        raise
    if succeeded := is_right():
        FailedSignIn.objects.forget(attempt)
    else:
        logger.warning("A sign-in as %s from %s failed", known(name), sent_from)
    return succeeded


def known(name: str) -> str:
    """The name of an account, for the log; what is none may be a password in the wrong field."""
    return name if "\0" not in name and get_user_model()._default_manager.filter(username=name).exists() else UNKNOWN


def refusal(request: HttpRequest) -> HttpResponse:
    minutes = int(WINDOW.total_seconds()) // 60
    answer = render(request, "admin/too_many_sign_ins.html", {"minutes": minutes}, status=HTTPStatus.TOO_MANY_REQUESTS)
    answer.headers["Retry-After"] = str(minutes * 60)
    return answer
