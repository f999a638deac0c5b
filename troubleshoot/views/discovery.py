"""Owns what machines read to find the pages: sitemap, robots.txt and the browser's search engine description."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from troubleshoot.models import Document, ErrorEntry, Flow, Operation
from troubleshoot.reading.redirects import has_several_documents

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

AN_HOUR = 60 * 60


class InEveryLanguage:
    """Sitemap options: one address a language, each naming the others."""

    i18n = True
    alternates = True
    x_default = True


class PageSitemap(InEveryLanguage, Sitemap[str]):
    def items(self) -> list[str]:
        return ["home", "error_list", "wizard_list", "document"]

    def location(self, item: str) -> str:
        return reverse(item)


class DocumentSitemap(InEveryLanguage, Sitemap[Document]):
    """Each of several; the only one is among the pages."""

    def items(self) -> QuerySet[Document]:
        return Document.objects.all() if has_several_documents() else Document.objects.none()

    def location(self, item: Document) -> str:
        return reverse("one_document", args=(item.key,))

    def lastmod(self, item: Document) -> date | None:
        return item.published


class OperationSitemap(InEveryLanguage, Sitemap[Operation]):
    def items(self) -> QuerySet[Operation]:
        return Operation.objects.all()


class EntrySitemap(InEveryLanguage, Sitemap[ErrorEntry]):
    def items(self) -> QuerySet[ErrorEntry]:
        return ErrorEntry.objects.seen_by_readers().with_operation().in_document_order()

    def lastmod(self, item: ErrorEntry) -> datetime | None:
        return item.changed


class FlowSitemap(InEveryLanguage, Sitemap[Flow]):
    def items(self) -> QuerySet[Flow]:
        return Flow.objects.published().with_source().order_by("order")

    def lastmod(self, item: Flow) -> datetime | None:
        return item.changed


class RunbookSitemap(FlowSitemap):
    def location(self, item: Flow) -> str:
        return reverse("wizard_all", args=(item.key,))


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
