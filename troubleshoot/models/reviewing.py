"""Owns what is said and agreed of a text in review: the comments of those who review it and who wrote it, and plans."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from troubleshoot.models.catalog import ErrorEntry
from troubleshoot.models.flows import Flow

Page = ErrorEntry | Flow
OVERDUE_AFTER = timedelta(minutes=10)


def of_page(page: Page) -> dict[str, Any]:
    """The column that names a page, with the page."""
    return {"flow" if isinstance(page, Flow) else "entry": page}


class OfPageQuerySet(models.QuerySet[Any]):
    def of(self, page: Page) -> Self:
        return self.filter(**of_page(page))

    def of_drafts(self) -> Self:
        """Those of pages that are not published yet."""
        states = ErrorEntry.State.DRAFT, ErrorEntry.State.REVIEW
        of_wizard = Q(flow__published=False, flow__stage__in=states)
        return self.filter(Q(entry__state__in=states) | of_wizard)


# The release before, which may serve beside this one, deletes pages and people and knows of none of these rows. What it
# leaves behind so is of no draft, and never shown.
_LOOSE: dict[str, Any] = {"null": True, "editable": False, "db_constraint": False}


class OfPage(models.Model):
    """What somebody said or agreed of one entry or one wizard. It goes with that."""

    entry = models.ForeignKey(ErrorEntry, on_delete=models.CASCADE, related_name="%(class)ss", **_LOOSE)
    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="%(class)ss", **_LOOSE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", **_LOOSE)

    class Meta:
        abstract = True
        default_permissions = ()
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(
                condition=Q(entry=None, flow__isnull=False) | Q(entry__isnull=False, flow=None),
                name="%(class)s_of_one_page",
            ),
        )

    @property
    def page(self) -> Any:
        return self.entry or self.flow


class ReviewCommentQuerySet(OfPageQuerySet):
    def threads(self) -> Self:
        """What began a conversation, the oldest first, each with its answers."""
        answers = ReviewComment.objects.select_related("user").order_by("pk")
        began = self.filter(answer_to=None).select_related("user", "entry", "flow").order_by("pk")
        return began.prefetch_related(models.Prefetch("answers", answers))

    def open(self) -> Self:
        return self.filter(answer_to=None, resolved=None)


class ReviewComment(OfPage):
    """A remark on a draft or a proposed change, or an answer to one."""

    LONGEST, LONGEST_ABOUT = 1_000, 250

    answer_to = models.ForeignKey("self", on_delete=models.CASCADE, related_name="answers", null=True, editable=False)
    # The field that it is about, as comparisons call it in Korean; empty for the whole text.
    about = models.CharField(max_length=LONGEST_ABOUT, blank=True, editable=False)
    text = models.TextField(_("comment"), max_length=LONGEST)
    time = models.DateTimeField(default=timezone.now, editable=False)
    resolved = models.DateTimeField(null=True, editable=False)

    objects = models.Manager.from_queryset(ReviewCommentQuerySet)()

    def __str__(self) -> str:
        return self.text

    @property
    def as_line(self) -> str:
        return f"{self.about}: {self.text}" if self.about else self.text

    @property
    def last(self) -> ReviewComment:
        """The last word of a conversation, from answers fetched with it."""
        return max(self.answers.all(), key=lambda answer: answer.pk, default=self)


class PlanQuerySet(OfPageQuerySet):
    def due(self) -> Self:
        """What is to be published by now, in the order of the times; not what was tried already."""
        lately = self.of_drafts().filter(time__lte=timezone.now(), missed=None)
        return lately.select_related("entry", "flow", "user").order_by("time", "pk")


class Plan(OfPage):
    """That a text was approved, to be published at a time. It says which text, and which one readers saw then."""

    time = models.DateTimeField(editable=False, db_index=True)
    reason = models.CharField(max_length=500, blank=True, editable=False)
    # Digests of the text that was approved, and of the published one of that time.
    shown = models.CharField(max_length=64, editable=False)
    seen = models.CharField(max_length=64, blank=True, editable=False)
    # When it could not be published.
    missed = models.DateTimeField(null=True, editable=False)

    objects = models.Manager.from_queryset(PlanQuerySet)()

    class Meta(OfPage.Meta):
        constraints = (
            *OfPage.Meta.constraints,
            models.UniqueConstraint(fields=("entry",), name="plan_once_an_entry"),
            models.UniqueConstraint(fields=("flow",), name="plan_once_a_wizard"),
        )

    def __str__(self) -> str:
        return f"{self.time:%Y-%m-%d %H:%M}"

    @property
    def zone(self) -> str:
        """The clocks by which its time is told."""
        return str(timezone.get_current_timezone())

    @property
    def is_overdue(self) -> bool:
        """Whether what publishes on time should have been here by now."""
        return self.missed is None and self.time < timezone.now() - OVERDUE_AFTER
