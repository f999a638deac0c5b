"""Owns what every page has in common: it only reads, and a reader's copy is checked again at each visit."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from troubleshoot.reading.redirects import remembered

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponseBase


def page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view for GET and HEAD whose answer may be kept but is compared (ETag) before it is shown again.

    A correction is therefore seen by everybody at once, and an unchanged page costs its reader no transfer.
    """

    @wraps(view)
    def looked_up_once(*args: Any, **kwargs: Any) -> HttpResponseBase:
        with remembered():
            return view(*args, **kwargs)

    return require_safe(cache_control(no_cache=True)(conditional_page(looked_up_once)))
