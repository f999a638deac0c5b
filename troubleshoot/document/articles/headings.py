"""Owns the reading of errors that have a heading, or a list item, of their own: their symptoms, causes and ways out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from troubleshoot.document.articles.codes import (
    code_item,
    codes_given,
    codes_in,
    codes_of_title,
    is_code,
    is_joined,
    without_prefix,
)
from troubleshoot.document.articles.findings import Finding, clipped, plain_title
from troubleshoot.document.articles.outline import Part, Span, paragraphs
from troubleshoot.document.articles.quotations import LIST_OR_CODE, LONGEST_PARAGRAPH, items_of, messages_in, unquoted
from troubleshoot.document.articles.vocabulary import (
    TELLING,
    Label,
    Role,
    holds_errors,
    is_boilerplate,
    is_catalogue,
    is_general,
    label_in,
    label_of,
    may_be_error,
    names_errors,
    speaks_of_errors,
    tells_of_trouble,
    without_number,
)
from troubleshoot.document.dataset import Resolution
from troubleshoot.document.rendering import words
from troubleshoot.document.sentences import Kind, kind_of, split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from troubleshoot.document.articles.findings import Texts

LONGEST_TITLE = 300
MOST_ALIASES = 20
LEAST_ITEMS = 2
_ERROR = {Role.SYMPTOM, Role.MESSAGE, Role.CODE}


@dataclass(slots=True)
class Node:
    """A heading and those below it."""

    part: Part
    title: str
    has_table: bool = False
    children: list[Node] = field(default_factory=list)
    owner: Part | None = None
    """The part that it stands in, where it is no heading but a bold line."""

    @property
    def label(self) -> Label | None:
        return label_of(self.title)

    @property
    def error(self) -> str:
        """The title without its number and without 증상: in front."""
        return self.label.text if self.label and self.names_one else without_number(self.title)

    @property
    def names_one(self) -> bool:
        """문제: VM을 시작할 수 없음."""
        label = self.label
        return label is not None and label.role in _ERROR and bool(label.text) and may_be_error(label.text)


@dataclass(slots=True)
class Piece:
    """What a label stands over: the words behind it, and lines."""

    role: Role | None
    text: str = ""
    spans: list[Span] = field(default_factory=list)
    line: int = 0


def read_headings(texts: Texts, parts: Sequence[Part], with_errors: Iterable[Part]) -> list[Finding]:
    """The errors that headings tell of. ``with_errors`` are the parts whose errors stand in a table."""
    reader = _Reader(texts)
    reader.read_root(_tree(parts, {id(part) for part in with_errors}))
    return reader.findings


def _tree(parts: Sequence[Part], with_tables: set[int]) -> Node:
    root = Node(parts[0], "")
    above = [root]
    for part in parts[1:]:
        node = Node(part, plain_title(part.title)[:LONGEST_TITLE], id(part) in with_tables)
        while len(above) > 1 and above[-1].part.level >= part.level:
            above.pop()
        above[-1].children.append(node)
        above.append(node)
    return root


class _Reader:
    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self.lines = texts.outline.lines
        self.findings: list[Finding] = []

    def read_root(self, root: Node) -> None:
        """The title of a document is an error only where its parts are labelled: 증상, 원인, 해결 방법."""
        for title in root.children:
            pieces = self._own(title.part)
            if title.part.level == 1 and (_tells(self._below(title)) or (_tells(pieces) and not title.children)):
                self._read_error(title, pieces)
            elif title.part.level == 1:
                self._read_list(title)
                self._visit_all(title, below_errors=is_catalogue(title.title))
            else:
                self._visit(title, below_errors=False)

    def _visit_all(self, node: Node, *, below_errors: bool) -> None:
        for child in node.children:
            self._visit(child, below_errors=below_errors)

    def _visit(self, node: Node, *, below_errors: bool) -> None:
        if is_boilerplate(node.title):
            return
        pieces = self._own(node.part)
        if self._is_error(node, pieces, below_errors=below_errors):
            self._read_error(node, pieces)
        else:
            self._read_list(node)
            for bold in self._bold_lines(node):
                self._read_error(bold, self._own(bold.part))
            is_grouping = below_errors and not may_be_error(node.title)
            self._visit_all(node, below_errors=holds_errors(node.title) or is_grouping)

    def _bold_lines(self, node: Node) -> list[Node]:
        """Lines that are bold as a whole and tell of trouble stand for headings, each up to the next bold line."""
        part = node.part
        spans = () if node.has_table or node.label else paragraphs(self.lines, part.span)
        bold = [span for span in spans if span.end == span.start + 1 and _BOLD_LINE.fullmatch(self.lines[span.start])]
        ends = [*(span.start for span in bold[1:]), part.end]
        nodes = [
            Node(Part(span.start, part.level + 1, "", "", span.end, end), words(self.lines[span.start]), owner=part)
            for span, end in zip(bold, ends, strict=False)
        ]
        return [one for one in nodes if tells_of_trouble(one.title) and not one.label and self._lines_of(one)]

    def _is_error(self, node: Node, pieces: Sequence[Piece], *, below_errors: bool) -> bool:
        if node.has_table:
            return False
        labels = [*pieces, *self._below(node)]
        sounds_like_one = tells_of_trouble(node.title) or node.names_one or (below_errors and may_be_error(node.title))
        if _tells(labels) or (sounds_like_one and any(piece.role in TELLING for piece in labels)):
            return not any(child.names_one for child in node.children)
        if node.label and not node.names_one:
            return False
        if not sounds_like_one:
            return self._shows_one(node)
        if names_errors(node.title) and not node.names_one:
            return self._is_more_than_a_heading_over_errors(node)
        return not (self._only_leads_elsewhere(node) or self._only_groups(node, pieces))

    def _shows_one(self, node: Node) -> bool:
        """시간 제한 예외 조사, 502 오류 문제 해결: a task, about an error that is shown below or that has a code."""
        is_about_one = speaks_of_errors(node.title) and not is_boilerplate(node.title) and not is_general(node.title)
        return is_about_one and (bool(codes_in(node.title)) or self._announced(node.part))

    def _only_groups(self, node: Node, pieces: Sequence[Piece]) -> bool:
        """Whether the errors stand below, and nothing but an introduction right here."""
        own = [span for piece in pieces for span in piece.spans]
        is_introduction = len(own) < 2 and all(self._only_tells(span) for span in own)  # noqa: PLR2004 - a paragraph
        return is_introduction and any(
            self._is_error(child, self._own(child.part), below_errors=False) for child in node.children
        )

    def _is_more_than_a_heading_over_errors(self, node: Node) -> bool:
        """메모리 부족 오류 may be an error; 인증 오류 with errors below it, and 일반 오류, are none."""
        is_over_errors = any(may_be_error(one.title) for one in node.children if not one.label or one.names_one)
        if is_over_errors or any(below.has_table for below in _all(node)) or self._only_leads_elsewhere(node):
            return False
        return not is_general(node.title) or self._announced(node.part)

    def _announced(self, part: Part) -> bool:
        return bool(self._quoted(paragraphs(self.lines, part.span)))

    def _quoted(self, spans: Iterable[Span]) -> list[str]:
        return messages_in([self.texts.outline.text(span) for span in spans])

    def _only_leads_elsewhere(self, node: Node) -> bool:
        """A heading over nothing but links."""
        lines = [line for child in _all(node) for line in self._lines_of(child)]
        return bool(lines) and all(_LINK_ITEM.match(line) for line in lines)

    def _lines_of(self, node: Node) -> list[str]:
        return [line.strip() for line in self.texts.outline.text(node.part.span).split("\n") if line.strip()]

    def _below(self, node: Node) -> list[Piece]:
        """The labels that are headings right below; one with words behind it, such as 증상: …, is an error itself."""
        labels = [child.label for child in node.children if not child.has_table]
        return [
            Piece(label.role, label.text) for label in labels if label and not (label.text and label.role in _ERROR)
        ]

    def _own(self, part: Part) -> list[Piece]:
        """The lines below a heading, parted where a bold line or words before a colon are a label."""
        pieces = [Piece(None, line=part.start)]
        for span in paragraphs(self.lines, part.span):
            start = span.start
            for place in range(span.start, span.end):
                label = label_in(self.lines[place], begins=place == span.start)
                if label is None:
                    continue
                if place > start:
                    pieces[-1].spans.append(Span(start, place))
                pieces.append(Piece(label.role, label.text, line=place))
                start = place + 1
            if span.end > start:
                pieces[-1].spans.append(Span(start, span.end))
        return pieces

    def _read_error(self, node: Node, pieces: list[Piece]) -> None:
        errors: list[Node] = []
        for child in node.children:
            label = child.label
            if child.has_table or is_boilerplate(child.title):
                errors.append(child)
            elif label is not None and not child.names_one:
                pieces += self._labelled(child, label)
            elif self._is_error(child, self._own(child.part), below_errors=False):
                errors.append(child)
            else:
                role = pieces[-1].role if pieces[-1].role in {Role.RESOLUTION, Role.CAUSE} else Role.RESOLUTION
                spans = [child.part.span, *self._all_of(child)]
                if pieces[-1].role is role:
                    pieces[-1].spans += spans
                else:
                    pieces.append(Piece(role, child.title, spans, child.part.heading))
        self._compose(node, pieces)
        for child in errors:
            self._visit(child, below_errors=False)

    def _labelled(self, node: Node, label: Label) -> list[Piece]:
        """What stands below a label that is a heading; labels below it are labels, too."""
        first, *others = self._own(node.part)
        pieces = [Piece(label.role, label.text, first.spans, node.part.heading), *others]
        for child in node.children:
            if child.label and not child.names_one:
                pieces += self._labelled(child, child.label)
            else:
                pieces[-1].spans += [Span(child.part.heading, child.part.end), *self._all_of(child)]
        return pieces

    def _all_of(self, node: Node) -> list[Span]:
        return [Span(child.part.heading, child.part.end) for below in node.children for child in _all(below)]

    def _compose(self, node: Node, pieces: Sequence[Piece]) -> None:
        """An error of what is labelled; where 오류 메시지 comes again after a way out, the next error begins."""
        groups: list[list[Piece]] = [[]]
        for piece in pieces:
            names_one = piece.role in {Role.MESSAGE, Role.CODE} or (piece.role is Role.SYMPTOM and bool(piece.text))
            if names_one and any(before.role in {Role.CAUSE, Role.RESOLUTION} for before in groups[-1]):
                groups.append([])
            groups[-1].append(piece)
        is_named_above = node.names_one or tells_of_trouble(node.title)
        for number, group in enumerate(groups):
            label = next((piece for piece in group if piece.text and piece.role in _ERROR), None)
            is_named_by_label = label is not None and (number > 0 or not is_named_above)
            self.findings.append(self._finding(node, group, label if is_named_by_label else None))

    def _finding(self, node: Node, pieces: Sequence[Piece], label: Piece | None) -> Finding:
        part = node.part
        title = words(label.text)[:LONGEST_TITLE] if label else node.error
        said = [piece for piece in pieces if piece.role in {Role.MESSAGE, Role.CODE}]
        messages = [text for piece in said if piece.role is Role.MESSAGE for text in self._said(piece)]
        before = [span for piece in pieces if piece.role in {None, Role.SYMPTOM} for span in piece.spans]
        messages += [text for piece in pieces if piece.role is Role.SYMPTOM for text in self._listed(piece)]
        messages += self._quoted(before)
        messages = list(dict.fromkeys(text for text in messages if text and text != title))[:MOST_ALIASES]
        message, aliases = (messages[0], []) if len(messages) == 1 else (title, messages)
        line = self.texts.outline.number(label.line if label else part.heading)
        finding = Finding(line, node.owner or part, message, title)
        finding.is_heading = label is None and node.owner is None
        finding.anchor = "" if label else part.anchor
        finding.aliases = aliases
        given = [text for piece in said if piece.role is Role.CODE for text in self._said(piece)]
        codes = [*(code for text in given for code in codes_given(text)), *codes_of_title(title)]
        finding.codes = list(dict.fromkeys([*codes, *(code for text in messages for code in codes_of_title(text))]))
        finding.text = clipped(self.texts.outline.text(Span(part.heading, part.end)).strip())
        self._explain(finding, pieces)
        return finding

    def _said(self, piece: Piece) -> list[str]:
        text = piece.text or words("\n".join(self.texts.outline.text(span) for span in piece.spans[:1]))
        return [unquoted(words(text))] if text else []

    def _listed(self, piece: Piece) -> list[str]:
        """Symptoms that are nothing but a list are the error's other names."""
        items = items_of("\n".join(self.texts.outline.text(span) for span in piece.spans))
        return [unquoted(words(item)) for item in items]

    def _explain(self, finding: Finding, pieces: Sequence[Piece]) -> None:
        causes: list[str] = []
        waiting: list[str] = []
        lead: list[str] = []
        has_labels = any(piece.role in TELLING for piece in pieces)
        for piece in pieces:
            body = self.texts.markdown(*piece.spans) if piece.spans else ""
            if piece.text and piece.role not in _ERROR:
                body = f"{piece.text}\n\n{body}".strip()
            if not body:
                continue
            if piece.role is Role.CAUSE:
                waiting.append(body)
            elif piece.role is Role.RESOLUTION:
                # The cause right before a way out is the case that it is for, where there are several.
                finding.resolutions.append(Resolution("\n\n".join(waiting), body, "document"))
                causes += waiting
                waiting = []
            elif piece.role is None and not has_labels:
                self._explain_unlabelled(finding, piece)
            elif piece.role not in {Role.MESSAGE, Role.CODE}:
                lead.append(body)
        finding.lead = "\n\n".join(lead)
        conditions = [way for way in finding.resolutions if way.condition]
        if len(conditions) < 2:  # noqa: PLR2004 - one cause is no case
            finding.resolutions = [Resolution("", way.body, way.origin) for way in finding.resolutions]
            waiting = [*causes, *waiting]
        told = "\n\n".join(waiting)
        finding.cause = f"{finding.cause}\n\n{told}".strip()

    def _explain_unlabelled(self, finding: Finding, piece: Piece) -> None:
        """Paragraphs in front that only tell are the cause; everything from the first thing to do is the way out."""
        telling = 0
        for span in piece.spans:
            if not self._only_tells(span):
                break
            telling += 1
        why, doing = piece.spans[:telling], piece.spans[telling:]
        finding.cause = self.texts.markdown(*why) if why else ""
        if doing:
            finding.resolutions.append(Resolution("", self.texts.markdown(*doing), "document"))

    def _only_tells(self, span: Span) -> bool:
        text = self.texts.outline.text(span)
        if LIST_OR_CODE.match(text) or len(text) > LONGEST_PARAGRAPH:
            return False
        if self.texts.links.language != "ko":
            return not _IMPERATIVE.search(words(text))
        return all(kind_of(sentence) not in {Kind.INSTRUCTION, Kind.LEAD} for sentence in split_sentences(words(text)))

    def _read_list(self, node: Node) -> None:
        """Items that begin with a code and say what it means, where the part speaks of errors."""
        span = node.part.span
        tables = {place for table in node.part.tables for place in range(table.start, table.end)}
        lines = (place for place in range(span.start, span.end) if place not in tables)
        found = [(place, item) for place in lines if (item := code_item(self.lines[place]))]
        items = [(place, item) for place, item in found if is_code(item[0]) or is_joined(item[0])]
        is_about_errors = speaks_of_errors(words(node.title + " " + self.texts.outline.text(span)[:3000]))
        if not is_about_errors or sum(is_code(code) for _, (code, _) in items) < LEAST_ITEMS:
            return
        for place, (code, meaning) in items:
            finding = Finding(self.texts.outline.number(place), node.part, meaning or code)
            finding.codes = [
                without_prefix(code),
                *(found for found in codes_in(meaning) if found != without_prefix(code)),
            ]
            finding.aliases = [code] if code != without_prefix(code) else []
            finding.text = clipped(self.lines[place].strip())
            self.findings.append(finding)


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _all(child)


def _tells(labels: Iterable[Piece]) -> bool:
    """Whether the labels are those of an error: at least two of symptom, message, cause and resolution."""
    return len({piece.role for piece in labels if piece.role in TELLING}) > 1


_LINK_ITEM = re.compile(
    r"(?:[-*+]|\d+[.)])?\s*\[[^\]]*\]\([^)]*\)|<br\s*/?>|!\[|>\s*(?:\[!|$)|\[!INCLUDE|&nbsp;", re.IGNORECASE
)
_IMPERATIVE = re.compile(
    r"(?:^|[.:,] )(?:(?:please|then|first,|next,) )?(?:to (?:resolve|fix|work around|solve)|make sure|ensure|check"
    r"|verify|try|use|run|open|go|select|click|restart|install|update|wait|contact|see|follow|add|remove|delete|change|set|create"
    r"|enable|disable|increase|reduce|retry|review|upgrade|configure|confirm)\b",
    re.IGNORECASE,
)
_BOLD_LINE = re.compile(r"\s{0,3}(\*\*|__)[^*_]{6,200}\1\s*[:：]?\s*")
