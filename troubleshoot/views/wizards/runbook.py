"""Owns a whole flow at once: the page to read and print, and the same as one file for a machine without the portal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from troubleshoot.views.page import page
from troubleshoot.views.wizards.outline import outline
from troubleshoot.views.wizards.visit import Visit, read_visit

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

STYLESHEETS = ("tokens.css", "runbook-file.css")


@page
def wizard_all(request: HttpRequest, key: str) -> HttpResponse:
    return render(request, "troubleshoot/wizards/all.html", context_of(request, read_visit(request, key)))


@page
def wizard_file(request: HttpRequest, key: str) -> HttpResponse:
    """The runbook as one HTML file that needs nothing else."""
    visit = read_visit(request, key)
    context = context_of(request, visit) | {"stylesheet": stylesheet()}
    content = render_to_string("troubleshoot/wizards/file.html", context, request)
    name = f"{visit.graph.key}.{get_language()}.html"
    return HttpResponse(content, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def context_of(request: HttpRequest, visit: Visit) -> dict[str, object]:
    return {
        "visit": visit,
        "graph": visit.graph,
        "outline": outline(visit.graph),
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
