"""Owns error codes in a text: what looks like one, is one of an entry, and is meant as one. Pure."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from troubleshoot.search.core.analysis import compact, fold_case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshoot.search.core.corpus import Candidate, Index

# How much work a text may cause: words looked up, codes whose entries are fetched, entries of a code.
_MOST_WORDS, _MOST_CODES, _MOST_ENTRIES = 10_000, 50, 10

_WORD = re.compile(r"[0-9A-Za-z]+(?:[._-][0-9A-Za-z]+)*")
_LOOKS_LIKE_A_CODE = re.compile(
    r"(?=.{5,80}\Z)(?:[0-9]{5,10}|(?:0[xX])?[0-9A-Fa-f]{8}|0[xX][0-9A-Fa-f]+|.*[a-z0-9][A-Z].*|[A-Z0-9._-]+"
    r"|[a-z0-9_]{12,})\Z"
)
# What Windows returns is written with 0x or without.
_RESULT = re.compile(r"(0x)?([0-9a-f]{8})")
# A bare number is a code only where the text says so.
_SAYS_CODE = re.compile(r"code|error|exception|hresult|코드|오류|예외", re.IGNORECASE)
_SAYS_CODE_WITHIN = 24


def named_by_code(text: str, index: Index) -> Iterator[tuple[Candidate, str, int]]:
    """The entries whose code stands in ``text``, each with the code as it is written and its first place."""
    for code, at in islice(_known_codes(text, index), _MOST_CODES):
        wanted = _bare(compact(code))
        for candidate in index.candidates([(form, 1.0) for form in _forms(code)], limit=_MOST_ENTRIES, kind="error"):
            if any(_bare(compact(known)) == wanted for known in candidate.codes):
                yield candidate, code, at


def _known_codes(text: str, index: Index) -> Iterator[tuple[str, int]]:
    """What looks like a code and stands in some entry, with its first place."""
    first: dict[str, int] = {}
    for found in _WORD.finditer(text):
        first.setdefault(found.group(), found.start())
    looking = ((word, at) for word, at in first.items() if _LOOKS_LIKE_A_CODE.match(word))
    for word, at in islice(looking, _MOST_WORDS):
        if any(map(index.frequency, _forms(word))) and _is_meant_as_one(text, word, at):
            yield word, at


def _forms(code: str) -> tuple[str, ...]:
    """``code`` as an entry may write it."""
    folded = fold_case(code)
    result = _RESULT.fullmatch(folded)
    return (result.group(2), f"0x{result.group(2)}") if result else (folded,)


def _bare(code: str) -> str:
    result = _RESULT.fullmatch(code)
    return result.group(2) if result else code


def _is_meant_as_one(text: str, word: str, at: int) -> bool:
    if not word.isdecimal() or text.strip() == word:
        return True
    return _SAYS_CODE.search(text, max(at - _SAYS_CODE_WITHIN, 0), at) is not None
