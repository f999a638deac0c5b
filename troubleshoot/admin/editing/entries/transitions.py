"""Owns the table of transitions of an entry: which there are, who sees which, what each asks, of one entry or many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.validators import validate_slug
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from troubleshoot.admin.guards import RowSelect
from troubleshoot.editing import publishing
from troubleshoot.editing.publishing import UNPUBLISHED, may_change, may_discard, may_publish
from troubleshoot.models import ErrorEntry, Operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.functional import _StrPromise

State = ErrorEntry.State
_LONGEST_REASON = 450


class ReasonForm(forms.Form):
    """Why somebody does it. The history shows it. Without an ``entry`` it is asked of many at once."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=_LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
    )

    def __init__(self, *args: Any, entry: ErrorEntry | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if entry is not None:
            self.initial = {"successor": entry.successor_id, "key": entry.key}
        else:
            self.fields["reason"].help_text = _("Shown in the history of each entry.")


class PublishForm(ReasonForm):
    """Carries which texts were on the page: the published one where it changed, and the one to be published."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    shown = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class ArchiveForm(ReasonForm):
    successor = forms.ModelChoiceField(
        ErrorEntry.objects.filter(state=State.PUBLISHED),
        label=_("Replaced by"),
        required=False,
        help_text=_("Its address redirects there from now on. If empty, its page says that it was archived."),
        widget=RowSelect(ErrorEntry._meta.get_field("successor"), admin.site),
    )
    field_order = ("successor", "reason")


class RenameForm(ReasonForm):
    key = forms.CharField(
        label=_("New key"),
        max_length=80,
        validators=[validate_slug],
        help_text=_("The address becomes /errors/new-key/. The current address keeps redirecting there."),
    )
    field_order = ("key", "reason")


class OperationForm(ReasonForm):
    operation = forms.ModelChoiceField(
        Operation.objects.all(),
        label=capfirst(_("operation")),
        widget=RowSelect(ErrorEntry._meta.get_field("operation"), admin.site),
    )
    field_order = ("operation", "reason")


@dataclass(frozen=True, slots=True)
class Transition:
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


TRANSITIONS = (
    Transition(
        "submit",
        _("Submit for review"),
        _("An editor reads it and publishes it, or sends it back with a reason."),
        _("Submitted for review."),
        (State.DRAFT,),
        lambda user, _entry: may_change(user),
        publishing.submit,
        is_usual=True,
    ),
    Transition(
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
    Transition(
        "send-back",
        _("Send back"),
        _("It becomes a draft again. Tell the author what to change."),
        _("It is a draft again."),
        (State.REVIEW,),
        lambda user, entry: may_publish(user) or (may_change(user) and entry.proposed_by_id == user.pk),
        publishing.send_back,
    ),
    Transition(
        "reviewed",
        _("Mark as reviewed"),
        _("Confirms that you read it and it is still correct. It is not due for review for a year."),
        _("Marked as reviewed."),
        (State.PUBLISHED,),
        _publisher,
        lambda entry, *, user, reason="": publishing.mark_reviewed(entry, user=user),  # noqa: ARG005 - needs no reason
    ),
    Transition(
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
    Transition(
        "unarchive",
        _("Publish again"),
        _("Readers see it again, at its own address."),
        _("Published again."),
        (State.ARCHIVED,),
        _publisher,
        publishing.unarchive,
        is_usual=True,
    ),
    Transition(
        "rename",
        _("Rename"),
        _("The key is part of the address. Bookmarks and links to the current address keep working."),
        _("Renamed."),
        tuple(State),
        _publisher_of_own,
        lambda entry, *, key, user, reason: publishing.rename(entry, key, user=user, reason=reason),
        form=RenameForm,
    ),
    Transition(
        "discard",
        _("Discard"),
        _("This text is deleted. What readers see does not change."),
        _("Discarded."),
        UNPUBLISHED,
        may_discard,
        publishing.discard,
    ),
)


def transitions_for(user: Any, entry: ErrorEntry) -> list[Transition]:
    """What this user can do with this entry now."""
    return [transition for transition in TRANSITIONS if transition.fits(user, entry)]


@dataclass(frozen=True, slots=True)
class Bulk:
    """A transition of each of many entries: the action's name, what its page says, and how one entry takes it."""

    action: str
    title: _StrPromise
    button: _StrPromise
    run: Callable[..., object]
    done: Callable[[int], str]
    form: type[forms.Form] = ReasonForm


PUBLISH = Bulk(
    "publish_entries",
    _("Publish these entries"),
    _("Publish"),
    publishing.publish,
    lambda count: ngettext("%(count)d published.", "%(count)d published.", count) % {"count": count},
)
ARCHIVE = Bulk(
    "archive_entries",
    _("Archive these entries"),
    _("Archive"),
    publishing.archive,
    lambda count: ngettext("%(count)d archived.", "%(count)d archived.", count) % {"count": count},
)
ASSIGN = Bulk(
    "assign_operation",
    _("Move these entries to another operation"),
    _("Move"),
    publishing.assign,
    lambda count: ngettext("%(count)d moved.", "%(count)d moved.", count) % {"count": count},
    form=OperationForm,
)
REVIEW = Bulk(
    "mark_entries_reviewed",
    _("Mark these entries as reviewed today"),
    _("Mark as reviewed"),
    publishing.mark_reviewed,
    lambda count: ngettext("%(count)d marked as reviewed.", "%(count)d marked as reviewed.", count) % {"count": count},
    form=forms.Form,
)
