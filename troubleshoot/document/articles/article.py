"""Owns the reading of one article: its parts in order, and the dataset that they make, with keys that last."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from troubleshoot.document.articles.bilingual import sides_of
from troubleshoot.document.articles.findings import Texts, clipped, plain_title
from troubleshoot.document.articles.headings import read_headings
from troubleshoot.document.articles.outline import Span, address_of, date_of, product_of, read_outline, refused_markup
from troubleshoot.document.articles.source import MOST_BYTES, Source
from troubleshoot.document.articles.tables import read_table
from troubleshoot.document.articles.titles import is_catalogue
from troubleshoot.document.articles.vocabulary import label_of
from troubleshoot.document.dataset import Dataset, Entry, Operation, Reason, Section, Unread, records
from troubleshoot.document.plan import Links, Plan, read_plan
from troubleshoot.document.problems import DocumentError, read_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from troubleshoot.document.articles.findings import Finding
    from troubleshoot.document.articles.outline import Outline, Part

LONGEST_KEY = 80
LONGEST_PREFIX = 48
LONGEST_TITLE, LONGEST_OPERATION, LONGEST_DESCRIPTION = 300, 200, 500
_SITE = re.compile(r"\s*\|\s*(?:Microsoft|Azure)[^|]*$|\s*\|\s*[^|]*문서\s*$")
_HANGUL, _LETTER = re.compile(r"[가-힣]"), re.compile(r"[A-Za-z가-힣]")
_LEAST_HANGUL = 0.1


def read_document(path: Path) -> Dataset:
    """The dataset of the document at ``path``, read with the TOML file of the same name. Raises DocumentError."""
    return read(Source(str(path), read_text(path), plan=read_plan(path.with_suffix(".toml"))))


def read_article(source: Source, language: str | None = None) -> Dataset:
    """The dataset of a document; its language is told from its text unless it is given. Raises DocumentError."""
    sides = sides_of(source.text)
    if sides is None or not all(side.strip() for side in sides):
        return read(source, language)
    one, other = (read(replace(source, text=text)) for text in sides)
    if language == other.language != one.language:
        one, other = other, one
    return replace(one, twin=_with_keys_of(one, other)) if one.language != other.language else one


def read(source: Source, language: str | None = None) -> Dataset:
    """The dataset of a document's text. Raises DocumentError, and nothing else, for whatever text it is given."""
    plan = source.plan
    if len(source.text) > MOST_BYTES:
        raise DocumentError(source.path, 1, f"expected at most {MOST_BYTES // 1_000_000} MB of text")
    outline = read_outline(source.text.replace("\x00", "\ufffd"), source.includes)
    if not any(line.strip() for line in outline.lines):
        raise DocumentError(source.path, 1, "expected text")
    if refused := refused_markup(outline.lines):
        raise DocumentError(source.path, outline.number(refused[0]), refused[1])
    dataset = _Article(source, outline, plan, language or language_of(source.text)).read()
    known = {f"{record.context}/{name}" for record in records(dataset) for name in record.texts} if plan else set()
    for place in dataset.texts.keys() - known:
        raise DocumentError(plan.file if plan else "", 1, f"expected {place} to be a text of the document, in [texts]")
    return dataset


def language_of(text: str) -> str:
    sample = text[:200_000]
    return "ko" if len(_HANGUL.findall(sample)) > _LEAST_HANGUL * len(_LETTER.findall(sample)) else "en"


def document_key(path: str) -> str:
    """Of the file's name; what is not ASCII in it counts, too."""
    stem = PurePosixPath(path.replace("\\", "/")).stem
    key = slug(stem)[: LONGEST_PREFIX + 24]
    return key if key and stem.isascii() else f"{key or 'document'}-{_digest(stem, 8)}"


def slug(text: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:length]


