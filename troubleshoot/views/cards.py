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
from django.utils.translation import get_language

from troubleshoot.kinds import Kind
from troubleshoot.reading.parts import parts
from troubleshoot.templatetags.content import marked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from troubleshoot.reading.results import Result, Shown
    from troubleshoot.templatetags.content import Marking

_MARKED = re.compile("<mark>(.*?)</mark>", re.DOTALL)


class _Everything:
    """Marks all of any text."""

    def marks(self, text: str) -> list[tuple[int, int, bool]]:
        return [(0, len(text), True)]


def cards_of(
    results: Iterable[Result], outcome: Marking, *, answers: int = 0, without_fix: bool = False
) -> list[SafeString]:
    """The card of each result, as an item of a list; the first ``answers`` of them are what was asked for."""
    rows: dict[str, tuple[Shown, bool, str]] = {}
    for result in results:
        is_answer = len(rows) < answers
        # One that says the same in other words, or in the other language, would not show why this was found.
        said = result.hit.symptom
        symptom = said if outcome.marks(said) and said.isascii() is (get_language() != "ko") else ""
        place = f"{result.hit.kind}:{result.hit.key}{' answer' if is_answer else ''} {symptom}".rstrip()
        rows[place] = result.shown, is_answer, symptom

    def make(places: list[str]) -> dict[str, tuple[str, ...]]:
        return {place: _pieces(*rows[place], without_fix=without_fix) for place in places}

    made = parts("card without fix" if without_fix else "card", rows, make)
    return [_filled(made[place], outcome) for place in rows]


def _pieces(row: Shown, is_answer: bool, symptom: str, *, without_fix: bool) -> tuple[str, ...]:  # noqa: FBT001
    """The card in pieces: what stands before a text, the text, what follows it, the next text, and so on."""
    template = "entry_row" if row.kind == Kind.ERROR else "result_wizard"
    how = {"is_answer": is_answer, "without_fix": without_fix, "show_operation": True}
    context = {"row": row, "outcome": _Everything(), "symptom": symptom, **how}
    html = render_to_string(f"troubleshoot/parts/{template}.html", context)
    pieces = _MARKED.split(html)
    pieces[1::2] = map(unescape, pieces[1::2])
    return tuple(pieces)


def _filled(card: Sequence[str], outcome: Marking) -> SafeString:
    filled = list(card)
    filled[1::2] = (marked(text, outcome) for text in card[1::2])
    return mark_safe("".join(filled))  # noqa: S308 - rendered by a template, and texts escaped
