"""Owns the states of an entry or a wizard: who may move it to the next, what each move does and has to show."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext

from troubleshoot.editing import keys, links, lost_update, notices, revisions
from troubleshoot.editing.ordering import next_order
from troubleshoot.models import (
    ErrorEntry,
    Flow,
    Operation,
    Plan,
    QueryLog,
    Resolution,
    ReviewComment,
    Revision,
    Step,
    Verdict,
)
from troubleshoot.models.reviewing import of_page
from troubleshoot.reading import flows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from troubleshoot.wizard.graph import Graph

Page = TypeVar("Page", bound=ErrorEntry | Flow)
"""What has drafts, proposals and a review."""
State = ErrorEntry.State
Action = Revision.Action

UNPUBLISHED = (State.DRAFT, State.REVIEW)


class TransitionError(Exception):
    """A move that can't be made; the message is the sentence to show."""


class UnfitError(TransitionError):
    """What readers would get has faults; the message says which, and ``hindrances`` where each is."""


class UntranslatedError(TransitionError):
    """Nothing but a text in the other language is missing; the message says which."""


class OutdatedError(TransitionError):
    """The published text changed since the proposal began, or the draft since it was looked at."""


def may_change(user: Any, page: Any = ErrorEntry) -> bool:
    """Whether a user writes drafts and proposes changes: of entries, or of what ``page`` is, a row or a model."""
    return bool(user.has_perm(f"troubleshoot.change_{page._meta.model_name}"))


def may_publish(user: Any, page: Any = ErrorEntry) -> bool:
    """Whether a user decides what readers see."""
    return may_change(user, page) and bool(user.has_perm(f"troubleshoot.publish_{page._meta.model_name}"))


def is_own(user: Any, page: Any) -> bool:
    """Whether a user writes this draft or change, and began it."""
    return may_change(user, page) and page.proposed_by_id == user.pk


def is_anothers(page: Any, user: Any) -> bool:
    """Whether somebody else wrote this draft or change, and learns what becomes of it."""
    return page.proposed_by_id not in (None, user.pk)


def may_discard(user: Any, page: Any) -> bool:
    """Whether a user may throw a draft or a change away: who wrote it, and who publishes."""
    return may_publish(user, page) or is_own(user, page)


def is_outdated(proposal: Page) -> bool:
    """Whether the published text changed since this proposal of a change began."""
    live = proposal.proposal_for
    return live is not None and proposal.based_on != revisions.digest_of(live)


def propose(page: Page, *, user: Any, content: revisions.Content | None = None, reason: str = "") -> Page:
    """The proposal of what is published; where there is none, made with ``content`` or with what is published."""
    _require(may_change(user, page))
    with transaction.atomic():
        live = locked(page, State.PUBLISHED)
        proposal: Page | None = _rows_like(page).filter(proposal_for=live).first()
        if proposal is not None and content is None:
            return proposal
        if proposal is not None:
            raise TransitionError(gettext("Someone proposed a change to this page in the meantime."))
        return new_proposal(live, user, content or revisions.content_of(live), reason)


def new_proposal(live: Page, user: Any, content: revisions.Content, reason: str) -> Page:
    """A change of what is published and has none, whoever proposes it."""
    proposal: Any = type(live)(
        key=f"{keys.PROPOSAL}{live.pk}",
        proposal_for=live,
        proposed_by=user,
        based_on=revisions.digest_of(live),
    )
    proposal.state = State.DRAFT
    if isinstance(live, ErrorEntry):
        proposal.source_line = live.source_line
    revisions.apply(proposal, content)
    revisions.record(proposal, Action.CREATED, user=user, reason=reason)
    made: Page = proposal
    return made


def keep_up(proposal: Flow, before: revisions.Content, *, user: Any) -> None:
    """Bring what was just corrected in a published wizard into its proposal, wherever that still says what was there.

    What the proposal changes, too, stays; who publishes it is then shown what was corrected.
    """
    live: Any = proposal.proposal_for
    now, said = revisions.content_of(live), revisions.content_of(proposal)
    content, has_all = lost_update.carried_over(before, now, said)
    if content != said:
        revisions.apply(proposal, content)
        why = gettext("Corrected in the published wizard, too.")
        revisions.record(proposal, Action.EDITED, user=user, reason=why)
    if has_all and proposal.based_on == revisions.digest(before):
        Flow.with_proposals.filter(pk=proposal.pk).update(based_on=revisions.digest(now))


