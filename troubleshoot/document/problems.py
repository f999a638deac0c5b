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
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DocumentError(str(path), line, "expected text in UTF-8") from error
