"""Owns what is said of one error below its heading: the pieces that labels part it into, and the finding they make."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice, pairwise, takewhile
from typing import TYPE_CHECKING

from troubleshoot.document import explanations
from troubleshoot.document.articles.codes import codes_given, codes_in, codes_of_title
from troubleshoot.document.articles.findings import LONGEST_TITLE, Finding, clipped
from troubleshoot.document.articles.outline import Part, Span, paragraphs
from troubleshoot.document.articles.quotations import LIST_OR_CODE, LONGEST_PARAGRAPH, items_of, messages_in, unquoted
from troubleshoot.document.articles.titles import may_be_error, names_errors, tells_of_trouble, topic_of
from troubleshoot.document.articles.vocabulary import TELLING, Label, Role, label_in, label_of, without_number
from troubleshoot.document.dataset import Resolution
from troubleshoot.document.rendering import words
from troubleshoot.document.sentences import Kind, kind_of, split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from troubleshoot.document.articles.findings import Texts

MOST_ALIASES = 20
ERROR = {Role.SYMPTOM, Role.MESSAGE, Role.CODE}


@dataclass(slots=True)
class Node:
    """A heading and those below it."""

    part: Part
    title: str
    has_table: bool = False
    children: list[Node] = field(default_factory=list)
    above: str = ""
    """The title of the heading above."""
    owner: Part | None = None
    """The part that it stands in, where it is no heading but a bold line."""
    is_case: bool = False
    """One of several headings 문제 in a row, each with causes or ways out below it."""
    is_why: bool = False
    """공간이 부족한 이유는 무엇인가요? below a document's title that says what goes wrong."""

    @property
    def label(self) -> Label | None:
        """Of the title; also where it repeats what stands above: 시간 초과 오류 해결 방법, below 시간 초과."""
        label = Label(Role.CAUSE) if self.is_why else label_of(self.title)
        if label is None and self.above and self.above in self.title:
            label = label_of(" ".join(self.title.replace(self.above, "", 1).split()))
            return label if label and not label.text else None
        return label

    @property
    def error(self) -> str:
        """The title without its number and without 증상: in front; of a document, also without its task."""
        if self.is_case:
            return ""
        if self.part.level == 1 and tells_of_trouble(topic := topic_of(without_number(self.title))):
            return topic[0].upper() + topic[1:]
        return self.label.text if self.label and self.names_one else without_number(self.title).rstrip(" :：")

    @property
    def names_one(self) -> bool:
        """문제: VM을 시작할 수 없음."""
        label = self.label
        return self.is_case or bool(label and label.role in ERROR and label.text and may_be_error(label.text))


@dataclass(slots=True)
class Piece:
    """What a label stands over: the words behind it, and lines."""

    role: Role | None
    text: str = ""
    spans: list[Span] = field(default_factory=list)
    line: int = 0
    is_item: bool = False  # what belongs to it is indented


