"""Owns the states of an entry: who may move it from one to the next, what each transition does and has to show."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from troubleshoot.editing import keys, links, revisions
from troubleshoot.editing.ordering import next_order
from troubleshoot.models import ErrorEntry, Operation, Revision

if TYPE_CHECKING:
    from collections.abc import Iterator

State = ErrorEntry.State
Action = Revision.Action

UNPUBLISHED = (State.DRAFT, State.REVIEW)


class TransitionError(Exception):
    """A move that can't be made; the message is the sentence to show."""


class OutdatedError(TransitionError):
    """The published text changed since the proposal began, or the draft since it was looked at."""


def may_change(user: Any) -> bool:
    """Whether a user writes drafts and proposes changes."""
    return bool(user.has_perm("troubleshoot.change_errorentry"))


def may_publish(user: Any) -> bool:
    """Whether a user decides what readers see."""
    return may_change(user) and bool(user.has_perm("troubleshoot.publish_errorentry"))


def may_discard(user: Any, entry: ErrorEntry) -> bool:
    """Whether a user may throw a draft or a change away: who wrote it, and who publishes."""
    return may_publish(user) or (may_change(user) and entry.proposed_by_id == user.pk)


def is_outdated(proposal: ErrorEntry) -> bool:
    """Whether the published text changed since this proposal of a change began."""
    live = proposal.proposal_for
    return live is not None and proposal.based_on != revisions.digest_of(live)


def propose(entry: ErrorEntry, *, user: Any, content: revisions.Content | None = None, reason: str = "") -> ErrorEntry:
    """The proposal of a published entry; where there is none, made with ``content`` or with what is published."""
    _require(may_change(user))
    with transaction.atomic():
        live = _locked(entry, State.PUBLISHED)
        proposal = ErrorEntry.with_proposals.filter(proposal_for=live).first()
        if proposal is not None and content is None:
            return proposal
        if proposal is not None:
            raise TransitionError(gettext("Someone proposed a change to this entry in the meantime."))
        return new_proposal(live, user, content or revisions.content_of(live), reason)


def new_proposal(live: ErrorEntry, user: Any, content: revisions.Content, reason: str) -> ErrorEntry:
    """A change of a published entry that has none, whoever proposes it."""
    proposal = ErrorEntry(
        key=f"{keys.PROPOSAL}{live.pk}",
        state=State.DRAFT,
        proposal_for=live,
        proposed_by=user,
        based_on=revisions.digest_of(live),
        source_line=live.source_line,
    )
    revisions.apply(proposal, content)
    revisions.record(proposal, Action.CREATED, user=user, reason=reason)
    return proposal


def submit(entry: ErrorEntry, *, user: Any, reason: str = "") -> ErrorEntry:
    """Ask for a draft to be published."""
    _require(may_change(user))
    with _transition(entry, State.DRAFT, action=Action.SUBMITTED, user=user, reason=reason) as row:
        row.state = State.REVIEW
    return row


def send_back(entry: ErrorEntry, *, user: Any, reason: str = "") -> ErrorEntry:
    """Make what is in review a draft again: the publisher says why, the author just takes it back."""
    withdrawn = may_change(user) and entry.proposed_by_id == user.pk
    _require(may_publish(user) or withdrawn)
    if not reason.strip() and not withdrawn:
        raise TransitionError(gettext("Tell the author what to change."))
    with _transition(entry, State.REVIEW, action=Action.SENT_BACK, user=user, reason=reason) as row:
        row.state = State.DRAFT
    return row


def publish(entry: ErrorEntry, *, user: Any, reason: str = "", seen: str = "", shown: str | None = None) -> ErrorEntry:
    """Show a draft to readers, or give the published entry what its proposal says. Returns the published row.

    Where the published text changed since the proposal began, ``seen`` is the digest of the text that the user saw
    before deciding; raises OutdatedError without it. ``shown`` is the digest of the draft that they decided on; raises
    OutdatedError where it says something else by now. Without one, what is there is published.
    """
    _require(may_publish(user))
    with transaction.atomic():
        row = _locked(entry, *UNPUBLISHED)
        if shown is not None and shown != revisions.digest_of(row):
            raise OutdatedError(gettext("This text has changed since you opened the page. Check it again first."))
        ask_for_links(row)
        if row.proposal_for_id is None:
            row.state, row.reviewed = State.PUBLISHED, timezone.now()
            row.save()
            revisions.record(row, Action.PUBLISHED, user=user, reason=reason)
            return row
        return _publish_proposal(row, user, reason, seen)


