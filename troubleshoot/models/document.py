"""Owns the source documents: the product that each is about, its prose by sections, and the operations of these."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.validators import URLValidator
from django.db import models
from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

from troubleshoot import kinds
from troubleshoot.models.stamps import SearchedManager, SearchedQuerySet
from troubleshoot.models.translated import Translated, address_of

LANGUAGES = (("ko", _("Korean")), ("en", _("English")))
KEY_LENGTH, TITLE_LENGTH = 80, 200
_ABBREVIATION = 3
# What belongs to no product comes last, on every database.
BY_PRODUCT = F("product__order").asc(nulls_last=True)


class ProductQuerySet(SearchedQuerySet["Product"]):
    def known_as(self, name: str) -> Product | None:
        """The product that a document calls so (``ms.service``): by its key, or else by one of its other names."""
        wanted, every = key_of(name), list(self)
        by_name = {key_of(other): product for product in every for other in product.names.splitlines()}
        return (by_name | {product.key: product for product in every}).get(wanted) if wanted else None

    def named(self, name: str) -> Product | None:
        """The same, made where there is none; None where a document names none."""
        found, key = self.known_as(name), key_of(name)
        if found is None and key:
            title = " ".join(
                word.upper() if len(word) <= _ABBREVIATION else word.capitalize() for word in key.split("-")
            )
            last = self.aggregate(last=Max("order"))["last"] or 0
            found = self.create(key=key, title_ko=title, title_en=title, order=last + 1)
        return found

    def with_entry_counts(self) -> Self:
        """Add ``entry_count``: how many entries of the product readers see."""
        entries = "documents__sections__operations__entries"
        return self.annotate(entry_count=Count(entries, filter=seen_by_readers(f"{entries}__")))


def key_of(name: str) -> str:
    """The key of a product that a document names; empty where nothing of the name can be one."""
    return slugify(name)[:KEY_LENGTH].strip("-")


def seen_by_readers(prefix: str = "") -> Q:
    """The condition that an entry is one that everybody may read; ``prefix`` leads to it from another model."""
    return Q(**{f"{prefix}state": kinds.State.PUBLISHED.value, f"{prefix}staff_only": False})


class Product(Translated):
    """What documents are about: a product, or a service of one."""

    key = models.SlugField(_("key"), max_length=KEY_LENGTH, unique=True, help_text=_("The name in addresses."))
    title = models.CharField(_("name"), max_length=TITLE_LENGTH)
    names = models.TextField(
        _("other names"),
        blank=True,
        default="",
        db_default="",
        help_text=_("What else documents call it (ms.service), one name per line."),
    )
    order = models.PositiveSmallIntegerField(_("order"), unique=True)

    objects = MultilingualManager.from_queryset(ProductQuerySet)()

    if TYPE_CHECKING:
        pk: int
        title_ko: str
        title_en: str
        entry_count: int

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ("order",)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{address_of('error_list')}?product={self.key}"


class DocumentQuerySet(SearchedQuerySet["Document"]):
    def for_readers(self) -> Self:
        """All but those of which nothing is published yet: neither the document, nor one of its errors."""
        own = Operation.objects.filter(section__document=OuterRef("pk"))
        waiting = own.filter(entries__state__in=(kinds.State.DRAFT, kinds.State.REVIEW))
        shown = own.filter(seen_by_readers("entries__"))
        return self.filter(Exists(shown) | (Q(is_draft=False) & ~Exists(waiting)))

    def with_entry_counts(self) -> Self:
        """Add ``entry_count``: how many entries of the document readers see; what editors began here is not its."""
        entries = "sections__operations__entries"
        own = seen_by_readers(f"{entries}__") & Q(**{f"{entries}__source_line__isnull": False})
        return self.annotate(entry_count=Count(entries, filter=own))


class Document(Translated):
    """One source document that entries and sections were read from."""

    key = models.SlugField(_("key"), max_length=80, unique=True)
    product = models.ForeignKey(
        Product,
        on_delete=models.PROTECT,
        related_name="documents",
        verbose_name=_("product"),
        null=True,
        blank=True,
        help_text=_("What it is about. Readers narrow searches and lists to it where there are several."),
    )
    title = models.CharField(_("title"), max_length=300)
    description = models.CharField(_("description"), max_length=500, blank=True)
    lead = models.TextField(_("lead"), blank=True, help_text=_("Markdown shown before the first section."))
    is_draft = models.BooleanField(
        _("draft"),
        default=False,
        db_default=False,
        help_text=_("Readers do not see it, unless one of its errors is published."),
    )
    source_name = models.CharField(_("source file"), max_length=200)
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=LANGUAGES,
        default="ko",
        db_default="ko",
        help_text=_("That of the source file."),
    )
    edition = models.CharField(
        _("edition"),
        max_length=100,
        blank=True,
        default="",
        db_default="",
        help_text=_("The date that the source gives itself, or else a digest of its text."),
    )
    published = models.DateField(_("date of the document"), null=True, blank=True)
    publisher = models.CharField(_("publisher"), max_length=100, blank=True, default="", db_default="")
    article_url = models.CharField(
        _("current article"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        validators=[URLValidator(("http", "https"))],
        help_text=_("Address of the publisher's current edition. Every page links to it."),
    )

    objects = MultilingualManager.from_queryset(DocumentQuerySet)()

    if TYPE_CHECKING:
        pk: int
        product_id: int | None
        title_ko: str
        title_en: str
        lead_ko: str
        lead_en: str

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = (BY_PRODUCT, "key")

    def __str__(self) -> str:
        return self.title


class Section(Translated):
    """One heading of a document with the prose below it, up to the next heading."""

    key = models.SlugField(_("key"), max_length=80, unique=True, help_text=_("Also the anchor on the document page."))
    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="sections", verbose_name=_("document")
    )
    order = models.PositiveSmallIntegerField(_("order"))
    level = models.PositiveSmallIntegerField(_("heading level"), default=2)
    title = models.CharField(_("title"), max_length=300)
    body = models.TextField(_("text"), blank=True, help_text=_("Markdown."))
    source_line = models.PositiveIntegerField(_("line in the document"), null=True, blank=True)

    objects: ClassVar[MultilingualManager[Section]] = SearchedManager()

    if TYPE_CHECKING:
        pk: int
        title_ko: str
        title_en: str
        body_ko: str
        body_en: str

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ("document", "order")
        constraints = (
            models.UniqueConstraint(fields=("document", "order"), name="section_order_unique"),
            models.CheckConstraint(condition=models.Q(level__range=(2, 6)), name="section_level_is_a_heading"),
        )

    def __str__(self) -> str:
        return self.title


class OperationQuerySet(SearchedQuerySet["Operation"]):
    def with_entry_counts(self) -> Self:
        """Add ``entry_count``: how many entries of the operation readers see.

        Each is counted on its own: grouped, every entry would carry the long texts of its document along.
        """
        alone: models.QuerySet[Operation, Any] = (
            models.QuerySet(self.model).filter(pk=OuterRef("pk")).order_by().values("pk")
        )
        counted = alone.annotate(number=Count("entries", filter=seen_by_readers("entries__")))
        return self.annotate(entry_count=Subquery(counted.values("number")))


OperationManager = MultilingualManager.from_queryset(OperationQuerySet)


class Operation(Translated):
    """What was being done when the error appeared."""

    key = models.SlugField(_("key"), max_length=80, unique=True)
    section = models.ForeignKey(
        Section, on_delete=models.PROTECT, related_name="operations", verbose_name=_("section"), null=True, blank=True
    )
    title = models.CharField(_("title"), max_length=200)
    order = models.PositiveSmallIntegerField(_("order"))

    objects = OperationManager()

    if TYPE_CHECKING:
        pk: int
        title_ko: str
        title_en: str
        entry_count: int

    class Meta:
        verbose_name = _("operation")
        verbose_name_plural = _("operations")
        # By document; what belongs to none comes last, on every database.
        ordering = (
            F("section__document__product__order").asc(nulls_last=True),
            F("section__document__key").asc(nulls_last=True),
            "section__order",
            "order",
        )
        constraints = (
            models.UniqueConstraint(fields=("section", "order"), name="operation_order_unique"),
            models.UniqueConstraint(
                fields=("order",), condition=Q(section=None), name="operation_order_unique_without_section"
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address_of("operation", self.key)


def changed(edited: dt.datetime | None, section: Section | None) -> dt.datetime | None:
    """When a text that was read from a section changed last for its readers: an edit, or the date of the document."""
    published = section.document.published if section else None
    return edited or (timezone.make_aware(dt.datetime.combine(published, dt.time())) if published else None)
