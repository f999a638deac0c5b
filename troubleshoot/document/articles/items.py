"""Owns the reading of errors that are items of a list: codes with what they mean, and questions with their answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from troubleshoot.document.articles.codes import code_item, codes_in, is_code, is_joined, without_prefix
from troubleshoot.document.articles.findings import LONGEST_TITLE, Finding, clipped
from troubleshoot.document.articles.outline import Span
from troubleshoot.document.articles.quotations import LONGEST_PARAGRAPH, messages_in
from troubleshoot.document.articles.titles import speaks_of_errors, tells_of_trouble
from troubleshoot.document.dataset import Resolution
from troubleshoot.document.rendering import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshoot.document.articles.findings import Texts
    from troubleshoot.document.articles.outline import Part

LEAST_ITEMS = 2
_QUESTION = re.compile(r" {0,3}(?:\d{1,3}[.)]|[-*+])\s+(?P<text>\S.*\?)\s*")


def read_items(texts: Texts, part: Part, title: str) -> list[Finding]:
    """The errors in the lists below a heading."""
    return [*_codes(texts, part, title), *_questions(texts, part)]


def _codes(texts: Texts, part: Part, title: str) -> Iterator[Finding]:
    """Items that begin with a code and say what it means, where the part speaks of errors."""
    lines = texts.outline.lines
    tables = {place for table in part.tables for place in range(table.start, table.end)}
    places = (place for place in range(part.start, part.end) if place not in tables)
    found = [(place, item) for place in places if (item := code_item(lines[place]))]
    items = [(place, item) for place, item in found if is_code(item[0]) or is_joined(item[0])]
    if sum(is_code(code) for _, (code, _) in items) < LEAST_ITEMS:
        return
    if not speaks_of_errors(words(title + " " + texts.outline.text(part.span)[:3000])):
        return
    for place, (code, meaning) in items:
        name = without_prefix(code)
        finding = Finding(texts.outline.number(place), part, meaning or code)
        finding.codes = [name, *(found for found in codes_in(meaning) if found != name)]
        finding.aliases = [code] if code != name else []
        finding.text = clipped(lines[place].strip())
        yield finding


def _questions(texts: Texts, part: Part) -> Iterator[Finding]:
    """Of a list of questions, those that state a failure, with what is indented below them as their way out."""
    lines = texts.outline.lines
    found = ((place, _QUESTION.fullmatch(lines[place])) for place in range(part.start, part.end))
    asked = [(place, match["text"]) for place, match in found if match]
    if len(asked) < LEAST_ITEMS:
        return
    for place, written in asked:
        end = place + 1
        while end < part.end and (not lines[end].strip() or lines[end].startswith(("  ", "\t"))):
            end += 1
        question = words(written[:LONGEST_PARAGRAPH])
        answer = Span(place + 1, end)
        if not tells_of_trouble(question) or not texts.outline.text(answer).strip():
            continue
        messages = messages_in([written])
        title = question[:LONGEST_TITLE]
        finding = Finding(texts.outline.number(place), part, messages[0] if messages else title, title)
        finding.aliases = messages[1:]
        finding.codes = list(codes_in(question))
        finding.resolutions = [Resolution("", texts.markdown(answer, is_indented=True), "document")]
        finding.text = clipped(texts.outline.text(Span(place, end)).strip())
        yield finding
