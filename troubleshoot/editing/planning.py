"""Owns publishing at a time that was agreed on: it is approved now, can be taken back, and is done when it is due."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext

from troubleshoot.editing import notices, publishing, revisions
from troubleshoot.editing.publishing import UNPUBLISHED, TransitionError
from troubleshoot.models import ErrorEntry, Flow, Plan
from troubleshoot.models.reviewing import of_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

Page = ErrorEntry | Flow


class Done(NamedTuple):
    """A page that was due, by its title, and whether it was published."""

    title: str
    is_published: bool


def plan(page: Page, *, user: Any, time: datetime, reason: str = "", seen: str = "", shown: str | None = None) -> Page:
    """Approve a draft or a change now, to be published at ``time``; the rest as ``publishing.publish`` has it."""
    if time <= timezone.now():
        raise TransitionError(gettext("Choose a time in the future, or publish it now."))
    with transaction.atomic():
        row, live = publishing.approved(page, user=user, seen=seen, shown=shown)
        agreed = {"time": time, "user": user, "reason": reason, "missed": None}
        digests = {"shown": revisions.digest_of(row), "seen": revisions.digest_of(live) if live else ""}
        Plan.objects.update_or_create(**of_page(row), defaults=agreed | digests)
    approved: Page = row
    return approved


def take_back(page: Page, *, user: Any, reason: str = "") -> Page:  # noqa: ARG001 - as every transition is called
    """It is published when somebody publishes it, and not before."""
    if not publishing.may_publish(user, page):
        raise PermissionDenied
    with transaction.atomic():
        row = publishing.locked(page, *UNPUBLISHED)
        Plan.objects.of(row).delete()
    return row


@contextmanager
def kept_up(page: Any, *, user: Any) -> Iterator[None]:
    """Who may publish approves what they themselves make of a planned text inside; of others' edits nobody has yet."""
    agreed, is_draft = None, isinstance(page, ErrorEntry | Flow) and page.pk is not None and page.state in UNPUBLISHED
    if is_draft and publishing.may_publish(user, page):
        agreed = Plan.objects.of(page).filter(missed=None).first()
    is_approved = agreed is not None and agreed.shown == revisions.digest_of(_saved(page))
    yield
    if agreed is not None and is_approved:
        Plan.objects.filter(pk=agreed.pk).update(shown=revisions.digest_of(_saved(page)), user=user)


def _saved(page: Page) -> Page:
    """The row as the database has it: a form gives its own what somebody typed."""
    saved: Page = type(page).with_proposals.get(pk=page.pk)
    return saved


def plan_of(page: Page) -> Plan | None:
    """When it was agreed to publish a draft or a proposal; asked of the database once for a row."""
    if page.state not in UNPUBLISHED:
        return None
    prefetch_related_objects([page], Prefetch("plans", Plan.objects.select_related("user")))
    return next(iter(page.plans.all()), None)


def obstacle(agreed: Plan, page: Page) -> str:
    """Why a page will not be published as planned, as far as that can be told; empty where nothing is in the way."""
    live = page.proposal_for
    if not publishing.may_publish(agreed.user or AnonymousUser(), page):
        return gettext("The account that approved it may no longer publish.")
    if agreed.shown != revisions.digest_of(page):
        return gettext("The text has changed since it was approved.")
    if live is not None and revisions.digest_of(live) not in (page.based_on, agreed.seen):
        return gettext("The published text has changed since it was approved.")
    return gettext("Something in it keeps it from being published.") if publishing.hindrances(page) else ""


def publish_due() -> Iterator[Done]:
    """Publish what is due, in the order of the times, each in a transaction of its own.

    What can't be published as it was approved is put aside for somebody to decide. Two processes at once publish each
    page once.
    """
    for agreed in Plan.objects.due():
        if (done := _carried_out(agreed)) is not None:
            yield done


def _carried_out(agreed: Plan) -> Done | None:
    """None where somebody else was quicker, or took it back."""
    page = agreed.page
    with transaction.atomic():
        # The page comes first, as for everybody who publishes: whoever waits here then finds no plan.
        row = type(page).with_proposals.select_for_update().filter(pk=page.pk).order_by("pk").first()
        current = Plan.objects.due().filter(pk=agreed.pk).first()
        if row is None or current is None:
            return None
        title = str(row)
        try:
            with transaction.atomic():
                who = current.user or AnonymousUser()
                publishing.publish(row, user=who, reason=current.reason, seen=current.seen, shown=current.shown)
        except (TransitionError, PermissionDenied, IntegrityError, ObjectDoesNotExist):
            Plan.objects.filter(pk=current.pk).update(missed=timezone.now())
            why = partial(obstacle, current, row)
            notices.tell(notices.MISSED, row, author=current.user, user=None, reason=why)
            return Done(title, is_published=False)
    return Done(title, is_published=True)
