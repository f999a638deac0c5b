"""Owns the picture of a flow: the page with its text beside it, and the picture alone as an SVG file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import get_language

from troubleshoot.reading.pictures import Arrow, Box, picture
from troubleshoot.views.page import page
from troubleshoot.views.wizards.outline import Numbered, outline
from troubleshoot.views.wizards.visit import Visit, read_visit
from troubleshoot.wizard.answers import Answers

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

SVG = "image/svg+xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Place:
    """A step as one reader sees it: on the picture, in the list beside it, and on the reader's own way.

    ``mark`` is ``passed``, ``current`` or empty; ``taken`` the key of the choice taken where it is passed.
    """

    box: Box
    numbered: Numbered
    url: str
    mark: str
    taken: str


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
    context = drawing(read_visit(request, key)) | {"is_file": True}
    return render(request, "troubleshoot/wizards/picture.svg", context, content_type=SVG)


def drawing(visit: Visit) -> dict[str, object]:
    """The picture of a visit's graph with the reader's own way marked."""
    drawn = picture(visit.graph, get_language() or "")
    taken = choices_taken(visit)
    return {
        "picture": drawn,
        "places": [
            place(visit, box, numbered, taken) for box, numbered in zip(drawn.boxes, outline(visit.graph), strict=True)
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
    return Place(box, numbered, address_of(visit, box, mark), mark, taken.get(key, ""))


def address_of(visit: Visit, box: Box, mark: str) -> str:
    """The wizard at a step: by the reader's own answers where they lead there, else by the fewest that do."""
    if mark:
        return visit.address(answers_before(visit, box.step.key))
    return "" if box.answers is None else visit.address(Answers.of(box.answers))


def answers_before(visit: Visit, key: str) -> Answers:
    """The reader's answers to the steps before a step of the reader's way."""
    passed: list[tuple[str, str]] = []
    for answered in visit.state.path:
        if answered.step.key == key:
            break
        passed.append((answered.step.name, answered.value))
    return Answers.of(passed)
