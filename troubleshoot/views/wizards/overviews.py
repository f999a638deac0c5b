"""Owns a whole wizard at once: as a numbered list, as a page to print, as one file for a machine without the portal,
and as a picture with the reader's own way on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from troubleshoot.reading.pictures import Arrow, Box, picture
from troubleshoot.views.editions import led_on, source_line
from troubleshoot.views.page import page
from troubleshoot.views.wizards.visit import Visit, read_visit
from troubleshoot.wizard import paths
from troubleshoot.wizard.answers import Answers, assuming

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

    from troubleshoot.wizard.graph import Choice, Step


@dataclass(frozen=True, slots=True)
class Turn:
    """A choice and the numbered step that it leads to; None while it leads nowhere."""

    choice: Choice
    target: Step | None
    number: int

    @property
    def anchor(self) -> str:
        return anchor(self.choice.target)


@dataclass(frozen=True, slots=True)
class Numbered:
    number: int
    step: Step
    turns: tuple[Turn, ...]
    added: frozenset[str] = frozenset()

    @property
    def anchor(self) -> str:
        return anchor(self.step.key)


def anchor(key: str) -> str:
    """The id of a step on a page: a key of its own alone might be that of something else there."""
    return f"step-{key}"


def outline(visit: Visit) -> list[Numbered]:
    graph = visit.graph
    steps = paths.in_order(graph)
    numbers = {step.key: number for number, step in enumerate(steps, start=1)}
    return [
        Numbered(
            numbers[step.key],
            step,
            tuple(Turn(choice, graph.step(choice.target), numbers.get(choice.target, 0)) for choice in step.choices),
            visit.added_to(step.key),
        )
        for step in steps
    ]


STYLESHEETS = ("tokens.css", "runbook-file.css")


@page
def wizard_all(request: HttpRequest, key: str) -> HttpResponse:
    return render(request, "troubleshoot/wizards/all.html", runbook_context(request, read_visit(request, key)))


@page
def wizard_file(request: HttpRequest, key: str) -> HttpResponse:
    """The runbook as one HTML file that needs nothing else."""
    visit = read_visit(request, key)
    context = runbook_context(request, visit) | {"stylesheet": stylesheet()}
    content = render_to_string("troubleshoot/wizards/file.html", context, request)
    name = f"{visit.graph.key}.{get_language()}.html"
    return HttpResponse(content, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@page
def wizard_markdown(request: HttpRequest, key: str) -> HttpResponse:
    return HttpResponse(runbook(request, read_visit(request, key)), content_type="text/markdown; charset=utf-8")


def runbook(request: HttpRequest, visit: Visit) -> str:
    """A whole wizard as Markdown, for machines, for notes and for a device without a network."""
    context = runbook_context(request, visit) | {"source_line": source_line(visit.source) if visit.source else ""}
    content = render_to_string("troubleshoot/wizards/all.md", context, request)
    return re.sub(r"\n{3,}", "\n\n", led_on(request, content)).strip() + "\n"


def runbook_context(request: HttpRequest, visit: Visit) -> dict[str, object]:
    return {
        "visit": visit,
        "graph": visit.graph,
        "outline": outline(visit),
        "portal": request.build_absolute_uri("/").rstrip("/"),
        "wizard_url": visit.address(),
        "absolute_url": request.build_absolute_uri(visit.address()),
        "file_url": visit.address(view="wizard_file"),
        "map_url": visit.address(view="wizard_map"),
    }


def stylesheet() -> SafeString:
    """The style of the file, as an element: a file of its own has no policy and no stylesheet beside it."""
    css = "\n".join(Path(found).read_text(encoding="utf-8") for found in map(_found, STYLESHEETS))
    return mark_safe(f"<style>\n{css}</style>")  # noqa: S308 - our own stylesheets


def _found(name: str) -> str:
    return str(finders.find(f"troubleshoot/css/{name}"))


SVG = "image/svg+xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Place:
    """A step as one reader sees it: on the picture, in the list beside it, and on the reader's own way.

    ``mark`` is ``passed``, ``current`` or empty; ``taken`` the key of the choice taken where it is passed. It
    ``is_changed`` where a proposed change differs.
    """

    box: Box
    numbered: Numbered
    url: str
    mark: str
    taken: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A choice as one reader sees it on the picture."""

    arrow: Arrow
    is_taken: bool


@page
def wizard_map(request: HttpRequest, key: str) -> HttpResponse:
    visit = read_visit(request, key)
    context = drawing(visit) | {
        "visit": visit,
        "graph": visit.graph,
        "wizard_url": visit.address(visit.answers),
        "all_url": visit.address(view="wizard_all"),
        "picture_url": visit.address(visit.answers, "wizard_picture"),
    }
    return render(request, "troubleshoot/wizards/map.html", context)


@page
def wizard_picture(request: HttpRequest, key: str) -> HttpResponse:
    """The picture alone: for the administration, and to zoom into."""
    visit = read_visit(request, key)
    context = drawing(visit, is_authors=visit.is_preview) | {"is_file": True}
    return render(request, "troubleshoot/wizards/picture.svg", context, content_type=SVG)


def drawing(visit: Visit, *, is_authors: bool = False) -> dict[str, object]:
    """The picture of a visit's graph with the reader's own way marked."""
    drawn = picture(visit.graph, get_language() or "", is_authors=is_authors)
    taken = choices_taken(visit)
    return {
        "picture": drawn,
        "places": [
            place(visit, box, numbered, taken) for box, numbered in zip(drawn.boxes, outline(visit), strict=True)
        ],
        "links": [Link(arrow, taken.get(arrow.step.key) == arrow.choice.key) for arrow in drawn.arrows],
        "is_on_way": bool(taken),
    }


def choices_taken(visit: Visit) -> dict[str, str]:
    """The keys of the steps that the reader has passed, in order, and of the choice taken at each."""
    path = visit.state.path if visit.graph.steps else ()
    return {passed.step.key: passed.choice.key for passed in path}


def place(visit: Visit, box: Box, numbered: Numbered, taken: dict[str, str]) -> Place:
    key = box.step.key
    is_current = bool(taken) and key == visit.state.step.key
    mark = "passed" if key in taken else "current" if is_current else ""
    return Place(box, numbered, address_of(visit, box, mark), mark, taken.get(key, ""), key in visit.changed)


def address_of(visit: Visit, box: Box, mark: str) -> str:
    """The wizard at a step: by the reader's own answers where they lead there, else by the fewest that do."""
    if mark:
        return visit.address(answers_before(visit, box.step.key))
    return "" if box.answers is None else visit.address(Answers(assuming(box.answers, dict(box.answers))))


def answers_before(visit: Visit, key: str) -> Answers:
    """The reader's answers to the steps before a step of the reader's way."""
    passed: list[tuple[str, str]] = []
    for answered in visit.state.path:
        if answered.step.key == key:
            break
        passed.append((answered.step.name, answered.value))
    return Answers(assuming(passed, visit.state.assumed))
