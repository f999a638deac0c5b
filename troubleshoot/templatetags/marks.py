"""Owns the marking of what matched: the stretches of a text that a search found, as ``<mark>``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from django import template
from django.utils.html import format_html, format_html_join

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
    at = 0
    for start, end in sorted(stretches):
        begin = max(start, at)
        if begin >= end:
            continue
        yield text[at:begin]
        yield format_html("<mark>{}</mark>", text[begin:end])
        at = end
    yield text[at:]
