"""Owns the door to search: one call that answers a request from content as it is now."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from troubleshoot import metrics
from troubleshoot.search.core import suggest as completion
from troubleshoot.search.core.diagnosis import Match, Reading
from troubleshoot.search.core.finder import CANDIDATES, Hit, Outcome, SearchRequest, count, find
from troubleshoot.search.core.pasted import readable
from troubleshoot.search.core.redaction import redact
from troubleshoot.search.core.redaction import rules_as_data as masking_rules
from troubleshoot.search.core.wording import wording
from troubleshoot.search.index import freshness
from troubleshoot.search.index.store import IndexUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "CANDIDATES",
    "MOST_PASTED_BYTES",
    "Diagnosis",
    "Hit",
    "Match",
    "Outcome",
    "SearchRequest",
    "choices",
    "diagnose",
    "is_too_long",
    "masking_rules",
    "search",
    "suggest",
]

# How much text is read for errors: 256 KiB of UTF-8.
MOST_PASTED_BYTES = 262_144


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A pasted text as it was read, masked, and the entries found in it, best first.

    Where none was found, ``telling_line`` is the line that is most worth searching for; it may be empty.
    """

    redacted: str
    matches: tuple[Match, ...]
    telling_line: str = ""


def search(request: SearchRequest) -> Outcome:
    """The answer to ``request``, best first. Any text gets an answer; a damaged index is mended on the way."""
    start = perf_counter()
    outcome = _answer(request)
    metrics.observe_search(outcome=_kind_of(outcome), seconds=perf_counter() - start)
    return outcome


def _answer(request: SearchRequest) -> Outcome:
    try:
        return find(*freshness.view().current(), request)
    except IndexUnavailableError:
        freshness.view().fall_back()
        return find(*freshness.view().current(), request)


def choices(request: SearchRequest, facet: str, values: Iterable[str]) -> dict[str, int]:
    """The total of ``request`` for each of ``values`` of ``facet``, which is "operation" or "kind"."""
    values = list(values)
    try:
        return count(*freshness.view().current(), request, facet, values)
    except IndexUnavailableError:
        freshness.view().fall_back()
        return count(*freshness.view().current(), request, facet, values)


def _kind_of(outcome: Outcome) -> str:
    if not outcome.total:
        return "nothing"
    return "rescued" if outcome.interpreted_as else "found"


def suggest(typed: str) -> list[str]:
    """Whole queries that ``typed`` may become, the likeliest first; empty where there is nothing to say."""
    try:
        return completion.suggest(freshness.view().current()[0], typed)
    except IndexUnavailableError:
        return []


def is_too_long(pasted: str) -> bool:
    """Whether ``pasted`` is more than is read. Lines that a form ends with two characters count as with one."""
    return len(pasted.replace("\r\n", "\n").encode("utf-8", "surrogatepass")) > MOST_PASTED_BYTES


def diagnose(pasted: str) -> Diagnosis:
    """The documented errors in ``pasted``, after what identifies somebody was masked. Nothing of it is kept."""
    text = redact(readable(pasted))
    try:
        return _diagnosed(text)
    except IndexUnavailableError:
        freshness.view().fall_back()
        return _diagnosed(text)


def _diagnosed(text: str) -> Diagnosis:
    snapshot, texts = freshness.view().current()
    reading = Reading(snapshot, wording(texts.lexicon, snapshot), text)
    matches = tuple(reading.matches())
    return Diagnosis(text, matches, "" if matches else reading.telling_line())
