"""Owns what a text and its twin in another language share: commands and code, and carrying a change of them over."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_INLINE = re.compile(r"(?<!`)`[^`\n]+`(?!`)")


def carried_over(before: str, after: str, twin: str) -> str:
    """The twin of a text with the commands and codes that were changed in the text from ``before`` to ``after``.

    Where words changed as well, or a code did not change alike wherever it stands, the twin stays as it is: somebody
    has to translate that.
    """
    old, new = _codes(before), _codes(after)
    changed = {was: now for was, now in zip(old, new, strict=False) if was != now}

    def now(code: str) -> str:
        return changed.get(code, code)

    return _rewritten(twin, now) if _rewritten(before, now) == _rewritten(after, str) else twin


def words_of(markdown: str) -> str:
    """The text without its commands and codes: what somebody translates."""
    return _rewritten(markdown, lambda _code: "")


def _codes(markdown: str) -> list[str]:
    """Each line of a block of code, and each code in a sentence with its marks, in their order."""
    found: list[str] = []

    def noted(code: str) -> str:
        found.append(code)
        return code

    _rewritten(markdown, noted)
    return found


def _rewritten(markdown: str, code: Callable[[str], str]) -> str:
    """The text with each code as ``code`` has it; line ends are those of a file."""
    lines, fence = [], ""
    for line in markdown.replace("\r\n", "\n").split("\n"):
        mark, bare = _FENCE.match(line), line.strip()
        if fence and mark and mark[1].startswith(fence) and not bare.strip(fence[0]):
            fence = ""
        elif fence and bare:
            line = line.replace(bare, code(bare), 1)  # noqa: PLW2901 - the line as it is from now on
        elif not fence and mark:
            fence = mark[1]
        elif not fence:
            line = _INLINE.sub(lambda found: code(found[0]), line)  # noqa: PLW2901
        lines.append(line)
    return "\n".join(lines)
