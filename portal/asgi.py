"""Owns the ASGI entry point, for servers that speak it."""

import os
from collections.abc import Awaitable, Callable
from typing import Any

from django.core.asgi import get_asgi_application

from portal.reading import accepted, content_type

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django_application = get_asgi_application()

CLEAN = {b"content-type": content_type, b"accept": accepted}


async def application(scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
    """Django, told nothing of charsets, as in ``portal.wsgi``."""
    headers = [(name, as_utf8(name.lower(), value)) for name, value in scope.get("headers", ())]
    answer: Awaitable[None] = django_application({**scope, "headers": headers}, receive, send)
    await answer


def as_utf8(name: bytes, value: bytes) -> bytes:
    clean = CLEAN.get(name)
    return clean(value.decode("latin-1")).encode("latin-1") if clean else value
