"""Owns the moves of an entry from state to state: which there are, who sees which, and what each asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.validators import validate_slug
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.guards import RowSelect
from troubleshoot.editing import publishing
from troubleshoot.editing.publishing import UNPUBLISHED, may_change, may_discard, may_publish
from troubleshoot.models import ErrorEntry

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.functional import _StrPromise

State = ErrorEntry.State
_LONGEST_REASON = 450


class ReasonForm(forms.Form):
    """Why somebody does it. The history shows it."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=_LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
    )

    def __init__(self, *args: Any, entry: ErrorEntry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry = entry


class PublishForm(ReasonForm):
    """Carries which texts were on the page: the published one where it changed, and the one to be published."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    shown = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class ArchiveForm(ReasonForm):
    successor = forms.ModelChoiceField(
        ErrorEntry.objects.filter(state=State.PUBLISHED).without_proposals(),
        label=_("Replaced by"),
        required=False,
        help_text=_("Its address redirects there from now on. If empty, its page says that it was archived."),
        widget=RowSelect(ErrorEntry._meta.get_field("successor"), admin.site),
    )
    field_order = ("successor", "reason")

    def __init__(self, *args: Any, entry: ErrorEntry, **kwargs: Any) -> None:
        super().__init__(*args, entry=entry, **kwargs)
        self.fields["successor"].initial = entry.successor_id


class RenameForm(ReasonForm):
    key = forms.CharField(
        label=_("New key"),
        max_length=80,
        validators=[validate_slug],
        help_text=_("The address becomes /errors/new-key/. The current address keeps redirecting there."),
    )
    field_order = ("key", "reason")

    def __init__(self, *args: Any, entry: ErrorEntry, **kwargs: Any) -> None:
        super().__init__(*args, entry=entry, **kwargs)
        self.fields["key"].initial = entry.key


@dataclass(frozen=True, slots=True)
class Move:
    """Something to do with an entry beside saving it: ``run`` gets the user and what the form asked for."""

    name: str
    label: _StrPromise
    explanation: _StrPromise
    done: _StrPromise
    states: tuple[str, ...]
    may: Callable[[Any, ErrorEntry], bool]
    run: Callable[..., ErrorEntry | None]
    form: type[ReasonForm] = ReasonForm
    is_usual: bool = False

    def fits(self, user: Any, entry: ErrorEntry) -> bool:
        """Whether the user may do it, now."""
        return entry.state in self.states and self.may(user, entry)


def _publisher(user: Any, _entry: ErrorEntry) -> bool:
    return may_publish(user)


def _publisher_of_own(user: Any, entry: ErrorEntry) -> bool:
    return may_publish(user) and entry.proposal_for_id is None


MOVES = (
    Move(
        "submit",
        _("Submit for review"),
        _("An editor reads it and publishes it, or sends it back with a reason."),
        _("Submitted for review."),
        (State.DRAFT,),
        lambda user, _entry: may_change(user),
        publishing.submit,
        is_usual=True,
    ),
    Move(
        "publish",
        _("Publish"),
        _("Readers see it the next time they open the page."),
        _("Published."),
        UNPUBLISHED,
        _publisher,
        publishing.publish,
        form=PublishForm,
        is_usual=True,
    ),
    Move(
        "send-back",
        _("Send back"),
        _("It becomes a draft again. Tell the author what to change."),
        _("It is a draft again."),
        (State.REVIEW,),
        lambda user, entry: may_publish(user) or (may_change(user) and entry.proposed_by_id == user.pk),
        publishing.send_back,
    ),
    Move(
        "reviewed",
        _("Mark as reviewed"),
        _("Confirms that you read it and it is still correct. It is not due for review for a year."),
        _("Marked as reviewed."),
        (State.PUBLISHED,),
        _publisher,
        lambda entry, *, user, reason: publishing.mark_reviewed(entry, user=user),  # noqa: ARG005 - needs no reason
    ),
    Move(
        "archive",
        _("Archive"),
        _(
            "Readers no longer see it in lists or search. Its address redirects to another entry, or says that it "
            "was archived."
        ),
        _("Archived."),
        (State.PUBLISHED, State.ARCHIVED),
        _publisher,
        publishing.archive,
        form=ArchiveForm,
    ),
    Move(
        "unarchive",
        _("Publish again"),
        _("Readers see it again, at its own address."),
        _("Published again."),
        (State.ARCHIVED,),
        _publisher,
        publishing.unarchive,
        is_usual=True,
    ),
    Move(
        "rename",
        _("Rename"),
        _("The key is part of the address. Bookmarks and links to the current address keep working."),
        _("Renamed."),
        tuple(State),
        _publisher_of_own,
        lambda entry, *, key, user, reason: publishing.rename(entry, key, user=user, reason=reason),
        form=RenameForm,
    ),
    Move(
        "discard",
        _("Discard"),
        _("This text is deleted. What readers see does not change."),
        _("Discarded."),
        UNPUBLISHED,
        may_discard,
        publishing.discard,
    ),
)


def moves_for(user: Any, entry: ErrorEntry) -> list[Move]:
    """What this user can do with this entry now."""
    return [move for move in MOVES if move.fits(user, entry)]
