"""Owns the way from sources to datasets: which documents can be read, and which are refused, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshoot.document.articles.article import read_article
from troubleshoot.document.articles.source import Refused
from troubleshoot.document.problems import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troubleshoot.document.articles.source import Source
    from troubleshoot.document.dataset import Dataset


def read(sources: Iterable[Source | Refused], language: str | None = None) -> tuple[list[Dataset], list[Refused]]:
    """The documents that can be read, in any case as ``language`` where that is given, and those that can't."""
    read_: list[Dataset] = []
    refused: list[Refused] = []
    for source in sources:
        if isinstance(source, Refused):
            refused.append(source)
            continue
        try:
            read_.append(read_article(source, language))
        except DocumentError as error:
            refused.append(Refused(source.path, error.line, error.expected))
    return read_, refused
