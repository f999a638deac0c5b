"""Owns the reading of tables of errors: which tables are some, whichever way they lie, and what each error says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from troubleshoot.document import explanations
from troubleshoot.document.articles.codes import codes_in, codes_of_cell, codes_of_title, is_code, is_joined
from troubleshoot.document.articles.findings import LONGEST_TITLE, Finding, clipped, plain, plain_title
from troubleshoot.document.articles.titles import (
    NO_ERROR,
    WENT_WELL,
    is_topic,
    says_failed,
    speaks_of_errors,
    tells_of_trouble,
)
from troubleshoot.document.articles.vocabulary import Role, column_role, label_of, says_failure
from troubleshoot.document.cells import Line
from troubleshoot.document.dataset import Reason, Resolution, Unread
from troubleshoot.document.plan import text_token
from troubleshoot.document.rendering import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from troubleshoot.document.articles.findings import Texts
    from troubleshoot.document.articles.outline import Outline, Part, Span
    from troubleshoot.document.cells import Block

MOST_COLUMNS = 100
SAMPLE = 20
_PIPE = re.compile(r"(?<!\\)\|")
_ROW, _CELL = re.compile(r"<tr\b[^>]*>", re.IGNORECASE), re.compile(r"<t[hd]\b[^>]*>", re.IGNORECASE)
_CLOSING = re.compile(r"</?(?:t[rhd]|thead|tbody|tfoot|table|colgroup|col)\b[^>]*>", re.IGNORECASE)
_ITALIC = re.compile(r"^\*([^*]+)\*$")
_DASH = re.compile(r"^[-–•*]\s+")
_CALLED = re.compile(
    r"(?:오류 메시지|오류|error message|error|message)\s*[:：]?\s*[\"“](?P<text>[^\"“”]+)[\"”]\.?", re.IGNORECASE
)
_DETAILS = (Role.CAUSE, Role.DESCRIPTION, Role.RESOLUTION)
_ERRORS = (Role.CODE, Role.ERROR, Role.MESSAGE)


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    cells: Sequence[str]
    written: str


Cells = dict[Role, str]
Read = dict[Role, "Sequence[Block]"]


def read_table(
    texts: Texts, part: Part, span: Span, *, is_catalogue: bool = False
) -> tuple[list[Finding], list[Unread]] | None:
    """The errors of a table and the rows that are none; nothing where the table is about something else."""
    head, *sample = _head_and_rows(texts, span, SAMPLE)
    if _lies_on_its_side(head, sample):
        errors = _turned([head, *_head_and_rows(texts, span)[1:]])
    else:
        columns = _columns(head, sample, has_context=is_catalogue or speaks_of_errors(words(part.title)))
        if columns is None:
            return None
        more = _more_of_it(head, columns)
        errors = ((row, _cells(row, columns, more)) for row in _head_and_rows(texts, span)[1:])
    reader = _Reader(texts, part)
    for row, cells in errors:
        reader.read(row, cells)
    title = plain_title(part.title)[:LONGEST_TITLE]
    of_heading = codes_of_title(title)
    for finding in reader.findings:
        finding.codes = finding.codes or [*of_heading]
    if len(reader.findings) == 1 and part.level > 1 and (of_heading or tells_of_trouble(title)):
        reader.findings[0].title, reader.findings[0].is_heading = title, True
    return reader.findings, reader.unread


def _head_and_rows(texts: Texts, span: Span, most: int | None = None) -> list[Row]:
    is_html = "<table" in texts.outline.lines[span.start].lower()
    rows = _html_rows(texts.outline, span) if is_html else _rows(texts, span, most)
    return rows or [Row(texts.outline.number(span.start), (), "")]


def _rows(texts: Texts, span: Span, most: int | None) -> list[Row]:
    lines = texts.outline.lines
    width = 0
    rows: list[Row] = []
    end = span.end if most is None else min(span.end, span.start + 2 + most)
    for place in (span.start, *range(span.start + 2, end)):
        if not lines[place].strip():
            continue
        cells = _split(lines[place])
        width = width or len(cells)
        if width > MOST_COLUMNS:
            texts.fail(texts.outline.number(place), f"expected a table of at most {MOST_COLUMNS} columns")
        if len(cells) != width and texts.links.plan.file:
            texts.fail(texts.outline.number(place), f"expected {width} cells in the row, found {len(cells)}")
        if len(cells) > width:  # a pipe that should have been escaped
            cells = [*cells[: width - 1], " | ".join(cells[width - 1 :])]
        rows.append(Row(texts.outline.number(place), cells, lines[place]))
    return rows


def _split(line: str) -> list[str]:
    written = line.strip().removeprefix("|")
    if written.endswith("|") and not written.endswith("\\|"):
        written = written[:-1]
    return [cell.strip().replace("\\|", "|") for cell in _PIPE.split(written)]


def _html_rows(outline: Outline, span: Span) -> list[Row]:
    place = span.start
    rows: list[Row] = []
    for written in _ROW.split(outline.text(span)):
        cells = _CELL.split(written)
        texts = [" ".join(_CLOSING.sub("", cell).split()) for cell in cells[1:]]
        if texts:
            rows.append(Row(outline.number(place), texts, written))
        place += written.count("\n")
    return rows


def _columns(head: Row, sample: Sequence[Row], *, has_context: bool) -> dict[Role, int] | None:
    """Where the columns of an error table are; none for another table."""
    titles = [plain_title(cell[:200]) for cell in head.cells]
    columns: dict[Role, int] = {}
    for at, role in enumerate(map(column_role, titles)):
        chosen = _settled(role, at, columns, sample) if role in {Role.ERROR, Role.CODE} else role
        if chosen is not None:
            columns.setdefault(chosen, at)
    if Role.MESSAGE in columns and Role.CODE not in columns:
        _take_names(columns, head, sample)
    details = any(role in columns for role in _DETAILS)
    is_explained = Role.RESOLUTION in columns or Role.CAUSE in columns
    if Role.SYMPTOM in columns and Role.MESSAGE not in columns and is_explained:
        columns[Role.MESSAGE] = columns[Role.SYMPTOM]
        return columns
    if details and Role.STATUS in columns and not any(role in columns for role in _ERRORS):
        return columns if _tells_of_failures(sample, columns[Role.STATUS]) else None
    found = [columns[role] for role in _ERRORS if role in columns]
    if not found or not (details or len(found) > 1):
        return None
    is_sure = any(says_failure(titles[at]) for at in found) or _mostly(is_code, sample, columns.get(Role.CODE))
    has_codes = Role.CODE in columns and _mostly(codes_of_cell, sample, columns[Role.CODE])
    return columns if is_sure or Role.RESOLUTION in columns or (has_context and has_codes) else None


def _more_of_it(head: Row, columns: Mapping[Role, int]) -> list[tuple[Role, int]]:
    """The columns beyond the first that explain or number: 세부 정보 and 기술 세부 정보, 오류 코드 and 16진수 값."""
    roles = enumerate(column_role(plain_title(cell[:200])) for cell in head.cells)
    return [(role, at) for at, role in roles if role in {*_DETAILS, Role.CODE} and at not in columns.values()]


def _cells(row: Row, columns: Mapping[Role, int], more: Sequence[tuple[Role, int]]) -> Cells:
    cells = {role: row.cells[at] for role, at in columns.items() if at < len(row.cells)}
    for role, at in more:
        if at < len(row.cells) and row.cells[at]:
            cells[role] = f"{cells[role]}<br>{row.cells[at]}" if cells.get(role) else row.cells[at]
    return cells


def _settled(role: Role, at: int, columns: Mapping[Role, int], sample: Sequence[Row]) -> Role | None:
    """A column called 오류 holds codes or messages, as its values show."""
    if role is Role.CODE or (_mostly(codes_of_cell, sample, at) and Role.CODE not in columns):
        return Role.CODE
    return Role.MESSAGE if Role.MESSAGE not in columns else None


def _tells_of_failures(sample: Sequence[Row], at: int) -> bool:
    """Whether most of the statuses in a column are failures, and more than one is."""
    failed = [row for row in sample if at < len(row.cells) and says_failed(row.cells[at])]
    return len(failed) > 1 and len(failed) * 2 > len(sample)


def _take_names(columns: dict[Role, int], head: Row, sample: Sequence[Row]) -> None:
    """Beside messages, names as only a program writes them are codes, whatever their column is called: 키, Reason."""
    for at in range(len(head.cells)):
        if _mostly(is_joined, sample, at):
            for role in [role for role, place in columns.items() if place == at]:
                del columns[role]
            columns[Role.CODE] = at
            return


def _mostly(judge: Callable[[str], object], sample: Sequence[Row], at: int | None) -> bool:
    """Whether most of the values in a column are such."""
    if at is None:
        return False
    values = [words(row.cells[at]) for row in sample if at < len(row.cells) and row.cells[at]]
    return bool(values) and sum(bool(judge(value)) for value in values) * 2 > len(values)


def _lies_on_its_side(head: Row, sample: Sequence[Row]) -> bool:
    """Whether the first column names what stands beside it: 오류 코드, 메시지, 원인."""
    roles = [_role_beside(row) for row in sample if row.cells and row.cells[0]]
    known = {role for role in (*roles, _role_beside(head)) if role}
    return (
        len(head.cells) > 1
        and len([role for role in roles if role]) * 3 >= max(len(roles), 1) * 2
        and len(known) > 1
        and any(role in known for role in (*_ERRORS, Role.SYMPTOM))
        and any(role in known for role in _DETAILS)
    )


def _role_beside(row: Row) -> Role | None:
    title = plain_title(row.cells[0][:200]) if row.cells else ""
    if is_code(title):
        return None
    label = label_of(title)
    role = label.role if label and not label.text else column_role(title)
    return None if role in {Role.OPERATION, Role.ORDINAL} else role


def _turned(rows: Sequence[Row]) -> Iterator[tuple[Row, Cells]]:
    """An error for each column beside the labels; where the error's own label comes again, the next one begins."""
    for at in range(1, max(len(row.cells) for row in rows)):
        cells: Cells = {}
        first = rows[0]
        for row in rows:
            role = _role_beside(row)
            if role is None or at >= len(row.cells) or not row.cells[at]:
                continue
            role = Role.MESSAGE if role in {Role.SYMPTOM, Role.ERROR} else role
            if role in cells and role in {Role.CODE, Role.MESSAGE}:
                yield first, cells
                cells = {}
            first = row if not cells else first
            cells[role] = f"{cells[role]}<br>{row.cells[at]}" if role in cells else row.cells[at]
        if cells:
            yield first, cells


