"""Owns what becomes of an edit: it is saved, proposed, submitted or published, or given back with what others wrote."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from troubleshoot.editing import lost_update, publishing, revisions
from troubleshoot.editing.publishing import UNPUBLISHED, OutdatedError, TransitionError, may_change, may_publish
from troubleshoot.editing.revisions import RestoreError
from troubleshoot.editing.revisions.aggregates import shape_of
from troubleshoot.editing.revisions.contents import ROW, TRANSLATED_FROM, Content
from troubleshoot.models import ErrorEntry, Revision, Step
from troubleshoot.models.translated import Translated, written_from

if TYPE_CHECKING:
    from django.db.models import Model

    from troubleshoot.editing.lost_update import Clash, Merge, Snapshot
    from troubleshoot.editing.revisions.aggregates import Shape

State = ErrorEntry.State
# A form that does not say when it was opened may be older than what was saved so lately.
_LATELY = timedelta(hours=1)


class Intent(StrEnum):
    """What shall be done with an edit, beside keeping it. ``SAVE`` shows it to readers where its author may do that."""

    SAVE = "save"
    DRAFT = "draft"
    PROPOSE = "propose"
    SUBMIT = "submit"
    PUBLISH = "publish"


class Result(StrEnum):
    """What became of an edit. Of one that collided or was refused nothing is saved; an outdated one is, unpublished."""

    SAVED = "saved"
    PROPOSED = "proposed"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    OUTDATED = "outdated"
    COLLIDED = "collided"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody wants a page to say.

    ``row`` is the page, unsaved for a new one. ``content`` may name only some of its fields and parts; the others stay
    as they are. ``base`` tells what its author saw before, None where that is not known. ``action`` is what the history
    calls it; blank means created or edited. One that is not ``valid`` can be told what others wrote, and is refused.
    """

    row: Any
    content: Content
    base: Snapshot | None = None
    reason: str = ""
    intent: Intent = Intent.SAVE
    action: str = ""
    valid: bool = True


