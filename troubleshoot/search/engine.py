"""Owns the door to search: one call that answers a request from content as it is now."""

from __future__ import annotations

from troubleshoot.search import freshness
from troubleshoot.search.finder import Hit, Outcome, SearchRequest, find
from troubleshoot.search.index import IndexUnavailableError

__all__ = ["Hit", "Outcome", "SearchRequest", "search"]


def search(request: SearchRequest) -> Outcome:
    """The answer to ``request``, best first. Any text gets an answer; a damaged index is mended on the way."""
    try:
        return find(*freshness.view().current(), request)
    except IndexUnavailableError:
        freshness.view().fall_back()
        return find(*freshness.view().current(), request)
