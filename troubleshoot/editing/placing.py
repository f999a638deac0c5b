"""Owns moving an entry to another operation, where it comes last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from troubleshoot.editing import publishing, revisions
from troubleshoot.models import ErrorEntry, Operation, Revision

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


def assign(
    entry: ErrorEntry, operation: Operation, *, user: AbstractBaseUser | AnonymousUser, reason: str = ""
) -> ErrorEntry:
    """Move an entry to the end of another operation. What readers know may move only who publishes."""
    with transaction.atomic():
        # Two that are moved at once must not get one number.
        Operation.objects.select_for_update().get(pk=operation.pk)
        row = ErrorEntry.objects.select_for_update().get(pk=entry.pk)
        _ask(row, user)
        if row.operation_id == operation.pk:
            raise publishing.TransitionError(gettext("It already belongs to this operation."))
        revisions.note_found(row)
        row.operation = operation
        row.order = _last(operation) + 1
        row.save()
        revisions.record(row, Revision.Action.EDITED, user=user, reason=reason)
    return row


def _ask(row: ErrorEntry, user: Any) -> None:
    is_unseen = row.state in publishing.UNPUBLISHED
    if not (publishing.may_publish(user) or (is_unseen and publishing.may_change(user))):
        raise PermissionDenied


def _last(operation: Operation) -> int:
    rows = ErrorEntry.objects.without_proposals().filter(operation=operation)
    return int(rows.aggregate(last=Max("order"))["last"] or 0)
