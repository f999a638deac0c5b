"""Owns what becomes of an edit: it is saved, proposed, submitted or published, or given back with what others wrote."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language, gettext

from troubleshoot.editing import comments, keys, lost_update, planning, publishing, revisions
from troubleshoot.editing.ordering import close_gaps, next_order
from troubleshoot.editing.publishing import (
    UNPUBLISHED,
    OutdatedError,
    TransitionError,
    UntranslatedError,
    may_change,
    may_publish,
)
from troubleshoot.editing.revisions.contents import KEY, ROW, TRANSLATED_FROM, Content, shape_of
from troubleshoot.models import ErrorEntry, Flow, Revision, Step
from troubleshoot.models.translated import Translated, written_from

if TYPE_CHECKING:
    from django.db.models import Model

    from troubleshoot.editing.lost_update import Merge, Snapshot
    from troubleshoot.editing.revisions.contents import Shape

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
    as they are. ``base`` tells what its author saw before, None where that is not known. One that is not ``valid`` can
    be told what others wrote, and is refused.
    """

    row: Any
    content: Content
    base: Snapshot | None = None
    reason: str = ""
    intent: Intent = Intent.SAVE
    valid: bool = True


@dataclass(frozen=True, slots=True)
class Collision:
    """What somebody else saved meanwhile, brought together with the edit; ``last`` is their revision, if there is one.

    It is not certain where the edit does not say what it began from.
    """

    merge: Merge
    last: Revision | None
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an edit, and the row that has it now; ``sentence`` says what of it could not be done, and why."""

    result: Result
    row: Any
    sentence: str = ""
    collision: Collision | None = None


def carry_out(edit: Edit, *, user: Any) -> Outcome:
    """Do with an edit what it asks for, in one transaction. Raises PermissionDenied."""
    try:
        with transaction.atomic():
            live = _locked(edit.row)
            if live is not None and (found := _collision(edit, live)):
                return Outcome(Result.COLLIDED, live, collision=found)
            if not edit.valid:
                return Outcome(Result.REFUSED, edit.row)
            if is_proposed(edit, user):
                return _proposed(edit, live, user)
            return _saved_or_proposed(edit, live, user)
    except TransitionError as error:
        return Outcome(Result.REFUSED, edit.row, str(error))


def _saved_or_proposed(edit: Edit, live: Any, user: Any) -> Outcome:
    """Who writes the Korean of a wizard first is not stopped: it waits as a proposal for its English."""
    try:
        with transaction.atomic():
            return _continued(edit, Outcome(Result.SAVED, _saved(edit, user)), user)
    except UntranslatedError as missing:
        outcome = _proposed(edit, live, user)
        return outcome if outcome.result is Result.REFUSED else replace(outcome, sentence=str(missing))


def is_proposed(edit: Edit, user: Any) -> bool:
    """Whether an edit changes a proposal instead of what readers see.

    To a new step of a wizard nothing leads yet, and one that was just named says nothing yet: neither is for readers.
    """
    page: Any = revisions.subject_of(edit.row)
    if not isinstance(page, ErrorEntry | Flow) or page.pk is None or page.state != State.PUBLISHED:
        return False
    is_begun = isinstance(edit.row, Step) and (edit.row.pk is None or any(_new_steps(edit.content)))
    return edit.intent is Intent.PROPOSE or is_begun or not may_publish(user, page)


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
    subject: Any = revisions.subject_of(row)
    if isinstance(row, Step) and subject.state not in UNPUBLISHED and not may_publish(user, subject):
        raise PermissionDenied
    if not is_new or subject is not row:
        revisions.note_found(subject)
    if is_new and isinstance(row, ErrorEntry):
        hidden = edit.intent in (Intent.DRAFT, Intent.SUBMIT) or not may_publish(user)
        row.state = State.DRAFT if hidden else State.PUBLISHED
        row.reviewed = None
    if is_new and isinstance(row, ErrorEntry | Flow):
        row.proposed_by = user
    is_live = isinstance(subject, Flow) and subject.published
    proposal = _proposal_of_live(subject)
    before = revisions.content_of(proposal.proposal_for) if proposal else {}
    if isinstance(row, Step):
        _begin_steps(row.flow, edit.content)
    with comments.kept_in_place(subject), planning.kept_up(subject, user=user):
        revisions.apply(row, edit.content)
    if isinstance(row, Flow):
        close_gaps(row.steps.all())
    if is_live:
        publishing.ask_whether_sound(Flow.objects.with_steps().get(pk=subject.pk))
    if proposal is not None:
        _keep_up(proposal.pk, before, user)
    action = Revision.Action.CREATED if is_new and not isinstance(row, Step) else Revision.Action.EDITED
    revisions.record(row, action, user=user, reason=edit.reason)
    return row


def _proposal_of_live(page: Any) -> Flow | None:
    """The proposal of a wizard that readers see, which keeps up with what is corrected there."""
    is_live = isinstance(page, Flow) and page.published
    return Flow.with_proposals.filter(proposal_for=page).first() if is_live else None


def _keep_up(number: int, before: Content, user: Any) -> None:
    """Bring a correction of a published wizard into its proposal, with what was said and agreed of that."""
    proposal = Flow.with_proposals.get(pk=number)
    with comments.kept_in_place(proposal), planning.kept_up(proposal, user=user):
        publishing.keep_up(proposal, before, user=user)


NEW_STEP = "new_step"
"""In the content of a choice: the title of the step that follows, which is yet to be made."""


def _new_steps(content: Content) -> list[Content]:
    return [choice for choice in content.get("choices", []) if choice.get(NEW_STEP)]


def _begin_steps(flow: Flow, content: Content) -> None:
    """Make the steps that choices name by a title, at the end of the wizard, for somebody to go on with."""
    for choice in _new_steps(content):
        title = choice.pop(NEW_STEP)
        column = "title_en" if get_language() == "en" else "title_ko"
        step = Step(flow=flow, order=next_order(flow.steps.all()), **{column: title})
        step.key = keys.new_key(title, flow.steps.values_list("key", flat=True), "step")
        step.save()
        choice["target"] = [flow.key, step.key]


def _proposed(edit: Edit, live: Any, user: Any) -> Outcome:
    page = revisions.subject_of(edit.row if live is None else live)
    if waiting := getattr(page, "proposal", None):
        return Outcome(Result.REFUSED, waiting, gettext("Someone proposed a change to this page in the meantime."))
    if isinstance(page, Flow) and isinstance(edit.row, Step):
        proposal = publishing.propose(page, user=user)
        step = proposal.steps.filter(key=edit.row.key).first() or Step(flow=proposal, key=edit.row.key)
        # Its choices are told by their keys there: the numbers are those of the wizard that readers see.
        choices = [{name: value for name, value in row.items() if name != ROW} for row in edit.content["choices"]]
        saved = _saved(replace(edit, row=step, content=edit.content | {"choices": choices}), user)
        return Outcome(Result.PROPOSED, saved)
    before = revisions.content_of(live, numbered=True)
    content = before | with_origins(shape_of(type(live)), before, edit.content)
    proposal = publishing.propose(live, user=user, content=content, reason=edit.reason)
    if isinstance(proposal, ErrorEntry) and not publishing.changes_to_live(proposal):
        raise TransitionError(gettext("Nothing was changed, so there is nothing to propose."))
    return _continued(edit, Outcome(Result.PROPOSED, proposal), user)


def with_origins(shape: Shape, before: Content, after: Content) -> Content:
    """The content with which Korean each English text was written from, as if the row itself had been saved."""
    content = dict(after)
    if issubclass(shape.model, Translated):
        known = before.get(TRANSLATED_FROM, {})
        content[TRANSLATED_FROM] = written_from(shape.model.translated_fields(), known, before, before | after)
    for part in (part for part in shape.parts if part.name in after):
        rows = {str(row[ROW]): row for row in before.get(part.name, [])}
        known = [rows.get(str(row.get(ROW)), {}) for row in after[part.name]]
        content[part.name] = [
            old | with_origins(part, old, row) for old, row in zip(known, after[part.name], strict=True)
        ]
    return content


def _continued(edit: Edit, outcome: Outcome, user: Any) -> Outcome:
    """Submit or publish what was saved, where that was asked for. What can't go on stays saved."""
    row = outcome.row
    if not isinstance(row, ErrorEntry | Flow):
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
    model: Any = apps.get_model(revision.model)
    row = model._default_manager.filter(pk=revision.object_id).first()
    return may_write(user, model, row) or _may_propose(user, row)


