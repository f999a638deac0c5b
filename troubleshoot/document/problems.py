"""Owns what is said when a document cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class DocumentError(Exception):
    """A place in a file, and what should have stood there."""

    file: str
    line: int
    expected: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.expected}"


def read_text(path: Path) -> str:
    """The text of a UTF-8 file; a byte order mark does not count. Raises DocumentError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DocumentError(str(path), 1, f"expected a readable file: {error.strerror}") from error
    return decoded(content, str(path))


_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def decoded(content: bytes, file: str) -> str:
    """The text of a file's bytes. Raises DocumentError, which says what the bytes seem to be instead."""
    if content.startswith(_UTF_16):
        raise DocumentError(file, 1, "expected text in UTF-8, not in UTF-16")
    if b"\x00" in content:
        line = content.count(b"\n", 0, content.index(b"\x00")) + 1
        raise DocumentError(file, line, "expected text in UTF-8, not a binary file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DocumentError(file, line, f"expected text in UTF-8{_seems_korean(content)}") from error


def _seems_korean(content: bytes) -> str:
    try:
        text = content.decode("cp949")
    except UnicodeDecodeError:
        return ""
    return ", not in CP949 (EUC-KR)" if any("가" <= letter <= "힣" for letter in text[:100_000]) else ""
