"""Owns what lists show of the rows of a search's hits: title, address, the first line of the fix."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import get_language

from troubleshoot.document.rendering import first_line, further, headline
from troubleshoot.kinds import Kind
from troubleshoot.models import ErrorAlias, ErrorEntry, Flow
from troubleshoot.reading.feedback import Helped, helped_by_entries
from troubleshoot.reading.flows import graph_of
from troubleshoot.reading.parts import parts
from troubleshoot.reading.redirects import has_several_documents
from troubleshoot.reading.sources import successor_of
from troubleshoot.wizard.answers import assuming, write
from troubleshoot.wizard.paths import answers_of, way_to

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from troubleshoot.models import Operation
    from troubleshoot.search.engine import Hit
    from troubleshoot.wizard.graph import Graph, Text


class Shown(NamedTuple):
    """What lists show of an entry, a wizard or a step of one, in one language.

    ``title`` is the whole message of an entry, ``headline`` what it says first, ``further`` what it says then, and
    ``snippet`` the first line of the first of its ``fixes``, or of its cause where it has none. ``language`` is that
    of the message where that is not the page's, ``document_title`` that of its document where there are several, and
    ``part_of`` that of a step's wizard. ``helped`` is how many answers said that a fix of it solved the problem, of how
    many: that of the hour. ``successor`` is what to read instead of an outdated entry, if anything.
    """

    kind: str
    key: str
    title: str
    url: str
    snippet: str
    part_of: str = ""
    headline: str = ""
    further: str = ""
    language: str = ""
    operation: str = ""
    operation_title: str = ""
    document_title: str = ""
    codes: tuple[str, ...] = ()
    other_messages: tuple[str, ...] = ()
    fixes: int = 0
    is_of_document: bool = True
    is_outdated: bool = False
    outdated_note: str = ""
    successor: str = ""
    successor_url: str = ""
    helped: Helped | None = None

    @property
    def more_fixes(self) -> int:
        return self.fixes - 1


class Result(NamedTuple):
    """A hit with what is shown of it, in the active language."""

    hit: Hit
    shown: Shown

    @property
    def is_entry(self) -> bool:
        return self.hit.kind == Kind.ERROR


def results_of(hits: Sequence[Hit]) -> list[Result]:
    """The hits that still have a row, in their order: a fixed number of queries, and none for what is known."""
    found = parts("shown", (f"{hit.kind}:{hit.key}" for hit in hits), _shown)
    return [Result(hit, found[key]) for hit in hits if (key := f"{hit.kind}:{hit.key}") in found]


def language_of(row: object, name: str) -> str:
    """The language in which a text of a row is shown where it is not that of the page; else empty."""
    active = get_language() or ""
    shown = next((each for each in (active, "ko", "en") if getattr(row, f"{name}_{each}", "")), active)
    return shown if shown != active else ""


def document_title(operation: Operation) -> str:
    """The title of the document of an operation; empty where there is only one, or none."""
    document = operation.section.document if operation.section else None
    return document.title if document and has_several_documents() else ""


def shown_of(entry: ErrorEntry) -> Shown:
    """What lists show of an entry that was fetched for readers."""
    resolutions = list(entry.resolutions.all())
    aliases = list(entry.aliases.all())
    successor = successor_of(entry)
    return Shown(
        Kind.ERROR.value,
        entry.key,
        entry.message,
        entry.get_absolute_url(),
        first_line(resolutions[0].body if resolutions else entry.cause),
        headline=headline(entry.message),
        further=further(entry.message),
        language=language_of(entry, "message"),
        operation=entry.operation.key,
        operation_title=entry.operation.title,
        document_title=document_title(entry.operation),
        codes=tuple(alias.text for alias in aliases if alias.kind == ErrorAlias.Kind.CODE),
        other_messages=tuple(alias.text for alias in aliases if alias.kind == ErrorAlias.Kind.MESSAGE),
        fixes=len(resolutions),
        is_of_document=entry.is_of_document,
        is_outdated=entry.is_outdated,
        outdated_note=first_line(entry.outdated_note or ""),
        successor=headline(successor.message) if successor else "",
        successor_url=successor.get_absolute_url() if successor else "",
    )


def _shown(places: list[str]) -> dict[str, Shown]:
    """What is shown at each place, ``kind:key``, that readers see."""
    by_kind: dict[str, list[str]] = {}
    for kind, _colon, key in (place.partition(":") for place in places):
        by_kind.setdefault(kind, []).append(key)
    errors = by_kind.get(Kind.ERROR, [])
    entries = ErrorEntry.objects.for_readers().by_keys(errors) if errors else []
    helped = helped_by_entries(errors) if errors else {}
    shown = (shown_of(entry)._replace(helped=helped.get(entry.key)) for entry in entries)
    every = (*shown, *_wizards(by_kind.get(Kind.WIZARD, [])))
    return {f"{one.kind}:{one.key}": one for one in every}


def _wizards(keys: Sequence[str]) -> Iterator[Shown]:
    wanted = {key.partition("/")[0] for key in keys}
    flows = Flow.objects.published().with_steps().filter(key__in=wanted) if wanted else ()
    known = {flow.key: (flow, graph_of(flow)) for flow in flows}
    for key in keys:
        flow_key, _slash, step_key = key.partition("/")
        if flow_key not in known:
            continue
        flow, graph = known[flow_key]
        shown = _step(key, flow, graph, step_key) if step_key else _flow(flow)
        if shown:
            yield shown


def _flow(flow: Flow) -> Shown:
    return Shown(Kind.WIZARD.value, flow.key, flow.title, flow.get_absolute_url(), first_line(flow.summary))


def _step(key: str, flow: Flow, graph: Graph, step_key: str) -> Shown | None:
    """A step, at the shortest way that leads there."""
    step, way = graph.step(step_key), way_to(graph, step_key)
    if step is None or way is None:
        return None
    given = answers_of(way)
    answers = write(assuming(given, dict(given)))
    url = flow.get_absolute_url() + (f"?{answers}" if answers else "")
    line = first_line(_said(step.body) or _said(step.help))
    return Shown(Kind.WIZARD.value, key, _said(step.title), url, line, part_of=flow.title)


def _said(text: Text) -> str:
    return text.of(get_language() or "ko")
