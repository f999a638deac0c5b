"""Owns how a template draws an icon: the drawing stands in the page, so that it takes its colour and asks nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
FOLDER = Path(settings.BASE_DIR) / "templates" / "troubleshoot" / "icons"


def names() -> list[str]:
    """Every icon there is."""
    return sorted(path.stem for path in FOLDER.glob("*.svg"))


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """The drawing ``templates/troubleshoot/icons/<name>.svg``; raises ``TemplateDoesNotExist`` where there is none."""
    return mark_safe(render_to_string(f"troubleshoot/icons/{name}.svg").strip())  # noqa: S308 - a file of ours


icon.is_constant = True  # type: ignore[attr-defined]  # as the loader of templates asks
