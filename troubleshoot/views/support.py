"""Owns what a reader sends to support where the portal has no fix: the text to copy, in each language, and where to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from troubleshoot.models import ErrorEntry


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
    """The fields that support asks for, in the active language: what is known is there, the rest is to be filled in."""
    fields = (
        (_("Error message"), message),
        (_("Error code"), ", ".join(codes)),
        (_("Job ID"), ""),
        (_("VM name"), ""),
        (_("Region"), ""),
        (_("Time of the error"), ""),
        (_("VM agent version"), version),
    )
    lines = [f"{label}: {value}".rstrip() for label, value in fields]
    lines += [_("What was tried") + ":", tried or "-"]
    return "\n".join(lines).rstrip() + "\n"


def support_of_entry(entry: ErrorEntry) -> dict[str, object]:
    """What a page offers of support for an entry that has no fix."""

    def write(language: str) -> str:
        message = (entry.message_en if language == "en" else "") or entry.message_ko
        codes = [alias.text_ko for alias in entry.aliases.all() if alias.kind == alias.Kind.CODE]
        return request_text(message=message, codes=codes)

    return {"support_url": settings.SUPPORT_REQUEST, "support_texts": in_each_language(write)}