def is_seen_at_once(user: Any, revision: Revision) -> bool:
    """Whether readers see the content of a revision as soon as this user restores it."""
    model: Any = apps.get_model(revision.model)
    row = model._default_manager.filter(pk=revision.object_id).first()
    if isinstance(row, ErrorEntry | Flow):
        return row.is_seen_by_readers and may_publish(user, row)
    return row is not None


def may_write(user: Any, model: Any, row: Any) -> bool:
    """Whether a user changes a row itself, rather than proposing a change of it."""
    verb = "add" if row is None else "change"
    page = row and revisions.subject_of(row)
    if isinstance(page, ErrorEntry | Flow) and page.state not in UNPUBLISHED:
        return may_publish(user, page)
    return bool(user.has_perm(f"{model._meta.app_label}.{verb}_{model._meta.model_name}"))


def _may_propose(user: Any, row: Any) -> bool:
    is_published = isinstance(row, ErrorEntry | Flow) and row.state == State.PUBLISHED
    return is_published and may_change(user, row) and not hasattr(row, "proposal")


def restore(revision: Revision, *, user: Any, reason: str = "") -> Outcome:
    """Give a thing the content of a revision again, made anew where it was deleted; who may not write it proposes it.

    Whether readers see it does not change; what was deleted comes back unseen. Raises PermissionDenied.
    """
    model: Any = apps.get_model(revision.model)
    try:
        with transaction.atomic():
            row = model._default_manager.select_for_update().filter(pk=revision.object_id).order_by("pk").first()
            if may_write(user, model, row):
                return Outcome(Result.SAVED, _restored(revision, row or _blank(model, revision), user, reason))
            if not _may_propose(user, row):
                raise PermissionDenied
            content = revisions.hidden_as_now(row, revision.content)
            return Outcome(Result.PROPOSED, publishing.propose(row, user=user, content=content, reason=reason))
    except ObjectDoesNotExist:
        sentence = gettext("Something that this refers to has since been deleted. Restore that first.")
    except IntegrityError:
        sentence = gettext("Something else now has this key or position.")
    except TransitionError as error:
        sentence = str(error)
    return Outcome(Result.REFUSED, None, sentence)


def _restored(revision: Revision, row: Any, user: Any, reason: str) -> Any:
    if not row._state.adding:
        revisions.note_found(row)
    proposal = _proposal_of_live(row)
    before = revisions.content_of(row) if proposal else {}
    with comments.kept_in_place(row), planning.kept_up(row, user=user):
        revisions.apply(row, revisions.hidden_as_now(row, revision.content))
    if isinstance(row, ErrorEntry | Flow) and row.is_seen_by_readers:
        publishing.ask_whether_fit(type(row).objects.get(pk=row.pk))
    if proposal is not None:
        _keep_up(proposal.pk, before, user)
    # Whoever reads the history may read another language than who restored it.
    revisions.record(row, Revision.Action.RESTORED, user=user, reason=f"#{revision.number} {reason}".strip())
    return row


def _blank(model: Any, revision: Revision) -> Any:
    """A row with the primary key that it had, which keeps its history."""
    if KEY not in revision.content:
        raise TransitionError(gettext("This proposed change has already been published or discarded."))
    row = model(pk=revision.object_id, key=revision.content[KEY])
    if isinstance(row, ErrorEntry):
        row.state = State.DRAFT
    return row
