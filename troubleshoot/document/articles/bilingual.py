"""Owns documents that hold two languages side by side, the second hidden in spans: each side as a text of its own."""

from __future__ import annotations

import re

_SPAN = re.compile(r"<(/?)span\b([^<>]*)>", re.IGNORECASE)
_UNMARKED = re.compile(
    r"<span>([^<]*(?:<(?!/?span\b)[^<]*)*)</span>(?=\s{0,10}<span\b[^<>]*(?:sxs-lookup|data-stu-id))", re.IGNORECASE
)
"""The first of a pair, where only the second says what it is."""
_SECOND, _FIRST = re.compile(r"sxs-lookup|data-stu-id", re.IGNORECASE), re.compile(r"data-ttu-id", re.IGNORECASE)


def sides_of(text: str) -> tuple[str, str] | None:
    """The text in each language, line by line the same; none where there is one language."""
    if "sxs-lookup" not in text and "data-stu-id" not in text:
        return None
    text = _UNMARKED.sub(r"<span data-ttu-id>\1</span>", text)
    sides: tuple[list[str], list[str]] = ([], [])
    open_spans: list[int | None] = []
    side: int | None = None
    place = 0
    for match in _SPAN.finditer(text):
        _take(sides, side, text[place : match.start()])
        place = match.end()
        if match[1]:
            if open_spans:
                side = open_spans.pop()
        else:
            open_spans.append(side)
            side = 1 if _SECOND.search(match[2]) else 0 if _FIRST.search(match[2]) else side
    _take(sides, side, text[place:])
    return "".join(sides[0]), "".join(sides[1])


def _take(sides: tuple[list[str], list[str]], side: int | None, text: str) -> None:
    """What stands in no span belongs to both; a line end does always, so that both have the same lines."""
    for number, pieces in enumerate(sides):
        pieces.append(text if side in {None, number} else "\n" * text.count("\n"))
