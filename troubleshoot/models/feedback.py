"""Owns what readers tell us without saying who they are: whether something helped, how far they came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Count, F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from troubleshoot import kinds
from troubleshoot.models.catalog import ErrorEntry, Resolution
from troubleshoot.models.flows import Step
from troubleshoot.models.stamps import SearchChange

if TYPE_CHECKING:
    from datetime import datetime


def open_again(collector: Any, field: Any, rows: Any, _using: str) -> None:
    """What becomes of searches and answers whose entry or step is deleted: they lead nowhere, and are open again."""
    collector.add_field_update(field, None, rows)
    collector.add_field_update(field.model._meta.get_field("settled"), None, rows)


MASKED = _(
    "As the reader wrote it. IDs, addresses, keys, phone, card and resident registration numbers, and names beside a "
    "label (“Name:”) are masked; other names may remain."
)


class Handled(models.Model):
    """What a reader did or said, with its end: which entry or step it is about, whose it is, when it was seen to."""

    settled = models.DateTimeField(_("handled"), null=True, editable=False)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("assigned to"),
        null=True,
        editable=False,
    )
    entry = models.ForeignKey(
        ErrorEntry, on_delete=open_again, related_name="+", verbose_name=_("entry"), null=True, editable=False
    )
    step = models.ForeignKey(
        Step, on_delete=open_again, related_name="+", verbose_name=_("step of a wizard"), null=True, editable=False
    )

    class Meta:
        abstract = True


class VerdictQuerySet(models.QuerySet["Verdict"]):
    def since(self, moment: datetime) -> Self:
        return self.filter(time__gte=moment)

    def totals(self) -> dict[tuple[str, bool], int]:
        """How often each answer was given about each subject."""
        rows = self.order_by().values_list("key", "solved").annotate(Count("pk"))
        return {(key, solved): number for key, solved, number in rows}

    def shares(self, of: str, enough: int) -> models.QuerySet[Any, tuple[Any, int, int]]:
        """Of each value of the field ``of`` with ``enough`` answers: how many of them said solved, and their number."""
        answers = self.order_by().values_list(of)
        counted = answers.annotate(yes=Count("pk", filter=Q(solved=True)), answers=Count("pk"))
        return counted.filter(answers__gte=enough)


class Verdict(Handled):
    """A reader's answer to “did this solve the problem?”. It says nothing of who that was."""

    LONGEST_COMMENT = 1_000

    Kind = SearchChange.Kind

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, editable=False)
    key = models.CharField(
        _("about"),
        max_length=170,
        editable=False,
        help_text=_("The key of the entry, or of the wizard and its outcome."),
    )
    solved = models.BooleanField(_("solved"), editable=False)
    comment = models.TextField(
        _("comment"),
        max_length=LONGEST_COMMENT,
        blank=True,
        editable=False,
        help_text=MASKED,
    )
    time = models.DateTimeField(_("time"), default=timezone.now, editable=False, db_index=True)
    resolution = models.ForeignKey(
        Resolution,
        on_delete=models.SET_NULL,
        related_name="verdicts",
        verbose_name=_("resolution"),
        null=True,
        editable=False,
    )
    reader = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text=_(
            "A digest of a random number kept in the reader's browser and of what the answer is about. It "
            "recognises a repeated answer without linking a reader's answers to each other."
        ),
    )

    objects = models.Manager.from_queryset(VerdictQuerySet)()

    class Meta:
        verbose_name = _("feedback answer")
        verbose_name_plural = _("feedback answers")
        ordering = ("-time",)
        indexes = (models.Index(fields=("kind", "key"), name="verdict_about"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=tuple(kinds.Kind)), name="verdict_kind_is_known"),
            models.UniqueConstraint(
                fields=("reader",), condition=~models.Q(reader=""), name="verdict_once_a_reader_and_subject"
            ),
        )

    def __str__(self) -> str:
        return self.key


class StepCountQuerySet(models.QuerySet["StepCount"]):
    def raise_one(self, flow: str, step: str, **raised: int) -> None:
        """Add to today's counters of a step, atomically, whether they exist yet or not."""
        place = {"day": timezone.localdate(), "flow": flow, "step": step}
        added = {name: F(name) + number for name, number in raised.items()}
        if self.filter(**place).update(**added):
            return
        try:
            with transaction.atomic():
                self.create(**place, **raised)
        except IntegrityError:  # somebody else was first
            self.filter(**place).update(**added)

    def totals(self) -> dict[tuple[str, str], tuple[int, int]]:
        """How often each step of each flow was seen, and how often readers went on from it."""
        rows = self.order_by().values_list("flow", "step").annotate(Sum("seen"), Sum("went_on"))
        return {(flow, step): (seen, went_on) for flow, step, seen, went_on in rows}


class StepCount(models.Model):
    """How many readers saw a step of a wizard on a day, and how many went on to another. Nobody is told apart."""

    day = models.DateField(_("day"), editable=False)
    flow = models.CharField(_("wizard"), max_length=80, editable=False)
    step = models.CharField(_("step"), max_length=80, editable=False)
    seen = models.PositiveIntegerField(_("views"), default=0, editable=False)
    went_on = models.PositiveIntegerField(_("continued"), default=0, editable=False)

    objects = models.Manager.from_queryset(StepCountQuerySet)()

    class Meta:
        verbose_name = _("step visit count")
        verbose_name_plural = _("step visits")
        ordering = ("-day", "flow", "step")
        constraints = (models.UniqueConstraint(fields=("day", "flow", "step"), name="step_count_once_a_day"),)

    def __str__(self) -> str:
        return f"{self.flow}/{self.step} {self.day}"
