"""Owns the files that documents come from: a file, a folder or a ZIP, within bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Source:
    """A document's text, and the path that it is known by: inside its folder or ZIP, with slashes."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not read, and what should have stood there: an English sentence."""

    path: str
    line: int
    reason: str


def collect(paths: Iterable[Path]) -> Iterator[Source | Refused]:
    """Each Markdown file among ``paths``, in folders (at any depth) and in ZIP files, in the order of their names."""
    raise NotImplementedError
