"""Owns the history of what people edit: each content that a thing has had, who gave it that, when and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.db.models import Model


class RevisionQuerySet(models.QuerySet["Revision"]):
    def of(self, row: Model) -> Self:
        """The history of a row, the newest first."""
        return self.filter(model=row._meta.label_lower, object_id=row.pk).order_by("-number")


class Revision(models.Model):
    """The content of one thing, with all that is edited on its page, from a moment on.

    It outlives the thing and its author. A thing is named by model and primary key, so that a rename keeps its history.
    """

    class Action(models.TextChoices):
        FOUND = "found", _("first recorded")
        CREATED = "created", pgettext_lazy("history", "created")
        EDITED = "edited", _("edited")
        SUBMITTED = "submitted", _("submitted for review")
        SENT_BACK = "sent_back", _("sent back")
        PUBLISHED = "published", pgettext_lazy("history", "published")
        ARCHIVED = "archived", pgettext_lazy("history", "archived")
        RENAMED = "renamed", _("renamed")
        RESTORED = "restored", _("restored")
        REVIEWED = "reviewed", _("reviewed")
        IMPORTED = "imported", _("imported")
        DELETED = "deleted", _("deleted")
        ENGLISH = "english", _("English confirmed")
        # Of the published page, when a change that was proposed for it is.
        DISCARDED = "discarded", _("change discarded")

    model = models.CharField(max_length=80, editable=False)
    object_id = models.BigIntegerField(editable=False)
    number = models.PositiveIntegerField(_("number"), editable=False)
    title = models.CharField(_("title"), max_length=200, editable=False)
    action = models.CharField(_("action"), max_length=10, choices=Action.choices, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("changed by"),
        null=True,
        editable=False,
    )
    time = models.DateTimeField(_("time"), default=timezone.now, editable=False, db_index=True)
    content = models.JSONField(editable=False)
    digest = models.CharField(max_length=64, editable=False)

    objects = models.Manager.from_queryset(RevisionQuerySet)()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ("-time", "-pk")
        constraints = (models.UniqueConstraint(fields=("model", "object_id", "number"), name="revision_number_unique"),)

    def __str__(self) -> str:
        return f"{self.title} #{self.number}"