class Composer:
    """Makes the finding of an error that has a heading."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self.lines = texts.outline.lines

    def own(self, part: Part) -> list[Piece]:
        """The lines below a heading, parted where a bold line or words before a colon are a label."""
        pieces = [Piece(None, line=part.start)]
        for span in paragraphs(self.lines, part.span):
            if _RULE.fullmatch(self.texts.outline.text(span)):
                continue
            start = span.start
            for place in range(span.start, span.end):
                # At the beginning of a paragraph, an item or a line of its own, or right behind another.
                begins = place == start or self.lines[place].lstrip().startswith(("* ", "- "))
                begins = begins or self.lines[place - 1].endswith(("  ", "<br>", "<br/>", "<br />"))
                label = label_in(self.lines[place], begins=begins)
                if label is None:
                    continue
                if place > start:
                    pieces[-1].spans.append(Span(start, place))
                is_item = LIST_OR_CODE.match(self.lines[place]) is not None
                pieces.append(Piece(label.role, label.text, line=place, is_item=is_item))
                start = place + 1
            if span.end > start:
                pieces[-1].spans.append(Span(start, span.end))
            if (pieces[-1].text or pieces[-1].spans) and pieces[-1].role in {Role.MESSAGE, Role.CODE}:
                pieces.append(Piece(None, line=span.end))  # what follows explains it
        return pieces

    def leads_to_causes(self, part: Part) -> bool:
        """Whether the last paragraph right below a heading says that causes follow, each with a heading."""
        spans = [*paragraphs(self.lines, part.span)]
        return (
            bool(spans)
            and _CAUSES_FOLLOW.search(words(self.texts.outline.text(spans[-1])[-LONGEST_PARAGRAPH:])) is not None
        )

    def speaks_of_itself(self, part: Part) -> bool:
        """Whether the lines below a heading call what it names an issue: 이 문제는 …에서 발생합니다."""
        return any(
            _THIS_ISSUE.search(words(self.texts.outline.text(span)[:LONGEST_PARAGRAPH])) for span in self._shown(part)
        )

    def supposes_trouble(self, part: Part, topic: str) -> bool:
        """Whether the lines below a heading begin with the case that there is trouble with its topic."""
        first = next((words(self.texts.outline.text(span)[:LONGEST_PARAGRAPH]) for span in self._shown(part)), "")
        case = _IN_CASE_OF_TROUBLE.match(first)
        return case is not None and topic.casefold().partition(" ")[0] in case[0].casefold()

    def _shown(self, part: Part) -> Iterable[Span]:
        return islice(paragraphs(self.lines, part.span), _FIRST_PARAGRAPHS)

    def messages(self, part: Part) -> list[str]:
        """What the lines below a heading quote or show."""
        return self._quoted(paragraphs(self.lines, part.span))

    def _quoted(self, spans: Iterable[Span]) -> list[str]:
        return messages_in([self.texts.outline.text(span) for span in spans])

    def compose(self, node: Node, pieces: Sequence[Piece]) -> Iterable[Finding]:
        """An error of what is labelled; where 오류 메시지 comes again after a way out, the next error begins."""
        groups: list[list[Piece]] = [[]]
        for piece in pieces:
            names_one = piece.role in {Role.MESSAGE, Role.CODE} or (piece.role is Role.SYMPTOM and bool(piece.text))
            if names_one and any(before.role in {Role.CAUSE, Role.RESOLUTION} for before in groups[-1]):
                groups.append([])
            groups[-1].append(piece)
        is_named_above = node.names_one or tells_of_trouble(node.title) or bool(codes_of_title(node.title))
        for number, group in enumerate(groups):
            label = next((piece for piece in group if piece.text and piece.role in ERROR), None)
            is_named_above |= number == 0 and _gives_only_codes(group) and not names_errors(node.title)
            is_named_by_label = label is not None and (number > 0 or not is_named_above)
            yield self._finding(node, group, label if is_named_by_label else None)

    def symptoms(self, node: Node, pieces: Sequence[Piece]) -> Iterable[Finding]:
        """Errors that only a label in a paragraph names (**잠재적인 문제**: …), below a heading that is none."""
        for place, piece in enumerate(pieces):
            sentences = split_sentences(words(piece.text[:LONGEST_PARAGRAPH])) if piece.role is Role.SYMPTOM else []
            others = [*takewhile(lambda one: one.role in {Role.CAUSE, Role.RESOLUTION}, pieces[place + 1 :])]
            if not any(map(tells_of_trouble, sentences)) or len(sentences) + len(others) < 2:  # noqa: PLR2004 - it alone
                continue
            number, title = self.texts.outline.number(piece.line), sentences[0][:LONGEST_TITLE]
            messages = messages_in([piece.text])
            finding = Finding(number, node.part, messages[0] if messages else title, title, aliases=messages[1:])
            finding.codes = list(dict.fromkeys(code for text in (title, *messages) for code in codes_of_title(text)))
            finding.text = clipped(piece.text)
            self._explain(finding, others)
            explained = explanations.explain(self.texts.cell(piece.text, number))
            finding.lead, finding.cause = explained.lead, f"{explained.cause}\n\n{finding.cause}".strip()
            finding.resolutions[:0] = [Resolution(fix.condition, fix.body, "document") for fix in explained.fixes]
            yield finding

    def _finding(self, node: Node, pieces: Sequence[Piece], label: Piece | None) -> Finding:
        part = node.part
        title = words(label.text)[:LONGEST_TITLE] if label else node.error
        said = [piece for piece in pieces if piece.role in {Role.MESSAGE, Role.CODE}]
        messages = [text for piece in said if piece.role is Role.MESSAGE for text in self._said(piece)]
        before = [span for piece in pieces if piece.role in {None, Role.SYMPTOM} for span in piece.spans]
        messages += [text for piece in pieces if piece.role is Role.SYMPTOM for text in self._listed(piece)]
        messages += self._quoted(one for span in before for one in paragraphs(self.lines, span))
        messages = list(dict.fromkeys(text for text in messages if text and text != title))[:MOST_ALIASES]
        message, *aliases = messages if len(messages) == 1 or (messages and not title) else [title, *messages]
        if not messages and label is None and not codes_of_title(title) and not tells_of_trouble(topic_of(title)):
            message = self._symptom(pieces) or message or node.above
        line = self.texts.outline.number(label.line if label else part.heading)
        finding = Finding(line, node.owner or part, message, title)
        finding.is_heading = label is None and node.owner is None
        finding.anchor = "" if label else part.anchor
        finding.aliases = aliases
        given = [text for piece in said if piece.role is Role.CODE for text in self._said(piece)]
        codes = [*(code for text in given for code in codes_given(text)), *codes_of_title(title)]
        codes += [code for text in messages for code in codes_of_title(text)]
        shown = [self.texts.outline.text(span) for one in pieces if one.role is Role.SYMPTOM for span in one.spans]
        finding.codes = list(dict.fromkeys(codes or [code for text in shown for code in codes_in(words(text))]))
        finding.text = clipped(self.texts.outline.text(Span(part.heading, part.end)).strip())
        self._explain(finding, pieces)
        return finding

    def _said(self, piece: Piece) -> list[str]:
        text = piece.text or words("\n".join(self.texts.outline.text(span) for span in piece.spans[:1]))
        return [unquoted(words(text))] if text else []

    def _symptom(self, pieces: Sequence[Piece]) -> str:
        """The first paragraph below 증상, which names the error where its heading does not."""
        spans = (span for piece in pieces if piece.role is Role.SYMPTOM for span in piece.spans[:1])
        text = next((self.texts.outline.text(span) for span in spans), "")
        is_no_name = LIST_OR_CODE.match(text) or text.rstrip().endswith((":", "："))
        return "" if is_no_name else unquoted(words(text[:LONGEST_PARAGRAPH]))

    def _listed(self, piece: Piece) -> list[str]:
        """Symptoms that are nothing but a list, below a line that says so, are the error's other names."""
        shown = [self.texts.outline.text(span) for span in piece.spans]
        leads = len(shown) > 1 and shown[0].rstrip().endswith((":", "："))
        items = items_of("\n".join(shown[leads:]))
        items = [] if leads and len(items) == 1 else items
        return [unquoted(words(item)) for item in items]

    def _explain(self, finding: Finding, pieces: Sequence[Piece]) -> None:
        causes: list[str] = []
        waiting: list[str] = []
        lead: list[str] = []
        has_labels = any(piece.role in TELLING - {Role.MESSAGE, Role.CODE} for piece in pieces)
        for piece in self._with_a_way_out(pieces):
            body = self.texts.markdown(*piece.spans, is_indented=piece.is_item) if piece.spans else ""
            if piece.text and piece.role not in ERROR:
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

    def _with_a_way_out(self, pieces: Sequence[Piece]) -> Iterable[Piece]:
        """Where no label says 해결 방법, the way out begins with the first thing to do behind a cause."""
        has_none = not any(piece.role is Role.RESOLUTION for piece in pieces)
        for piece in pieces:
            telling = len([*takewhile(self._is_no_demand, piece.spans)])
            if not (has_none and piece.role is Role.CAUSE and piece.text and telling < len(piece.spans)):
                yield piece
                continue
            yield Piece(piece.role, piece.text, piece.spans[:telling], piece.line)
            yield Piece(Role.RESOLUTION, "", piece.spans[telling:], piece.line)

    def _explain_unlabelled(self, finding: Finding, piece: Piece) -> None:
        """Paragraphs in front that only tell are the cause; everything from the first thing to do is the way out."""
        telling = 0
        for before, span in pairwise([Span(0, 0), *piece.spans]):
            is_quoted = self._quoted([span]) and not LIST_OR_CODE.match(self.texts.outline.text(span))
            is_shown = len(self._quoted([before, span])) > len(self._quoted([before])) and not is_quoted
            if not (self.only_tells(span) or is_shown):
                break
            telling += 1
        why, doing = piece.spans[:telling], piece.spans[telling:]
        finding.cause = self.texts.markdown(*why) if why else ""
        if doing:
            finding.resolutions.append(Resolution("", self.texts.markdown(*doing), "document"))

    def _is_no_demand(self, span: Span) -> bool:
        return self.only_tells(span) or LIST_OR_CODE.match(self.texts.outline.text(span)) is not None

    def only_tells(self, span: Span) -> bool:
        text = self.texts.outline.text(span)
        if LIST_OR_CODE.match(text) or len(text) > LONGEST_PARAGRAPH:
            return False
        if self.texts.links.language != "ko":
            return not _IMPERATIVE.search(words(text))
        return all(kind_of(sentence) not in {Kind.INSTRUCTION, Kind.LEAD} for sentence in split_sentences(words(text)))


