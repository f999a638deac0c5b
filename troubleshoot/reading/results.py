"""Owns the way from a search's hits to their rows: the title, address and first line that a result shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.utils.translation import get_language

from troubleshoot.document.rendering import first_line
from troubleshoot.models import ErrorEntry, Flow, SearchChange
from troubleshoot.reading.flows import graph_of
from troubleshoot.wizard.paths import answers_of, way_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from troubleshoot.search.engine import Hit
    from troubleshoot.wizard.graph import Graph, Text


@dataclass(frozen=True, slots=True)
class Result:
    """A hit with what is shown of it, in the active language. ``part_of`` is the title of a step's wizard."""

    hit: Hit
    title: str
    url: str
    snippet: str
    entry: ErrorEntry | None = None
    part_of: str = ""


def results_of(hits: Sequence[Hit]) -> list[Result]:
    """The hits that still have a row, in their order: a fixed number of queries, whatever the number of hits."""
    errors = _errors([hit for hit in hits if hit.kind == SearchChange.Kind.ERROR])
    wizards = _wizards([hit for hit in hits if hit.kind == SearchChange.Kind.WIZARD])
    found = {(result.hit.kind, result.hit.key): result for result in (*errors, *wizards)}
    return [found[hit.kind, hit.key] for hit in hits if (hit.kind, hit.key) in found]


def _errors(hits: Sequence[Hit]) -> Iterable[Result]:
    entries = {entry.key: entry for entry in ErrorEntry.objects.for_readers().by_keys([hit.key for hit in hits])}
    return [_error(hit, entries[hit.key]) for hit in hits if hit.key in entries]


def _error(hit: Hit, entry: ErrorEntry) -> Result:
    bodies = [resolution.body for resolution in entry.resolutions.all()]
    snippet = first_line(bodies[0] if bodies else entry.cause)
    return Result(hit, entry.message, entry.get_absolute_url(), snippet, entry)


def _wizards(hits: Sequence[Hit]) -> Iterable[Result]:
    keys = {hit.key.partition("/")[0] for hit in hits}
    flows = Flow.objects.published().with_steps().filter(key__in=keys) if keys else ()
    known = {flow.key: (flow, graph_of(flow)) for flow in flows}
    for hit in hits:
        flow_key, _slash, step_key = hit.key.partition("/")
        if flow_key not in known:
            continue
        flow, graph = known[flow_key]
        result = _step(hit, flow, graph, step_key) if step_key else _flow(hit, flow)
        if result:
            yield result


def _flow(hit: Hit, flow: Flow) -> Result:
    return Result(hit, flow.title, flow.get_absolute_url(), first_line(flow.summary))


def _step(hit: Hit, flow: Flow, graph: Graph, key: str) -> Result | None:
    """A step, at the shortest way that leads there."""
    step, way = graph.step(key), way_to(graph, key)
    if step is None or way is None:
        return None
    answers = urlencode(answers_of(way))
    url = flow.get_absolute_url() + (f"?{answers}" if answers else "")
    return Result(hit, _said(step.title), url, first_line(_said(step.body) or _said(step.help)), part_of=flow.title)


def _said(text: Text) -> str:
    return text.of(get_language() or "ko")
