"""Owns the address of an image: its bytes, which a browser may keep for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.views.decorators.cache import cache_control
from django.views.decorators.http import etag, require_safe

from troubleshoot.models import Image

if TYPE_CHECKING:
    from django.http import HttpRequest

A_YEAR = 365 * 24 * 60 * 60


def _tag(_request: HttpRequest, key: str) -> str:
    return f'"{key}"'


@require_safe
@cache_control(public=True, max_age=A_YEAR, immutable=True)
@etag(_tag)
def image(request: HttpRequest, key: str) -> HttpResponse:
    """An image as it was taken in. Who has no key can't ask for it: a key is of the bytes."""
    shown = get_object_or_404(Image, key=key)
    answer = HttpResponse(bytes(shown.content), content_type=shown.media_type)
    name = slugify(shown.description, allow_unicode=False)[:60] or "image"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.{shown.media_type.partition("/")[2]}"'
    return answer
