"""Owns how pages say what the portal is called, and what it is about: as the settings of its team say."""

from typing import Any

from django import template
from django.conf import settings

from troubleshoot.reading import redirects

register = template.Library()
register.simple_tag(redirects.is_of_several_documents)


@register.simple_tag
def portal(what: str) -> str:
    """The name, short name, description, source or rights of the portal, in the active language."""
    return str(getattr(settings, f"PORTAL_{what.upper()}"))


portal.is_constant = True  # type: ignore[attr-defined]  # in one language, as the loader of templates asks


@register.simple_tag
def examples() -> list[str]:
    """Searches to propose."""
    return list(settings.SEARCH_EXAMPLES)


@register.simple_tag
def code_examples() -> str:
    """Error codes as the portal's product has them."""
    return ", ".join(settings.CODE_EXAMPLES)


@register.simple_tag
def elsewhere() -> Any:
    """The name of the site that is searched for what is not documented here."""
    return settings.LEARN_SEARCH_NAME
