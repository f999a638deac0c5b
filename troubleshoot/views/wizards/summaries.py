"""Owns the summaries of an outcome for a support case, in each language of the portal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from troubleshoot.wizard.summary import Headings, summary

if TYPE_CHECKING:
    from django.http import HttpRequest

    from troubleshoot.views.wizards.visit import Visit


@dataclass(frozen=True, slots=True)
class Summary:
    language: str
    name: str  # of the language, in itself
    text: str


def summaries(request: HttpRequest, visit: Visit) -> list[Summary]:
    """The summary in the reader's language first, then in the others."""
    active = translation.get_language()
    languages = sorted(dict(settings.LANGUAGES), key=lambda language: language != active)
    return [_summary(request, visit, language) for language in languages]


def _summary(request: HttpRequest, visit: Visit, language: str) -> Summary:
    with translation.override(language):
        link = request.build_absolute_uri(visit.address(visit.state.answers))
        text = summary(visit.state, language, headings(), at=timezone.now(), link=link)
    return Summary(language, translation.get_language_info(language)["name_local"], text)


def headings() -> Headings:
    """The words of a summary in the active language."""
    return Headings(wizard=_("Wizard"), answers=_("Answers"), outcome=_("Result"), time=_("Time"), link=_("Link"))
