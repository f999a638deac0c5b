"""Owns what restoring a revision of an entry does for who may not publish: it proposes that content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.utils.translation import gettext

from troubleshoot.admin.editing.history import reason_of
from troubleshoot.editing import publishing, revisions
from troubleshoot.editing.publishing import TransitionError
from troubleshoot.editing.revisions import RestoreError
from troubleshoot.models import ErrorEntry, Revision

if TYPE_CHECKING:
    from django.http import HttpRequest


class EntryRestoring(ModelAdmin[ErrorEntry]):
    """Authors bring an earlier text of a published entry in as a proposal."""

    def can_restore(self, request: HttpRequest, revision: Revision) -> bool:
        return super().can_restore(request, revision) or self._can_propose(request, revision)  # type: ignore[misc]  # of the history

    def _can_propose(self, request: HttpRequest, revision: Revision) -> bool:
        entry = _published(revision)
        return entry is not None and publishing.may_change(request.user) and not hasattr(entry, "proposal")

    def restore(self, request: HttpRequest, revision: Revision) -> None:
        if revisions.may_restore(request.user, revision) or not self._can_propose(request, revision):
            super().restore(request, revision)  # type: ignore[misc]  # of the history
            return
        try:
            entry = ErrorEntry.objects.get(pk=revision.object_id)
            content = revisions.hidden_as_now(entry, revision.content)
            publishing.propose(entry, user=request.user, content=content, reason=reason_of(request))
        except TransitionError as error:
            raise RestoreError(str(error)) from error
        said = gettext("The text of revision %(number)d is now a proposed change.") % {"number": revision.number}
        self.message_user(request, said, messages.SUCCESS)


def _published(revision: Revision) -> ErrorEntry | None:
    entries = ErrorEntry.objects.filter(pk=revision.object_id, state=ErrorEntry.State.PUBLISHED)
    return entries.select_related("proposal").first()
