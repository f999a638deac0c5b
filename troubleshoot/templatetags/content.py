"""Owns how a text reaches a page: stored Markdown rendered, its portal links led on, what a search found marked."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any, Protocol

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from troubleshoot.document import rendering
from troubleshoot.reading import sources
from troubleshoot.reading.redirects import links_of
from troubleshoot.reading.results import document_title, language_of
from troubleshoot.search.core.analysis import cut

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.utils.safestring import SafeString

    from troubleshoot.models import Operation


register = template.Library()

# Around what was typed, what means the same, and what neither is.
_OPENED = {True: "<mark>", False: '<mark class="meant">', None: ""}
_CLOSED = {True: "</mark>", False: "</mark>", None: ""}


@register.filter
def markdown(text: str | None, heading_offset: int = 0) -> SafeString:
    """Stored Markdown as HTML; ``heading_offset`` moves its headings down."""
    html = rendering.render(text or "", link=links_of(text or ""), heading_offset=heading_offset)
    return mark_safe(html)  # noqa: S308 - rendering sanitises with nh3


_ACTION = re.compile(r': <a (href="[^"]*"[^<>]*>[^<>]*</a></p>)')


@register.filter
def with_action(page: SafeString) -> SafeString:
    """The HTML of a text whose first paragraph to end in “…: link” has that link as a button below it."""
    return mark_safe(_ACTION.sub(r':</p>\n<p class="go action"><a class="button" \1', page, count=1))  # noqa: S308 - as it was


@register.filter
def lang(row: Any, name: str) -> str:
    """The attribute that says in which language a text of a row is shown where it is not that of the page."""
    language = language_of(row, name)
    return format_html(' lang="{}"', language) if language else ""


@register.filter
def as_fix(text: str | None) -> rendering.Fix:
    """The steps of a resolution's Markdown and what stands after them, each as Markdown."""
    return rendering.split_fix(text or "")


@register.filter
def its_document(operation: Operation) -> str:
    """The title of the document of an operation; empty where there is only one, or none."""
    return document_title(operation)


register.filter("origin", sources.origin_of)
register.filter("other_messages", sources.other_messages)
register.filter("without_a_fix", sources.without_a_fix)


@register.filter
def headline(message: str | None) -> str:
    """What a message says first: the title of its entry."""
    return rendering.headline(message or "")


@register.filter
def shortened(text: str, most: int) -> str:
    """So many characters of a text at most. Django's own filter looks at each letter, however short the text is."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


@register.filter
def first_line(text: str | None) -> str:
    """The first sentence of Markdown as plain text."""
    return rendering.first_line(text or "")


class Marking(Protocol):
    """What can say which stretches ``(start, end)`` of a text matched, and whether as typed; an outcome can."""

    def marks(self, text: str) -> Sequence[tuple[int, int, bool]]: ...


@register.filter
def marked(text: str, outcome: Marking | None) -> SafeString:
    """The text, escaped, with what matched inside ``<mark>``; what only means the same is marked lightly."""
    stretches = outcome.marks(text) if outcome else ()
    return mark_safe("".join(pieces(text, stretches)) if stretches else escape(text))  # noqa: S308 - escaped


def pieces(text: str, stretches: Sequence[tuple[int, int, bool]]) -> Iterator[str]:
    """The text in order, escaped, marked and unmarked; stretches that overlap are marked once."""
    for piece, is_typed in cut(text, stretches):
        yield f"{_OPENED[is_typed]}{escape(piece)}{_CLOSED[is_typed]}"
