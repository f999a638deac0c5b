"""Owns what a pasted log holds beside its message: time stamps, GUIDs, addresses, host names. Pure.

Every expression is linear in its input: every repetition is bounded, and none is nested in another without a separator
between.
"""

from __future__ import annotations

import re

_NOISE = re.compile(
    r"""
    [0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T\s][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?)?(?:Z|\s?[+-][0-9]{2}:?[0-9]{2})?
    | [0-9]{1,2}/[0-9]{1,2}/[0-9]{4}
    | [0-9]{4}\.\s?[0-9]{1,2}\.\s?[0-9]{1,2}\.?
    | (?:오전|오후)?\s?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?:\s?[AP]M\b)?
    | \{?[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\}?
    | \b[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}(?::[0-9]{1,5})?(?:/[0-9]{1,2})?\b
    | \b(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F]{1,4}\b
    | ‹[a-z]{1,20}›
    | \b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}
    | /subscriptions/[^\s"',;]{1,400}
    | \b(?:https?|ftp)://[^\s"'<>()가-힣]{1,400}
    | \b[A-Za-z][A-Za-z0-9]{0,20}(?:-[A-Za-z0-9]{1,20}){1,5}(?=[\s:,;\]\)"']|$)
    | \[(?:ERROR|ERR|WARN|WARNING|INFO|FATAL|CRITICAL|DEBUG|TRACE)\]
    | \b(?:ERROR|WARN|WARNING|INFO|FATAL|DEBUG|TRACE)\b:?
    | (?:[Ee]rror(?:Message|String|Code|Title)|[Mm]essage|[Rr]ecommendations?)"?\s?[=:]
    """,
    re.VERBOSE,
)
_HOST = re.compile(r"\A[A-Za-z][A-Za-z0-9]{0,20}(?:-[A-Za-z0-9]{1,20}){1,5}\Z")


def strip(text: str) -> str:
    """``text`` with every stretch of noise replaced by a space, other white space folded."""
    return " ".join(_NOISE.sub(_replacement, text).split())


def _replacement(match: re.Match[str]) -> str:
    stretch = match.group()
    # A hyphenated word is a host name only when it counts something: vm-prod-01, not New-NetRoute.
    if _HOST.match(stretch) and not any(character.isdigit() for character in stretch):
        return stretch
    return " "
