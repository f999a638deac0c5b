"""Owns the addresses that read operations and errors: their JSON shapes, and the links in their texts."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, TypedDict

from django.http import HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_filters.rest_framework import DjangoFilterBackend  # type: ignore[import-untyped]
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema_field, extend_schema_serializer, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.response import Response

from troubleshoot.api.base import ApiView, Gone, Pages, described
from troubleshoot.document.rendering import split_steps
from troubleshoot.filters import ErrorFilter, OperationFilter
from troubleshoot.models import ErrorAlias, ErrorEntry, Operation, Product, Resolution
from troubleshoot.reading import sources
from troubleshoot.reading.entries import entry_for_readers, wizards_of
from troubleshoot.reading.redirects import LINK, closed_links, look_up_sections, moved, portal_link

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http.response import HttpResponseBase
    from rest_framework.request import Request

    from troubleshoot.models.translated import Translated
    from troubleshoot.reading.sources import Source


LINK_TARGET = re.compile(r"(?<=\]\()portal:\w+/[-\w/]+(?=[\s)])", re.ASCII)
ENTRY_LINK = re.compile(r"\[([^][]*)\]\((portal:error/[-\w]+)(?:\s[^()]*)?\)", re.ASCII)


def portable(markdown: str, language: str, request: Request) -> str:
    """The same Markdown, with each ``portal:`` link as the absolute address of that page in a language.

    Of a link to an entry that readers can't open, the words stay.
    """
    markdown = without_links(markdown, closed_links(markdown))
    look_up_sections(markdown)
    with override(language):
        return LINK_TARGET.sub(lambda link: request.build_absolute_uri(portal_link(link[0])), markdown)


def without_links(markdown: str, nowhere: set[str]) -> str:
    """The same Markdown without links to the targets in ``nowhere``, in whatever form they are written."""
    if not nowhere:
        return markdown
    plain = ENTRY_LINK.sub(lambda link: link[1] if link[2] in nowhere else link[0], markdown)
    return LINK.sub(lambda link: "portal:document/page" if link[0] in nowhere else link[0], plain)


OPERATION = "The key of its operation."
PRODUCT = "The key of the product that its document is about, or null."
OUTDATED = "Whether an editor marked it as no longer true."


class BothText(TypedDict):
    ko: str
    en: str | None


class Both(serializers.Serializer[Any]):
    """A text in both languages; ``en`` is null while it is not translated."""

    ko = serializers.CharField()
    en = serializers.CharField(allow_null=True)


def both(row: Translated, name: str) -> BothText:
    """A field of a row in both languages."""
    korean = getattr(row, f"{name}_ko") or ""
    english = getattr(row, f"{name}_en") or ""
    return {"ko": korean, "en": english if english or not korean else None}


@extend_schema_field(Both)
class BothField(serializers.Field[Any, Any, Any, Any]):
    """A translated plain text."""

    def get_attribute(self, instance: Any) -> BothText:
        return both(instance, str(self.field_name))

    def to_representation(self, value: BothText) -> BothText:
        return value


class BothMarkdownField(BothField):
    """A translated Markdown text; links into the portal become absolute addresses in the language of the text."""

    def to_representation(self, value: BothText) -> BothText:
        english = value["en"]
        return {
            "ko": portable(value["ko"], "ko", self.context["request"]),
            "en": None if english is None else portable(english, "en", self.context["request"]),
        }


@extend_schema_field(OpenApiTypes.URI)
class PageField(serializers.Field[Any, Any, Any, Any]):
    """The absolute address of a row's page, in the language of the request."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value: Any) -> str:
        return str(self.context["request"].build_absolute_uri(value.get_absolute_url()))


def key_at(path: str, meaning: str) -> serializers.CharField:
    """The key at the end of a path, null where that breaks off."""
    return serializers.CharField(source=path, allow_null=True, default=None, read_only=True, help_text=meaning)


@extend_schema_serializer(component_name="Product")
class ProductShape(serializers.ModelSerializer[Product]):
    url = PageField()
    error_count = serializers.IntegerField(source="entry_count", read_only=True)

    class Meta:
        model = Product
        fields = ("key", "url", "title", "error_count")
        read_only_fields = fields


