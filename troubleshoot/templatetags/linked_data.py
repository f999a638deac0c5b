"""Owns what a page says of itself to search engines (JSON-LD of schema.org): an article, steps, and where it stands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from troubleshoot.document.rendering import plain_text
from troubleshoot.models.translated import address_of
from troubleshoot.reading.results import document_title
from troubleshoot.templatetags.addresses import canonical
from troubleshoot.templatetags.wizards import spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from django.template.context import RequestContext
    from django.utils.safestring import SafeString

    from troubleshoot.models import Document, Operation

register = template.Library()

_HARMLESS = {ord(character): f"\\u{ord(character):04x}" for character in "<>&"}


Part = dict[str, Any]


class Place(NamedTuple):
    """A page on the way to the one that is shown, which is the last."""

    name: str
    path: str


@register.simple_tag(takes_context=True)
def linked_data(context: RequestContext, shown: str) -> SafeString:
    """What is ``shown`` (an entry, an operation, a document, a wizard, a runbook or a diagram), and the way to it."""
    data = json.dumps({"@context": "https://schema.org", "@graph": [*_PARTS[shown](context)]}, ensure_ascii=False)
    # No text of the content can end the element, or begin another.
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(data.translate(_HARMLESS)))  # noqa: S308


def _entry(context: RequestContext) -> Iterator[Part]:
    entry, document, headline = context["entry"], context["source"].document, context["headline"]
    yield _article(context, headline, entry.message, document, changed=entry.changed)
    steps = next((way.told.steps for way in context["ways"] if len(way.told.steps) > 1), ())
    if steps:
        yield _how_to(context, headline, [{"text": plain_text(step)} for step in steps])
    operation = entry.operation
    above = (Place(operation.title, operation.get_absolute_url()),)
    to = _to_operation(operation, named=entry.is_of_document)
    yield _way(context, *to, *above, Place(headline, entry.get_absolute_url()))


def _operation(context: RequestContext) -> Iterator[Part]:
    operation = context["operation"]
    yield _way(context, *_to_operation(operation), Place(operation.title, operation.get_absolute_url()))


def _document(context: RequestContext) -> Iterator[Part]:
    document = context["document"]
    yield _article(context, document.title, document.description, document)
    if context.get("is_one_of_several"):
        yield _way(
            context,
            Place(_("Documents"), address_of("document")),
            Place(document.title, address_of("one_document", document.key)),
        )


def _wizard(context: RequestContext) -> Iterator[Part]:
    yield _way(context, *_to_wizard(context))


def _diagram(context: RequestContext) -> Iterator[Part]:
    told = _("Diagram: %(wizard)s") % {"wizard": spoken(context["graph"].title)}
    yield _way(context, *_to_wizard(context), Place(told, address_of("wizard_map", context["graph"].key)))


def _runbook(context: RequestContext) -> Iterator[Part]:
    graph, title = context["graph"], spoken(context["graph"].title)
    address = canonical(context)
    steps = [
        {
            "name": spoken(numbered.step.title),
            "text": plain_text(spoken(numbered.step.body)) or spoken(numbered.step.title),
            "url": f"{address}#{numbered.anchor}",
        }
        for numbered in context["outline"]
        if not numbered.step.is_outcome
    ]
    if len(steps) > 1:
        more = {"description": plain_text(spoken(graph.summary)), "totalTime": f"PT{graph.minutes}M"}
        yield _how_to(context, title, steps) | (more if graph.minutes else {})
    told = _("All steps: %(wizard)s") % {"wizard": title}
    yield _way(context, *_to_wizard(context), Place(told, address_of("wizard_all", graph.key)))


_PARTS: dict[str, Callable[[RequestContext], Iterator[Part]]] = {
    "entry": _entry,
    "operation": _operation,
    "document": _document,
    "wizard": _wizard,
    "diagram": _diagram,
    "runbook": _runbook,
}


def _article(
    context: RequestContext, headline: str, description: str, document: Document | None, *, changed: date | None = None
) -> Part:
    told = {
        "@type": "TechArticle",
        "@id": canonical(context),
        "headline": headline[:110],
        "description": description,
        "inLanguage": get_language(),
        "dateModified": changed.isoformat() if changed else None,
        "datePublished": document.published.isoformat() if document and document.published else None,
        "isBasedOn": document.article_url if document else None,
        "publisher": {"@type": "Organization", "name": str(settings.PORTAL_NAME)},
    }
    return {name: value for name, value in told.items() if value}


def _how_to(context: RequestContext, name: str, steps: Iterable[Part]) -> Part:
    told = [{"@type": "HowToStep"} | step for step in steps]
    return {"@type": "HowTo", "@id": f"{canonical(context)}#how-to", "name": name, "step": told}


def _to_operation(operation: Operation, *, named: bool = True) -> Iterator[Place]:
    """The way to an operation, by its document where that is ``named``: what an editor wrote here is of none."""
    yield Place(_("All errors"), address_of("error_list"))
    title = document_title(operation)
    if named and title and title != operation.title and operation.section:
        yield Place(title, address_of("one_document", operation.section.document.key))


def _to_wizard(context: RequestContext) -> Iterator[Place]:
    yield Place(_("Wizards"), address_of("wizard_list"))
    yield Place(spoken(context["graph"].title), address_of("wizard", context["graph"].key))


def _way(context: RequestContext, *places: Place) -> Part:
    build = context["request"].build_absolute_uri
    items = [
        {"@type": "ListItem", "position": position, "name": place.name, "item": build(place.path)}
        for position, place in enumerate(places, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}