def submit(page: Page, *, user: Any, reason: str = "") -> Page:
    """Ask for a draft to be published."""
    _require(may_change(user, page))
    with _transition(page, State.DRAFT, action=Action.SUBMITTED, user=user, reason=reason) as row:
        if row.proposal_for is not None and not changes_to_live(row):
            raise TransitionError(gettext("It says what readers see already, so there is nothing to review."))
        row.state = State.REVIEW
        notices.tell(notices.SUBMITTED, row, author=None, user=user, reason=reason)
    return row


def send_back(page: Page, *, user: Any, reason: str = "") -> Page:
    """Make what is in review a draft again: the publisher says why, or did so in comments; the author takes it back."""
    withdrawn = is_own(user, page)
    _require(may_publish(user, page) or withdrawn)
    comments = [] if withdrawn else list(ReviewComment.objects.of(page).open().order_by("pk"))
    if not reason.strip() and not comments and not withdrawn:
        raise TransitionError(gettext("Tell the author what to change."))
    with _transition(page, State.REVIEW, action=Action.SENT_BACK, user=user, reason=reason) as row:
        row.state = State.DRAFT
        Plan.objects.of(row).delete()
        said = "\n".join(filter(None, [reason, *(comment.as_line for comment in comments)]))
        notices.tell(notices.SENT_BACK, row, author=row.proposed_by, user=user, reason=said)
    return row


def publish(page: Page, *, user: Any, reason: str = "", seen: str = "", shown: str | None = None) -> Page:
    """Show a draft to readers, or give what is published what its proposal says. Returns the published row.

    Where the published text changed since the proposal began, ``seen`` is the digest of the text that the user saw
    before deciding; raises OutdatedError without it. ``shown`` is the digest of the draft that they decided on; raises
    OutdatedError where it says something else by now. Without one, what is there is published.
    """
    with transaction.atomic():
        row, live = approved(page, user=user, seen=seen, shown=shown)
        if live is None:
            Plan.objects.of(row).delete()
            row.state, row.reviewed = State.PUBLISHED, _reviewed_by(user, row, row.reviewed)
            row.save()
            revisions.record(row, Action.PUBLISHED, user=user, reason=reason)
            notices.tell(notices.PUBLISHED, row, author=row.proposed_by, user=user, reason=reason)
            return row
        return _publish_proposal(row, live, user, reason)


def approved(page: Page, *, user: Any, seen: str = "", shown: str | None = None) -> tuple[Page, Page | None]:
    """The draft that a user decides to publish, and the text that it changes, both locked; raises as ``publish``."""
    _require(may_publish(user, page))
    row = locked(page, *UNPUBLISHED)
    if shown is not None and shown != revisions.digest_of(row):
        raise OutdatedError(gettext("This text has changed since you opened the page. Check it again first."))
    ask_whether_fit(row)
    if row.proposal_for_id is None:
        return row, None
    live: Page = _rows_like(row).select_for_update().get(proposal=row)
    if revisions.digest_of(live) not in (row.based_on, seen):
        raise OutdatedError(
            gettext("The published text has changed since this change was started. Compare both first.")
        )
    return row, live


class Hindrance(NamedTuple):
    """What keeps a page from being published: a sentence, where, the row on whose form it is mended, the part there."""

    sentence: str
    place: str
    row: Any
    part: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}" if self.place else self.sentence


def hindrances(page: ErrorEntry | Flow) -> list[Hindrance]:
    """Readers must be able to follow every link that they are given, and to get through a wizard to its end."""
    if isinstance(page, Flow):
        return list(dict.fromkeys([*_of_steps(page), *_of_links(page, flows.graph_of(page))]))
    return [] if page.staff_only else list(dict.fromkeys(_of_links(page)))


def _of_steps(flow: Flow) -> Iterator[Hindrance]:
    steps = {step.key: step for step in flow.steps.all()}
    for problem in flows.problems(flow):
        yield Hindrance(problem.sentence, problem.place, steps.get(problem.step, flow))


def _of_links(page: ErrorEntry | Flow, graph: Graph | None = None) -> Iterator[Hindrance]:
    for row, text, finding in links.of_page(page, for_readers=True):
        place = capfirst(str(row._meta.get_field(text.column).verbose_name))  # type: ignore[union-attr]  # a column has one
        match row:
            case Step() if graph is not None:
                yield Hindrance(finding.sentence, f"{flows.place_of(graph, row.key)} · {place}", row)
            case Resolution():
                yield Hindrance(finding.sentence, f"{row} · {place}", page, f"resolution-{row.pk}")
            case _:
                yield Hindrance(finding.sentence, place, page, text.field)


def ask_whether_fit(row: ErrorEntry | Flow) -> None:
    """Raise UnfitError where something keeps it from being published."""
    if found := hindrances(row):
        raise UnfitError(" ".join(map(str, found)))


