"""Owns the system checks: configuration explains itself at boot, with an id and a hint.

Every check of the app has an id here: E for what stops a start, W for what deserves a look.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.checks import check_admin_app
from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004 - Django's name for it


@register(Tags.security, deploy=True)
def names_are_listed(**_options: Any) -> list[CheckMessage]:
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        Warning(
            "The portal answers to any host name.",
            hint="List the portal's names in ALLOWED_HOSTS; without it, HOST=0.0.0.0 allows every name.",
            id="troubleshoot.W001",
        )
    ]


@register(Tags.admin)
def administration_is_sound(**options: Any) -> list[CheckMessage]:
    """Django's own check of what is registered, which nothing is before the addresses are loaded."""
    admin.autodiscover()
    return check_admin_app(**options)


@register(Tags.translation)
def catalogues_are_compiled(**_options: Any) -> list[CheckMessage]:
    stale = [path for folder in settings.LOCALE_PATHS for path in Path(folder).rglob("*.po") if is_stale(path)]
    return [
        Warning(
            f"The catalogue {path} is not compiled, or has changed since.",
            hint="Run `make catalogues`.",
            id="troubleshoot.W002",
        )
        for path in stale
    ]


def is_stale(catalogue: Path) -> bool:
    compiled = catalogue.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime
