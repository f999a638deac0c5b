"""Owns the reading of errors that have a heading of their own: which headings are errors, and what belongs to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from troubleshoot.document.articles.codes import codes_in, codes_of_title
from troubleshoot.document.articles.composing import ERROR, Composer, Node, Piece
from troubleshoot.document.articles.findings import LONGEST_TITLE, Finding, plain_title
from troubleshoot.document.articles.items import read_items
from troubleshoot.document.articles.outline import Part, Span, paragraphs
from troubleshoot.document.articles.quotations import LONGEST_PARAGRAPH
from troubleshoot.document.articles.tables import MOST_COLUMNS
from troubleshoot.document.articles.titles import (
    asks_why,
    holds_errors,
    is_boilerplate,
    is_catalogue,
    is_general,
    is_quoted,
    may_be_error,
    names_errors,
    speaks_of_errors,
    states_something,
    tells_of_trouble,
    topic_of,
)
from troubleshoot.document.articles.vocabulary import LONGEST_LABEL, TELLING, Label, Role, column_role, label_of
from troubleshoot.document.rendering import words
from troubleshoot.document.sentences import Kind, kind_of, split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from troubleshoot.document.articles.findings import Texts


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
        parent = _owner(node, above[-1])
        node.above = parent.title
        parent.children.append(node)
        above.append(node)
    for node in _all(root):
        cases = [one for one in node.children if one.label == Label(Role.SYMPTOM) and _is_explained(one)]
        for one in cases:
            one.is_case = len(cases) > 1
        if node.part.level == 1 and tells_of_trouble(topic_of(node.title)) and _is_explained(node):
            for one in node.children:
                one.is_why = asks_why(one.title)
    return root


def _owner(node: Node, above: Node) -> Node:
    """The heading above; or the one before, where 해결 방법 or Cause 2: stands as high as its error."""
    before = above.children[-1] if above.children else above
    label = label_of(node.title)
    if label is None or label.role not in {Role.CAUSE, Role.RESOLUTION} or label_of(before.title):
        return above
    told = {child.label.role for child in before.children if child.label and child.part.level > node.part.level}
    is_of_it = tells_of_trouble(before.title) if label.text else told & TELLING and label.role not in told
    return before if is_of_it else above


class _Reader:
    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self.lines = texts.outline.lines
        self.composer = Composer(texts)
        self.topic = ""
        """What the document is about, in its title."""
        self.findings: list[Finding] = []

    def read_root(self, root: Node) -> None:
        for title in root.children:
            if title.part.level > 1:
                self._visit(title, below_errors=False)
                continue
            self.topic = topic_of(title.title)
            found = len(self.findings)
            if not self._is_one_error(title):
                self._read_group(title, self.composer.own(title.part))
                self._visit_all(title, below_errors=is_catalogue(title.title))
                is_failure = tells_of_trouble(self.topic) and not is_general(self.topic)
                if not is_failure or any(below.has_table for below in _all(title)):
                    continue
                if len(self.findings) > found:
                    self._read_introduction(title)
                    continue
            self._read_error(title, self.composer.own(title.part))

    def _read_introduction(self, title: Node) -> None:
        """A failure that the title is about and whose message is shown first, before the causes with their headings."""
        shown = [title, *(one for one in title.children[:1] if is_boilerplate(one.title))]
        whole, *labelled = [piece for one in shown for piece in self.composer.own(one.part)]
        named = [piece for piece in labelled if piece.role in {Role.MESSAGE, Role.CODE}]
        if named or any(self.composer.messages(one.part) for one in shown):
            whole.spans += [span for piece in labelled if piece not in named for span in piece.spans]
            for finding in self.composer.compose(title, [whole, *named]):
                finding.cause, finding.resolutions = self.texts.markdown(*whole.spans), []
                self.findings.append(finding)

    def _is_one_error(self, title: Node) -> bool:
        """Whether the parts of a document are the labels of its title: 증상, 원인, 해결 방법."""
        below = self._below(title)
        symptoms = [child for child in title.children if child.label and child.label.role is Role.SYMPTOM]
        if any(self.composer.messages(child.part) for child in symptoms if not child.names_one):
            return True
        if _tells(below) or (not title.children and _tells(self.composer.own(title.part))):
            return True
        is_explained = any(label.role in {Role.CAUSE, Role.RESOLUTION} for label in below)
        is_named = tells_of_trouble(self.topic) or bool(codes_of_title(title.title))
        return is_explained and is_named and not self._has_errors_below(title)

    def _has_errors_below(self, node: Node) -> bool:
        return any(self._is_error(one, self.composer.own(one.part), below_errors=False) for one in node.children)

    def _visit_all(self, node: Node, *, below_errors: bool) -> None:
        for child in node.children:
            self._visit(child, below_errors=below_errors)

    def _visit(self, node: Node, *, below_errors: bool) -> None:
        if is_boilerplate(node.title):
            return
        pieces = self.composer.own(node.part)
        if node.is_case:
            pieces[0].role = Role.SYMPTOM
        if self._is_error(node, pieces, below_errors=below_errors):
            self._read_error(node, pieces)
        else:
            self._read_group(node, pieces)
            is_grouping = below_errors and not may_be_error(node.title)
            self._visit_all(node, below_errors=holds_errors(node.title) or is_grouping)

    def _read_group(self, node: Node, pieces: Sequence[Piece]) -> None:
        """The errors right below a heading that is none: items, labels in paragraphs and bold lines."""
        self.findings += read_items(self.texts, node.part, node.title)
        self.findings += self.composer.symptoms(node, pieces)
        for bold in self._bold_lines(node):
            self._read_error(bold, self.composer.own(bold.part))

    def _bold_lines(self, node: Node) -> list[Node]:
        """Lines that are bold as a whole and tell of trouble stand for headings, each up to the next bold line."""
        part = node.part
        spans = () if node.has_table or (node.label and node.label.text) else paragraphs(self.lines, part.span)
        bold = [span.start for span in spans if self._is_bold(span, is_labelled=node.label is not None)]
        ends = [*bold[1:], part.end]
        nodes = [
            Node(
                Part(start, part.level + 1, "", "", start + 1, end),
                words(self.lines[start]).strip("*_ "),
                owner=part,
            )
            for start, end in zip(bold, ends, strict=False)
        ]
        are_told = [one for one in nodes if (one.names_one or not one.label) and self._lines_of(one)]
        found = [one for one in are_told if tells_of_trouble(one.title) or _tells(self.composer.own(one.part))]
        if not any(map(_is_counted, found)):
            return found
        # One of several that count themselves is one, too, where it has a way out: 1. 런타임 종속성.
        counted = [one for one in are_told if _is_counted(one) and self._has_a_way_out(self.composer.own(one.part))]
        return [one for one in are_told if one in found or one in counted]

    def _is_bold(self, span: Span, *, is_labelled: bool) -> bool:
        """Whether a paragraph is a bold line, or begins with one that a break ends; below 오류, one that asks."""
        line = self.lines[span.start]
        is_apart = span.end == span.start + 1 or line.endswith("  ")
        asks = line.rstrip(" *_").endswith("?")
        return is_apart and (asks or not is_labelled) and _BOLD_LINE.fullmatch(line) is not None

    def _is_error(self, node: Node, pieces: Sequence[Piece], *, below_errors: bool) -> bool:
        bold = self._bold_lines(node)
        if node.has_table or _sums_up(node) or sum(_tells(self.composer.own(one.part)) for one in bold) > 1:
            return False
        labels = [*pieces, *self._below(node)]
        if any(piece.role in ERROR for piece in pieces):
            labels += [Piece(role) for table in node.part.tables for role in self._columns(table)]
        sounds_like_one = (
            tells_of_trouble(node.title)
            or node.names_one
            or (below_errors and may_be_error(node.title) and not self._only_asks(node, pieces))
            or (names_errors(node.above) and _states_something(node.title))
            or is_quoted(node.title)
            or self._is_called_one(node)
        )
        is_named = sounds_like_one or bool(codes_of_title(node.title))
        is_named = is_named or (may_be_error(node.title) and self._has_a_way_out(pieces))
        if _tells(labels) or (is_named and any(piece.role in TELLING for piece in labels)):
            return not any(child.names_one for child in node.children)
        if node.label and not node.names_one:
            return False
        if not sounds_like_one:
            return self._shows_one(node)
        if names_errors(node.title) and not node.names_one:
            return self._is_more_than_a_heading_over_errors(node)
        return not (self._only_leads_elsewhere(node) or self._only_groups(node, pieces))

    def _only_asks(self, node: Node, pieces: Sequence[Piece]) -> bool:
        """저장소 이름 위치, below 구성 오류: nothing but what is to be checked, and where."""
        first = next((span for piece in pieces for span in piece.spans), None)
        if first is None or " " not in node.title or codes_of_title(node.title) or len(pieces) > 1:
            return False
        text = words(self.texts.outline.text(first)[:LONGEST_PARAGRAPH])
        return kind_of(text) is Kind.INSTRUCTION and len(split_sentences(text)) == 1

    def _has_a_way_out(self, pieces: Sequence[Piece]) -> bool:
        """Whether paragraphs are followed by **해결 방법:**, and not by **Action** as a word of a sentence."""
        ways = [piece for piece in pieces[1:] if piece.role is Role.RESOLUTION and not piece.is_item]
        return bool(pieces[0].spans) and any(
            not way.text or ":" in self.lines[way.line][:LONGEST_LABEL] for way in ways
        )

    def _is_called_one(self, node: Node) -> bool:
        """화면 공유 이슈, or 두 번 로그인해야 함, of which is said: 이 이슈는 …에서 발생합니다."""
        is_one = (names_errors(node.title) or states_something(node.title)) and may_be_error(node.title)
        return is_one and self.composer.speaks_of_itself(node.part)

    def _shows_one(self, node: Node) -> bool:
        """시간 제한 예외 조사, 502 오류 문제 해결: a task, about an error that is shown, explained or has a code."""
        codes = codes_in(node.title)
        if is_boilerplate(node.title) or (is_general(node.title) and not codes):
            return False
        is_part_of_one = tells_of_trouble(node.above) or bool(codes_of_title(node.above))
        if not speaks_of_errors(node.title):
            is_over_errors = any(below.has_table for below in _all(node)) or self._has_errors_below(node)
            if is_over_errors or is_part_of_one:
                return False
            told = [one for one in self.composer.messages(node.part) if not one.endswith("?")]
            is_shown = bool(told) and (names_errors(node.title) or any(map(tells_of_trouble, told)))
            return is_shown if may_be_error(node.title) else self._is_about_trouble(node)
        if topic_of(node.title).casefold() in self.topic.casefold() or (node.above and node.above in node.title):
            return False  # what it is about is named above
        if is_part_of_one and not codes and not may_be_error(node.title):
            return False
        is_explained = any(label.role in {Role.CAUSE, Role.RESOLUTION} for label in self._below(node))
        return is_explained or bool(codes) or bool(self.composer.messages(node.part))

    def _is_about_trouble(self, node: Node) -> bool:
        """동기화되지 않는 폴더 문제 해결: a task, about what goes wrong by its own words, or by those right below."""
        topic = topic_of(node.title)
        if topic == node.title or topic.casefold() in self.topic.casefold() or self._only_leads_elsewhere(node):
            return False
        return tells_of_trouble(topic) or self.composer.supposes_trouble(node.part, topic)

    def _only_groups(self, node: Node, pieces: Sequence[Piece]) -> bool:
        """Whether the errors stand below, and nothing but an introduction right here."""
        if self.composer.leads_to_causes(node.part) or codes_in(node.title):
            return False
        own = [span for piece in pieces for span in piece.spans]
        is_introduction = len(own) < 2 and all(self.composer.only_tells(span) for span in own)  # noqa: PLR2004 - a paragraph
        return is_introduction and self._has_errors_below(node)

    def _is_more_than_a_heading_over_errors(self, node: Node) -> bool:
        """메모리 부족 오류 may be an error; 인증 오류 with errors below it, and 일반 오류, are none."""
        is_over_errors = any(may_be_error(one.title) for one in node.children if not one.label or one.names_one)
        if (is_over_errors or self._has_errors_below(node)) and not self._has_steps(node):
            return False
        if any(below.has_table for below in _all(node)) or self._only_leads_elsewhere(node):
            return False
        if self.composer.speaks_of_itself(node.part):
            return True
        above = topic_of(node.above)
        is_below_task = above == node.above and above != self.topic and not may_be_error(above)
        return not (is_general(node.title) or is_below_task) or bool(self.composer.messages(node.part))

    def _has_steps(self, node: Node) -> bool:
        """Whether steps stand right below a heading: those out of an error, and not of a list of errors."""
        steps = [line for line in self._lines_of(node) if _STEP.match(line) and not _LINK_ITEM.match(line)]
        return [step[0] for step in steps[:2]] == ["1", "2"] and not is_general(node.title)

    def _columns(self, table: Span) -> set[Role | None]:
        """Of 원인 and 해결 방법, those that the columns of a table are."""
        cells = self.lines[table.start].strip(" |").split("|")[:MOST_COLUMNS]
        return {column_role(words(cell)) for cell in cells} & {Role.CAUSE, Role.RESOLUTION}

    def _only_leads_elsewhere(self, node: Node) -> bool:
        """A heading over nothing but links."""
        lines = [line for child in _all(node) for line in self._lines_of(child)]
        return bool(lines) and all(_LINK_ITEM.match(line) and not _asks_to_do(line) for line in lines)

    def _lines_of(self, node: Node) -> list[str]:
        return [line.strip() for line in self.texts.outline.text(node.part.span).split("\n") if line.strip()]

    def _below(self, node: Node) -> list[Piece]:
        """The labels that are headings right below; one with words behind it, such as 증상: …, is an error itself."""
        labels = [child.label for child in node.children if not child.has_table]
        return [Piece(label.role, label.text) for label in labels if label and not (label.text and label.role in ERROR)]

    def _read_error(self, node: Node, pieces: list[Piece]) -> None:
        errors: list[Node] = []
        has_causes = self.composer.leads_to_causes(node.part)
        for child in node.children:
            label = child.label
            if child.has_table or is_boilerplate(child.title):
                errors.append(child)
            elif label is not None and not child.names_one:
                pieces += self._labelled(child, label)
            elif has_causes:
                pieces += self._labelled(child, Label(Role.CAUSE, child.title))
            elif self._is_error(child, self.composer.own(child.part), below_errors=False) or self._holds_others(child):
                errors.append(child)
            else:
                role = pieces[-1].role if pieces[-1].role in {Role.RESOLUTION, Role.CAUSE} else Role.RESOLUTION
                if pieces[-1].role is not role:
                    pieces.append(Piece(role, line=child.part.heading))
                pieces[-1].spans += [Span(child.part.heading, child.part.end), *self._all_of(child)]
        self.findings += self.composer.compose(node, pieces)
        for child in errors:
            self._visit(child, below_errors=False)

    def _holds_others(self, node: Node) -> bool:
        """Whether below a heading stand codes with headings of their own, or lines such as **오류: …**."""
        has_codes = any(codes_in(child.title) for child in node.children)
        return has_codes or any(one.names_one for one in self._bold_lines(node))

    def _labelled(self, node: Node, label: Label) -> list[Piece]:
        """What stands below a label that is a heading; labels below it are labels, too."""
        first, *others = self.composer.own(node.part)
        pieces = [Piece(label.role, label.text, first.spans, node.part.heading), *others]
        for child in node.children:
            inner = child.label
            is_case = inner is not None and (label.role, inner.role) == (Role.SYMPTOM, Role.DESCRIPTION)  # 시나리오 1
            if inner and not child.names_one and not is_case:
                pieces += self._labelled(child, inner)
            else:
                pieces[-1].spans += [Span(child.part.heading, child.part.end), *self._all_of(child)]
        return pieces

    def _all_of(self, node: Node) -> list[Span]:
        return [Span(child.part.heading, child.part.end) for below in node.children for child in _all(below)]


def _is_counted(node: Node) -> bool:
    return _STEP.match(node.title) is not None


def _sums_up(node: Node) -> bool:
    """로그인 실패(95519, 95520), over a heading for each of these codes."""
    codes = set(codes_of_title(node.title))
    return len(codes) > 1 and codes <= {code for child in node.children for code in codes_of_title(child.title)}


def _is_explained(node: Node) -> bool:
    """Whether a cause or a way out has a heading right below."""
    return any(child.label and child.label.role in {Role.CAUSE, Role.RESOLUTION} for child in node.children)


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _all(child)


def _states_something(title: str) -> bool:
    """앱을 열 때마다 알림이 표시됩니다. 무엇을 의미하나요? below 푸시 문제: what a user sees, and no task."""
    told = [sentence for sentence in split_sentences(title) if not sentence.rstrip().endswith("?")]
    return any(_OF_USERS.match(one) or (_STATEMENT.search(one) and _is_no_task(one)) for one in told)


def _asks_to_do(line: str) -> bool:
    """[여기]에서 코어를 요청해야 합니다: a sentence, if with a link in front."""
    return line.startswith("[") and kind_of(words(line)) is Kind.INSTRUCTION


def _is_no_task(sentence: str) -> bool:
    return kind_of(sentence) is Kind.STATEMENT or _AGAINST.search(sentence) is not None


def _tells(labels: Iterable[Piece]) -> bool:
    """Whether the labels are those of an error: at least two of symptom, message, cause and resolution."""
    return len({piece.role for piece in labels if piece.role in TELLING}) > 1


_STATEMENT, _OF_USERS = re.compile(r"니다\.?$"), re.compile(r"(?:I|We|My|Our|Users?) ")
_AGAINST = re.compile(r"(?:지만|는데도?|에도|때마다) ")
_LINK_ITEM = re.compile(
    r"(?:[-*+]|\d+[.)])?\s*\[[^\]]*\]\([^)]*\)|<br\s*/?>|!\[|>\s*(?:\[!|$)|\[!INCLUDE|&nbsp;", re.IGNORECASE
)
_STEP = re.compile(r"\d{1,2}[.)]\s")
_BOLD_LINE = re.compile(r"\s{0,3}(?:<a [^<>]{1,200}></a>\s*)?(\*{2,3}|__)[^*_]{6,200}\1\s*[:：]?\s*")
