"""Owns that rows of a file link only to what is there once all are written, and readers to what they can open."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext

from troubleshoot.editing import links
from troubleshoot.editing.texts import markdown_of
from troubleshoot.models import ErrorEntry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Written:
    """A row of the file that was written: the row of the database, and what that was before, if it was there."""

    number: int
    row: Any
    instance: Any
    original: Any

    @property
    def is_for_readers(self) -> bool:
        return links.is_for_readers(self.instance)

    @property
    def is_shown_anew(self) -> bool:
        """Whether readers see only from now on what may have stood there for long."""
        return self.is_for_readers and (self.original is None or not links.is_for_readers(self.original))


@dataclass(frozen=True, slots=True)
class Text:
    """A text to check, and the column that says what is wrong with it."""

    written: Written
    column: str
    markdown: str


def refusals(written: Sequence[Written]) -> Iterator[tuple[Written, ValidationError]]:
    """The rows with wrong links, and what is wrong. As many queries for many rows as for one."""
    texts = [text for row in written for text in _texts(row)]
    wrong: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for for_readers in (True, False):
        some = [text for text in texts if text.written.is_for_readers is for_readers]
        found = links.findings([text.markdown for text in some], for_readers=for_readers)
        for text, findings in zip(some, found, strict=True):
            for finding in findings:
                wrong[text.written.number][text.column].append(_sentence(finding))
    for row in written:
        if row.number in wrong:
            yield row, ValidationError({name: list(said) for name, said in wrong[row.number].items()})


def _sentence(finding: links.Finding) -> str:
    return gettext("Line %(line)d: %(sentence)s") % {"line": finding.line, "sentence": finding.sentence}


def _texts(written: Written) -> Iterator[Text]:
    """What the file changes, or everything where readers begin to see it; what was not changed is left alone."""
    is_shown_anew, original = written.is_shown_anew, written.original
    for text in markdown_of(written.instance):
        if is_shown_anew or original is None or getattr(original, text.column) != text.markdown:
            yield Text(written, text.column, text.markdown)
    if is_shown_anew and isinstance(written.instance, ErrorEntry):
        ways = written.instance.resolutions.filter(staff_only=False)
        yield from (Text(written, NON_FIELD_ERRORS, text.markdown) for way in ways for text in markdown_of(way))
