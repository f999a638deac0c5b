"""Owns how a value that a request brings is read: whole numbers, its announced length, a text to be repeated. Pure."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from django.utils.text import Truncator

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_DIGITS = 18
"""As many as the primary key of a row may have; a longer number is no number here."""
LONGEST_REPEATED = 60


def whole_number(text: object, *, most_digits: int = MOST_DIGITS) -> int | None:
    """The number that a text is, from 0; None where it is anything but at most so many digits."""
    written = str(text)
    return int(written) if len(written) <= most_digits and written.isascii() and written.isdecimal() else None


def announced_length(meta: Mapping[str, Any]) -> int:
    """How many bytes a request brings, as its sender says; 0 for nonsense, of which Django reads nothing either."""
    text = str(meta.get("CONTENT_LENGTH") or "0").strip()
    if not text.isascii() or not text.isdecimal():
        return 0
    return int(text) if len(text) <= MOST_DIGITS else sys.maxsize


def repeatable(text: str) -> str:
    """What a reader typed, short enough and printable enough to be repeated in an answer."""
    printable = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return Truncator(printable).chars(LONGEST_REPEATED)
