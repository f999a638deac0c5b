"""Owns what machines read to find the pages: sitemap, robots.txt, llms.txt, icon, the browser's search description."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from troubleshoot.document.rendering import headline
from troubleshoot.models import Document, ErrorEntry, Flow, Operation
from troubleshoot.reading.redirects import has_several_documents
from troubleshoot.views.page import page

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

AN_HOUR = 60 * 60


class Dated(NamedTuple):
    """An address by the key in it, and when what it shows changed last."""

    key: str
    changed: date | None


def dated(rows: QuerySet[Any], section: str) -> list[Dated]:
    """The keys of ``rows`` with the day of their last edit, or else that of the document to which ``section`` leads."""
    values = rows.order_by("pk").values_list("key", "edited", f"{section}__document__published")
    return [Dated(key, timezone.localdate(edited) if edited else published) for key, edited, published in values]


class InEveryLanguage(Sitemap[Dated]):
    """Addresses in each language, each naming the others; so few in a file that it is made in a moment."""

    i18n = True
    alternates = True
    x_default = True
    limit = 1_000
    view: ClassVar[str]

    def location(self, item: Dated) -> str:
        return reverse(self.view, args=(item.key,))

    def lastmod(self, item: Dated) -> date | None:
        return item.changed


class PageSitemap(InEveryLanguage):
    def items(self) -> list[Dated]:
        return [Dated(view, None) for view in ("home", "error_list", "wizard_list", "document")]

    def location(self, item: Dated) -> str:
        return reverse(item.key)


class DocumentSitemap(InEveryLanguage):
    """Each of several; the only one is among the pages."""

    view = "one_document"

    def items(self) -> list[Dated]:
        rows = Document.objects.for_readers().order_by("pk").values_list("key", "published")
        return [Dated(*row) for row in rows] if has_several_documents() else []


class OperationSitemap(InEveryLanguage):
    view = "operation"

    def items(self) -> list[Dated]:
        return [Dated(key, None) for key in Operation.objects.order_by("pk").values_list("key", flat=True)]


class EntrySitemap(InEveryLanguage):
    view = "error"

    def items(self) -> list[Dated]:
        return dated(ErrorEntry.objects.seen_by_readers(), "operation__section")


class FlowSitemap(InEveryLanguage):
    view = "wizard"

    def items(self) -> list[Dated]:
        return dated(Flow.objects.published(), "section")


class RunbookSitemap(FlowSitemap):
    view = "wizard_all"


SITEMAPS = {
    "pages": PageSitemap,
    "documents": DocumentSitemap,
    "operations": OperationSitemap,
    "errors": EntrySitemap,
    "wizards": FlowSitemap,
    "runbooks": RunbookSitemap,
}


@require_safe
@cache_control(max_age=AN_HOUR)
def robots(request: HttpRequest) -> HttpResponse:
    context = {"sitemap": request.build_absolute_uri(reverse("sitemap"))}
    return render(request, "troubleshoot/robots.txt", context, content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(max_age=AN_HOUR)
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers, and what shows links, look unasked for an icon."""
    return HttpResponseRedirect(static("troubleshoot/favicon.ico"))


@page
def llms(request: HttpRequest) -> HttpResponse:
    """What a language model reads first (llmstxt.org): each entry by its title, with the address of its Markdown."""
    with translation.override(settings.LANGUAGE_CODE):
        entries = ErrorEntry.objects.for_readers().in_document_order()
        context = {
            "entries": [
                (headline(entry.message), request.build_absolute_uri(reverse("error_markdown", args=(entry.key,))))
                for entry in entries
            ],
            "wizards": [
                (flow.title, request.build_absolute_uri(reverse("wizard_markdown", args=(flow.key,))))
                for flow in Flow.objects.published().order_by("order")
            ],
            "api": request.build_absolute_uri(reverse("api:schema")),
        }
        return render(request, "troubleshoot/llms.txt", context, content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(max_age=AN_HOUR)
def opensearch(request: HttpRequest) -> HttpResponse:
    """Describe the search to a browser, in the language of ``?language=`` or in Korean."""
    language = request.GET.get("language", "")
    with translation.override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        context = {
            "search": request.build_absolute_uri(reverse("search")),
            "suggest": request.build_absolute_uri(reverse("suggest")),
            "icon": request.build_absolute_uri(static("troubleshoot/icon.svg")),
            "language": translation.get_language(),
        }
        return render(
            request,
            "troubleshoot/opensearch.xml",
            context,
            content_type="application/opensearchdescription+xml; charset=utf-8",
        )
