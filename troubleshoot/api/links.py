"""Owns links in the Markdown that the API hands out: what points into the portal becomes an absolute address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import override

from troubleshoot.reading.redirects import LINK, closed_links
from troubleshoot.templatetags.content import portal_link

if TYPE_CHECKING:
    from rest_framework.request import Request

LINK_TARGET = re.compile(r"(?<=\]\()portal:\w+/[-\w]+(?=[\s)])", re.ASCII)
ENTRY_LINK = re.compile(r"\[([^][]*)\]\((portal:error/[-\w]+)(?:\s[^()]*)?\)", re.ASCII)


def portable(markdown: str, language: str, request: Request) -> str:
    """The same Markdown, with each ``portal:`` link as the absolute address of that page in a language.

    Of a link to an entry that readers can't open, the words stay.
    """
    markdown = without_links(markdown, closed_links(markdown))
    with override(language):
        return LINK_TARGET.sub(lambda link: request.build_absolute_uri(portal_link(link[0])), markdown)


def without_links(markdown: str, nowhere: set[str]) -> str:
    """The same Markdown without links to the targets in ``nowhere``, in whatever form they are written."""
    if not nowhere:
        return markdown
    plain = ENTRY_LINK.sub(lambda link: link[1] if link[2] in nowhere else link[0], markdown)
    return LINK.sub(lambda link: "portal:document/page" if link[0] in nowhere else link[0], plain)