def ask_whether_sound(flow: Flow) -> None:
    """What readers go through just now must not become a dead end."""
    if found := flows.problems(flow):
        if all(problem.is_untranslated for problem in found):
            raise UntranslatedError(" ".join(map(flows.sentence_of, found)))
        first = gettext("This wizard is published, so it must stay free of problems. Save it as a proposal instead.")
        raise TransitionError(" ".join([first, *map(flows.sentence_of, found)]))


def _publish_proposal(proposal: Page, live: Page, user: Any, reason: str) -> Page:
    revisions.note_found(live)
    content = revisions.content_of(proposal)
    notices.tell(notices.PUBLISHED, live, author=proposal.proposed_by, user=user, reason=reason)
    reason = f"{reason} {_credit(proposal, user)}".strip()
    # The history of the proposal ends so; who wrote it learns from there what became of it.
    revisions.record(proposal, Action.PUBLISHED, user=user)
    if isinstance(live, ErrorEntry):
        for model in (QueryLog, Verdict):  # what readers missed is answered by the entry now
            model.objects.filter(entry=proposal).update(entry=live)
    ReviewComment.objects.of(proposal).update(**of_page(live))
    proposal.delete()
    live.reviewed = _reviewed_by(user, proposal, live.reviewed)
    revisions.apply(live, content)
    revisions.record(live, Action.PUBLISHED, user=user, reason=reason)
    return live


def _credit(proposal: Page, user: Any) -> str:
    """Who proposed it and why, where that is somebody else than who decides on it."""
    if proposal.proposed_by is None or proposal.proposed_by == user:
        return ""
    name, theirs = proposal.proposed_by.get_username(), reason_of(proposal)
    if theirs is None:
        return gettext("Proposed by %(name)s.") % {"name": name}
    return gettext("Proposed by %(name)s: %(reason)s") % {"name": name, "reason": theirs.reason}


def _reviewed_by(user: Any, page: Page, before: datetime | None) -> datetime | None:
    """When a page was last reviewed, now that ``user`` publishes it: nobody reviews what they wrote themselves."""
    return before if page.proposed_by == user else timezone.now()


def published_as(model: type[Page], number: int) -> Page | None:
    """The row that says what a proposed change said, by the primary key that this change had."""
    known = Revision.objects.filter(model=model._meta.label_lower)
    last = known.filter(object_id=number).order_by("-number").first()
    if last is None or last.action != Action.PUBLISHED:
        return None
    same = known.filter(action=Action.PUBLISHED, digest=last.digest, time__gte=last.time).exclude(object_id=number)
    rows: Any = model.objects
    live: Page | None = rows.filter(pk__in=same.order_by("time").values("object_id")[:1]).first()
    return live


def archive(page: Page, *, user: Any, reason: str = "", successor: ErrorEntry | None = None) -> Page:
    """Take what is published from the readers; its address leads to the successor from now on, or explains.

    Of an entry that is archived already this changes the successor. A wizard has none.
    """
    _require(may_publish(user, page))
    states = State.PUBLISHED, State.ARCHIVED
    with _transition(page, *states, action=Action.ARCHIVED, user=user, reason=reason) as row:
        if isinstance(row, ErrorEntry):
            _succeed(row, successor)
        if _rows_like(page).filter(proposal_for=row).exists():
            raise TransitionError(gettext("A change to this page is proposed. Publish or discard it first."))
        row.state = State.ARCHIVED
    return row


def _succeed(row: ErrorEntry, successor: ErrorEntry | None) -> None:
    if successor is not None and (successor.pk == row.pk or successor.state != State.PUBLISHED):
        raise TransitionError(gettext("Only another published entry can replace this one."))
    if successor is not None and successor.staff_only and not row.staff_only:
        raise TransitionError(gettext("Readers can't open that entry: it is for staff only. Choose another one."))
    row.successor = successor


def unarchive(page: Page, *, user: Any, reason: str = "") -> Page:
    """Show what is archived to readers again."""
    _require(may_publish(user, page))
    with _transition(page, State.ARCHIVED, action=Action.PUBLISHED, user=user, reason=reason) as row:
        ask_whether_fit(row)
        if isinstance(row, ErrorEntry):
            row.successor = None
        row.state, row.reviewed = State.PUBLISHED, timezone.now()
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


def mark_reviewed(page: Page, *, user: Any, reason: str = "") -> Page:
    """Note that what is published was read again and is still right."""
    _require(may_publish(user, page))
    with transaction.atomic():
        row = locked(page, State.PUBLISHED)
        revisions.note_found(row)
        row.reviewed = timezone.now()
        _rows_like(page).filter(pk=row.pk).update(reviewed=row.reviewed)
        revisions.record(row, Action.REVIEWED, user=user, reason=reason)
    return row


