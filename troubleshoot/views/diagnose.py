"""Owns the page that reads a pasted log: the form, the errors that were recognised, and where they stand in the text.

Nothing that is pasted is kept: no session, no cache, no line in a log. So the page of the result itself holds the
masked text, to be sent again in the other language, or when its reader comes back to it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from http import HTTPStatus
from itertools import chain, islice
from typing import TYPE_CHECKING

from django.conf import settings
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from troubleshoot.models import ErrorAlias, ErrorEntry
from troubleshoot.reading import limits, query_log, readers
from troubleshoot.reading.parameters import announced_length
from troubleshoot.reading.redirects import remembered
from troubleshoot.reading.results import shown_of
from troubleshoot.search.core.analysis import cut
from troubleshoot.search.core.codes import usual
from troubleshoot.search.core.evidence import is_own_error
from troubleshoot.search.engine import MOST_PASTED_BYTES, is_too_long, masking_rules
from troubleshoot.search.engine import diagnose as read
from troubleshoot.views.lists import address
from troubleshoot.views.search import elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.http import HttpRequest, HttpResponse

    from troubleshoot.reading.results import Shown
    from troubleshoot.search.engine import Diagnosis, Match

LIMIT_KIB = MOST_PASTED_BYTES // 1024
# A text that repeats one error thousands of times is marked this often at most.
# What stands between a code and its message: "errorString":
_WORDS, MOST_OF_A_LABEL = re.compile(r"\w+"), 2
MOST_MARKS = 200
LONGEST_QUERY = 200


@dataclass(frozen=True, slots=True)
class Recognised:
    """An entry that stands in the text, with its number in the list and how often the text says the same.

    ``anchor`` is the number of the mark in the text: that of another entry where both stand at one place, of which
    there are ``alike``.
    """

    number: int
    entry: ErrorEntry
    row: Shown
    match: Match
    anchor: int
    times: int
    alike: int

    @property
    def stands_for_several(self) -> bool:
        """Whether this is the first of several entries that one error of the text may be."""
        return self.alike > 1 and self.anchor == self.number


@dataclass(frozen=True, slots=True)
class Unknown:
    """A code that nobody documented, with where to search for it: here, and in Microsoft's documentation, if at all."""

    code: str
    url: str
    elsewhere: str

    @classmethod
    def of(cls, code: str) -> Unknown:
        return cls(code, address("search", q=code), elsewhere(usual(code)))


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the text: what follows from entry ``number``, or 0 for the rest; the ``first`` is linked to."""

    text: str
    number: int = 0
    first: bool = False


@csrf_exempt  # only until the length is known: the check itself reads the whole request
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def diagnose(request: HttpRequest) -> HttpResponse:
    """The form; for a pasted text, what was recognised in it."""
    if announced_length(request.META) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return too_long(request)
    return answer(request) if request.method == "POST" else form(request)


def form(request: HttpRequest, *, is_empty: bool = False) -> HttpResponse:
    context = {
        "rules": masking_rules(),
        "limit": MOST_PASTED_BYTES,
        "limit_kib": LIMIT_KIB,
        "is_empty": is_empty,
        "example": example(),
    }
    return render(request, "troubleshoot/diagnose.html", context)


def example() -> str:
    """A log to try the page with: an error that is documented here, between lines that say nothing."""
    entry = ErrorEntry.objects.for_readers().filter(aliases__kind=ErrorAlias.Kind.CODE).in_document_order().first()
    if entry is None:
        return ""
    code = next(alias.text for alias in entry.aliases.all() if alias.kind == ErrorAlias.Kind.CODE)
    return (
        "09:12:03 INFO  job started by admin@contoso.com on 10.1.2.4\n"
        f"09:14:47 ERROR ErrorCode: {code}\n"
        f"09:14:47 ERROR ErrorMessage: {entry.message}\n"
        "09:14:48 INFO  job finished, status: Failed\n"
    )


def too_long(request: HttpRequest) -> HttpResponse:
    context = {"limit_kib": LIMIT_KIB}
    return render(request, "troubleshoot/diagnose_too_long.html", context, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def too_many(request: HttpRequest) -> HttpResponse:
    refusal = render(request, "troubleshoot/diagnose_too_many.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    refusal.headers["Retry-After"] = str(limits.MINUTE)
    return refusal


@csrf_protect
@sensitive_post_parameters("text")
def answer(request: HttpRequest) -> HttpResponse:
    pasted = request.POST.get("text", "")
    if is_too_long(pasted):
        return too_long(request)
    try:
        limits.refuse_too_much_work(limits.DIAGNOSING, readers.address(request.META))
    except limits.TooManyError:
        return too_many(request)
    diagnosis = read(pasted)
    if not diagnosis.redacted.strip():
        return form(request, is_empty=True)
    if "again" not in request.POST:
        query_log.note_undocumented(diagnosis, get_language() or "ko", address=readers.address(request.META))
    recognised = entries_of(diagnosis)
    whole = {one.anchor for one in recognised if not one.match.is_partial}
    own = own_codes(diagnosis, recognised)
    context = {
        "redacted": diagnosis.redacted,
        "posted_again_by": "again",
        "recognised": recognised,
        # An error that several entries have in common is one error.
        "whole": len(whole),
        "in_part": len({one.anchor for one in recognised} - whole),
        "own_codes": [Unknown.of(code) for code in own],
        "unknown": [Unknown.of(code) for code in diagnosis.unknown if code not in own],
        "stretches": list(stretches(diagnosis.redacted, recognised)),
        "search_line": diagnosis.search_line[:LONGEST_QUERY],
        "search_url": address("search", q=diagnosis.search_line[:LONGEST_QUERY]),
        "elsewhere_url": elsewhere(diagnosis.search_line),
    }
    return render(request, "troubleshoot/diagnose_result.html", context)


def own_codes(diagnosis: Diagnosis, recognised: list[Recognised]) -> list[str]:
    """The undocumented codes that the text calls its error before any documented one: the first is the job's own.

    Where the message of that very error is documented, so is the error, whatever number stands before it.
    """
    text = diagnosis.redacted
    starts = (one.match.start for one in recognised if not one.match.is_partial)
    first = min((start for start in starts if is_own_error(text, start)), default=None)
    places = ((code, text.find(code)) for code in diagnosis.unknown)
    return [
        code
        for code, at in places
        if is_own_error(text, at)
        and (first is None or (at < first and len(_WORDS.findall(text, at + len(code), first)) > MOST_OF_A_LABEL))
    ]


def entries_of(diagnosis: Diagnosis) -> list[Recognised]:
    """The entries that were recognised and still exist, numbered from 1."""
    found = ErrorEntry.objects.for_readers().by_keys([match.key for match in diagnosis.matches])
    entries = {entry.key: entry for entry in found}
    matches = [match for match in diagnosis.matches if match.key in entries]
    starts = Counter(match.start for match in matches)
    first_at: dict[int, int] = {}
    with remembered():
        rows = {key: shown_of(entry) for key, entry in entries.items()}
    return [
        Recognised(
            number,
            entries[match.key],
            rows[match.key],
            match,
            first_at.setdefault(match.start, number),
            diagnosis.redacted.count(match.matched_text),
            starts[match.start],
        )
        for number, match in enumerate(matches, 1)
    ]


def stretches(text: str, recognised: list[Recognised]) -> Iterator[Stretch]:
    """``text`` in parts, in order: what was recognised, wherever it stands, and what stands between."""
    labelled = ((start, end, (number, first)) for start, end, number, first in sorted(places(text, recognised)))
    for part, label in cut(text, labelled):
        yield Stretch(part, *label) if label else Stretch(part)


def places(text: str, recognised: list[Recognised]) -> Iterator[tuple[int, int, int, bool]]:
    """Where each entry was recognised, and where else the text says the same: start, end, number, whether first."""
    matches = [one.match for one in recognised]
    for one in recognised:
        match = one.match
        if one.anchor == one.number:
            yield match.start, match.end, one.number, True
        same = chain(repeats(text, match.matched_text), codes_in(text, one.row.codes))
        for start, end in islice(same, MOST_MARKS):
            if not any(start < other.end and other.start < end for other in matches):
                yield start, end, one.number, False


def codes_in(text: str, codes: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where the codes of an entry stand in the text, each as a word of its own."""
    for code in codes:
        whole = rf"(?<![\w-]){re.escape(code)}(?![\w-])"
        yield from (found.span() for found in re.finditer(whole, text, re.IGNORECASE))


def repeats(text: str, part: str) -> Iterator[tuple[int, int]]:
    at = text.find(part)
    while at >= 0:
        yield at, at + len(part)
        at = text.find(part, at + len(part))
