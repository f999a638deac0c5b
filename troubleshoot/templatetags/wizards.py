"""Owns how the parts of a wizard reach a page: a text in the reader's language, a picture, a QR code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import segno
from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from troubleshoot.document import rendering
from troubleshoot.models import Flow, Step
from troubleshoot.reading import flows, pictures
from troubleshoot.reading.redirects import whole_links_of

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.template.context import RequestContext

    from troubleshoot.wizard.graph import Text

register = template.Library()


@register.filter
def spoken(text: Text) -> str:
    """A text of a wizard in the active language."""
    return text.of(get_language() or "")


@register.simple_tag(takes_context=True)
def portable(context: RequestContext, text: str, heading_offset: int = 0) -> SafeString:
    """Markdown as HTML whose links into the portal say the whole address, so that they hold on paper and in a file."""
    request: HttpRequest = context["request"]
    link = whole_links_of(text, request.build_absolute_uri)
    return mark_safe(rendering.render(text, link=link, heading_offset=heading_offset))  # noqa: S308 - sanitised with nh3


@register.inclusion_tag("admin/troubleshoot/parts/picture.html")
def wizard_picture(flow: Flow, said: str) -> dict[str, Any]:
    """A wizard's whole picture in a frame, told where in it a proposed change and what readers see differ."""
    has_steps = "steps" in getattr(flow, "_prefetched_objects_cache", ())
    row = flow if has_steps else flows.find_row(flow.key, unpublished=True) or flow
    drawn = pictures.picture(flows.graph_of(row), get_language() or "", is_authors=True)
    return {"flow": flow, "said": said, "drawn": drawn, "part": pictures.part_around(drawn, flows.changed_steps(row))}


@register.simple_tag
def forms_of(key: str) -> dict[str, str]:
    """Where a wizard and its steps are edited: the addresses of their forms by the keys of the steps, its own by none.

    Of a proposed change, those of the change.
    """
    pages = [("flow", "", pk) for pk in Flow.with_proposals.filter(key=key).values_list("pk", flat=True)]
    pages += [("step", step, pk) for step, pk in Step.objects.filter(flow__key=key).values_list("key", "pk")]
    return {step: reverse(f"admin:troubleshoot_{model}_change", args=(pk,)) for model, step, pk in pages}


@register.filter
def at(values: dict[str, str], key: str) -> str:
    """What stands at a key that a template has in a variable."""
    return values.get(key, "")


@register.simple_tag
def qr_code(address: str) -> SafeString:
    """An address as a QR code: SVG without a size of its own, for the stylesheet to give."""
    code = segno.make(address, error="m", micro=False)
    svg = code.svg_inline(border=4, omitsize=True, svgclass="qr", lineclass=None, light="#fff")
    return mark_safe(svg)  # noqa: S308 - made of numbers only