@dataclass(frozen=True, slots=True)
class Collision:
    """What somebody else saved meanwhile, brought together with the edit; ``last`` is their revision, if there is one.

    It is not certain where the edit does not say what it began from.
    """

    merge: Merge
    last: Revision | None
    is_certain: bool

    @property
    def clashes(self) -> list[Clash]:
        """What both changed."""
        return self.merge.clashes

    @property
    def taken_over(self) -> list[str]:
        """What only the other changed."""
        return self.merge.taken_over


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an edit, and the row that has it now; ``sentence`` says what of it could not be done, and why."""

    result: Result
    row: Any
    sentence: str = ""
    collision: Collision | None = None


def carry_out(edit: Edit, *, user: Any) -> Outcome:
    """Do with an edit what it asks for, in one transaction. Raises PermissionDenied."""
    with transaction.atomic():
        live = _locked(edit.row)
        if live is not None and (found := _collision(edit, live)):
            return Outcome(Result.COLLIDED, live, collision=found)
        if not edit.valid:
            return Outcome(Result.REFUSED, edit.row)
        if live is not None and is_proposed(live, edit.intent, user):
            return _proposed(edit, live, user)
        return _gone_on(edit, Outcome(Result.SAVED, _saved(edit, user)), user)


def is_proposed(row: Any, intent: Intent, user: Any) -> bool:
    """Whether an edit of this row changes its proposal instead of what readers see."""
    asked = intent is Intent.PROPOSE or not may_publish(user)
    return isinstance(row, ErrorEntry) and row.state == State.PUBLISHED and asked


def _locked(row: Model) -> Any:
    """The row as the database has it, locked; None for a new one."""
    if row.pk is None:
        return None
    return type(row)._default_manager.select_for_update().filter(pk=row.pk).order_by("pk").first()


def _collision(edit: Edit, live: Any) -> Collision | None:
    """What others changed since the edit began, where they did."""
    last = Revision.objects.of(revisions.subject_of(live)).select_related("user").first()
    if edit.base is None and (last is None or last.user_id is None or last.time < timezone.now() - _LATELY):
        return None
    theirs = revisions.content_of(live, numbered=True)
    merge = lost_update.merged(edit.base, theirs, edit.content)
    return None if merge.is_clean else Collision(merge, last, is_certain=edit.base is not None)


def _saved(edit: Edit, user: Any) -> Any:
    row, is_new = edit.row, edit.row.pk is None
    subject = revisions.subject_of(row)
    if not is_new or subject is not row:
        revisions.note_found(subject)
    if is_new and isinstance(row, ErrorEntry):
        hidden = edit.intent in (Intent.DRAFT, Intent.SUBMIT) or not may_publish(user)
        row.state = State.DRAFT if hidden else State.PUBLISHED
        row.proposed_by = user
        row.reviewed = None if hidden else timezone.now()
    revisions.apply(row, edit.content)
    usual = Revision.Action.CREATED if is_new and not isinstance(row, Step) else Revision.Action.EDITED
    revisions.record(row, edit.action or usual, user=user, reason=edit.reason)
    return row


def _proposed(edit: Edit, live: ErrorEntry, user: Any) -> Outcome:
    if waiting := getattr(live, "proposal", None):
        return Outcome(Result.REFUSED, waiting, gettext("Someone proposed a change to this entry in the meantime."))
    before = revisions.content_of(live, numbered=True)
    content = before | _with_origins(shape_of(ErrorEntry), before, edit.content)
    proposal = publishing.propose(live, user=user, content=content, reason=edit.reason)
    return _gone_on(edit, Outcome(Result.PROPOSED, proposal), user)


def _with_origins(shape: Shape, before: Content, after: Content) -> Content:
    """The content with which Korean each English text was written from, as if the row itself had been saved."""
    content = dict(after)
    if issubclass(shape.model, Translated):
        known = before.get(TRANSLATED_FROM, {})
        content[TRANSLATED_FROM] = written_from(shape.model.translated_fields(), known, before, before | after)
    for part in (part for part in shape.parts if part.name in after):
        rows = {row[ROW]: row for row in before.get(part.name, [])}
        content[part.name] = [_with_origins(part, rows.get(row.get(ROW), {}), row) for row in after[part.name]]
    return content


def _gone_on(edit: Edit, outcome: Outcome, user: Any) -> Outcome:
    """Submit or publish what was saved, where that was asked for. What can't go on stays saved."""
    row = outcome.row
    if not isinstance(row, ErrorEntry):
        return outcome
    try:
        if edit.intent is Intent.SUBMIT and row.state == State.DRAFT:
            return Outcome(Result.SUBMITTED, publishing.submit(row, user=user, reason=edit.reason))
        if edit.intent is Intent.PUBLISH and row.state in UNPUBLISHED:
            return Outcome(Result.PUBLISHED, publishing.publish(row, user=user, reason=edit.reason))
    except OutdatedError:
        return Outcome(Result.OUTDATED, row)
    except TransitionError as error:
        return replace(outcome, sentence=str(error))
    return outcome


def may_restore(user: Any, revision: Revision) -> bool:
    """Whether a user may give a thing the content of a revision again, or propose it."""
    return revisions.may_restore(user, revision) or _may_propose(user, revision)


def _may_propose(user: Any, revision: Revision) -> bool:
    entry = _published(revision)
    return entry is not None and may_change(user) and not hasattr(entry, "proposal")


def _published(revision: Revision) -> ErrorEntry | None:
    if revision.model != ErrorEntry._meta.label_lower:
        return None
    entries = ErrorEntry.objects.filter(pk=revision.object_id, state=State.PUBLISHED)
    return entries.select_related("proposal").first()


def restore(revision: Revision, *, user: Any, reason: str = "") -> Outcome:
    """Give a thing the content of a revision again; who may not decide what readers see proposes it.

    Raises PermissionDenied.
    """
    try:
        if revisions.may_restore(user, revision):
            return Outcome(Result.SAVED, revisions.restore(revision, user=user, reason=reason))
        entry = _published(revision) if _may_propose(user, revision) else None
        if entry is None:
            raise PermissionDenied
        content = revisions.hidden_as_now(entry, revision.content)
        with revisions.can_be_restored():
            return Outcome(Result.PROPOSED, publishing.propose(entry, user=user, content=content, reason=reason))
    except (RestoreError, TransitionError) as error:
        return Outcome(Result.REFUSED, None, str(error))
