"""Owns what every page has in common: it only reads, and a reader's copy is checked again at each visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponseBase


def page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view for GET and HEAD whose answer may be kept but is compared (ETag) before it is shown again.

    A correction is therefore seen by everybody at once, and an unchanged page costs its reader no transfer.
    """
    return require_safe(cache_control(no_cache=True)(conditional_page(view)))
