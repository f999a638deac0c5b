"""Owns the portal without a network: one page with all that is published, and the worker that keeps it on a device."""

from __future__ import annotations

from itertools import chain
from mimetypes import guess_type
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_info
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from troubleshoot.models import ErrorAlias, ErrorEntry, Flow, SynonymGroup
from troubleshoot.reading import sources
from troubleshoot.reading.results import shown_of
from troubleshoot.templatetags.addresses import in_language
from troubleshoot.views.page import page
from troubleshoot.views.wizards.overviews import runbook
from troubleshoot.views.wizards.visit import read_visit

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from troubleshoot.wizard.graph import Graph

ICONS = (
    ("icon.svg", "any", "any"),
    ("icon-192.png", "192x192", "any"),
    ("icon-512.png", "512x512", "any"),
    ("icon-maskable-512.png", "512x512", "maskable"),
)
"""The drawings of the icon, with their sizes and what for: a device cuts the maskable one into its own shape."""

MOST_ENTRIES = 500
"""So many entries are taken along: with the wizards some 500 KB, compressed. The page says that there are more."""


@page
def offline(request: HttpRequest) -> HttpResponse:
    """All published entries and wizards of one language in one page, to be kept by a device and searched there."""
    entries = list(ErrorEntry.objects.for_readers().in_document_order()[: MOST_ENTRIES + 1])
    flows = Flow.objects.published().with_source().order_by("order")
    visits = [(flow, read_visit(request, flow.key)) for flow in flows]
    context = {
        "entries": [
            (entry, shown_of(entry), sources.in_short(entry), symptoms_of_entry(entry))
            for entry in entries[:MOST_ENTRIES]
        ],
        "is_cut": len(entries) > MOST_ENTRIES,
        "most": MOST_ENTRIES,
        "wizards": [
            (flow, runbook(request, visit), sources.of_flow(flow), symptoms_of_wizard(visit.graph))
            for flow, visit in visits
        ],
        "language": get_language_info(get_language() or "ko")["name_local"],
        "others": [language for language, _name in settings.LANGUAGES if language != get_language()],
        "synonyms": [group.term_list for group in SynonymGroup.objects.all()],
        "worker_url": reverse("worker"),
    }
    return render(request, "troubleshoot/offline.html", context)


def symptoms_of_entry(entry: ErrorEntry) -> str:
    """What customers say who need the entry, to be searched and not read."""
    return " ".join(alias.text for alias in entry.aliases.all() if alias.kind == ErrorAlias.Kind.SYMPTOM)


def symptoms_of_wizard(graph: Graph) -> str:
    """What customers say who need a step of the wizard, or would give an answer of it."""
    language = get_language() or "ko"
    texts = chain.from_iterable((step.symptoms, *(choice.symptoms for choice in step.choices)) for step in graph.steps)
    return " ".join(" ".join(text.of(language) for text in texts).split())


KEPT = ("css/portal.css", "js/offline.js", "icon.svg", "icon-192.png")


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; at the root, for it answers for the pages of its own folder and below alone."""
    context = {
        "kept": [static(f"troubleshoot/{name}") for name in KEPT],
        "pages": [(language, in_language(reverse("offline"), language)) for language, _name in settings.LANGUAGES],
        "default": settings.LANGUAGE_CODE,
    }
    return render(request, "troubleshoot/worker.js", context, content_type="text/javascript; charset=utf-8")


@require_safe
@cache_control(no_cache=True)
def manifest(request: HttpRequest) -> JsonResponse:
    """What a device needs to know to install the portal as an app (W3C Web Application Manifest)."""
    return JsonResponse(
        {
            "name": str(settings.PORTAL_NAME),
            "short_name": str(settings.PORTAL_SHORT_NAME),
            "description": str(settings.PORTAL_DESCRIPTION),
            "lang": get_language(),
            "id": reverse("home"),
            "start_url": reverse("home"),
            "scope": reverse("home"),
            "display": "minimal-ui",
            "background_color": "#ffffff",
            "theme_color": "#0a4c8a",
            "icons": [
                {"src": static(f"troubleshoot/{name}"), "sizes": sizes, "type": guess_type(name)[0], "purpose": purpose}
                for name, sizes, purpose in ICONS
            ],
        },
        content_type="application/manifest+json",
    )
