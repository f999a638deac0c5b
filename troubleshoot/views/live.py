"""Owns the difference between a whole page and the part of it that changes while a reader types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """A request as ``django_htmx``'s middleware passes it on."""

    htmx: HtmxDetails


def template_for(request: HtmxRequest, name: str) -> str:
    """The template of the whole page, or of what a page that is open already swaps in.

    One address has both, so its view has to say ``Vary: HX-Request``: a browser that goes back must get the page.
    """
    return f"troubleshoot/live/{name}.html" if request.htmx else f"troubleshoot/{name}.html"
