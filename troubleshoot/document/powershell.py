"""Owns PowerShell on one line: where one statement ends and the next begins."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\"[^\"]*\"|'[^']*'|\S+")
_CMDLET = re.compile(r"[A-Z][A-Za-z]*-[A-Z]\w+$")
_VARIABLE = re.compile(r"\$\w")
_PARAMETER = re.compile(r"-[A-Za-z]\w*$")
_OPERATORS = {*"=|({,;+-*/&", "&&", "||", "+=", "-eq", "-ne", "-and", "-or", "-in"}


def statements(code: str) -> list[str]:
    """The statements that a document wrote on one line, characters unchanged; joined with a space they are the line.

    A statement begins at a cmdlet, or at a variable after a named parameter that already has its value.
    """
    starts = [0]
    words = list(_TOKEN.finditer(code))
    for number, word in enumerate(words[1:], 1):
        before = [earlier[0] for earlier in words[max(0, number - 2) : number]]
        if _begins(word[0], before):
            starts.append(word.start())
    ends = [*starts[1:], len(code)]
    return [code[start:end].strip() for start, end in zip(starts, ends, strict=True)]


def _begins(word: str, before: list[str]) -> bool:
    if before[-1] in _OPERATORS or before[-1].endswith(("(", "|", "=", ",", "{", ";")):
        return False
    if _CMDLET.match(word):
        return not _PARAMETER.match(before[-1])
    named_value = len(before) > 1 and _PARAMETER.match(before[0]) and not _PARAMETER.match(before[1])
    return bool(_VARIABLE.match(word) and named_value)