class _Reader:
    """Reads the errors of one table, row by row."""

    def __init__(self, texts: Texts, part: Part) -> None:
        self.texts = texts
        self.part = part
        self.findings: list[Finding] = []
        self.unread: list[Unread] = []

    def read(self, row: Row, cells: Cells) -> None:
        if Role.STATUS in cells and Role.MESSAGE not in cells and Role.CODE not in cells:
            cells[Role.CODE] = cells[Role.STATUS] if says_failed(cells[Role.STATUS]) else "0"
        read: Read = {role: self.texts.cell(_ITALIC.sub(r"\1", text), row.line) for role, text in cells.items() if text}
        _part(read)
        code, message = plain(read.get(Role.CODE, ())), plain(read.get(Role.MESSAGE, ()))
        says_nothing_failed = any(says and NO_ERROR.fullmatch(says) for says in (code, message))
        is_error_code = bool(code and message and not NO_ERROR.fullmatch(code))
        is_other = WENT_WELL.fullmatch(message or code) or (Role.SYMPTOM in cells and is_topic(message))
        if (says_nothing_failed and not is_error_code) or is_other:
            self._leave(row, Reason.NO_ERROR)
        elif code or message:
            self.findings.append(self._finding(row, read, code))
        elif self.findings and (Role.RESOLUTION in read or Role.CAUSE in read):
            self._go_on(read)
        elif any(read.values()):
            self._leave(row, Reason.NO_MESSAGE)

    def _leave(self, row: Row, reason: Reason) -> None:
        self.unread.append(Unread(row.line, clipped(row.written.strip()), reason))

    def _go_on(self, read: Mapping[Role, Sequence[Block]]) -> None:
        """A row without an error of its own tells more of the one above: another cause, and the way out of it."""
        cause = explanations.original(read.get(Role.CAUSE, ()))
        fix = explanations.original(read.get(Role.RESOLUTION, ()))
        above = self.findings[-1]
        if fix:
            above.resolutions.append(Resolution(cause, fix, "document"))
        else:
            above.cause = f"{above.cause}\n\n{cause}".strip()

    def _finding(self, row: Row, read: Read, code: str) -> Finding:
        lines = [code, *(plain([block]) for block in read.get(Role.CODE, ()))]
        codes = list(dict.fromkeys(one for text in lines for one in codes_of_cell(text) if not NO_ERROR.fullmatch(one)))
        if not codes and code and Role.MESSAGE not in read:
            read[Role.MESSAGE] = read.pop(Role.CODE)
        message, *aliases = self._messages(read) or [code]
        operation = plain(read.get(Role.OPERATION, ()))
        for said in (operation, message, *aliases, "" if codes else code):
            codes += [found for found in codes_in(said) if found not in codes]
        cause = "\n\n".join(
            text
            for role in (Role.CAUSE, Role.DESCRIPTION)
            if role in read and (text := explanations.original(read[role]))
        )
        resolution = read.get(Role.RESOLUTION, ())
        explained = self._explained(resolution, is_told_apart=bool(cause))
        if codes and "=" in code and code != message:
            aliases.append(code)  # a name with its number
        finding = Finding(row.line, self.part, message, operation=operation, aliases=aliases, codes=codes)
        finding.resolutions = list(_resolutions(explained, read.get(Role.MESSAGE, ())))
        if explained.cause and not finding.resolutions and not explained.lead:
            # A column of ways out that tells nothing to do, such as a link, is the way out.
            finding.resolutions, explained = [Resolution("", explained.cause, "document")], explanations.Explanation()
        finding.cause = cause or explained.cause
        finding.lead = explained.lead
        finding.original = "\n\n".join(filter(None, (cause, explanations.original(resolution))))
        finding.text = clipped(row.written.strip())
        return finding

    def _messages(self, read: Read) -> list[str]:
        """The message and its other forms; where no column has it, what describes the error best is taken for it."""
        if Role.MESSAGE in read:
            blocks = read[Role.MESSAGE]
            first = label_of(plain(blocks[:1]))
            is_labelled = len(blocks) > 1 and first is not None and first.role is Role.MESSAGE and not first.text
            return [_bare(text) for one in _alternatives(blocks[is_labelled:]) if (text := plain(one))]
        for role in (Role.DESCRIPTION, Role.CAUSE):
            blocks = read.pop(role, ())
            if blocks:
                if len(blocks) > 1:
                    read[role] = blocks[1:]
                return [plain(blocks[:1])]
        return []

    def _explained(self, blocks: Sequence[Block], *, is_told_apart: bool) -> explanations.Explanation:
        labelled = _labelled(blocks)
        if labelled is not None:
            cause, fix = (explanations.original(labelled[role]) for role in (Role.CAUSE, Role.RESOLUTION))
            return explanations.Explanation(cause, "", (explanations.Fix("", fix),) if fix else ())
        explained = explanations.explain(blocks)
        has_words = bool(explained.cause or explained.fixes)
        if has_words and (self.texts.links.language != "ko" or (is_told_apart and explained.cause)):
            return explanations.Explanation(fixes=(explanations.Fix("", explanations.original(blocks)),))
        return explained


