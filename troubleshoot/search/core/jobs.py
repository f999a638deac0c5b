"""Owns what a pasted job says of itself: which stretch it calls its error, and which operation it was. Pure."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from troubleshoot.search.core.analysis import fold, terms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troubleshoot.search.core.lexicon import Lexicon

# What a job calls its error stands right behind one of these.
_OWN_ERROR = re.compile(
    r"(?:error[\s_]?(?:message|string|details?|code|title)|오류[ \t]?(?:메시지|코드|세부[ \t]?정보|내용))"
    r"[\"']?\s{0,3}[:=][\s\"']{0,3}\Z",
    re.IGNORECASE,
)
_WITHIN = 40
# Where a job says what it was, it says so early.
_LOOKED_THROUGH = 20_000


def is_own_error(text: str, start: int) -> bool:
    """Whether ``text`` calls what stands at ``start`` its error."""
    return _OWN_ERROR.search(text, max(start - _WITHIN, 0), start) is not None


def times_named(text: str, operations: Iterable[str], lexicon: Lexicon) -> dict[str, int]:
    """How often ``text`` names each of these ``operations``, by their keys or by what means the same."""
    beginning = text[:_LOOKED_THROUGH]
    named = Counter(terms(beginning))
    for mention in lexicon.mentions(fold(beginning)):
        named.update(lexicon.groups[mention.group])
    return {operation: named[operation] for operation in operations}
