"""Owns the pictures that texts show: their bytes, which all servers share, under a key that is of these bytes alone."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from troubleshoot.models.translated import Named, NamedQuerySet


class Image(Named, models.Model):
    """A picture as it was encoded here. It never changes; another picture has another key."""

    class Type(models.TextChoices):
        PNG = "image/png"
        JPEG = "image/jpeg"
        WEBP = "image/webp"

    key = models.CharField(_("key"), max_length=40, unique=True, editable=False)
    description = models.CharField(
        _("description"),
        max_length=300,
        help_text=_(
            "What it shows that matters here: read out to who can't see it, and shown where it can't be loaded."
        ),
    )
    media_type = models.CharField(max_length=10, choices=Type.choices, editable=False)
    content = models.BinaryField()
    uploaded = models.DateTimeField(_("uploaded"), default=timezone.now, editable=False)

    objects: ClassVar[models.Manager[Any]] = models.Manager.from_queryset(NamedQuerySet)()

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ("-uploaded", "key")
        # Who may edit entries adds images, and who publishes them deletes images.
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=models.Q(media_type__in=("image/png", "image/jpeg", "image/webp")), name="image_type_is_known"
            ),
        )

    def __str__(self) -> str:
        return self.description

    def get_absolute_url(self) -> str:
        return reverse("image", args=(self.key,))

    @property
    def target(self) -> str:
        """What a text names it by."""
        return f"portal:image/{self.key}"
