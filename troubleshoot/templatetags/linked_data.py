"""Owns what a page says of itself to search engines: an entry as an article, as steps, and where it stands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from troubleshoot.document.rendering import plain_text
from troubleshoot.models.translated import address_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.template.context import RequestContext
    from django.utils.safestring import SafeString

    from troubleshoot.models import ErrorEntry
    from troubleshoot.reading.sources import Source

register = template.Library()

_HARMLESS = {ord(character): f"\\u{ord(character):04x}" for character in "<>&"}


@register.simple_tag(takes_context=True)
def linked_data(context: RequestContext, address: str) -> SafeString:
    """The entry of a page as JSON-LD (schema.org TechArticle, HowTo where it has steps, BreadcrumbList)."""
    entry, source, headline = context["entry"], context["source"], context["headline"]
    graph = [
        _article(entry, source, address, headline),
        *_how_to(context["ways"], address, headline),
        _breadcrumbs(context, entry),
    ]
    data = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    # No text of an entry can end the element, or begin another.
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(data.translate(_HARMLESS)))  # noqa: S308


def _article(entry: ErrorEntry, source: Source, address: str, headline: str) -> dict[str, Any]:
    document = source.document
    told = {
        "@type": "TechArticle",
        "@id": address,
        "headline": headline[:110],
        "description": entry.message,
        "inLanguage": get_language(),
        "dateModified": entry.changed.isoformat() if entry.changed else None,
        "datePublished": document.published.isoformat() if document and document.published else None,
        "isBasedOn": document.article_url if document else None,
        "publisher": {"@type": "Organization", "name": str(settings.PORTAL_NAME)},
    }
    return {name: value for name, value in told.items() if value}


def _how_to(ways: Iterable[Any], address: str, headline: str) -> list[dict[str, Any]]:
    for way in ways:
        if len(way.told.steps) > 1:
            told = [{"@type": "HowToStep", "text": plain_text(step)} for step in way.told.steps]
            return [{"@type": "HowTo", "@id": f"{address}#how-to", "name": headline, "step": told}]
    return []


def _breadcrumbs(context: RequestContext, entry: ErrorEntry) -> dict[str, Any]:
    build = context["request"].build_absolute_uri
    operation = entry.operation
    places = [
        (_("All errors"), build(address_of("error_list"))),
        (operation.title, build(operation.get_absolute_url())),
        (context["headline"], build(entry.get_absolute_url())),
    ]
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": address}
        for position, (name, address) in enumerate(places, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}
