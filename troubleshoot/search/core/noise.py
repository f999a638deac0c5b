"""Owns what surrounds a message in a pasted text: escapes, colours, markup, time stamps, GUIDs, addresses, hosts. Pure.

Every expression is linear in its input: every repetition is bounded, and none is nested in another without a separator
between.
"""

from __future__ import annotations

import re
import unicodedata

from troubleshoot.search.core.redaction import mask

_ANSI = re.compile(r"\x1b\[[0-9;?]{0,30}[ -/]{0,4}[@-~]|\x1b\][^\x07\x1b\n]{0,200}(?:\x07|\x1b\\)")
_ESCAPE = re.compile(r"\\{1,4}u([0-9a-fA-F]{4})")
_NEWLINE = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
# What stands for a line end or a mark inside JSON, XML and HTML.
_MARKUP = re.compile(r"\\{1,8}[nrt]|_x[0-9A-Fa-f]{4}_|&(?:#[0-9]{1,6}|[a-z]{2,6});")


def readable(pasted: str) -> str:
    r"""``pasted`` as it is read: ``\uXXXX`` as characters, no colours, one kind of line end, no control characters."""
    plain = _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), _ANSI.sub("", pasted))
    whole = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", _CONTROL.sub("", _NEWLINE.sub("\n", whole)))


def only_words(text: str) -> str:
    """``text``, as long as it was, with spaces in place of masks and markup."""
    return _MARKUP.sub(_spaces, mask().sub(_spaces, text))


def _spaces(match: re.Match[str]) -> str:
    return " " * len(match.group())


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