@extend_schema_serializer(component_name="Operation")
class OperationShape(serializers.ModelSerializer[Operation]):
    url = PageField()
    product = key_at("section.document.product.key", PRODUCT)
    document = key_at("section.document.key", "The key of its document, or null.")
    section = serializers.SlugRelatedField[Any](
        slug_field="key", read_only=True, allow_null=True, help_text="The key of its section in the document."
    )
    error_count = serializers.IntegerField(source="entry_count", read_only=True)

    class Meta:
        model = Operation
        fields = ("key", "url", "title", "product", "document", "section", "error_count")
        read_only_fields = fields


class ListedError(serializers.ModelSerializer[ErrorEntry]):
    """An error as lists show it, in one language."""

    url = PageField()
    product = key_at("operation.section.document.product.key", PRODUCT)
    operation = serializers.SlugRelatedField[Any](slug_field="key", read_only=True, help_text=OPERATION)
    message = serializers.CharField(help_text="The message on the screen.")
    aliases = serializers.SerializerMethodField()

    class Meta:
        model = ErrorEntry
        fields = ("key", "url", "product", "operation", "message", "aliases")
        read_only_fields = fields

    def get_aliases(self, entry: ErrorEntry) -> list[str]:
        return [alias.text for alias in entry.shown_aliases]


@extend_schema_serializer(component_name="Alias")
class AliasShape(serializers.ModelSerializer[ErrorAlias]):
    text = BothField(read_only=True)

    class Meta:
        model = ErrorAlias
        fields = ("kind", "text")
        read_only_fields = fields


@extend_schema_serializer(component_name="Resolution")
class ResolutionShape(serializers.ModelSerializer[Resolution]):
    """One way to fix an error. Try them in order."""

    condition = BothMarkdownField(read_only=True, help_text="Markdown. The case that it applies to; empty for any.")
    steps = serializers.SerializerMethodField(help_text="Markdown, one text per step, in order.")
    note = BothMarkdownField(read_only=True, help_text="Markdown. What an editor says of the document's text.")

    class Meta:
        model = Resolution
        fields = ("order", "origin", "condition", "steps", "note")
        read_only_fields = fields

    @extend_schema_field(Both(many=True))
    def get_steps(self, resolution: Resolution) -> list[dict[str, str | None]]:
        request = self.context["request"]
        korean = split_steps(portable(resolution.body_ko or "", "ko", request))
        english = split_steps(portable(resolution.body_en or "", "en", request))
        return [{"ko": ko or "", "en": en} for ko, en in zip_longest(korean, english)]


class RelatedWizard(serializers.Serializer[Any]):
    """A wizard that leads to the same fix, step by step."""

    key = serializers.CharField()
    url = serializers.URLField(help_text="Its page, with the answers that follow from the error filled in.")
    title = Both()


def related_wizards(entry: ErrorEntry, request: Request) -> list[dict[str, Any]]:
    """The published wizards that lead to the fix of an entry, in the order in which to try them."""
    return [
        {
            "key": link.flow.key,
            "url": request.build_absolute_uri(link.get_absolute_url()),
            "title": both(link.flow, "title"),
        }
        for link in wizards_of(entry)
    ]


class SourceShape(serializers.Serializer[Any]):
    """Where a text comes from, and when somebody last worked on it."""

    document = serializers.CharField(
        source="document.key", allow_null=True, default=None, help_text="Its key, or null."
    )
    publisher = serializers.CharField(source="document.publisher", default="", allow_blank=True)
    published = serializers.DateField(
        source="document.published", allow_null=True, default=None, help_text="The date of the document."
    )
    section = serializers.CharField(source="section.key", allow_null=True, default=None)
    line = serializers.IntegerField(allow_null=True, help_text="Where the document has it.")
    edition = serializers.CharField(
        allow_blank=True, help_text="The last edition of the document that has it: its date, or a digest of its text."
    )
    gone = serializers.CharField(allow_blank=True, help_text="A newer edition that has it no more, or empty.")
    url = serializers.SerializerMethodField(help_text="Its place in the document as this portal shows it, or null.")
    article_url = serializers.CharField(
        source="document.article_url", default="", allow_blank=True, help_text="The publisher's edition of today."
    )
    edited = serializers.DateTimeField(
        allow_null=True, help_text="When an editor last changed it; null where it is as the document has it."
    )
    reviewed = serializers.DateTimeField(allow_null=True, help_text="When somebody last checked it; null for never.")

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_url(self, source: Source) -> str | None:
        return self.context["request"].build_absolute_uri(source.url) if source.url else None


