"""Owns the last commit of an index with what one search asks for among the many things that changed since.

To bring thousands of entries into a copy takes seconds; the few in which the rarest words of a search stand take a
moment. So whoever looks for one of them finds it, and nobody waits for the others.
"""

from __future__ import annotations

import logging
import threading
from itertools import islice
from typing import TYPE_CHECKING

from troubleshoot.search.core.analysis import terms
from troubleshoot.search.core.codes import words
from troubleshoot.search.core.grammar import noun
from troubleshoot.search.index import documents
from troubleshoot.search.index.level import IndexCopy
from troubleshoot.search.index.store import IndexBusyError, IndexUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshoot.search.index.level import IndexStore
    from troubleshoot.search.index.store import Snapshot

# What changed is looked through for so many words, and for no more characters of the text than these.
_MOST_WORDS, _LONGEST_TEXT, _SHORTEST_WORD = 6, 2_000, 2
logger = logging.getLogger(__name__)


class Beside:
    """A copy of the last commit of ``original``, to which what searches ask for is added as they do."""

    def __init__(self, original: IndexStore) -> None:
        self._original = original
        self._copy: IndexCopy | None = None
        self._adding = threading.Lock()

    def with_asked(self, last: Snapshot, text: str) -> Snapshot:
        """``last`` with the entries changed since in which a word of ``text`` stands; itself where there is none.

        Its stamp stays that of ``last``, as it is not level.
        """
        found = documents.changed_with(_rarest(text, last), last.stamp.version)
        if not found:
            return last
        with self._adding:
            try:
                if self._copy is None or self._copy.snapshot().stamp != last.stamp:
                    self._leave()
                    self._copy = IndexCopy(self._original)
                return self._copy.adding(found)
            except (IndexBusyError, IndexUnavailableError):
                logger.warning("What changed since the last commit can't be laid beside it.", exc_info=True)
                self._leave()
                return last

    def close(self) -> None:
        """Give the copy up: the index is level again."""
        with self._adding:
            self._leave()

    def _leave(self) -> None:
        if self._copy:
            self._copy.close()
        self._copy = None


def _rarest(text: str, last: Snapshot) -> Iterator[str]:
    """The words of ``text``, without what is inflected in them, those first that the fewest documents have."""
    spelt = (noun(word).strip(".!?'\"()[]") for word in words(text[:_LONGEST_TEXT]))
    named = {word for word in spelt if len(word) >= _SHORTEST_WORD and word.isprintable()}
    return islice(sorted(named, key=lambda word: (_frequency(word, last), -len(word), word)), _MOST_WORDS)


def _frequency(word: str, last: Snapshot) -> int:
    return min(map(last.frequency, terms(word)), default=0)
