"""Owns the address of a page in each language: for the language switch, ``hreflang`` and the canonical link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.translation import get_language

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.template.context import RequestContext

register = template.Library()


def in_language(path: str, language: str) -> str:
    """A page's path in another language: Korean at the root, every other language below its code.

    No word of a path is translated, so this holds for addresses that do not exist as well.
    """
    first, _slash, rest = path.removeprefix("/").partition("/")
    bare = f"/{rest}" if first in dict(settings.LANGUAGES) else path
    return bare if language == settings.LANGUAGE_CODE else f"/{language}{bare}"


@register.simple_tag(takes_context=True)
def same_page_in(context: RequestContext, language: str) -> str:
    """The same page with the same query, in another language."""
    request: HttpRequest = context["request"]
    return in_language(request.path, language) + str(context.get("same_query", same_query(request)))


def same_query(request: HttpRequest) -> str:
    """What an address said behind its path."""
    query = request.META.get("QUERY_STRING", "")
    return f"?{query}" if query else ""


@register.simple_tag(takes_context=True)
def canonical(context: RequestContext, language: str = "") -> str:
    """The absolute address of this page, in this or another language.

    A view that reads its query string puts what the address means into ``canonical_query``; the rest is dropped.
    """
    request: HttpRequest = context["request"]
    path = in_language(request.path, language or get_language() or settings.LANGUAGE_CODE)
    return request.build_absolute_uri(path) + str(context.get("canonical_query", ""))


@register.simple_tag(takes_context=True)
def absolute_static(context: RequestContext, path: str) -> str:
    """The absolute address of a static file, for those who show a page elsewhere."""
    request: HttpRequest = context["request"]
    return request.build_absolute_uri(static(path))


@register.simple_tag
def static_if_any(path: str) -> str:
    """The address of a static file, or an empty string where static files were not collected.

    For pages that must come up when little else does.
    """
    try:
        return static(path)
    except ValueError:
        return ""
