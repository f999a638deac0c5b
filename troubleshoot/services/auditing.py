"""Owns the audit of the content: what is missing, outdated or leads nowhere, said in sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import override

from troubleshoot.document import translations
from troubleshoot.document.fixtures import fixtures
from troubleshoot.document.problems import DocumentError
from troubleshoot.document.table_document import read_document
from troubleshoot.models import (
    Choice,
    Document,
    ErrorAlias,
    ErrorEntry,
    Flow,
    Operation,
    Resolution,
    Section,
    Step,
)
from troubleshoot.services import flows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from troubleshoot.models.translated import Translated

_LINK = re.compile(r"\]\(([^)\s]{1,2000})\)")
_PORTAL = re.compile(r"portal:(section|error|flow)/([A-Za-z0-9_-]{1,100})")
_WEB = ("http://", "https://", "mailto:")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where it stands and what to do."""

    place: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}"


def audit() -> Iterator[Problem]:
    """Everything that is wrong with the content in the database, in a constant number of queries."""
    keys = _portal_keys()
    for row in _rows():
        yield from _translation_problems(row)
        yield from _link_problems(row, keys)
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
    for model in (Document, Section, Operation, ErrorEntry, Flow):
        yield from model.objects.all()
    yield from Resolution.objects.select_related("entry")
    yield from Step.objects.select_related("flow")
    yield from Choice.objects.select_related("step__flow")
    # A code is the same in every language.
    yield from ErrorAlias.objects.select_related("entry").filter(kind=ErrorAlias.Kind.MESSAGE)


def _translation_problems(row: Translated) -> Iterator[Problem]:
    for name in row.missing_translations():
        yield Problem(_place(row), f"{name} has no English text")
    for name in row.outdated_translations():
        yield Problem(_place(row), f"the Korean {name} has changed since its English was written")


def _link_problems(row: Translated, keys: dict[str, set[str]]) -> Iterator[Problem]:
    for name in row.translated_fields():
        for language in ("ko", "en"):
            text = getattr(row, f"{name}_{language}") or ""
            for target in _LINK.findall(text):
                if sentence := _target_problem(target, keys):
                    yield Problem(_place(row), f"{name} ({language}): {sentence}")


def _target_problem(target: str, keys: dict[str, set[str]]) -> str:
    portal = _PORTAL.fullmatch(target)
    if portal is None:
        return "" if target.startswith(_WEB) else f"the link {target} is neither of the portal nor of the web"
    kind, key = portal.groups()
    return "" if key in keys[kind] else f"the link {target} leads to no {kind} of the portal"


def _portal_keys() -> dict[str, set[str]]:
    return {
        "section": set(Section.objects.values_list("key", flat=True)),
        "error": set(ErrorEntry.objects.values_list("key", flat=True)),
        "flow": set(Flow.objects.values_list("key", flat=True)),
    }


def _place(row: Translated) -> str:
    key = "/".join(str(part) for part in row.natural_key())  # type: ignore[attr-defined]
    return f"{row._meta.model_name} {key}"
