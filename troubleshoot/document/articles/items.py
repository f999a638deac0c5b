"""Owns the reading of errors that are items of a list: codes with what they mean, and questions with their answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from troubleshoot.document import explanations
from troubleshoot.document.articles.codes import (
    code_item,
    codes_in,
    codes_of_title,
    is_code,
    is_joined,
    without_prefix,
)
from troubleshoot.document.articles.findings import LONGEST_TITLE, Finding, clipped
from troubleshoot.document.articles.outline import Span
from troubleshoot.document.articles.quotations import LONGEST_PARAGRAPH, messages_in, unquoted
from troubleshoot.document.articles.titles import (
    holds_errors,
    may_be_error,
    speaks_of_errors,
    stands_over_errors,
    tells_of_trouble,
)
from troubleshoot.document.articles.vocabulary import Label, Role, label_of
from troubleshoot.document.dataset import Resolution
from troubleshoot.document.rendering import words
from troubleshoot.document.sentences import Kind, kind_of, split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from troubleshoot.document.articles.findings import Texts
    from troubleshoot.document.articles.outline import Part

LEAST_ITEMS = 2
_RUN_IN = re.compile(
    r" {0,3}(?P<mark>(?:[-*+]|\d{1,2}[.)])\s+)?(?P<bold>\*\*|__)(?P<head>[^\n]{3,200}?)(?P=bold)"
    r"(?:\s*(?P<sign>[:：]|–|—|-(?=\s)|(?<=[.!?:：](?:\*\*|__))\s)\s*(?P<text>.*)|\s*)"
)
_ITEM = re.compile(r" {0,3}(?:[-*+]|\d{1,2}[.)])\s+(?P<text>\S.*)")
_WAY_OUT = re.compile(
    r"[.!?)]\s+(?:\*\*|__)?(?P<label>[^\s.!?*_:：][^.!?*_:：\n]{2,20})\s*(?:[:：](?:\*\*|__)?|(?:\*\*|__)[:：])\s*(?P<text>\S)"
)
_QUESTION = re.compile(r" {0,3}(?:\d{1,3}[.)]|[-*+])\s+(?P<text>\S.*\?)\s*")


def read_items(texts: Texts, part: Part, title: str) -> list[Finding]:
    """The errors in the lists below a heading."""
    return [
        *_codes(texts, part, title),
        *_questions(texts, part),
        *_run_ins(texts, part, title),
        *_with_a_way_out(texts, part),
    ]


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


def _run_ins(texts: Texts, part: Part, title: str) -> Iterator[Finding]:
    """Where errors are announced, paragraphs and items that begin with one in bold: **가득 참** — 디스크를 비웁니다."""
    if not stands_over_errors(title):
        return
    lines = texts.outline.lines
    end = min((table.start for table in part.tables), default=part.end)
    found = [(place, match) for place in range(part.start, end) if (match := _RUN_IN.fullmatch(lines[place]))]
    heads = [(place, match) for place, match in found if match["mark"] or match["sign"]]
    errors = [(place, match) for place, match in heads if _names_error(match["head"], is_known=holds_errors(title))]
    if len(errors) < LEAST_ITEMS or len(errors) * 2 < len(heads):
        return
    for place, match in errors:
        last = _end_of_run_in(
            lines, place, next((other for other, _ in heads if other > place), end), is_item=bool(match["mark"])
        )
        beside = explanations.original(texts.cell(match["text"] or "", texts.outline.number(place)))
        told = f"{beside}\n\n{texts.markdown(Span(place + 1, last), is_indented=True)}".strip()
        if not told:
            continue
        head = words(match["head"]).rstrip(" :：")
        name = unquoted(head)
        finding = Finding(texts.outline.number(place), part, name, name)
        finding.codes = list(codes_of_title(name))
        finding.resolutions = [Resolution("", told, "document")]
        finding.text = clipped(texts.outline.text(Span(place, last)).strip())
        yield finding


def _with_a_way_out(texts: Texts, part: Part) -> Iterator[Finding]:
    """Items that say what goes wrong and, behind a label, what to do: 저장하면 앱이 종료됩니다. 해결 방법: …."""
    lines = texts.outline.lines
    for place in range(part.start, part.end):
        match = _ITEM.fullmatch(lines[place][:LONGEST_PARAGRAPH])
        if match is None or _RUN_IN.fullmatch(lines[place]):
            continue
        last = _end_of_run_in(lines, place, part.end, is_item=True)
        text = "\n".join((match["text"], *(line.strip() for line in lines[place + 1 : last])))[:LONGEST_PARAGRAPH]
        way = next((one for one in _WAY_OUT.finditer(text) if label_of(one["label"]) == Label(Role.RESOLUTION)), None)
        told = words(text[: way.start() + 1]) if way else ""
        title = split_sentences(told)[0][:LONGEST_TITLE] if told else ""
        if way is None or not tells_of_trouble(title):
            continue
        messages = messages_in([text[: way.start() + 1]])
        finding = Finding(
            texts.outline.number(place), part, messages[0] if messages else title, title, aliases=messages[1:]
        )
        finding.codes = list(codes_in(told))
        finding.cause = told if told != title else ""
        way_out = explanations.original(texts.cell(text[way.start("text") :], finding.line))
        finding.resolutions = [Resolution("", way_out, "document")]
        finding.text = clipped(text)
        yield finding


def _names_error(head: str, *, is_known: bool) -> bool:
    """Whether the words say that something goes wrong, are quoted or a code; below 알려진 문제, any sentence."""
    said = words(head).rstrip(" :：")
    is_stated = is_known and may_be_error(said) and (said.endswith(".") or kind_of(said) is Kind.STATEMENT)
    is_told = is_stated or unquoted(said) != said or tells_of_trouble(said) or bool(codes_of_title(said))
    return is_told and label_of(said) is None


def _end_of_run_in(lines: Sequence[str], place: int, end: int, *, is_item: bool) -> int:
    """A paragraph goes on to the next one that begins so; an item as far as lines are indented."""
    last = place + 1
    while last < end and (not is_item or not lines[last].strip() or lines[last].startswith(("  ", "\t"))):
        last += 1
    return last
