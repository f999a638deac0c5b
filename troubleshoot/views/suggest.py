"""Owns what a half-typed query may become: as a list below a search box, and for the browser's own address bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.vary import vary_on_headers

from troubleshoot.search.engine import suggest as complete
from troubleshoot.views.page import page
from troubleshoot.views.search_state import SearchState, read_text

if TYPE_CHECKING:
    from troubleshoot.views.live import HtmxRequest

MEDIA_TYPE = "application/x-suggestions+json"


@page
@vary_on_headers("HX-Request")
def suggest(request: HtmxRequest) -> HttpResponse:
    """``["typed", ["completion", …]]`` (OpenSearch Suggestions); asked for by htmx, a list of links."""
    typed = request.GET.get("q", "")
    text, _notices = read_text(typed)
    texts = complete(text)
    if request.htmx:
        context = {"suggestions": [SearchState(text=text) for text in texts]}
        return render(request, "troubleshoot/live/suggestions.html", context)
    return JsonResponse([typed, texts], safe=False, json_dumps_params={"ensure_ascii": False}, content_type=MEDIA_TYPE)