class _Keys:
    """Keys of one kind, made of what they name: the first of the names that says enough, else a digest."""

    def __init__(self, document: str) -> None:
        is_short = len(document) <= LONGEST_PREFIX
        self.prefix = document if is_short else f"{document[: LONGEST_PREFIX - 7].rstrip('-')}-{_digest(document, 6)}"
        self.taken: set[str] = set()
        self.numbers: Counter[str] = Counter()

    def make(self, text: str, *names: str, more: str = "") -> str:
        name = next((name for name in map(slug, names) if name), "") or self._of(text)
        key = f"{self.prefix}--{name}"[:LONGEST_KEY].rstrip("-")
        for told in (text, text + more):
            if key in self.taken:
                key = f"{self.prefix}--{name}"[: LONGEST_KEY - 7].rstrip("-") + f"-{_digest(told, 6)}"
        while key in self.taken:
            self.numbers[key] += 1
            key = f"{key[: LONGEST_KEY - 6]}-{self.numbers[key] + 1}"
        self.taken.add(key)
        return key

    def _of(self, text: str) -> str:
        """The ASCII words of a text where they are most of it; a few names in a Korean sentence say too little."""
        name = slug(text)
        return name if len(name) * 2 > len(text) else _digest(text, 10)


class _Article:
    def __init__(self, source: Source, outline: Outline, plan: Plan | None, language: str) -> None:
        self.source = source
        self.outline = outline
        self.is_planned = plan is not None
        key, address = source.key or document_key(source.path), address_of(outline.attributes)
        self.plan = plan or Plan("", key, address)
        self.language = language
        parts = outline.parts
        at = next((place for place, part in enumerate(parts) if part.level == 1), 0)
        self.title_part = parts[at] if at == 1 or (at and not plan) else parts[0]
        self.before = [part for part in parts[1:at] if part.level > 1] if at else []
        self.sections = [part for part in parts[1:] if part is not self.title_part]
        self.titles = {id(part): plain_title(part.title)[:LONGEST_TITLE] for part in parts}
        self.parents = _parents(parts)
        self.keys = self._section_keys()
        self.texts = Texts(outline, Links(self.plan, source.path, anchors=self._anchors(), language=language))
        self.read_tables: set[Span] = set()
        self.unread: list[Unread] = []

    def read(self) -> Dataset:
        attributes = self.outline.attributes
        published = date_of(attributes)
        findings = self._findings()
        operations, entries = self._entries(findings)
        sections = tuple(self._section(part) for part in self.sections)
        if not sections and operations:
            sections = (Section(operations[0].section, self.title, 2, "", 1),)
        if not entries:
            self.unread.append(Unread(1, self.title, Reason.NO_ERRORS))
        self.unread += [
            Unread(self.outline.number(span.start), self.outline.text(span).strip(), Reason.INCLUDE)
            for span in self.outline.missing
        ]
        dataset = Dataset(
            key=self.plan.key,
            source_name=PurePosixPath(self.source.path.replace("\\", "/")).name[:200],
            title=self.title,
            description=attributes.get("description", "")[:LONGEST_DESCRIPTION],
            published=published,
            lead=self._lead(),
            sections=sections,
            operations=operations,
            entries=entries,
            publisher=self.plan.publisher,
            article_url=self.plan.published_at,
            edited=self.plan.edited,
            texts=self.plan.texts,
            language=self.language,
            product=self.plan.product or product_of(attributes),
            edition=published.isoformat() if published else _digest(self.source.text, 12),
            unread=tuple(sorted(self.unread, key=lambda unread: unread.line)),
        )
        self._check_plan(dataset)
        return dataset

    @property
    def title(self) -> str:
        attributes = self.outline.attributes
        said = self.titles[id(self.title_part)] or _SITE.sub(
            "", attributes.get("title", attributes.get("pagetitle", ""))
        )
        return said[:LONGEST_TITLE] or PurePosixPath(self.source.path).stem

    def _lead(self) -> str:
        parts = (self.outline.parts[0], self.title_part)
        spans = dict.fromkeys(span for part in parts for span in self._prose(part))
        return self.texts.markdown(*spans)

    def _section_keys(self) -> dict[int, str]:
        if self.is_planned:
            return {id(part): self._planned(self.plan.sections, part) for part in self.sections}
        keys = _Keys(self.plan.key)
        return {id(part): keys.make(self.titles[id(part)], part.anchor) for part in self.sections}

    def _planned(self, keys: Mapping[str, str], part: Part) -> str:
        return self._key(keys, self.titles[id(part)], self.outline.number(part.heading), "sections")

    def _key(self, keys: Mapping[str, str], title: str, line: int, table: str) -> str:
        if title not in keys:
            raise DocumentError(self.source.path, line, f"expected a key for {title} in [{table}] of {self.plan.file}")
        return keys[title]

    def _anchors(self) -> dict[str, str]:
        """A heading is reached by the name it gives itself, and by its words joined with hyphens."""
        if self.is_planned:
            return {}
        joined = {_joined(self.titles[id(part)]): self.keys[id(part)] for part in reversed(self.sections)}
        return joined | {part.anchor: self.keys[id(part)] for part in self.sections if part.anchor}

    def _prose(self, part: Part) -> list[Span]:
        """The lines of a part but for the tables of errors in it."""
        spans: list[Span] = []
        start = part.start
        for table in part.tables:
            if table in self.read_tables:
                spans.append(Span(start, table.start))
                start = table.end
        return [span for span in (*spans, Span(start, part.end)) if span.end > span.start]

    def _section(self, part: Part) -> Section:
        key = self.keys[id(part)]
        links = self.texts.links
        self.texts.links = replace(links, section=key)
        body = self.texts.markdown(*self._prose(part))
        self.texts.links = links
        return Section(key, self.titles[id(part)], max(2, part.level), body, self.outline.number(part.heading))

    def _findings(self) -> list[Finding]:
        findings: list[Finding] = []
        with_errors: list[Part] = []
        for part in self.outline.parts:
            for table in part.tables:
                read = read_table(self.texts, part, table, is_catalogue=self._is_in_catalogue(part))
                if read is not None:
                    self.read_tables.add(table)
                    self.unread += read[1]
                    findings += read[0]
                    with_errors += [part] if read[0] else []
        findings += read_headings(self.texts, self.outline.parts, with_errors)
        return sorted(findings, key=lambda finding: finding.line)

    def _is_in_catalogue(self, part: Part) -> bool:
        """Whether a heading above, or the title, announces a list of codes or messages."""
        while part.level and not is_catalogue(self.titles[id(part)]):
            part = self.parents[id(part)]
        return part.level > 0

    def _entries(self, findings: Sequence[Finding]) -> tuple[tuple[Operation, ...], tuple[Entry, ...]]:
        operations: dict[str, Operation] = {}
        entries: dict[str, Entry] = {}
        seen: set[tuple[object, ...]] = set()
        operation_keys, entry_keys = _Keys(self.plan.key), _Keys(self.plan.key)
        for finding in findings:
            same = (
                id(finding.part),
                finding.operation,
                finding.message,
                *finding.codes,
                finding.cause,
                *finding.resolutions,
            )
            if same in seen and not self.is_planned:
                self.unread.append(Unread(finding.line, clipped(finding.text), Reason.TWICE))
                continue
            seen.add(same)
            operation = self._operation(finding, operations, operation_keys)
            entry = self._entry(finding, operation, entry_keys)
            if entry.key in entries:
                expected = (
                    f"expected a message of its own; line {entries[entry.key].line} already has the key {entry.key}"
                )
                raise DocumentError(self.source.path, finding.line, expected)
            entries[entry.key] = entry
        return tuple(operations.values()), tuple(entries.values())

    def _operation(self, finding: Finding, operations: dict[str, Operation], keys: _Keys) -> str:
        part = self._above(finding.part, is_own=not finding.is_heading)
        title = (finding.operation or (self.title if part is self.title_part else self.titles[id(part)]))[
            :LONGEST_OPERATION
        ]
        if title in operations:
            return operations[title].key
        line = finding.line if finding.operation else self.outline.number(part.heading)
        key = self._key(self.plan.operations, title, finding.line, "operations") if self.is_planned else ""
        key = key or keys.make(title, "" if finding.operation else part.anchor)
        operations[title] = Operation(key, self._section_of(part, finding.part), title, line)
        return key

    def _section_of(self, *parts: Part) -> str:
        known = (self.keys[id(part)] for part in (*parts, *self.sections) if id(part) in self.keys)
        return next(known, "") or _Keys(self.plan.key).make(self.title)

    def _above(self, part: Part, *, is_own: bool) -> Part:
        """The heading that an error belongs below: no label such as 해결 방법."""
        while part.level and (not is_own or label_of(self.titles[id(part)])):
            part = self.parents[id(part)]
            is_own = True
        return part if part.level else self.title_part

    def _entry(self, finding: Finding, operation: str, keys: _Keys) -> Entry:
        if self.is_planned:
            key = self._planned_entry(finding.message, finding.line)
        else:
            more = "".join(way.body for way in finding.resolutions)
            key = keys.make(finding.message, *finding.codes[:1], finding.anchor, more=more)
        return Entry(
            key=key,
            operation=operation,
            message=finding.message,
            aliases=tuple(finding.aliases),
            cause=finding.cause,
            lead=finding.lead,
            resolutions=tuple(finding.resolutions),
            line=finding.line,
            original=finding.original,
            title=finding.title,
            codes=tuple(finding.codes),
            text=finding.text,
        )

    def _planned_entry(self, message: str, line: int) -> str:
        beginnings = [beginning for beginning in self.plan.errors if message.startswith(beginning)]
        if not beginnings:
            expected = f"expected a key for the message in [errors] of {self.plan.file}: {message[:60]}"
            raise DocumentError(self.source.path, line, expected)
        return self.plan.errors[max(beginnings, key=len)]

    def _check_plan(self, dataset: Dataset) -> None:
        """Nothing is read twice, and the plan names nothing that the document lacks."""
        if not self.is_planned:
            return
        keys = Counter(section.key for section in dataset.sections)
        if twice := next((key for key, count in keys.items() if count > 1), ""):
            raise DocumentError(self.source.path, 1, f"expected the section {twice} once")
        found = {*keys, *(row.key for row in dataset.operations), *(row.key for row in dataset.entries)}
        for names in (self.plan.sections, self.plan.operations, self.plan.errors):
            for title, key in names.items():
                if key not in found:
                    raise DocumentError(self.plan.file, 1, f"expected {key} to be in the document: {title}")


