"""Owns what pages are made of and each process keeps until the content changes, beside the pages themselves."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.core.cache import caches
from django.urls import get_script_prefix
from django.utils.translation import get_language

from troubleshoot import keeping
from troubleshoot.models import ContentVersion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_Part = TypeVar("_Part", bound=tuple[object, ...])


def parts(kind: str, keys: Iterable[str], make: Callable[[list[str]], Mapping[str, _Part]]) -> dict[str, _Part]:
    """What ``make`` makes of the content for each key, in the active language; it is asked for those that are new.

    A part is a tuple of texts, numbers and such tuples, and shows nothing but what everybody may see. A key of which
    nothing is made is left out.
    """
    keeping.rests_on(None)
    wanted = list(dict.fromkeys(keys))
    is_kept = settings.PAGES_MIB and wanted
    edition = (keeping.begun_with() or ContentVersion.objects.edition()) if is_kept else ""
    if not edition:
        return dict(make(wanted)) if wanted else {}
    memory = caches["pages"]
    # The prefix stands in every address that a part holds.
    # As a page is kept for an hour at most, so is what it says of the hour.
    place = f"{kind} {edition} {time.time() // 3600:.0f} {get_language()} {get_script_prefix()} "
    found = {key: part for key in wanted if (part := memory.get(place + key)) is not None}
    if new := [key for key in wanted if key not in found]:
        made = make(new)
        found |= made
        # What was written meanwhile may be in it, and would come back with a restored backup.
        if ContentVersion.objects.edition() == edition:
            for key, part in made.items():
                memory.set(place + key, part)
    return found
