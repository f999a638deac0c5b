"""Owns the reading of one article: its parts in order, and the dataset that they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from troubleshoot.document.articles.source import Source
    from troubleshoot.document.dataset import Dataset


def read_article(source: Source, language: str | None = None) -> Dataset:
    """The dataset of a document; its language is told from its text unless it is given. Raises DocumentError."""
    raise NotImplementedError
