"""Owns the reading of query parameters: whole numbers, languages, and what is said when one can't be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError

from troubleshoot.filters import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rest_framework.request import Request

MOST_DIGITS = 9  # what is longer is out of any range, and slow to read

LANGUAGE = OpenApiParameter(
    "lang", str, description="Language of titles, messages and page addresses.", enum=["ko", "en"], default="ko"
)


def whole_number(request: Request, name: str, *, default: int, most: int | None = None) -> int:
    """A positive whole number; one above ``most`` becomes ``most``. Anything else is a 400 that says so."""
    raw = request.query_params.get(name, "").strip()
    if not raw:
        return default
    digits = raw.lstrip("0")
    if not (raw.isascii() and raw.isdecimal() and digits):
        raise ValidationError({name: _("“%(value)s” is not a whole number of 1 or more.") % {"value": shown(raw)}})
    number = int(digits[:MOST_DIGITS])
    return number if most is None else min(number, most)


def one_of(request: Request, name: str, values: Iterable[str]) -> str:
    """One of the known values, or an empty string where the parameter is missing or empty."""
    known = list(values)
    raw = request.query_params.get(name, "")
    if raw and raw not in known:
        raise ValidationError(
            {
                name: _("“%(value)s” is unknown; expected one of: %(known)s.")
                % {"value": shown(raw), "known": ", ".join(known)}
            }
        )
    return raw


def language(request: Request) -> str:
    """The language asked for with ``lang``; Korean where none is."""
    return one_of(request, "lang", dict(settings.LANGUAGES)) or settings.LANGUAGE_CODE