def discard(page: ErrorEntry | Flow, *, user: Any, reason: str = "") -> None:
    """Throw a draft or a proposed change away, telling its author why; the history keeps what it said."""
    _require(may_discard(user, page))
    if not reason.strip() and is_anothers(page, user):
        raise TransitionError(gettext("Tell the author why."))
    with transaction.atomic():
        row = locked(page, *UNPUBLISHED)
        live = row.proposal_for
        gone = revisions.record(row, Action.DELETED, user=user, reason=reason)
        if live is not None:
            gone.content |= {revisions.CHANGE_OF: live.pk}
            gone.save(update_fields=["content"])
            revisions.note_found(live)
            revisions.record(live, Action.DISCARDED, user=user, reason=f"{reason} {_credit(row, user)}".strip())
        notices.tell(notices.DISCARDED, row, author=row.proposed_by, user=user, reason=reason)
        row.delete()


def discarded(model: type[Page], number: int) -> tuple[Revision, Page | None] | None:
    """How a draft or a change that had this primary key ended, and the page that the change was for; else None."""
    known = Revision.objects.filter(model=model._meta.label_lower, object_id=number).select_related("user")
    last = known.order_by("-number").first()
    if last is None or last.action != Action.DELETED:
        return None
    rows: Any = model.objects
    return last, rows.filter(pk=last.content.get(revisions.CHANGE_OF)).first()


def _require(allowed: bool) -> None:  # noqa: FBT001 - the answer to one question
    if not allowed:
        raise PermissionDenied


def _rows_like(page: ErrorEntry | Flow) -> Any:
    """All rows of its kind, proposals as well."""
    return type(page).with_proposals


def locked(page: Page, *states: str) -> Page:
    """The row as the database has it, locked. Raises TransitionError where it is in none of these states by now."""
    row: Page | None = _rows_like(page).select_for_update().filter(pk=page.pk).order_by("pk").first()
    if row is None:
        raise TransitionError(
            gettext("This page no longer exists: someone discarded it, or published the proposed change.")
        )
    if row.state not in states:
        raise TransitionError(gettext("This can't be done in the current state: %s.") % row.get_state_display())
    return row


@contextmanager
def _transition(page: Page, *states: str, action: str, user: Any, reason: str) -> Iterator[Page]:
    """The row as the database has it, locked; what it is given inside is saved, and stands in the history."""
    with transaction.atomic():
        row = locked(page, *states)
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


def sent_back(page: ErrorEntry | Flow) -> Revision | None:
    """The revision with which a draft was sent back to its author, if that is why it is a draft."""
    if page.state != State.DRAFT:
        return None
    moves = (Action.SENT_BACK, Action.SUBMITTED)
    last = Revision.objects.of(page).filter(action__in=moves).select_related("user").first()
    return last if last is not None and last.action == Action.SENT_BACK else None


def reason_of(page: ErrorEntry | Flow) -> Revision | None:
    """The revision in which the author of a draft or a change last said why, while it is one."""
    if page.state not in UNPUBLISHED or page.proposed_by_id is None:
        return None
    said = Revision.objects.of(page).filter(user=page.proposed_by_id).exclude(reason="")
    return said.select_related("user").first()


def changes_to_live(proposal: ErrorEntry | Flow) -> list[revisions.Change]:
    """What a proposal changes in the published text, word by word."""
    return revisions.changes(revisions.content_of(proposal.proposal_for), revisions.content_of(proposal))


def before_publishing(page: Page, shown: str = "") -> dict[str, Any]:
    """What who publishes has to see: the text, the difference, and what changed since the proposal began.

    ``shown`` is the digest of the text that they saw the last time; what was written since is told, too.
    """
    content = revisions.content_of(page)
    context: dict[str, Any] = {"shown": revisions.digest(content)}
    if shown and shown != context["shown"]:
        context["changes_meanwhile"] = _changes_since(page, shown, content)
    live = page.proposal_for
    if live is None:
        return context
    now = revisions.content_of(live)
    context |= {"live": live, "changes_to_live": revisions.changes(now, content)}
    if is_outdated(page):
        changes = _changes_since(live, page.based_on, now)
        context |= {"is_outdated": True, "seen": revisions.digest(now), "changes_since": changes}
    return context


def _changes_since(row: ErrorEntry | Flow, digest: str, now: revisions.Content) -> list[revisions.Change] | None:
    """What changed since the content of a row had this digest; None where the history does not know it."""
    then = Revision.objects.of(row).filter(digest=digest).first()
    return revisions.changes(then.content, now) if then else None
