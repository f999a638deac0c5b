"""Owns the audit of the content: what is missing, outdated or leads nowhere, said in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import override

from troubleshoot.document import translations
from troubleshoot.document.articles.article import read_document
from troubleshoot.document.problems import DocumentError
from troubleshoot.document.reading import targets_of
from troubleshoot.document.translations import fixtures
from troubleshoot.editing import links
from troubleshoot.editing.links import markdown_of
from troubleshoot.models import (
    Choice,
    Document,
    ErrorAlias,
    ErrorEntry,
    Flow,
    Operation,
    Product,
    Resolution,
    Section,
    Step,
)
from troubleshoot.reading import flows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from troubleshoot.editing.links import StoredText
    from troubleshoot.models.translated import Translated


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where it stands and what to do."""

    place: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}"


def audit() -> Iterator[Problem]:
    """Everything that is wrong with the content in the database, in a constant number of queries."""
    rows = list(_rows())
    for row in rows:
        yield from _translation_problems(row)
    yield from _link_problems(rows)
    yield from _unsound_flows()


def _unsound_flows() -> Iterator[Problem]:
    """Published flows that readers could get stuck in; said in English, like all of the audit."""
    for flow in Flow.objects.published().with_steps():
        with override("en"):
            found = flows.problems(flow)
        for problem in found:
            yield Problem(_place(flow), flows.sentence_of(problem))


def audit_document(document: Path, folder: Path) -> Iterator[Problem]:
    """What is wrong with a source document, its English twins and the fixtures built from both."""
    try:
        dataset = read_document(document)
        twins = translations.read_twins(translations.path_for(document))
    except DocumentError as error:
        yield Problem(document.name, str(error))
        return
    for problem in translations.problems(translations.texts(dataset), twins):
        yield Problem(f"{problem.context} (line {problem.line})", f"the English twin is {problem.reason}")
    for name, content in fixtures(dataset, twins).items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            yield Problem(name, "differs from what the document gives; run build_fixtures")


def _rows() -> Iterator[Translated]:
    for model in (Product, Document, Section, Operation, ErrorEntry, Flow):
        yield from model.objects.all()
    yield from Resolution.objects.select_related("entry")
    yield from Step.objects.filter(flow__proposal_for=None).select_related("flow")
    yield from Choice.objects.filter(step__flow__proposal_for=None).select_related("step__flow")
    yield from ErrorAlias.objects.select_related("entry")


def _translation_problems(row: Translated) -> Iterator[Problem]:
    for language, named in (("en", "English"), ("ko", "Korean")):
        for name in row.missing_translations(language):
            yield Problem(_place(row), f"{name} has no {named} text")
    for name in row.outdated_translations():
        yield Problem(_place(row), f"the Korean {name} has changed since its English was written")


def _link_problems(rows: Sequence[Translated]) -> Iterator[Problem]:
    """What is wrong with links, said in English; of what readers see, also the links that they can't follow."""
    for for_readers in (True, False):
        stored = [pair for pair in placed(rows) if links.is_for_readers(pair[0]) is for_readers]
        with override("en"):
            found = links.findings([text.markdown for _row, text in stored], for_readers=for_readers)
        for (row, text), findings in zip(stored, found, strict=True):
            for finding in findings:
                yield Problem(_place(row), f"{text.field} ({text.language}): {finding.sentence}")


def web_addresses() -> dict[str, list[str]]:
    """Every address of the web that the content links to, each once, with the places that use it."""
    used: dict[str, list[str]] = {}
    for row, text in placed(_rows()):
        for target in targets_of(text.markdown):
            if links.is_web_address(target.address):
                place = f"{_place(row)}: {text.field} ({text.language}), line {target.line}"
                used.setdefault(target.address, []).append(place)
    return used


def placed(rows: Iterable[Translated]) -> Iterator[tuple[Translated, StoredText]]:
    return ((row, text) for row in rows for text in markdown_of(row))


def _place(row: Translated) -> str:
    key = "/".join(str(part) for part in row.natural_key())
    return f"{row._meta.model_name} {key}"
