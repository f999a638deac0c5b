"""Owns what is rendered by its template once and filled in from then on: all of it but a few texts is the same.

In place of these texts the template is given marks, at which what it rendered is cut; it must show each as it is,
through no filter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.core.cache import caches
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from troubleshoot.reading.redirects import has_several_documents

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

_MARK = re.compile("\ue000([a-z_]+)\ue001")


def mark(name: str) -> str:
    """What stands in a frame in place of the text of this ``name``."""
    return f"\ue000{name}\ue001"


def filled(request: HttpRequest, template: str, context: Mapping[str, object], texts: Mapping[str, str]) -> SafeString:
    """The page of ``template`` with ``texts`` in place of the marks in ``context``, which say all else that it shows.

    Of the request it may show the origin and the path, and nothing else.
    """
    origin, several = request.build_absolute_uri(request.path), has_several_documents()
    place = f"{template} {origin} {get_script_prefix()} {get_language()} {several} {context}"
    pieces = caches["frames"].get(place)
    if pieces is None:
        pieces = tuple(_MARK.split(render_to_string(template, dict(context), request)))
        caches["frames"].set(place, pieces)
    page = list(pieces)
    page[1::2] = (conditional_escape(texts[name]) for name in page[1::2])
    return mark_safe("".join(page))  # noqa: S308 - rendered by a template, and texts escaped
