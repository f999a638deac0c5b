"""Owns the completion of a half-typed query from the words of the titles. Pure.

A word is completed by the keys that begin it, so that a half-composed syllable (백ㅇ), initial consonants alone (ㅂㅇ)
and the wrong keyboard layout (qordj) all lead to 백업.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from troubleshoot.search.core.keyboard import initials_of, key_stream, keys_of
from troubleshoot.search.core.query import clean

if TYPE_CHECKING:
    from troubleshoot.search.core.corpus import Index

MOST = 8
_SHORTEST_KEYS = 2
_LOOKED_AT = 50
_CONSONANTS = re.compile(r"[ㄱ-ㅎ]{2,}")


def suggest(index: Index, typed: str, limit: int = MOST) -> list[str]:
    """Whole queries that ``typed`` may become: its last word completed, the commonest first."""
    before, _space, last = clean(typed).rpartition(" ")
    completed = {word.casefold(): word for word in reversed(complete(index, last, 2 * limit))}
    completed.pop(last.casefold(), None)
    return [f"{before} {word}".strip() for word in reversed(completed.values())][:limit]


def complete(index: Index, beginning: str, limit: int = MOST) -> list[str]:
    """The words that begin like ``beginning`` or, where it is consonants alone, whose syllables begin with them."""
    if is_initials(beginning):
        return index.completions(keys_of(initials_of(beginning)).casefold(), limit, initials=True)
    keys = key_stream(beginning)
    if len(keys) < _SHORTEST_KEYS:
        return []
    words = index.completions(keys, _LOOKED_AT)
    # The keys of VM begin 프록시, too. The other layout is meant only where this one begins no word.
    as_typed = [word for word in words if word.isascii() == beginning.isascii()]
    return (as_typed or words)[:limit]


def is_initials(text: str) -> bool:
    """Whether ``text`` is nothing but two or more consonants (ㅂㅇ)."""
    return _CONSONANTS.fullmatch(text) is not None