def _parents(parts: Sequence[Part]) -> dict[int, Part]:
    """The heading above each heading; that of the highest ones is the part before the first."""
    parents: dict[int, Part] = {}
    above = [parts[0]]
    for part in parts[1:]:
        while len(above) > 1 and above[-1].level >= part.level:
            above.pop()
        parents[id(part)] = above[-1]
        above.append(part)
    return parents


def _joined(title: str) -> str:
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", title.strip().lower()))


def _with_keys_of(one: Dataset, other: Dataset) -> Dataset:
    """``other`` with the keys of ``one``: a line holds the same in both."""
    sections = {section.line: section.key for section in one.sections}
    operations = {operation.line: operation for operation in one.operations}
    named = {
        operation.key: operations[operation.line].key for operation in other.operations if operation.line in operations
    }
    keys: dict[int, list[str]] = {}
    for entry in one.entries:
        keys.setdefault(entry.line, []).append(entry.key)
    entries = tuple(
        replace(entry, key=keys[entry.line].pop(0), operation=named[entry.operation])
        for entry in other.entries
        if keys.get(entry.line) and entry.operation in named
    )
    return replace(
        other,
        sections=tuple(
            replace(section, key=sections[section.line]) for section in other.sections if section.line in sections
        ),
        operations=tuple(
            replace(operation, key=operations[operation.line].key, section=operations[operation.line].section)
            for operation in other.operations
            if operation.line in operations
        ),
        entries=entries,
    )
