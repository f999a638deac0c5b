"""Owns product versions as a reader types them: numbers between dots, compared number by number."""

from __future__ import annotations

import re

LONGEST = 100
"""Characters; a version that is longer is none."""
_VERSION = re.compile(r"(?:version|ver\.?|v\.?|버전)?\s*(\d{1,9}(?:\s*\.\s*\d{1,9}){1,7})\.?", re.IGNORECASE | re.ASCII)

Version = tuple[int, ...]


def parse(text: str) -> Version | None:
    """``" v2.7.1 "`` as (2, 7, 1), or None. A single number is no version: its dots were left out."""
    match = _VERSION.fullmatch(_plain(text)) if len(text) <= LONGEST else None
    return tuple(int(number) for number in match[1].split(".")) if match else None


def at_least(version: Version, minimum: Version) -> bool:
    """Whether ``version`` is ``minimum`` or newer; numbers left out at the end are zero."""
    width = max(len(version), len(minimum))
    return _padded(version, width) >= _padded(minimum, width)


def _padded(version: Version, width: int) -> Version:
    return version + (0,) * (width - len(version))


def _plain(text: str) -> str:
    """Full-width digits and dots, which a Korean or Japanese input method may leave, become plain ones."""
    return "".join(_PLAIN.get(character, character) for character in text).strip()


_PLAIN = {chr(0xFF10 + digit): str(digit) for digit in range(10)} | {"．": ".", "。": ".", "｡": ".", "　": " "}
