"""Owns the rows that say which wizards help with which entries, and what an entry already answers of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from troubleshoot.models.catalog import ErrorEntry
from troubleshoot.models.flows import Flow
from troubleshoot.models.stamps import ShownQuerySet
from troubleshoot.models.translated import Named
from troubleshoot.wizard import answers


class FlowLinkQuerySet(ShownQuerySet["FlowLink"]):
    def published(self) -> Self:
        """Links whose flow readers see, with the flow."""
        # By the number of the entry: its own order would bring its document along.
        return self.filter(flow__published=True).select_related("flow").order_by("entry_id", "order")


FlowLinkManager = models.Manager.from_queryset(FlowLinkQuerySet)


class FlowLink(Named, models.Model):
    """A flow that helps with an entry, and what the entry already answers of it."""

    NATURAL_KEY = ("entry__key", "flow__key")

    entry = models.ForeignKey(
        ErrorEntry, on_delete=models.CASCADE, related_name="flow_links", verbose_name=_("error entry")
    )
    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="entry_links", verbose_name=_("wizard"))
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    answers = models.CharField(
        _("prefilled answers"),
        max_length=500,
        blank=True,
        help_text=_("As in the address of the wizard, such as origin=migrated&os=windows."),
    )

    objects = FlowLinkManager()

    if TYPE_CHECKING:
        pk: int
        entry_id: int
        flow_id: int

    class Meta:
        verbose_name = _("error that offers the wizard")
        verbose_name_plural = _("errors that offer the wizard")
        ordering = ("entry", "order")
        constraints = (
            models.UniqueConstraint(fields=("entry", "flow"), name="flow_link_unique"),
            models.UniqueConstraint(fields=("entry", "order"), name="flow_link_order_unique"),
        )

    def __str__(self) -> str:
        return f"{self.entry} → {self.flow}"

    def get_absolute_url(self) -> str:
        """The wizard, with what the entry answers already filled in, as assumed: its reader has not said it."""
        given = answers.read(self.answers).given
        return self.flow.get_absolute_url() + (
            f"?{answers.write(answers.assuming(given, dict(given)))}" if given else ""
        )

    def clean(self) -> None:
        read = answers.read(self.answers)
        if read.dropped:
            raise ValidationError({"answers": _("Write each answer once, as in origin=migrated&os=windows.")})
        self.answers = read.query
