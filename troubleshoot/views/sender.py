"""Owns what a request says of its sender: whether it is a page of ours, and how much it sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest


def is_from_our_page(request: HttpRequest) -> bool:
    """Whether a page of this site sent the request, as far as its browser says; one that says nothing is refused."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    _scheme, _slashes, host = request.headers.get("Origin", "").partition("://")
    return host == request.get_host()


def is_larger_than(request: HttpRequest, most: int) -> bool:
    """Whether the request says that it is longer than so many bytes, or nothing that can be understood."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdecimal() or int(length) > most
