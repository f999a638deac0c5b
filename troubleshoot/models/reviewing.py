"""Owns what is said of a text in review, for those who review it and who wrote it."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from troubleshoot.models.catalog import ErrorEntry
from troubleshoot.models.flows import Flow

Page = ErrorEntry | Flow


def of_page(page: Page) -> dict[str, Page]:
    """The column that names a page, with the page."""
    return {"flow" if isinstance(page, Flow) else "entry": page}


class ReviewCommentQuerySet(models.QuerySet["ReviewComment"]):
    def of(self, page: Page) -> Self:
        return self.filter(**of_page(page))

    def threads(self) -> Self:
        """What began a conversation, the oldest first, each with its answers."""
        answers = ReviewComment.objects.select_related("user").order_by("pk")
        began = self.filter(answer_to=None).select_related("user", "entry", "flow").order_by("pk")
        return began.prefetch_related(models.Prefetch("answers", answers))

    def of_drafts(self) -> Self:
        """Those of pages that are not published yet."""
        states = ErrorEntry.State.DRAFT, ErrorEntry.State.REVIEW
        of_wizard = Q(flow__published=False, flow__stage__in=states)
        return self.filter(Q(entry__state__in=states) | of_wizard)

    def open(self) -> Self:
        return self.filter(answer_to=None, resolved=None)


class ReviewComment(models.Model):
    """A remark on a draft or a proposed change, or an answer to one. It goes with its page."""

    LONGEST, LONGEST_ABOUT = 1_000, 250

    entry = models.ForeignKey(ErrorEntry, on_delete=models.CASCADE, related_name="+", null=True, editable=False)
    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="+", null=True, editable=False)
    answer_to = models.ForeignKey("self", on_delete=models.CASCADE, related_name="answers", null=True, editable=False)
    about = models.CharField(
        max_length=LONGEST_ABOUT,
        blank=True,
        editable=False,
        help_text=_("The field that it is about, as comparisons called it in Korean; empty for the whole text."),
    )
    text = models.TextField(_("comment"), max_length=LONGEST)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, editable=False
    )
    time = models.DateTimeField(default=timezone.now, editable=False)
    resolved = models.DateTimeField(null=True, editable=False)

    objects = models.Manager.from_queryset(ReviewCommentQuerySet)()

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(entry=None, flow__isnull=False) | Q(entry__isnull=False, flow=None),
                name="review_comment_of_one_page",
            ),
        )

    def __str__(self) -> str:
        return self.text

    @property
    def as_line(self) -> str:
        return f"{self.about}: {self.text}" if self.about else self.text

    @property
    def page(self) -> Any:
        return self.entry or self.flow

    @property
    def last(self) -> ReviewComment:
        """The last word of a conversation, from answers fetched with it."""
        return max(self.answers.all(), key=lambda answer: answer.pk, default=self)
