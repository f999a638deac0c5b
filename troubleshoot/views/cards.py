"""Owns the cards of a search: each is rendered once for the content, and what a search found is marked in it.

A card's template is rendered with all of its texts marked. What stands in the marks are the texts, and what stands
around them is the same for every search.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from troubleshoot.reading.parts import parts
from troubleshoot.templatetags.content import marked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from troubleshoot.reading.results import Result
    from troubleshoot.templatetags.content import Marking

_MARKED = re.compile("<mark>(.*?)</mark>", re.DOTALL)


class _Everything:
    """Marks all of any text."""

    def marks(self, text: str) -> list[tuple[int, int, bool]]:
        return [(0, len(text), True)]


def cards_of(
    results: Iterable[Result], outcome: Marking, *, is_answer: bool = False, without_fix: bool = False
) -> list[SafeString]:
    """The card of each result, as an item of a list. The first ``is_answer``: it is the error that was asked for."""
    results = list(results)
    first = _rendered(results[:1] if is_answer else [], is_answer=True)
    others = _rendered(results[1:] if is_answer else results, without_fix=without_fix)
    return [_filled(card, outcome) for card in (*first, *others)]


def _rendered(results: Sequence[Result], **how: bool) -> list[tuple[str, ...]]:
    """The cards in pieces: what stands before a text, the text, what follows it, the next text, and so on."""
    shown = {f"{result.hit.kind}:{result.hit.key}": result.shown for result in results}

    def make(places: list[str]) -> dict[str, tuple[str, ...]]:
        return {place: _pieces({"row": shown[place], **how}) for place in places}

    made = parts(f"card{sorted(name for name, is_set in how.items() if is_set)}", shown, make)
    return [made[place] for place in shown]


def _pieces(context: dict[str, object]) -> tuple[str, ...]:
    template = "entry_row" if context["row"].kind == "error" else "result_wizard"  # type: ignore[attr-defined]
    html = render_to_string(
        f"troubleshoot/parts/{template}.html", context | {"show_operation": True, "outcome": _Everything()}
    )
    pieces = _MARKED.split(html)
    pieces[1::2] = map(unescape, pieces[1::2])
    return tuple(pieces)


def _filled(card: Sequence[str], outcome: Marking) -> SafeString:
    filled = list(card)
    filled[1::2] = (marked(text, outcome) for text in card[1::2])
    return mark_safe("".join(filled))  # noqa: S308 - rendered by a template, and texts escaped
