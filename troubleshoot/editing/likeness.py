"""Owns which other entries are nearly the same: those that search proposes are compared, not all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from troubleshoot.models import ErrorEntry, SearchChange
from troubleshoot.search.core.analysis import compact
from troubleshoot.search.core.finder import SearchRequest, find
from troubleshoot.search.index import freshness
from troubleshoot.search.index.store import IndexUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

NEARLY = 0.9
# Of each text so many entries are compared, and of an entry so many texts are looked up.
_CANDIDATES = 5
_MOST_TEXTS = 30
# Shorter texts are like one another by chance: they count where they are the same.
_SHORTEST_COMPARED = 8


@dataclass(frozen=True, slots=True)
class Likeness:
    """A text of an entry that another one has as well, or nearly (``share`` below 1)."""

    text: str
    other: str
    entry: ErrorEntry
    share: float


def alike(entry: ErrorEntry) -> list[Likeness]:
    """What other entries share with this one, the most alike first: one for each text and entry.

    Two queries and a search for each text, whatever the number of entries.
    """
    texts = texts_of(entry)
    own = [pk for pk in (entry.pk, entry.proposal_for_id) if pk is not None]
    others = ErrorEntry.objects.without_proposals().exclude(pk__in=own).prefetch_related("aliases")
    found = [
        likeness
        for other in others.filter(key__in=_proposed(texts))
        for text in texts
        if (likeness := _closest(text, other))
    ]
    return sorted(found, key=lambda likeness: -likeness.share)


def texts_of(entry: ErrorEntry) -> list[str]:
    """The strings by which an entry is recognised, each once."""
    texts = [entry.message_ko, entry.message_en]
    for alias in entry.aliases.all():
        texts += [alias.text_ko, alias.text_en]
    return list(dict.fromkeys(text for text in texts if text))


def _closest(text: str, other: ErrorEntry) -> Likeness | None:
    compared = [(likeness(text, known), known) for known in texts_of(other)]
    share, known = max(compared, default=(0.0, ""))
    return Likeness(text, known, other, share) if share >= NEARLY else None


def likeness(one: str, other: str) -> float:
    """How alike two texts are, from 0 to 1; case, spaces and punctuation do not count."""
    one, other = compact(one), compact(other)
    if one == other:
        return 1.0 if one else 0.0
    if min(len(one), len(other)) < _SHORTEST_COMPARED:
        return 0.0
    # Digits tell errors apart: 0x80070005 and 0x80070006 are two.
    if _digits(one) != _digits(other):
        return 0.0
    return min(fuzz.ratio(one, other) / 100, 0.99)


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _proposed(texts: Sequence[str]) -> set[str]:
    try:
        return set(_found(texts[:_MOST_TEXTS]))
    except IndexUnavailableError:
        return set()


def _found(texts: Iterable[str]) -> Iterator[str]:
    snapshot, lexicon = freshness.view().current()
    for text in texts:
        request = SearchRequest(text, kind=SearchChange.Kind.ERROR.value, limit=_CANDIDATES, exact=True)
        yield from (hit.key for hit in find(snapshot, lexicon, request).hits)
