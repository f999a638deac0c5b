"""Owns the marking of what matched: the stretches of a text that a search found, as ``<mark>``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from django import template
from django.utils.html import format_html, format_html_join

from troubleshoot.search.core.spans import cut

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.utils.safestring import SafeString

register = template.Library()


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
