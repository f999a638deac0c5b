"""Owns what a reader sends to support where the portal has no fix: the text to copy, in each language, and where to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from troubleshoot.models import ErrorEntry


@cache
def _support(*names: str) -> re.Pattern[str]:
    """What sends to support: "지원팀에 문의하세요", "contact Azure support"; not "지원되는 계정", nor "supported"."""
    whose = "|".join((*map(re.escape, names), "customer", "technical"))
    return re.compile(
        r"지원\s?(?:팀|센터|담당자|부서)?(?:에|으로|에게)\s?(?:문의|연락|요청)|고객\s?지원|지원\s?요청"
        rf"|\b(?:{whose})\s+support\b|\bcontact(?:ing)?\s+support\b|\bsupport\s+(?:request|case|ticket)\b",
        re.IGNORECASE,
    )


@dataclass(frozen=True, slots=True)
class Copied:
    """A text to copy, in one language."""

    language: str
    name: str  # of the language, in itself
    text: str


def in_each_language(write: Callable[[str], str]) -> list[Copied]:
    """What ``write`` says in the language that it is given, which is active then: the reader's own first."""
    active = translation.get_language()
    copied = []
    for language in sorted(dict(settings.LANGUAGES), key=lambda language: language != active):
        with translation.override(language):
            name = translation.get_language_info(language)["name_local"]
            copied.append(Copied(language, name, write(language)))
    return copied


def request_text(*, message: str = "", codes: Iterable[str] = (), version: str = "", tried: str = "") -> str:
    """The fields that support asks for, in the active language: what is known is there, the rest is to be filled in.

    ``codes`` are those that the portal knows of the error. Which one was on the screen, the reader alone knows.
    """
    fields = {_("Error message"): message, _("Error code"): ""}
    if known := ", ".join(codes):
        fields[_("Codes this error is known by")] = known
    fields |= {str(label): "" for label in settings.SUPPORT_FIELDS}
    version_field = str(settings.VERSION_FIELD)
    if version or version_field in fields:
        fields[version_field] = version
    lines = [f"{label}: {value}".rstrip() for label, value in fields.items()]
    lines += [_("What was tried") + ":", tried or "-"]
    return "\n".join(lines).rstrip() + "\n"


def ends_at_support(entry: ErrorEntry) -> bool:
    """Whether an entry has no fix, or its last one sends the reader to support."""
    ways = list(entry.resolutions.all())
    return not ways or _support(*settings.SUPPORT_NAMES).search(f"{ways[-1].body_ko}\n{ways[-1].body_en}") is not None


def support_of_entry(entry: ErrorEntry) -> dict[str, object]:
    """What a page offers of support for an entry: where to, and what to send."""

    def write(language: str) -> str:
        texts = {"ko": entry.message_ko, "en": entry.message_en}
        message = texts[language] or entry.message
        codes = [alias.text_ko for alias in entry.aliases.all() if alias.kind == alias.Kind.CODE]
        return request_text(message=message, codes=codes)

    # Most pages show none of it.
    texts = SimpleLazyObject(lambda: in_each_language(write))
    return {"support_url": settings.SUPPORT_REQUEST, "support_texts": texts}