def _gives_only_codes(pieces: Iterable[Piece]) -> bool:
    return {piece.role for piece in pieces if piece.role in ERROR} == {Role.CODE}


_CAUSES_FOLLOW = re.compile(
    r"(?:reasons?|causes?) (?:for|of|why)\b|following (?:\w+ )?(?:reasons|causes)\b"
    r"|(?:이유|원인)[은는]? 다음과 같|다음 (?:이유|원인)",
    re.IGNORECASE,
)
_THIS_ISSUE = re.compile(
    r"(?:^|[.,] |[고면데] )이 ?(?:이슈|문제|오류|현상|경고|메시지|증상)(?:는|은|가|를|을) "
    r"|\bthis (?:issue|problem|error|warning|message|failure|symptom)(?: message)? (?:\w+ )?"
    r"(?:occurs?|happens?|appears?|arises?|affects?|means|indicates|is|was|be)\b"
    r"|\b(?:resolve|fix|work around|solve) this (?:issue|problem|error)",
    re.IGNORECASE,
)
_IN_CASE_OF_TROUBLE = re.compile(
    r"[^.!?:]{1,120}문제가 (?:있는 경우|발생하는 경우|발생한 경우|있으면|발생하면|생기면)"
    r"|if you (?:have|experience|encounter|run into) (?:problems?|issues?|trouble|difficult(?:y|ies)) [^.!?:]{1,120}",
    re.IGNORECASE,
)
_FIRST_PARAGRAPHS = 4
_RULE = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*")
_IMPERATIVE = re.compile(
    r"(?:^|[.:,] )(?:(?:please|then|first,|next,) )?(?:to (?:resolve|fix|work around|solve)|make sure|ensure|check"
    r"|verify|try|use|run|open|go|select|click|restart|install|update|wait|contact|see|follow|add|remove|delete|change|set|create"
    r"|enable|disable|increase|reduce|retry|review|upgrade|configure|confirm)\b",
    re.IGNORECASE,
)
