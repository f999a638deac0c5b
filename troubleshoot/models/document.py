"""Owns the source documents: their prose, section by section, in document order."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, ClassVar

from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

from troubleshoot.models.stamps import ShownQuerySet
from troubleshoot.models.translated import Translated

NamedManager = MultilingualManager.from_queryset(ShownQuerySet)


class Document(Translated):
    """One source document that entries and sections were read from."""

    key = models.SlugField(_("key"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=300)
    description = models.CharField(_("description"), max_length=500, blank=True)
    lead = models.TextField(_("lead"), blank=True, help_text=_("Markdown shown before the first section."))
    source_name = models.CharField(_("source file"), max_length=200)
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

    objects: ClassVar[MultilingualManager[Document]] = NamedManager()

    if TYPE_CHECKING:
        pk: int
        title_ko: str
        title_en: str
        lead_ko: str
        lead_en: str

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ("key",)

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

    objects: ClassVar[MultilingualManager[Section]] = NamedManager()

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


def changed(edited: dt.datetime | None, section: Section | None) -> dt.datetime | None:
    """When a text that was read from a section changed last for its readers: an edit, or the date of the document."""
    published = section.document.published if section else None
    return edited or (timezone.make_aware(dt.datetime.combine(published, dt.time())) if published else None)
