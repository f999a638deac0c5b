"""Owns the catalogue: operations, their documented errors, and the ways to fix each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

from troubleshoot.models.document import Section
from troubleshoot.models.translated import Translated

if TYPE_CHECKING:
    from collections.abc import Sequence


class OperationQuerySet(models.QuerySet["Operation"]):
    def with_entry_counts(self) -> Self:
        """Add ``entry_count``: how many entries the operation has."""
        return self.annotate(entry_count=Count("entries"))

    def get_by_natural_key(self, key: str) -> Operation:
        return self.get(key=key)


OperationManager = MultilingualManager.from_queryset(OperationQuerySet)


class Operation(Translated):
    """What was being done when the error appeared."""

    key = models.SlugField(_("key"), max_length=80, unique=True)
    section = models.ForeignKey(
        Section, on_delete=models.PROTECT, related_name="operations", verbose_name=_("section"), null=True, blank=True
    )
    title = models.CharField(_("title"), max_length=200)
    order = models.PositiveSmallIntegerField(_("order"), unique=True)

    objects = OperationManager()

    if TYPE_CHECKING:
        pk: int
        title_ko: str
        title_en: str
        entry_count: int

    class Meta:
        verbose_name = _("operation")
        verbose_name_plural = _("operations")
        ordering = ("order",)

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str]:
        return (self.key,)

    def get_absolute_url(self) -> str:
        return reverse("operation", args=(self.key,))


class ErrorEntryQuerySet(models.QuerySet["ErrorEntry"]):
    def get_by_natural_key(self, key: str) -> ErrorEntry:
        return self.get(key=key)

    def with_operation(self) -> Self:
        return self.select_related("operation__section")

    def with_everything(self) -> Self:
        """Fetch all that a full entry shows: four queries, whatever the number of rows."""
        return self.with_operation().prefetch_related(
            Prefetch("aliases", ErrorAlias.objects.order_by("kind", "pk")),
            Prefetch("resolutions", Resolution.objects.order_by("order")),
        )

    def in_document_order(self) -> Self:
        return self.order_by("operation__order", "order")

    def of_operation(self, key: str) -> Self:
        return self.filter(operation__key=key)

    def by_keys(self, keys: Sequence[str]) -> list[ErrorEntry]:
        """The entries of these keys, in the order of ``keys``; a key without a row is left out."""
        found = {entry.key: entry for entry in self.filter(key__in=keys)}
        return [found[key] for key in keys if key in found]


ErrorEntryManager = MultilingualManager.from_queryset(ErrorEntryQuerySet)


class ErrorEntry(Translated):
    """One documented error: its message, its cause, and through ``resolutions`` the ways to fix it."""

    key = models.SlugField(
        _("key"), max_length=80, unique=True, help_text=_("The permalink. It never changes once published.")
    )
    operation = models.ForeignKey(
        Operation, on_delete=models.PROTECT, related_name="entries", verbose_name=_("operation")
    )
    order = models.PositiveSmallIntegerField(_("order"))
    message = models.TextField(_("message"), help_text=_("What the screen says, word for word."))
    cause = models.TextField(_("cause"), blank=True, help_text=_("Markdown. Why it happens."))
    lead = models.TextField(
        _("lead-in"), blank=True, help_text=_("Markdown. A sentence that introduces the resolutions.")
    )
    source_line = models.PositiveIntegerField(_("line in the document"), null=True, blank=True)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated = models.DateTimeField(_("updated"), default=timezone.now, editable=False)

    objects = ErrorEntryManager()

    if TYPE_CHECKING:
        pk: int
        message_ko: str
        message_en: str
        cause_ko: str
        cause_en: str
        lead_ko: str
        lead_en: str

    class Meta:
        verbose_name = _("error entry")
        verbose_name_plural = _("error entries")
        ordering = ("operation__order", "order")
        constraints = (
            models.UniqueConstraint(fields=("operation", "order"), name="entry_order_unique"),
            models.CheckConstraint(condition=~Q(message_ko=""), name="entry_has_a_message"),
        )

    def __str__(self) -> str:
        return Truncator(self.message).chars(80)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.updated = timezone.now()
        super().save(*args, **kwargs)

    def natural_key(self) -> tuple[str]:
        return (self.key,)

    def get_absolute_url(self) -> str:
        return reverse("error", args=(self.key,))


class ErrorAliasManager(MultilingualManager["ErrorAlias"]):
    def get_by_natural_key(self, entry: str, text: str) -> ErrorAlias:
        return self.get(entry__key=entry, text_ko=text)


class ErrorAlias(Translated):
    """Another string by which an entry is recognised."""

    class Kind(models.TextChoices):
        MESSAGE = "message", _("alternative message")
        CODE = "code", _("error code")

    entry = models.ForeignKey(ErrorEntry, on_delete=models.CASCADE, related_name="aliases", verbose_name=_("entry"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.MESSAGE)
    text = models.CharField(_("text"), max_length=500)

    objects = ErrorAliasManager()

    if TYPE_CHECKING:
        pk: int
        text_ko: str
        text_en: str

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        ordering = ("entry", "kind", "pk")
        constraints = (
            models.UniqueConstraint(fields=("entry", "text_ko"), name="alias_unique_in_entry"),
            models.CheckConstraint(condition=Q(kind__in=("message", "code")), name="alias_kind_is_known"),
            models.CheckConstraint(condition=~Q(text_ko=""), name="alias_has_text"),
        )

    def __str__(self) -> str:
        return self.text

    def natural_key(self) -> tuple[str, str]:
        return (self.entry.key, self.text_ko)


class ResolutionManager(MultilingualManager["Resolution"]):
    def get_by_natural_key(self, entry: str, order: int) -> Resolution:
        return self.get(entry__key=entry, order=order)


class Resolution(Translated):
    """One way to fix an entry; several are alternatives, tried in order.

    ``body`` is Markdown. Its top-level ordered list, where it has one, is the list of steps; each of its
    other top-level blocks is a step of its own.
    """

    class Origin(models.TextChoices):
        DOCUMENT = "document", _("the document's resolution column")
        MESSAGE = "message", _("the advice inside the message")
        EDITOR = "editor", _("an editor of this portal")

    entry = models.ForeignKey(ErrorEntry, on_delete=models.CASCADE, related_name="resolutions", verbose_name=_("entry"))
    order = models.PositiveSmallIntegerField(_("order"))
    origin = models.CharField(_("origin"), max_length=10, choices=Origin.choices, default=Origin.EDITOR)
    condition = models.TextField(
        _("applies when"), blank=True, help_text=_("Markdown. The case that this resolution is for.")
    )
    body = models.TextField(_("steps"), help_text=_("Markdown. Write the steps as a numbered list."))

    objects = ResolutionManager()

    if TYPE_CHECKING:
        pk: int
        condition_ko: str
        condition_en: str
        body_ko: str
        body_en: str

    class Meta:
        verbose_name = _("resolution")
        verbose_name_plural = _("resolutions")
        ordering = ("entry", "order")
        constraints = (
            models.UniqueConstraint(fields=("entry", "order"), name="resolution_order_unique"),
            models.CheckConstraint(
                condition=Q(origin__in=("document", "message", "editor")), name="resolution_origin_is_known"
            ),
            models.CheckConstraint(condition=~Q(body_ko=""), name="resolution_has_steps"),
        )

    def __str__(self) -> str:
        return f"{self.entry.key} #{self.order}"

    def natural_key(self) -> tuple[str, int]:
        return (self.entry.key, self.order)
