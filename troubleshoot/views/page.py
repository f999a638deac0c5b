"""Owns what all pages share: they only read and are compared at each visit, change in part, and alone may send."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from troubleshoot.keeping import keepable
from troubleshoot.reading.redirects import remembered

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import AnonymousUser, User
    from django.http import HttpResponseBase
    from django_htmx.middleware import HtmxDetails

PREVIEW = "preview"
"""``preview=1`` in an address shows staff what readers do not see yet."""


def page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view for GET and HEAD whose answer may be kept but is compared (ETag) before it is shown again.

    A correction is therefore seen by everybody at once, and an unchanged page costs its reader no transfer. The portal
    keeps the answer too, in front of this view, for as long as the content is what it was.
    """

    @wraps(view)
    def looked_up_once(*args: Any, **kwargs: Any) -> HttpResponseBase:
        with remembered():
            return view(*args, **kwargs)

    return keepable(require_safe(cache_control(no_cache=True)(conditional_page(looked_up_once))))


def may_preview(user: User | AnonymousUser, model: str) -> bool:
    """Whether a user may see rows of a model as readers would, before readers do."""
    return user.is_active and user.is_staff and user.has_perm(f"troubleshoot.view_{model}")


def is_from_our_page(request: HttpRequest) -> bool:
    """Whether a page of this site sent the request, as far as its browser says; one that says nothing is refused."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    _scheme, _slashes, host = request.headers.get("Origin", "").partition("://")
    return host == request.get_host()


class HtmxRequest(HttpRequest):
    """A request as ``django_htmx``'s middleware passes it on."""

    htmx: HtmxDetails


def template_for(request: HtmxRequest, name: str) -> str:
    """The template of the whole page, or of what a page that is open already swaps in.

    One address has both, so its view has to say ``Vary: HX-Request``: a browser that goes back must get the page.
    """
    return f"troubleshoot/live/{name}.html" if request.htmx else f"troubleshoot/{name}.html"
