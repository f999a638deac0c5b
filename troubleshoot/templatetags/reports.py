"""Owns how the administration writes what was counted: numbers and texts of reports."""

from django import template
from django.utils.text import Truncator

register = template.Library()

WORDS_SHOWN = 90


@register.filter
def per_cent(share: float) -> str:
    """A share between 0 and 1, in whole per cent."""
    return f"{100 * share:.0f} %"


@register.filter
def first_words(text: str) -> str:
    """How a longer text begins, on one line."""
    return Truncator(" ".join(text.split())).chars(WORDS_SHOWN)
