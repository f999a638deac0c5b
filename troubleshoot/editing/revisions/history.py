"""Owns writing the history, and giving a thing a content again that it had."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from troubleshoot.editing import links
from troubleshoot.editing.revisions.contents import KEY, Content, apply, content_of, digest
from troubleshoot.editing.revisions.matching import matched
from troubleshoot.models import ErrorEntry, Flow, Revision, Step
from troubleshoot.reading import flows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
    from django.db.models import Model

    User = AbstractBaseUser | AnonymousUser

LONGEST_REASON = 500
_LONGEST_TITLE = 200
_HIDDEN = "staff_only"
# Of a draft nothing is told to readers; once it is published, that is noted last.
_CHANGES = frozenset(
    {
        Revision.Action.CREATED,
        Revision.Action.EDITED,
        Revision.Action.PUBLISHED,
        Revision.Action.RESTORED,
        Revision.Action.IMPORTED,
    }
)


class RestoreError(Exception):
    """A content that can't be given back; the message is the sentence to show."""


def subject_of(row: Model) -> Model:
    """Whose history a row belongs to: a step is a part of its wizard's."""
    return row.flow if isinstance(row, Step) else row


def record(row: Model, action: str, *, user: Any = None, reason: str = "") -> Revision:
    """Note the content of a row as it is now. Saving the same again, without a reason, leaves no trace.

    Call ``note_found`` before the change, so that what was there first is known, too.
    """
    with transaction.atomic():
        subject = _fresh(subject_of(row))
        content = content_of(subject)
        last = Revision.objects.of(subject).first()
        if last and action == Revision.Action.EDITED and not reason and last.digest == digest(content):
            return last
        revision = _note(subject, content, last, action, user=user, reason=reason)
        if action in _CHANGES and hasattr(subject, "edited"):
            type(subject)._default_manager.filter(pk=subject.pk).update(edited=revision.time)
            subject_of(row).edited = revision.time  # type: ignore[attr-defined]  # as above
        return revision


def note_found(row: Model) -> None:
    """Note the content as it is where the history does not end with it: programs write content without history."""
    with transaction.atomic():
        subject = _fresh(subject_of(row))
        content = content_of(subject)
        last = Revision.objects.of(subject).first()
        if last is None or last.digest != digest(content):
            _note(subject, content, last, Revision.Action.FOUND, user=None, reason="")


def _fresh(row: Any) -> Any:
    """The row as the database has it, locked, so that revisions are numbered one after the other."""
    return type(row)._default_manager.select_for_update().get(pk=row.pk)


def _note(row: Any, content: Content, last: Revision | None, action: str, *, user: Any, reason: str) -> Revision:
    return Revision.objects.create(
        model=row._meta.label_lower,
        object_id=row.pk,
        number=last.number + 1 if last else 1,
        title=str(row)[:_LONGEST_TITLE],
        action=action,
        reason=reason[:LONGEST_REASON],
        user=user,
        content=content,
        digest=digest(content),
    )


def may_restore(user: Any, revision: Revision) -> bool:
    """Whether a user may give the thing of a revision that content again: as it would have to be edited."""
    model = apps.get_model(revision.model)
    row = model._default_manager.filter(pk=revision.object_id).first()
    verb = "change" if row is not None else "add"
    if not user.has_perm(f"{model._meta.app_label}.{verb}_{model._meta.model_name}"):
        return False
    if isinstance(row, ErrorEntry) and row.state in (ErrorEntry.State.PUBLISHED, ErrorEntry.State.ARCHIVED):
        return bool(user.has_perm("troubleshoot.publish_errorentry"))
    return True


def restore(revision: Revision, *, user: Any, reason: str = "") -> Any:
    """Give the thing of a revision that content again, made anew where it was deleted. Returns the row.

    Whether readers see it does not change; what was deleted comes back unseen. Raises PermissionDenied, and
    RestoreError where it can't be.
    """
    if not may_restore(user, revision):
        raise PermissionDenied
    with can_be_restored():
        return _restored(revision, user, reason)


@contextmanager
def can_be_restored() -> Iterator[None]:
    """A transaction that gives a row an old content. Raises RestoreError where what that refers to is gone or taken."""
    try:
        with transaction.atomic():
            yield
    except ObjectDoesNotExist as error:
        raise RestoreError(
            gettext("Something that this refers to has since been deleted. Restore that first.")
        ) from error
    except IntegrityError as error:
        raise RestoreError(gettext("Something else now has this key or position.")) from error


def _restored(revision: Revision, user: Any, reason: str) -> Any:
    model: Any = apps.get_model(revision.model)
    row = model._default_manager.select_for_update().filter(pk=revision.object_id).first()
    if row is None:
        row = _blank(model, revision)
    else:
        note_found(row)
    apply(row, hidden_as_now(row, revision.content))
    if isinstance(row, Flow) and row.published and (found := flows.problems(Flow.objects.with_steps().get(pk=row.pk))):
        sentences = " ".join(flows.sentence_of(problem) for problem in found)
        raise RestoreError(gettext("This wizard is published, so it can't be restored with problems: %s") % sentences)
    if isinstance(row, ErrorEntry) and links.is_for_readers(row):
        wrong = links.of_entry(ErrorEntry.objects.get(pk=row.pk), for_readers=True)
        if wrong:
            raise RestoreError(" ".join(dict.fromkeys(finding.sentence for finding in wrong)))
    why = gettext("Revision %(number)d. %(reason)s") % {"number": revision.number, "reason": reason}
    record(row, Revision.Action.RESTORED, user=user, reason=why.strip())
    return row


def _blank(model: Any, revision: Revision) -> Any:
    """A row with the primary key that it had, which keeps its history."""
    if KEY not in revision.content:
        raise RestoreError(gettext("This proposed change has already been published or discarded."))
    row = model(pk=revision.object_id, key=revision.content[KEY])
    if isinstance(row, ErrorEntry):
        row.state = ErrorEntry.State.DRAFT
    return row


def hidden_as_now(row: Any, content: Content) -> Content:
    """The content with who sees it left as it is now: an old text never shows readers what was hidden since."""
    if row._state.adding:
        return content
    if isinstance(row, Flow):
        return content | {"published": row.published}
    if isinstance(row, ErrorEntry):
        now = content_of(row)
        kept = {_HIDDEN, "successor"} if row.state == ErrorEntry.State.ARCHIVED else {_HIDDEN}
        return content | {name: now[name] for name in kept} | {"resolutions": _resolutions_as_now(now, content)}
    return content


def _resolutions_as_now(now: Content, content: Content) -> list[Content]:
    """The resolutions of an earlier content; what is for staff now stays for staff."""
    before, after = now["resolutions"], content.get("resolutions", [])
    pairs = matched(before, after)
    texts = [_body(old) for old in before if old[_HIDDEN]]
    return [
        new | {_HIDDEN: new.get(_HIDDEN, False) or _body(new) in texts or (pair is not None and before[pair][_HIDDEN])}
        for pair, new in zip(pairs, after, strict=True)
    ]


def _body(resolution: Content) -> str:
    return str(resolution.get("body_ko") or "").strip()