def ask_for_links(row: ErrorEntry) -> None:
    """Readers must be able to follow every link that they are given."""
    if wrong := [] if row.staff_only else links.of_entry(row, for_readers=True):
        raise TransitionError(" ".join(dict.fromkeys(finding.sentence for finding in wrong)))


def _publish_proposal(proposal: ErrorEntry, user: Any, reason: str, seen: str) -> ErrorEntry:
    live = ErrorEntry.objects.select_for_update().get(proposal=proposal)
    digest = revisions.digest_of(live)
    if digest not in (proposal.based_on, seen):
        raise OutdatedError(
            gettext("The published text has changed since this change was started. Compare both first.")
        )
    revisions.note_found(live)
    content = revisions.content_of(proposal)
    if proposal.proposed_by is not None and proposal.proposed_by != user:
        theirs = Revision.objects.of(proposal).filter(user=proposal.proposed_by).exclude(reason="").first()
        credit = gettext("Proposed by %(name)s.") % {"name": proposal.proposed_by.get_username()}
        if theirs is not None:
            credit = gettext("Proposed by %(name)s: %(reason)s")
            credit %= {"name": proposal.proposed_by.get_username(), "reason": theirs.reason}
        reason = f"{reason} {credit}".strip()
    # The history of the proposal ends so; who wrote it learns from there what became of it.
    revisions.record(proposal, Action.PUBLISHED, user=user)
    proposal.delete()
    live.reviewed = timezone.now()
    revisions.apply(live, content)
    revisions.record(live, Action.PUBLISHED, user=user, reason=reason)
    return live


def published_as(number: int) -> ErrorEntry | None:
    """The entry that says what a proposed change said, by the primary key that this change had."""
    known = Revision.objects.filter(model=ErrorEntry._meta.label_lower)
    last = known.filter(object_id=number).order_by("-number").first()
    if last is None or last.action != Action.PUBLISHED:
        return None
    same = known.filter(action=Action.PUBLISHED, digest=last.digest, time__gte=last.time).exclude(object_id=number)
    return ErrorEntry.objects.filter(pk__in=same.order_by("time").values("object_id")[:1]).first()


def archive(entry: ErrorEntry, *, user: Any, reason: str = "", successor: ErrorEntry | None = None) -> ErrorEntry:
    """Take a published entry from the readers; its address leads to the successor from now on, or explains.

    Of an entry that is archived already this changes the successor.
    """
    _require(may_publish(user))
    states = State.PUBLISHED, State.ARCHIVED
    with _transition(entry, *states, action=Action.ARCHIVED, user=user, reason=reason) as row:
        if successor is not None and (successor.pk == row.pk or successor.state != State.PUBLISHED):
            raise TransitionError(gettext("Only another published entry can replace this one."))
        if successor is not None and successor.staff_only and not row.staff_only:
            raise TransitionError(gettext("Readers can't open that entry: it is for staff only. Choose another one."))
        if ErrorEntry.with_proposals.filter(proposal_for=row).exists():
            raise TransitionError(gettext("A change to this entry is proposed. Publish or discard it first."))
        row.state, row.successor = State.ARCHIVED, successor
    return row


def unarchive(entry: ErrorEntry, *, user: Any, reason: str = "") -> ErrorEntry:
    """Show an archived entry to readers again."""
    _require(may_publish(user))
    with _transition(entry, State.ARCHIVED, action=Action.PUBLISHED, user=user, reason=reason) as row:
        ask_for_links(row)
        row.state, row.successor, row.reviewed = State.PUBLISHED, None, timezone.now()
    return row


def rename(entry: ErrorEntry, key: str, *, user: Any, reason: str = "") -> ErrorEntry:
    """Give an entry another key; the address that it had leads to it from now on."""
    _require(may_publish(user))
    with _transition(entry, *State, action=Action.RENAMED, user=user, reason=reason) as row:
        if row.proposal_for_id is not None:
            raise TransitionError(gettext("The key belongs to the published entry, not to its proposed change."))
        if key == row.key:
            raise TransitionError(gettext("It already has this key."))
        try:
            keys.refuse(key, row)
        except ValidationError as error:
            raise TransitionError(error.messages[0]) from error
        keys.give(row, key)
    return row