@extend_schema_serializer(component_name="Error")
class FullError(serializers.ModelSerializer[ErrorEntry]):
    """An error with all that its page shows, in both languages."""

    url = PageField()
    product = key_at("operation.section.document.product.key", PRODUCT)
    operation = serializers.SlugRelatedField[Any](slug_field="key", read_only=True, help_text=OPERATION)
    message = BothField(read_only=True, help_text="The message on the screen.")
    aliases = AliasShape(source="shown_aliases", many=True, read_only=True)
    cause = BothMarkdownField(
        read_only=True, help_text="Markdown. Why it happens; empty where the document gives none."
    )
    lead = BothMarkdownField(read_only=True, help_text="Markdown. A sentence before the resolutions; often empty.")
    resolutions = ResolutionShape(many=True, read_only=True)
    related_wizards = serializers.SerializerMethodField()
    updated = serializers.DateTimeField(
        source="changed", allow_null=True, help_text="When its text last changed: an edit, or the date of the document."
    )
    outdated = serializers.BooleanField(source="is_outdated", help_text=OUTDATED)
    outdated_note = BothMarkdownField(read_only=True, help_text="Markdown. What holds instead; often empty.")
    replaced_by = serializers.SerializerMethodField(help_text="The key of the error to read instead, or null.")
    source = serializers.SerializerMethodField()  # type: ignore[assignment]  # the name in the answer

    class Meta:
        model = ErrorEntry
        fields = (
            "key",
            "url",
            "product",
            "operation",
            "message",
            "aliases",
            "cause",
            "lead",
            "resolutions",
            "related_wizards",
            "updated",
            "outdated",
            "outdated_note",
            "replaced_by",
            "source",
        )
        read_only_fields = fields

    @extend_schema_field(RelatedWizard(many=True))
    def get_related_wizards(self, entry: ErrorEntry) -> list[dict[str, Any]]:
        return related_wizards(entry, self.context["request"])

    def get_replaced_by(self, entry: ErrorEntry) -> str | None:
        successor = sources.successor_of(entry)
        return successor.key if successor else None

    @extend_schema_field(SourceShape)
    def get_source(self, entry: ErrorEntry) -> dict[str, Any]:
        return SourceShape(sources.of_entry(entry), context=self.context).data


MOVED = "The error was renamed, or archived and replaced: `Location` names the one to read."


@extend_schema_view(get=described("Catalogue", "products", "List the products", {200: ProductShape(many=True)}, 404))
class Products(ApiView, ListAPIView[Product]):
    """What the documents are about."""

    serializer_class = ProductShape
    pagination_class = Pages

    def get_queryset(self) -> QuerySet[Product]:
        return Product.objects.with_entry_counts().order_by("order")


@extend_schema_view(
    get=described("Catalogue", "operations", "List the operations", {200: OperationShape(many=True)}, 404)
)
class Operations(ApiView, ListAPIView[Operation]):
    """What a reader can be doing when an error appears, in document order."""

    serializer_class = OperationShape
    pagination_class = Pages
    filter_backends = (DjangoFilterBackend,)
    filterset_class = OperationFilter

    def get_queryset(self) -> QuerySet[Operation]:
        return Operation.objects.with_entry_counts().select_related("section__document__product")


@extend_schema_view(
    get=described("Catalogue", "errors", "List the documented errors", {200: ListedError(many=True)}, 404)
)
class Errors(ApiView, ListAPIView[ErrorEntry]):
    """The documented errors, in the order of the document."""

    serializer_class = ListedError
    pagination_class = Pages
    filter_backends = (DjangoFilterBackend,)
    filterset_class = ErrorFilter

    def get_queryset(self) -> QuerySet[ErrorEntry]:
        return ErrorEntry.objects.seen_by_readers().with_operation().prefetch_related("aliases").in_document_order()


class Error(ApiView, GenericAPIView[ErrorEntry]):
    """One documented error with its cause and all ways to fix it, in both languages."""

    serializer_class = FullError

    @described(
        "Catalogue",
        "error",
        "Read one error in both languages",
        {200: FullError, 301: OpenApiResponse(description=MOVED)},
        404,
        410,
    )
    def get(self, request: Request, key: str) -> HttpResponseBase:
        entry = entry_for_readers(key)
        return self._elsewhere(request, key) if entry is None else Response(self.get_serializer(entry).data)

    def _elsewhere(self, request: Request, key: str) -> HttpResponseBase:
        found = moved(key)
        if found is None:
            raise NotFound(_("There is no error “%(key)s”.") % {"key": key})
        if found.entry is None:
            raise Gone
        address = reverse("api:error", args=(found.entry.key,))
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
