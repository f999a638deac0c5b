"""Owns the conversation about a text in review: who takes part, what is said of which field, and its end."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from troubleshoot.editing import notices, revisions
from troubleshoot.editing.publishing import UNPUBLISHED, TransitionError, is_own, locked, may_publish
from troubleshoot.models import ErrorEntry, Flow, ReviewComment
from troubleshoot.models.reviewing import of_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshoot.editing.revisions import Change

Page = ErrorEntry | Flow
MOST = 200
_LONGEST_NAME = ReviewComment.LONGEST_ABOUT - 10


class Field(NamedTuple):
    """A field of a text in review as it differs from what readers see, its name in comments, and what is said of it."""

    change: Change
    about: str
    threads: list[ReviewComment]


def may_comment(user: Any, page: Any) -> bool:
    """Whether a user takes part: who reviews it and who wrote it, until it is published."""
    return page.state in UNPUBLISHED and (may_publish(user, page) or is_own(user, page))


def open_in(page: Page) -> list[ReviewComment]:
    """The conversations about a text in review that have not ended, each with its answers."""
    return list(ReviewComment.objects.of(page).open().threads()) if page.state in UNPUBLISHED else []


def by_field(page: Page) -> tuple[list[Field], list[ReviewComment]]:
    """Each field that readers would see anew, with what is said of it; and what is said of the whole, or of no field
    any more.
    """
    before = revisions.content_of(page.proposal_for) if page.proposal_for else {}
    after = revisions.content_of(page)
    with override("ko"):  # so that it is one field for whoever reads another language
        names = {change.path: change.title for change in revisions.changes(before, after)}
    threads = list(ReviewComment.objects.of(page).threads())
    fields, times = [], Counter[str]()
    for change in revisions.changes(before, after) if page.state in UNPUBLISHED else ():
        name = names.get(change.path, change.title)[:_LONGEST_NAME]
        times[name] += 1
        about = name if times[name] == 1 else f"{name} ({times[name]})"  # two steps may have one title
        fields.append(Field(change, about, [thread for thread in threads if thread.about == about]))
    placed = {field.about for field in fields}
    return fields, [thread for thread in threads if thread.about not in placed]


def say(page: Page, text: str, *, user: Any, about: str = "", answer_to: int | None = None) -> ReviewComment:
    """Say something of a text, or answer what was said. Raises PermissionDenied and TransitionError."""
    with transaction.atomic():
        row = _taking_part(page, user)
        known = ReviewComment.objects.of(row)
        if known.count() >= MOST:
            raise TransitionError(gettext("There are too many comments here. Write the rest as the reason."))
        thread = None if answer_to is None else known.filter(pk=answer_to, answer_to=None).first()
        if answer_to is not None and thread is None:
            raise TransitionError(gettext("This comment is no longer there."))
        if thread is not None:
            took_part = [thread.user, *(answer.user for answer in thread.answers.select_related("user"))]
            notices.tell(notices.ANSWERED, row, author=row.proposed_by, user=user, reason=text, others=took_part)
        named = about[: ReviewComment.LONGEST_ABOUT]
        return ReviewComment.objects.create(**of_page(row), answer_to=thread, about=named, text=text, user=user)


def resolve(page: Page, number: int, *, user: Any, again: bool = False) -> None:
    """End the conversation that a comment began, or open it ``again``. Raises PermissionDenied and TransitionError."""
    with transaction.atomic():
        known = ReviewComment.objects.of(_taking_part(page, user)).filter(pk=number, answer_to=None)
        known.update(resolved=None if again else timezone.now())


@contextmanager
def kept_in_place(page: Any) -> Iterator[None]:
    """What was said of a row below a draft stays with it, whatever number or title an edit inside gives it."""
    is_draft = isinstance(page, ErrorEntry | Flow) and page.pk is not None and page.state in UNPUBLISHED
    said = list(ReviewComment.objects.of(page).exclude(about="")) if is_draft else []
    before = _rows_of(page) if said else {}
    yield
    after = _rows_of(page) if said else {}
    for comment in said:
        name, dot, field = comment.about.rpartition(revisions.OF)
        places = [place for place, known in before.items() if known == name]
        if len(places) == 1 and after.get(places[0]) != name:
            gone = f"{name} (삭제됨)"  # in the language of the names; another row may have this one now
            comment.about = f"{after.get(places[0], gone)}{dot}{field}"[: ReviewComment.LONGEST_ABOUT]
            comment.save(update_fields=["about"])


def _rows_of(page: Page) -> dict[tuple[str, int], str]:
    with override("ko"):
        return revisions.named_rows(revisions.content_of(page, numbered=True))


def _taking_part(page: Page, user: Any) -> Page:
    row = locked(page, *UNPUBLISHED)
    if not may_comment(user, row):
        raise PermissionDenied
    return row
