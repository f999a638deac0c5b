"""Owns the door to search: one call that answers a request from content as it is now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

from troubleshoot import metrics
from troubleshoot.kinds import Kind
from troubleshoot.search.core.answers import DOCUMENTED, RELATED, UNDOCUMENTED
from troubleshoot.search.core.diagnosis import Match, Reading
from troubleshoot.search.core.finder import CANDIDATES, Hit, Outcome, SearchRequest, find
from troubleshoot.search.core.lexicon import wording
from troubleshoot.search.core.query import suggest as completions
from troubleshoot.search.core.redaction import readable, redact
from troubleshoot.search.core.redaction import rules_as_data as masking_rules
from troubleshoot.search.index import freshness
from troubleshoot.search.index.store import IndexUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshoot.search.core.corpus import Index
    from troubleshoot.search.core.ranking import Texts

__all__ = [
    "CANDIDATES",
    "MOST_PASTED_BYTES",
    "Diagnosis",
    "Hit",
    "Match",
    "Outcome",
    "SearchRequest",
    "answer",
    "diagnose",
    "is_too_long",
    "masking_rules",
    "search",
    "suggest",
]

# How much text is read for errors: 256 KiB of UTF-8.
MOST_PASTED_BYTES = 262_144
# What a search can be kept within; other filters choose among what is to the point in all.
_SCOPES = ("product", "document")

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A pasted text as it was read, masked, and the entries found in it, best first.

    Where none was found, ``search_line`` is the line that is most worth searching for; it may be empty. ``unknown`` are
    the codes in the text that no entry has. ``undocumented_line`` is that line where it reads as an error of its own or
    the text calls it one.
    """

    redacted: str
    matches: tuple[Match, ...]
    search_line: str = ""
    undocumented_line: str = ""
    unknown: tuple[str, ...] = ()


def search(request: SearchRequest) -> Outcome:
    """The answer to a reader's ``request``, best first, which is counted. Any text gets an answer."""
    start = perf_counter()
    outcome = answer(request)
    metrics.observe_search(outcome=_kind_of(outcome), seconds=perf_counter() - start)
    return outcome


def answer(request: SearchRequest) -> Outcome:
    """The same, not counted: for what the portal asks on its own, beside what the reader searched for."""
    return _asked(lambda index, texts: _found(index, texts, request), request.text)


def _found(index: Index, texts: Texts, request: SearchRequest) -> Outcome:
    """Within a product or a document a search is as if it were all: no error of others takes the place of its own.

    What the others have is counted, and known, all the same.
    """
    if not (scope := {name: value for name, value in request.filters.items() if name in _SCOPES}):
        return find(index, texts, request)
    outcome = find(index.within(scope), texts, request)
    everywhere = find(index, texts, replace(request, product="", document="", is_helped=False))
    is_elsewhere = outcome.answer == UNDOCUMENTED and everywhere.answer == DOCUMENTED
    counts = {**outcome.counts, "product": everywhere.counts["product"]}
    return replace(
        outcome, answer=RELATED if is_elsewhere else outcome.answer, unknown=everywhere.unknown, counts=counts
    )


def _asked(work: Callable[[Index, Texts], _Answer], text: str = "") -> _Answer:
    """What ``work`` says of ``text`` with the content as it is now; from memory where the index on disk fails at it."""
    try:
        return work(*freshness.view().current(text))
    except IndexUnavailableError as error:
        freshness.view().fall_back(error)
        return work(*freshness.view().current())


def _kind_of(outcome: Outcome) -> str:
    if not outcome.total:
        return "nothing"
    return "rescued" if outcome.interpreted_as else "found"


def suggest(typed: str) -> list[str]:
    """Whole queries that ``typed`` may become, the likeliest first; empty where there is nothing to say."""
    return _asked(lambda index, _texts: completions(index, typed))


def is_too_long(pasted: str) -> bool:
    """Whether ``pasted`` is more than is read. Lines that a form ends with two characters count as with one."""
    return len(pasted.replace("\r\n", "\n").encode("utf-8", "surrogatepass")) > MOST_PASTED_BYTES


def diagnose(pasted: str) -> Diagnosis:
    """The documented errors in ``pasted``, after what identifies somebody was masked. Nothing of it is kept."""
    text = redact(readable(pasted))
    return _asked(lambda index, texts: _diagnosed(text, index, texts), text)


def _diagnosed(text: str, index: Index, texts: Texts) -> Diagnosis:
    reading = Reading(index, wording(texts.lexicon, index), text)
    matches = tuple(reading.matches())
    unknown, line = reading.unknown(), reading.undocumented_line()
    if not (matches or unknown) and line and "\n" not in text.strip():
        # Of a message in other words, or its beginning, and nothing around it a search says the same.
        found = find(index, texts, SearchRequest(line, is_helped=False))
        if found.answer == DOCUMENTED and found.hits[0].kind == Kind.ERROR:
            matches = (reading.best_line_as(found.hits[0].key),)
    if matches:
        return Diagnosis(text, matches, unknown=unknown)
    return Diagnosis(text, (), reading.search_line(), line, unknown)
