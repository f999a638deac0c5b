"""Owns how a pasted text is read: escapes, colours and line ends of consoles, JSON and XML. Pure."""

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
