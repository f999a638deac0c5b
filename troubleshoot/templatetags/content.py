"""Owns how a text reaches a page: stored Markdown rendered, its portal links led on, what a search found marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from troubleshoot.document import rendering, steps
from troubleshoot.reading.redirects import closed_links
from troubleshoot.search.core.spans import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from django.utils.safestring import SafeString


register = template.Library()

SCHEME = "portal:"


def portal_link(href: str) -> str:
    """The address of a ``portal:`` target in the active language; any other link as it is.

    A target of a kind that has no page leads to the document, which holds everything.
    """
    if not href.startswith(SCHEME):
        return href
    kind, _slash, key = href.removeprefix(SCHEME).partition("/")
    if kind == "section":
        return f"{reverse('document')}#{key}"
    try:
        return reverse({"error": "error", "flow": "wizard"}.get(kind, kind), args=(key,))
    except NoReverseMatch:
        return reverse("document")


def links_of(text: str) -> Callable[[str], str]:
    """What maps the links of this text to addresses: those to entries that readers can't open become plain words."""
    nowhere = closed_links(text)
    return lambda href: "" if href in nowhere else portal_link(href)


@register.filter
def markdown(text: str | None, heading_offset: int = 0) -> SafeString:
    """Stored Markdown as HTML; ``heading_offset`` moves its headings down."""
    html = rendering.render(text or "", link=links_of(text or ""), heading_offset=heading_offset)
    return mark_safe(html)  # noqa: S308 - rendering sanitises with nh3


@register.filter
def as_steps(text: str | None) -> list[str]:
    """The steps of a resolution's Markdown, each as Markdown."""
    return steps.split_steps(text or "")


@register.filter
def first_line(text: str | None) -> str:
    """The first sentence of Markdown as plain text."""
    return steps.first_line(text or "")


class Marking(Protocol):
    """What can say which stretches ``(start, end)`` of a text matched; a search's outcome can."""

    def marks(self, text: str) -> Sequence[tuple[int, int]]: ...


@register.filter
def marked(text: str, outcome: Marking | None) -> SafeString:
    """The text, escaped, with what matched inside ``<mark>``."""
    stretches = outcome.marks(text) if outcome else ()
    return format_html_join("", "{}", ((piece,) for piece in pieces(text, stretches)))


def pieces(text: str, stretches: Sequence[tuple[int, int]]) -> Iterator[str]:
    """The text in order, marked and unmarked; stretches that overlap are marked once."""
    for piece, is_marked in cut(text, ((start, end, True) for start, end in stretches)):
        yield format_html("<mark>{}</mark>", piece) if is_marked else piece