def _part(read: Read) -> None:
    """A code, and on a line below it 메시지: …, in one cell."""
    for block in read.get(Role.CODE, ()):
        label = label_of(block.text[:2000]) if isinstance(block, Line) else None
        if label and label.role is Role.MESSAGE and label.text and Role.MESSAGE not in read:
            read[Role.CODE] = [one for one in read[Role.CODE] if one is not block]
            read[Role.MESSAGE] = [Line((text_token(label.text),))]


def _labelled(blocks: Sequence[Block]) -> dict[Role, list[Block]] | None:
    """A cell whose lines say 원인: and 권장 작업: of their own."""
    told: dict[Role, list[Block]] = {Role.CAUSE: [], Role.RESOLUTION: []}
    role = Role.CAUSE
    is_labelled = False
    for block in blocks:
        text = block.text if isinstance(block, Line) else ""
        label = label_of(text[:2000])
        if label is None or label.role not in told or not (label.text or text.endswith((":", "："))):
            told[role].append(block)
            continue
        role, is_labelled = label.role, True
        if label.text:
            told[role].append(Line((text_token(label.text),)))
    return told if is_labelled else None


def _alternatives(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """The messages of a cell, which 또는 on a line of its own parts, or a dash before each."""
    if all(isinstance(block, Line) and _DASH.match(block.text) for block in blocks):
        yield from ([block] for block in blocks)
        return
    for is_or, group in groupby(blocks, key=lambda block: isinstance(block, Line) and block.is_or):
        if not is_or:
            yield list(group)


def _bare(message: str) -> str:
    """A message without a dash in front, or 오류 메시지 and quotation marks around it."""
    message = _DASH.sub("", message)
    match = _CALLED.fullmatch(message)
    return match["text"] if match else message


def _resolutions(explained: explanations.Explanation, error: Sequence[Block]) -> Iterator[Resolution]:
    """The fixes of the column; where it names none, the advice in the message."""
    origin = "document" if explained.fixes else "message"
    fixes = explained.fixes or explanations.advice(error).fixes
    return (Resolution(fix.condition, fix.body, origin) for fix in fixes)
