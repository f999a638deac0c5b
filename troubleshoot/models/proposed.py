"""Owns what pages that go through states have in common: entries and wizards, which have drafts and proposals."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from troubleshoot import kinds
from troubleshoot.models.translated import Translated


class State(models.TextChoices):
    """Where a page stands between its first draft and the archive."""

    DRAFT = kinds.State.DRAFT.value, _("draft")
    REVIEW = kinds.State.REVIEW.value, _("in review")
    PUBLISHED = kinds.State.PUBLISHED.value, _("published")
    ARCHIVED = kinds.State.ARCHIVED.value, _("archived")


class Proposable(Translated):
    """A page whose change, once it is published, is a row of its own until that is published: its *proposal*.

    A proposal is edited like any page, never shown to readers, and takes the page's place in content, not in identity,
    when published. ``proposal_for`` names the page; each model has that column of its own, which leads to its own rows.
    """

    State = State

    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("author"),
        null=True,
        editable=False,
    )
    based_on = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text=_("Digest of the published content that a change began from."),
    )
    reviewed = models.DateTimeField(_("last reviewed"), null=True, editable=False)
    edited = models.DateTimeField(_("last edited"), null=True, editable=False)

    class Meta:
        abstract = True
