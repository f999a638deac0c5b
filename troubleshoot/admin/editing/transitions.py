"""Owns the transitions of entries and wizards: which there are, of one or many, who may, what each asks and does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_slug
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.account import form_view
from troubleshoot.admin.editing.page_form import settled
from troubleshoot.admin.guards import RowSelect, not_found
from troubleshoot.editing import advice, comments, links, planning, publishing
from troubleshoot.editing.publishing import UNPUBLISHED, TransitionError, is_own, may_change, may_discard, may_publish
from troubleshoot.models import ErrorEntry, Flow, Operation

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.contrib.admin import ModelAdmin
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern
    from django.utils.functional import _StrPromise


Page = ErrorEntry | Flow
State = ErrorEntry.State
_LONGEST_REASON = 450
_FARTHEST = timedelta(days=366)


class ReasonForm(forms.Form):
    """Why somebody does it. The history shows it. Without an ``entry`` it is asked of many at once."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=_LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
    )

    def __init__(self, *args: Any, entry: Page | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if entry is not None:
            self.initial = {"successor": getattr(entry, "successor_id", None), "key": entry.key}
        else:
            self.fields["reason"].help_text = _("Shown in the history of each entry.")


class PublishForm(ReasonForm):
    """Carries which texts were on the page: the published one where it changed, and the one to be published."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    shown = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class PlanForm(PublishForm):
    """Asks when, too, by the clocks of the portal."""

    time = forms.DateTimeField(
        label=_("Publish at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    field_order = ("time", "reason")

    def __init__(self, *args: Any, entry: Page, **kwargs: Any) -> None:
        super().__init__(*args, entry=entry, **kwargs)
        self.fields["time"].help_text = gettext("Time zone: %(zone)s") % {"zone": timezone.get_current_timezone()}
        if agreed := planning.plan_of(entry):
            self.initial = {"time": agreed.time, "reason": agreed.reason}

    def clean_time(self) -> datetime:
        time: datetime = self.cleaned_data["time"]
        if not timezone.now() < time < timezone.now() + _FARTHEST:
            raise ValidationError(_("Choose a time in the future, within a year from now."))
        return time


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
class Bulk:
    """A transition as an action of the list: the action's name and label, the title of its page, what it says then."""

    action: str
    label: _StrPromise
    title: _StrPromise
    done: _StrPromise
    permission: str = "publish"
    form: type[ReasonForm] = ReasonForm


@dataclass(frozen=True, slots=True)
class Transition:
    """Something to do with a page beside saving it: ``run`` gets the user and what the form asked for."""

    name: str
    label: _StrPromise
    explanation: _StrPromise | str
    done: _StrPromise | str
    states: tuple[str, ...]  # in which its own page offers it
    may: Callable[[Any, Any], bool]
    run: Callable[..., Any]
    form: type[ReasonForm] = ReasonForm
    bulk: Bulk | None = None
    shows_dependents: bool = False
    leads_to_readers: bool = False
    models: tuple[type[Page], ...] = (ErrorEntry, Flow)

    def fits(self, user: Any, page: Page) -> bool:
        """Whether the user may do it, now."""
        return isinstance(page, self.models) and page.state in self.states and self.may(user, page)


TRANSITIONS = (
    Transition(
        "submit",
        _("Submit for review"),
        _("An editor reads it and publishes it, or sends it back with a reason."),
        _("Submitted for review."),
        (State.DRAFT,),
        may_change,
        publishing.submit,
        leads_to_readers=True,
    ),
    Transition(
        "publish",
        _("Publish"),
        _("Readers see it the next time they open the page."),
        _("Published."),
        UNPUBLISHED,
        may_publish,
        publishing.publish,
        form=PublishForm,
        leads_to_readers=True,
        bulk=Bulk(
            "publish_entries",
            _("Publish the selected entries"),
            _("Publish these entries"),
            ngettext_lazy("%(count)d published.", "%(count)d published.", "count"),
        ),
    ),
    Transition(
        "plan",
        _("Publish later"),
        _("You approve it now, and readers see it from the time on that you choose. Until then it can be taken back."),
        _("It will be published at the time that you chose."),
        UNPUBLISHED,
        may_publish,
        planning.plan,
        form=PlanForm,
        leads_to_readers=True,
    ),
    Transition(
        "unplan",
        _("Take the plan back"),
        _("It is not published by itself any more. The text stays as it is."),
        _("The plan was taken back."),
        UNPUBLISHED,
        lambda user, page: may_publish(user, page) and planning.plan_of(page) is not None,
        planning.take_back,
    ),
    Transition(
        "send-back",
        _("Send back"),
        _("It becomes a draft again. Tell the author what to change."),
        _("It is a draft again."),
        (State.REVIEW,),
        lambda user, page: may_publish(user, page) and not is_own(user, page),
        publishing.send_back,
    ),
    Transition(
        "withdraw",
        _("Withdraw"),
        _("It becomes your draft again, and nobody reviews it until you submit it again."),
        _("It is a draft again."),
        (State.REVIEW,),
        is_own,
        publishing.send_back,
    ),
    Transition(
        "reviewed",
        _("Mark as reviewed"),
        _("Confirms that you read it and it is still correct. It is not due for review for a year."),
        _("Marked as reviewed."),
        (State.PUBLISHED,),
        may_publish,
        publishing.mark_reviewed,
        bulk=Bulk(
            "mark_entries_reviewed",
            _("Mark the selected entries as reviewed"),
            _("Mark these entries as reviewed today"),
            ngettext_lazy("%(count)d marked as reviewed.", "%(count)d marked as reviewed.", "count"),
        ),
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
        may_publish,
        publishing.archive,
        form=ArchiveForm,
        shows_dependents=True,
        bulk=Bulk(
            "archive_entries",
            _("Archive the selected entries"),
            _("Archive these entries"),
            ngettext_lazy("%(count)d archived.", "%(count)d archived.", "count"),
        ),
        models=(ErrorEntry,),
    ),
    Transition(
        "archive",
        _("Archive"),
        _("Readers no longer see it, and its address says that it was archived. It can be published again."),
        _("Archived."),
        (State.PUBLISHED,),
        may_publish,
        publishing.archive,
        shows_dependents=True,
        models=(Flow,),
    ),
    Transition(
        "unarchive",
        _("Publish again"),
        _("Readers see it again, at its own address."),
        _("Published again."),
        (State.ARCHIVED,),
        may_publish,
        publishing.unarchive,
        leads_to_readers=True,
        bulk=Bulk(
            "unarchive_entries",
            _("Publish the selected archived entries again"),
            _("Publish these entries again"),
            ngettext_lazy("%(count)d published again.", "%(count)d published again.", "count"),
        ),
    ),
    Transition(
        "rename",
        _("Rename"),
        _("The key is part of the address. Bookmarks and links to the current address keep working."),
        _("Renamed."),
        tuple(State),
        lambda user, page: may_publish(user) and page.proposal_for_id is None,
        publishing.rename,
        form=RenameForm,
        shows_dependents=True,
        models=(ErrorEntry,),
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
    # Of one entry, the form of the entry does it.
    Transition(
        "assign",
        _("Move"),
        "",
        "",
        (),
        may_publish,
        publishing.assign,
        bulk=Bulk(
            "assign_operation",
            _("Move the selected entries to an operation"),
            _("Move these entries to another operation"),
            ngettext_lazy("%(count)d moved.", "%(count)d moved.", "count"),
            permission="change",
            form=OperationForm,
        ),
    ),
)


def transitions_for(user: Any, page: Page) -> list[Transition]:
    """What this user can do with this page now."""
    return [transition for transition in TRANSITIONS if transition.fits(user, page)]


def address_of(row: Any, page: str = "change") -> str:
    """The address of a page of a row in the administration."""
    return reverse(f"admin:troubleshoot_{row._meta.model_name}_{page}", args=(row.pk,))


def transition_urls(model_admin: ModelAdmin[Any]) -> list[URLPattern]:
    """A page for each transition, which asks for a reason and does nothing until it is sent."""
    return [
        path(
            f"<path:object_id>/{transition.name}/",
            form_view(model_admin.admin_site, partial(_page, model_admin, transition=transition)),
            name=f"troubleshoot_{model_admin.opts.model_name}_{transition.name}",
        )
        for transition in TRANSITIONS
        if transition.states and model_admin.model in transition.models
    ]


def _page(
    model_admin: ModelAdmin[Any], request: HttpRequest, object_id: str, *, transition: Transition
) -> HttpResponse:
    """Ask, and on POST do it."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    entry: Any = model_admin.get_object(request, unquote(object_id))
    if entry is None:
        return not_found(model_admin, request, object_id)
    if not transition.may(request.user, entry):
        raise PermissionDenied
    if entry.state not in transition.states:
        said = gettext("This can't be done in the current state: %s.") % entry.get_state_display()
        model_admin.message_user(request, said, messages.ERROR)
        return HttpResponseRedirect(address_of(entry))
    form = transition.form(request.POST if request.method == "POST" else None, entry=entry)
    if transition.name == "discard" and publishing.is_anothers(entry, request.user):
        form.fields["reason"].help_text = gettext("Tell the author why.")
    if form.is_valid():
        try:
            moved = transition.run(entry, user=request.user, **form.cleaned_data) or entry.proposal_for
        except publishing.UnfitError:
            pass  # the page says why, with the way to each
        except TransitionError as error:
            form.add_error(None, str(error))
        else:
            model_admin.message_user(request, str(transition.done), messages.SUCCESS)
            listed = reverse(f"admin:troubleshoot_{model_admin.opts.model_name}_changelist")
            after = address_of(moved) if moved else listed
            return settled(request, HttpResponseRedirect(after))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": transition.label,
        "opts": model_admin.opts,
        "original": entry,
        "move": transition,
        "why": publishing.reason_of(entry),
        "threads": comments.open_in(entry),
        "form": form,
        "media": model_admin.media + form.media,
    }
    context |= _what_is_shown_first(model_admin, transition, entry, form)
    return TemplateResponse(request, "admin/troubleshoot/errorentry/move.html", context)


def _what_is_shown_first(model_admin: Any, transition: Transition, entry: Page, form: forms.Form) -> dict[str, Any]:
    """What somebody has to see before they decide: what is wrong, what depends on it, what readers get."""
    context: dict[str, Any] = {"may_run": True}
    if transition.leads_to_readers:
        found = publishing.hindrances(entry)
        ways = [f"{address_of(one.row)}?part={one.part}" if one.part else address_of(one.row) for one in found]
        context["hindrances"] = list(zip(found, ways, strict=True))
        # What is incomplete may be submitted: who reviews it may know what its author does not, and has the English.
        context["may_run"] = transition.name == "submit" or not found
    if transition.shows_dependents:
        context["dependents"] = [(said, page, address_of(page)) for said, page in links.dependents(entry)]
    if isinstance(form, PublishForm):
        context["advice"] = _advice_of(model_admin, entry)
        context |= publishing.before_publishing(entry, form.data.get("shown", "").replace("\x00", ""))
    return context


def _advice_of(model_admin: Any, page: Page) -> list[advice.Advice]:
    """What an entry lacks once it is published, its languages included; of a wizard its own page tells."""
    if not isinstance(page, ErrorEntry):
        return []
    texts = model_admin.rows_to_translate(page)
    return [*advice.of_translations(page, texts), *advice.of_entry(page, once_published=True)]


def plan_context(entry: Page) -> dict[str, Any]:
    """When a page is to be published, if that was agreed on, and what is in the way by now."""
    agreed = planning.plan_of(entry)
    return {"agreed": agreed, "obstacle": planning.obstacle(agreed, entry) if agreed else ""}


def standing(entry: Page, user: Any) -> dict[str, Any]:
    """Where an entry or a wizard stands, for the top of its page."""
    live, proposal = entry.proposal_for, getattr(entry, "proposal", None)
    return {
        "entry": entry,
        "live": live,
        "proposal": proposal,
        "lost_successor": isinstance(entry, ErrorEntry) and entry.successor and not entry.successor.is_seen_by_readers,
        "planned": planning.plan_of(proposal) if isinstance(proposal, ErrorEntry) else None,
        "moves": transitions_for(user, entry),
        "may_discard": entry.state in UNPUBLISHED and may_discard(user, entry),
        "sent_back": publishing.sent_back(entry),
        "why": publishing.reason_of(entry),
        "changes_to_live": publishing.changes_to_live(entry) if live else None,
        **plan_context(entry),
        "threads": comments.open_in(entry),
        "may_comment": comments.may_comment(user, entry),
        "is_outdated": publishing.is_outdated(entry),
        "seen_by_readers": entry.is_seen_by_readers,
    }


def buttons(user: Any, entry: Page | None, model: type[Page] = ErrorEntry) -> list[tuple[str, str]]:
    """Names and labels of the buttons below the form of a page, or of a new one, the usual one first."""
    publishes = publishing.may_publish(user, model)
    if entry is None and model is Flow:
        return [("_continue", gettext("Save and add steps")), ("_save", gettext("Save as draft"))]
    if entry is None and publishes:
        return [("_save", gettext("Save and publish")), ("_draft", gettext("Save as draft"))]
    if entry is None:
        return [("_save", gettext("Save as draft")), ("_submit", gettext("Save and submit for review"))]
    if entry.state == State.PUBLISHED and not publishes:
        return [("_save", gettext("Save as a proposal")), ("_submit", gettext("Propose and submit for review"))]
    if entry.state == State.PUBLISHED:
        shown = [("_save", gettext("Save and publish")), ("_continue", gettext("Save, publish and continue editing"))]
        return shown if hasattr(entry, "proposal") else [*shown, ("_propose", gettext("Save as a proposal"))]
    shown = [("_save", gettext("Save")), ("_continue", gettext("Save and continue editing"))]
    if entry.state == State.DRAFT:
        shown.append(("_submit", gettext("Save and submit for review")))
    if entry.state in UNPUBLISHED and publishes:
        shown.append(("_publish", gettext("Save and publish")))
    return shown


def step_buttons(user: Any, flow: Flow | None, *, is_new: bool) -> list[tuple[str, str]]:
    """As ``buttons``, below the form of a step of this wizard; what is new is only proposed where readers see it."""
    propose = gettext("Save as a proposal")
    if flow is None or not flow.published:
        return [("_save", gettext("Save")), ("_continue", gettext("Save and continue editing"))]
    if is_new or not publishing.may_publish(user, flow):
        return [("_save", propose)]
    shown = [("_save", gettext("Save and publish")), ("_continue", gettext("Save, publish and continue editing"))]
    return shown if hasattr(flow, "proposal") else [*shown, ("_propose", propose)]
