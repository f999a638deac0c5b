"""Owns links in the Markdown that the API hands out: what points into the portal becomes an absolute address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import override

from troubleshoot.templatetags.content import portal_link

if TYPE_CHECKING:
    from rest_framework.request import Request

LINK_TARGET = re.compile(r"(?<=\]\()portal:\w+/[-\w]+(?=[\s)])", re.ASCII)


def portable(markdown: str, language: str, request: Request) -> str:
    """The same Markdown, with each ``portal:`` link as the absolute address of that page in a language."""
    with override(language):
        return LINK_TARGET.sub(lambda link: request.build_absolute_uri(portal_link(link[0])), markdown)
