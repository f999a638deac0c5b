"""Owns addresses with parameters: only what says something is written."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse


def query_string(**parameters: str) -> str:
    """``?a=1&b=2`` of the parameters that are not empty, in the order given, or an empty string."""
    written = urlencode({name: value for name, value in parameters.items() if value})
    return f"?{written}" if written else ""


def address(view: str, **parameters: str) -> str:
    """The address of a view without arguments, in the active language, with these parameters."""
    return reverse(view) + query_string(**parameters)


def page_parameter(number: int) -> str:
    """A page number as it is written in an address: the first page is the default and not written."""
    return str(number) if number > 1 else ""
