"""Owns an account beyond its password: the second factor, signing in on the way, and where one can be signed out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import segno
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, login
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpResponseBadRequest, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django_otp.plugins.otp_static import admin as _static  # noqa: F401 - registers what is taken away below
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp import admin as _totp  # noqa: F401 - as above
from django_otp.plugins.otp_totp.models import TOTPDevice

from troubleshoot.models.sign_in import TooManyAttemptsError
from troubleshoot.reading import readers
from troubleshoot.views import sign_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from django.contrib.admin import AdminSite
    from django.http import HttpRequest, HttpResponse

_DIGITS = 6
_RECOVERY_CODES = 10
_BEGAN = "signed_in"
_MOST_SESSIONS = 5_000
_BROWSERS = ("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")
_SIGN_IN = "sign_in"
_SYSTEMS = ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("Mac OS", "macOS"), ("Linux", "Linux")

# Whose second factor it is sees it on a page of their own.
admin.site.unregister((TOTPDevice, StaticDevice))


class SignInForm(AdminAuthenticationForm):
    """Name, password, and the code of who has a second factor."""

    code = forms.CharField(
        label=_("Code"),
        required=False,
        max_length=40,
        help_text=_("Only if you have set up a second factor: from your app, or a recovery code."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false", "size": 12}),
    )

    def confirm_login_allowed(self, user: Any) -> None:
        """Asked once the password is right, so that nobody learns without it who has a second factor."""
        super().confirm_login_allowed(user)
        if has_second_factor(user) and not is_right(user, self.cleaned_data.get("code", "")):
            raise ValidationError(gettext("Enter the code that your app shows now, or a recovery code."), code="code")


def signs_in_first(site: AdminSite, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A form that asks who saves with an ended session to sign in, keeps what they sent meanwhile, and then goes on."""

    @wraps(view)
    @sensitive_post_parameters(f"{_SIGN_IN}-password")
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" or request.user.is_authenticated:
            return view(request, *args, **kwargs)
        has_tried = f"{_SIGN_IN}-username" in request.POST
        form = SignInForm(request, request.POST if has_tried else None, prefix=_SIGN_IN)
        try:
            if has_tried and sign_in.counted(request, request.POST[f"{_SIGN_IN}-username"], form.is_valid):
                login(request, form.get_user())
                return view(request, *args, **kwargs)
        except TooManyAttemptsError:
            form = SignInForm(request, prefix=_SIGN_IN)
            messages.error(request, gettext("Too many attempts to sign in failed. Wait a few minutes, then try again."))
        left_out = (f"{_SIGN_IN}-", "csrfmiddlewaretoken")
        sent = [(name, text) for name, texts in request.POST.lists() for text in texts]
        kept = [(name, text) for name, text in sent if not name.startswith(left_out)]
        context = site.each_context(request) | {"title": gettext("Log in"), "form": form, "kept": kept}
        return TemplateResponse(request, "admin/sign_in_again.html", context)

    return inner


