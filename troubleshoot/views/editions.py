"""Owns an entry as a text of its own, Markdown or plain: to be sent as a reply, or to be read by a machine."""

from __future__ import annotations

import re
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from troubleshoot.document.rendering import as_lines, headline, relinked, split_steps
from troubleshoot.models import ErrorAlias, ErrorEntry
from troubleshoot.reading import sources
from troubleshoot.reading.entries import is_older_than_the_korean, shown_in_another_language
from troubleshoot.reading.redirects import moved, whole_links_of
from troubleshoot.templatetags.addresses import in_language
from troubleshoot.views.page import page
from troubleshoot.views.problems import gone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http import HttpRequest


_LINK = re.compile(r"\[([^\[\]]{1,500})\]\((https?://[^\s()<>]{1,1000})\)")


class Reply(NamedTuple):
    """The addresses of an entry's text in one language, with the name of the language in itself."""

    language: str
    name: str
    page_url: str
    text_url: str
    markdown_url: str


def replies(entry: ErrorEntry) -> list[Reply]:
    """The texts of an entry, in each language that it has; Korean first."""
    own = in_language(entry.get_absolute_url(), "ko").rstrip("/")
    return [
        Reply(
            language,
            get_language_info(language)["name_local"],
            in_language(f"{own}/", language),
            in_language(f"{own}.txt", language),
            in_language(f"{own}.md", language),
        )
        for language, is_written in (("ko", entry.message_ko), ("en", entry.message_en))
        if is_written
    ]


class _Form(NamedTuple):
    """How a text is written: the name of its address, its media type, and its title, headings and Markdown in it."""

    name: str
    media_type: str
    title: str
    heading: str
    written: Callable[[str], str]


@page
def entry_markdown(request: HttpRequest, key: str) -> HttpResponse:
    form = _Form("error_markdown", "text/markdown", "# {}", "## {}", lambda text: led_on(request, text))
    return _edition(request, key, form)


@page
def entry_text(request: HttpRequest, key: str) -> HttpResponse:
    form = _Form("error_text", "text/plain", "{}", "[{}]", lambda text: as_lines(with_addresses(led_on(request, text))))
    return _edition(request, key, form)


def _edition(request: HttpRequest, key: str, form: _Form) -> HttpResponse:
    entry = ErrorEntry.objects.for_readers().filter(key=key).first()
    if entry is None:
        found = moved(key)
        if found and found.entry:
            return HttpResponsePermanentRedirect(reverse(form.name, args=(found.entry.key,)))
        if found is None:
            raise Http404(key)
        return gone(request)
    parts = [part for part in _parts(entry, request.build_absolute_uri, form) if part]
    response = HttpResponse("\n\n".join(parts) + "\n", content_type=f"{form.media_type}; charset=utf-8")
    response["Link"] = f'<{request.build_absolute_uri(entry.get_absolute_url())}>; rel="canonical"'
    return response


def _parts(entry: ErrorEntry, whole: Callable[[str], str], form: _Form) -> Iterator[str]:
    yield form.title.format(headline(entry.message))
    if headline(entry.message) != entry.message.removesuffix("."):
        yield entry.message
    codes = (name for name in sources.of_entry(entry).names if name.kind == ErrorAlias.Kind.CODE)
    for label, named in groupby(codes, key=attrgetter("label")):
        yield f"{label}: " + ", ".join(name.text for name in named)
    if entry.is_outdated:
        note = form.written(entry.outdated_note or "")
        yield _("Outdated") + ": " + (note or _("It no longer describes how the product works today."))
        if successor := sources.successor_of(entry):
            yield f"{_('Read instead')}: {headline(successor.message)}, {whole(successor.get_absolute_url())}"
    if is_older_than_the_korean(entry):
        yield _("This English text is older than the Korean one, which has been corrected since.")
        yield _("Read the Korean page") + f": {whole(in_language(entry.get_absolute_url(), 'ko'))}"
    if other := shown_in_another_language(entry):
        in_korean = _("Not translated yet: parts of this page are in Korean.")
        yield in_korean if other == "ko" else _("Not translated yet: parts of this page are in English.")
    if entry.cause:
        yield form.heading.format(_("Cause"))
        yield form.written(entry.cause)
    yield form.heading.format(_("Fix"))
    yield from _fix(entry, form.written)
    yield _("Details") + f": {whole(entry.get_absolute_url())}"
    yield source_line(sources.in_short(entry))


def _fix(entry: ErrorEntry, written: Callable[[str], str]) -> Iterator[str]:
    yield written(entry.lead)
    resolutions = list(entry.resolutions.all())
    if not resolutions:
        yield sources.without_a_fix(entry)
    for number, resolution in enumerate(resolutions, start=1):
        if len(resolutions) > 1:
            name = _("Case %(number)s") if resolution.condition else _("Option %(number)s")
            yield f"{name % {'number': number}}. {written(resolution.condition)}".strip()
        yield sources.origin_of(resolution, entry)
        steps = [written(step) for step in split_steps(resolution.body)]
        yield "\n".join(f"{at}. {step}" for at, step in enumerate(steps, start=1)) if len(steps) > 1 else steps[0]
        if resolution.note:
            yield _("Editor's note") + ": " + written(resolution.note)


def source_line(source: sources.Source) -> str:
    """Where a text comes from and how old it is, in a line; empty of what an editor wrote here."""
    if source.section is None or (document := source.document) is None:
        return ""
    place = f"{document.title} › {source.section.title}"
    told = [place, document.publisher, document.published and date_format(document.published)]
    reviewed = f"{_('Last reviewed')}: {date_format(localtime(source.reviewed))}" if source.reviewed else ""
    article = _("Current article (%(publisher)s)") % {"publisher": document.publisher}
    more = [reviewed or _("Not reviewed since"), document.article_url and f"{article}: {document.article_url}"]
    return " · ".join([_("Source") + ": " + ", ".join(part for part in told if part), *(part for part in more if part)])


def led_on(request: HttpRequest, markdown: str) -> str:
    """Markdown whose links to pages of the portal are whole addresses, for who reads it elsewhere."""
    return relinked(markdown, whole_links_of(markdown, request.build_absolute_uri))


def with_addresses(markdown: str) -> str:
    """Markdown whose links say where they lead, for a text that has none."""
    return _LINK.sub(r"\1 (<\2>)", markdown)