def mark_reviewed(entry: ErrorEntry, *, user: Any, reason: str = "") -> ErrorEntry:
    """Note that a published entry was read again and is still right."""
    _require(may_publish(user))
    with transaction.atomic():
        row = _locked(entry, State.PUBLISHED)
        revisions.note_found(row)
        row.reviewed = timezone.now()
        ErrorEntry.objects.filter(pk=row.pk).update(reviewed=row.reviewed)
        revisions.record(row, Action.REVIEWED, user=user, reason=reason)
    return row


def discard(entry: ErrorEntry, *, user: Any, reason: str = "") -> None:
    """Throw a draft or a proposed change away; the history keeps what it said."""
    _require(may_discard(user, entry))
    with transaction.atomic():
        row = _locked(entry, *UNPUBLISHED)
        revisions.record(row, Action.DELETED, user=user, reason=reason)
        row.delete()


def _require(allowed: bool) -> None:  # noqa: FBT001 - the answer to one question
    if not allowed:
        raise PermissionDenied


def _locked(entry: ErrorEntry, *states: str) -> ErrorEntry:
    """The entry as the database has it, locked. Raises TransitionError where it is in none of these states by now."""
    row = ErrorEntry.with_proposals.select_for_update().filter(pk=entry.pk).order_by("pk").first()
    if row is None:
        raise TransitionError(
            gettext("The entry no longer exists: someone discarded it, or published the proposed change.")
        )
    if row.state not in states:
        raise TransitionError(gettext("This can't be done in the entry's current state: %s.") % row.get_state_display())
    return row


@contextmanager
def _transition(entry: ErrorEntry, *states: str, action: str, user: Any, reason: str) -> Iterator[ErrorEntry]:
    """The entry as the database has it, locked; what it is given inside is saved, and stands in the history."""
    with transaction.atomic():
        row = _locked(entry, *states)
        revisions.note_found(row)
        yield row
        row.save()
        revisions.record(row, action, user=user, reason=reason)


def assign(entry: ErrorEntry, operation: Operation, *, user: Any, reason: str = "") -> ErrorEntry:
    """Move an entry to the end of another operation. What readers know may move only who publishes."""
    with transaction.atomic():
        # Two that are moved at once must not get one number.
        Operation.objects.select_for_update().get(pk=operation.pk)
        with _transition(entry, *State, action=Action.EDITED, user=user, reason=reason) as row:
            _require(may_publish(user) or (row.state in UNPUBLISHED and may_change(user)))
            if row.operation_id == operation.pk:
                raise TransitionError(gettext("It already belongs to this operation."))
            row.operation, row.order = operation, next_order(ErrorEntry.objects.filter(operation=operation))
    return row


def sent_back(entry: ErrorEntry) -> Revision | None:
    """The revision with which a draft was sent back to its author, if that is why it is a draft."""
    if entry.state != State.DRAFT:
        return None
    moves = (Action.SENT_BACK, Action.SUBMITTED)
    last = Revision.objects.of(entry).filter(action__in=moves).select_related("user").first()
    return last if last is not None and last.action == Action.SENT_BACK else None


def changes_to_live(proposal: ErrorEntry) -> list[revisions.Change]:
    """What a proposal changes in the published text, word by word."""
    return revisions.changes(revisions.content_of(proposal.proposal_for), revisions.content_of(proposal))


def before_publishing(entry: ErrorEntry, shown: str = "") -> dict[str, Any]:
    """What who publishes has to see: the text, the difference, and what changed since the proposal began.

    ``shown`` is the digest of the text that they saw the last time; what was written since is told, too.
    """
    content = revisions.content_of(entry)
    context: dict[str, Any] = {"shown": revisions.digest(content)}
    if shown and shown != context["shown"]:
        context["changes_meanwhile"] = _changes_since(entry, shown, content)
    live = entry.proposal_for
    if live is None:
        return context
    now = revisions.content_of(live)
    context |= {"live": live, "changes_to_live": revisions.changes(now, content)}
    if is_outdated(entry):
        changes = _changes_since(live, entry.based_on, now)
        context |= {"is_outdated": True, "seen": revisions.digest(now), "changes_since": changes}
    return context


def _changes_since(row: ErrorEntry, digest: str, now: revisions.Content) -> list[revisions.Change] | None:
    """What changed since the content of a row had this digest; None where the history does not know it."""
    then = Revision.objects.of(row).filter(digest=digest).first()
    return revisions.changes(then.content, now) if then else None