def form_view(site: AdminSite, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of the administration with a form to send, by which an ended session loses nothing."""
    return signs_in_first(site, site.admin_view(view))


def has_second_factor(user: Any) -> bool:
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def is_right(user: Any, code: str) -> bool:
    """Whether a code is the one of now, or one of the recovery codes, each of which counts once."""
    code = code.replace(" ", "").lower()
    model = TOTPDevice if code.isdecimal() and len(code) == _DIGITS else StaticDevice
    with transaction.atomic():
        devices = model.objects.select_for_update().filter(user=user, confirmed=True)
        return bool(code) and any(device.verify_token(code) for device in devices)


def take_off_second_factor(user: Any) -> None:
    for model in (TOTPDevice, StaticDevice):
        model.objects.filter(user=user).delete()


def _new_recovery_codes(user: Any) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery")
    codes = [StaticToken.random_token() for _number in range(_RECOVERY_CODES)]
    device.token_set.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session of somebody, named without its secret key."""

    handle: str
    since: datetime | None
    browser: str
    address: str
    is_this: bool


@receiver(user_logged_in, dispatch_uid="note where somebody signs in")
def note_sign_in(request: HttpRequest, **_signal: Any) -> None:
    agent = request.headers.get("User-Agent", "")
    names = [next((name for mark, name in table if mark in agent), "") for table in (_BROWSERS, _SYSTEMS)]
    began = timezone.now().isoformat()
    request.session[_BEGAN] = [began, " · ".join(filter(None, names)), readers.address(request.META)]


def sessions_of(user: Any, this: str | None = None) -> list[SignedIn]:
    """Where somebody is signed in, the newest first; ``this`` is the key of the session that asks."""
    found = []
    for session, told in _sessions(user):
        began, browser, address = told.get(_BEGAN) or ("", "", "")
        since = parse_datetime(began) if began else None
        found.append(SignedIn(_handle(session), since, browser, address, is_this=session.session_key == this))
    return sorted(found, key=lambda one: (one.is_this, one.since.timestamp() if one.since else 0), reverse=True)


def end_sessions(user: Any, handle: str = "", keep: str | None = None) -> int:
    """Sign somebody out where they are signed in: there, or everywhere but in the session to ``keep``."""
    ended = [
        session.session_key
        for session, _told in _sessions(user)
        if (handle and constant_time_compare(_handle(session), handle)) or (not handle and session.session_key != keep)
    ]
    return Session.objects.filter(pk__in=ended).delete()[0]


def _sessions(user: Any) -> Iterator[tuple[Session, dict[str, Any]]]:
    """The sessions that count: only staff have any, so all of them are looked through."""
    running = Session.objects.filter(expire_date__gt=timezone.now()).order_by("-expire_date")
    for session in running[:_MOST_SESSIONS]:
        told = session.get_decoded()
        if told.get(SESSION_KEY) == str(user.pk) and constant_time_compare(
            told.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()
        ):
            yield session, told


def _handle(session: Session) -> str:
    return salted_hmac("troubleshoot.admin.account", session.session_key, algorithm="sha256").hexdigest()[:32]


@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """The page of one's own account; what is sent says in ``act`` what is asked for."""
    if request.method == "POST":
        act = _ACTS.get(request.POST.get("act", ""))
        return act(request) if act else HttpResponseBadRequest()
    return _page(request)


def _page(request: HttpRequest, **more: Any) -> HttpResponse:
    begun = TOTPDevice.objects.filter(user=request.user, confirmed=False).first()
    context = admin.site.each_context(request) | {
        "title": gettext("My account"),
        "has_second_factor": has_second_factor(request.user),
        "codes_left": StaticToken.objects.filter(device__user=request.user).count(),
        "sessions": sessions_of(request.user, request.session.session_key),
        "begun": begun,
        **more,
    }
    if begun:
        context["picture"] = segno.make(begun.config_url, error="m", micro=False).svg_data_uri(scale=5, light="white")
        context["secret"] = dict(part.split("=") for part in begun.config_url.partition("?")[2].split("&"))["secret"]
    return TemplateResponse(request, "admin/people/account.html", context)


def _back(request: HttpRequest, sentence: str, level: int = messages.SUCCESS) -> HttpResponse:
    messages.add_message(request, level, sentence)
    return HttpResponseRedirect(reverse("account"))


def _wrong(request: HttpRequest) -> HttpResponse:
    sentence = gettext("This code is not right, or was used already. Wait for the next one, and try again.")
    return _back(request, sentence, messages.ERROR)


def _begin(request: HttpRequest) -> HttpResponse:
    if not has_second_factor(request.user):
        TOTPDevice.objects.filter(user=request.user).delete()
        TOTPDevice.objects.create(user=request.user, name="app", confirmed=False)
    return HttpResponseRedirect(reverse("account"))


def _confirm(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        waiting = TOTPDevice.objects.select_for_update().filter(user=request.user, confirmed=False)
        device = next((one for one in waiting if one.verify_token(request.POST.get("code", "").replace(" ", ""))), None)
        if device is None:
            return _wrong(request)
        device.confirmed = True
        device.save()
        codes = _new_recovery_codes(request.user)
    return _page(request, new_codes=codes)


def _renew(request: HttpRequest) -> HttpResponse:
    if not is_right(request.user, request.POST.get("code", "")):
        return _wrong(request)
    return _page(request, new_codes=_new_recovery_codes(request.user))


def _take_off(request: HttpRequest) -> HttpResponse:
    if not is_right(request.user, request.POST.get("code", "")):
        return _wrong(request)
    take_off_second_factor(request.user)
    return _back(request, gettext("The second factor is off. Your password alone signs you in."))


def _cancel(request: HttpRequest) -> HttpResponse:
    TOTPDevice.objects.filter(user=request.user, confirmed=False).delete()
    return HttpResponseRedirect(reverse("account"))


def _end(request: HttpRequest) -> HttpResponse:
    end_sessions(request.user, request.POST.get("session", ""), keep=request.session.session_key)
    return _back(request, gettext("Signed out there."))


_ACTS = {
    "begin": _begin,
    "confirm": _confirm,
    "renew": _renew,
    "off": _take_off,
    "cancel": _cancel,
    "end": _end,
}
