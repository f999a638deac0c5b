"""Owns the pages that move entries from state to state, one or many at once, and what a page says of its state."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.editing.entries.transitions import (
    ARCHIVE,
    ASSIGN,
    PUBLISH,
    REVIEW,
    TRANSITIONS,
    Bulk,
    PublishForm,
    Transition,
    transitions_for,
)
from troubleshoot.admin.guards import not_found
from troubleshoot.editing import publishing, revisions
from troubleshoot.editing.publishing import TransitionError
from troubleshoot.models import ErrorEntry, Revision

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.admin import ModelAdmin
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from troubleshoot.editing.revisions import Change

State = ErrorEntry.State
MOST = 500
_MOST_NAMED = 10


def address_of(entry: ErrorEntry, page: str = "change") -> str:
    """The address of a page of an entry in the administration."""
    return reverse(f"admin:troubleshoot_errorentry_{page}", args=(entry.pk,))


class TransitionPages:
    """A page for each transition, which asks for a reason and does nothing until it is sent."""

    def __init__(self, admin: Any) -> None:
        self._admin = admin

    def urls(self) -> list[Any]:
        """The address of each."""
        return [
            path(
                f"<path:object_id>/{transition.name}/",
                self._admin.admin_site.admin_view(partial(self.view, transition=transition)),
                name=f"troubleshoot_errorentry_{transition.name}",
            )
            for transition in TRANSITIONS
        ]

    def view(self, request: HttpRequest, object_id: str, *, transition: Transition) -> HttpResponse:
        """Ask, and on POST do it."""
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "POST"])
        entry = self._admin.get_object(request, unquote(object_id))
        if entry is None:
            return not_found(self._admin, request, object_id)
        if not transition.may(request.user, entry):
            raise PermissionDenied
        if entry.state not in transition.states:
            return self._refused(request, entry)
        data = request.POST if request.method == "POST" else None
        form = transition.form(data, entry=entry)
        if data is not None and form.is_valid() and (answer := self._do(request, entry, transition, form)):
            return answer
        return self._asked(request, entry, transition, form)

    def _refused(self, request: HttpRequest, entry: ErrorEntry) -> HttpResponse:
        said = gettext("This can't be done in the entry's current state: %s.") % entry.get_state_display()
        self._admin.message_user(request, said, messages.ERROR)
        return HttpResponseRedirect(address_of(entry))

    def _do(self, request: HttpRequest, entry: ErrorEntry, transition: Transition, form: Any) -> HttpResponse | None:
        """Do it, and go on; None where it can't be done, which the form then says."""
        try:
            moved = transition.run(entry, user=request.user, **form.cleaned_data)
        except TransitionError as error:
            form.add_error(None, str(error))
            return None
        self._admin.message_user(request, str(transition.done), messages.SUCCESS)
        if moved is None:
            moved = entry.proposal_for
        after = address_of(moved) if moved else reverse("admin:troubleshoot_errorentry_changelist")
        return HttpResponseRedirect(after)

    def _asked(self, request: HttpRequest, entry: ErrorEntry, transition: Transition, form: Any) -> HttpResponse:
        context = {
            **self._admin.admin_site.each_context(request),
            "title": transition.label,
            "opts": self._admin.opts,
            "original": entry,
            "move": transition,
            "form": form,
            "media": self._admin.media + form.media,
        }
        if isinstance(form, PublishForm):
            context |= before_publishing(entry, form.data.get("shown", "").replace("\x00", ""))
        return TemplateResponse(request, "admin/troubleshoot/errorentry/move.html", context)


def standing(entry: ErrorEntry, user: Any) -> dict[str, Any]:
    """Where an entry stands, for the top of its page."""
    live = entry.proposal_for
    return {
        "entry": entry,
        "live": live,
        "proposal": getattr(entry, "proposal", None),
        "moves": transitions_for(user, entry),
        "sent_back": sent_back(entry),
        "changes_to_live": difference_to(live, entry) if live else None,
        "is_outdated": publishing.is_outdated(entry),
        "seen_by_readers": entry.is_seen_by_readers,
    }


def sent_back(entry: ErrorEntry) -> Revision | None:
    """The revision with which a draft was sent back to its author, if that is why it is a draft."""
    if entry.state != State.DRAFT:
        return None
    moves = (Revision.Action.SENT_BACK, Revision.Action.SUBMITTED)
    last = Revision.objects.of(entry).filter(action__in=moves).select_related("user").first()
    return last if last is not None and last.action == Revision.Action.SENT_BACK else None


def difference_to(live: ErrorEntry, proposal: ErrorEntry) -> list[Change]:
    """What a proposal changes in the published text, word by word."""
    return revisions.changes(revisions.content_of(live), revisions.content_of(proposal))


def before_publishing(entry: ErrorEntry, shown: str = "") -> dict[str, Any]:
    """What who publishes has to see: the text, the difference, and what changed since the proposal began.

    ``shown`` is the digest of the text that they saw the last time; what was written since is told, too.
    """
    content = revisions.content_of(entry)
    context: dict[str, Any] = {"shown": revisions.digest(content)}
    if shown and shown != context["shown"]:
        last = Revision.objects.of(entry).filter(digest=shown).first()
        context["changes_meanwhile"] = revisions.changes(last.content, content) if last else None
    live = entry.proposal_for
    if live is None:
        return context
    context |= {"live": live, "changes_to_live": difference_to(live, entry)}
    return context | (_published_since(entry, live) if publishing.is_outdated(entry) else {})


def _published_since(entry: ErrorEntry, live: ErrorEntry) -> dict[str, Any]:
    base = Revision.objects.of(live).filter(digest=entry.based_on).first()
    now = revisions.content_of(live)
    return {
        "is_outdated": True,
        "seen": revisions.digest(now),
        "changes_since": revisions.changes(base.content, now) if base else None,
    }


@admin.action(description=_("Publish the selected entries"), permissions=["publish"])
def publish_entries(
    model_admin: ModelAdmin[ErrorEntry], request: HttpRequest, queryset: QuerySet[ErrorEntry]
) -> HttpResponse | None:
    return _bulk(model_admin, request, queryset, PUBLISH)


@admin.action(description=_("Archive the selected entries"), permissions=["publish"])
def archive_entries(
    model_admin: ModelAdmin[ErrorEntry], request: HttpRequest, queryset: QuerySet[ErrorEntry]
) -> HttpResponse | None:
    return _bulk(model_admin, request, queryset, ARCHIVE)


@admin.action(description=_("Move the selected entries to an operation"), permissions=["change"])
def assign_operation(
    model_admin: ModelAdmin[ErrorEntry], request: HttpRequest, queryset: QuerySet[ErrorEntry]
) -> HttpResponse | None:
    return _bulk(model_admin, request, queryset, ASSIGN)


@admin.action(description=_("Mark the selected entries as reviewed"), permissions=["publish"])
def mark_entries_reviewed(
    model_admin: ModelAdmin[ErrorEntry], request: HttpRequest, queryset: QuerySet[ErrorEntry]
) -> HttpResponse | None:
    return _bulk(model_admin, request, queryset, REVIEW)


BULK_ACTIONS = (publish_entries, archive_entries, assign_operation, mark_entries_reviewed)


def _bulk(
    model_admin: ModelAdmin[ErrorEntry], request: HttpRequest, queryset: QuerySet[ErrorEntry], bulk: Bulk
) -> HttpResponse | None:
    """Ask first; what is confirmed is done, and its page is the list again.

    Each entry is a transaction of its own: one that can't be is named, and does not keep the others from it.
    """
    rows = list(queryset[: MOST + 1])
    if len(rows) > MOST:
        text = gettext("Choose at most %(most)d entries at once.") % {"most": MOST}
        model_admin.message_user(request, text, messages.ERROR)
        return None
    form = bulk.form(request.POST) if "confirm" in request.POST else bulk.form()
    if form.is_valid():
        _report(model_admin, request, bulk, *_done(rows, bulk, request.user, form.cleaned_data))
        return None
    context = model_admin.admin_site.each_context(request) | {
        "opts": model_admin.opts,
        "title": bulk.title,
        "move": bulk,
        "rows": rows,
        "form": form,
        "media": model_admin.media + form.media,
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/bulk.html", context)


def _report(
    model_admin: ModelAdmin[ErrorEntry], request: HttpRequest, bulk: Bulk, done: int, refused: list[tuple[str, str]]
) -> None:
    if done:
        model_admin.message_user(request, bulk.done(done), messages.SUCCESS)
    if refused:
        named = " ".join(f"“{title}”: {sentence}" for title, sentence in refused[:_MOST_NAMED])
        more = len(refused) - _MOST_NAMED
        if more > 0:
            named += ngettext(" And %(count)d more.", " And %(count)d more.", more) % {"count": more}
        text = ngettext("%(count)d not processed: %(named)s", "%(count)d not processed: %(named)s", len(refused))
        model_admin.message_user(request, text % {"count": len(refused), "named": named}, messages.WARNING)


def _done(
    rows: Iterable[ErrorEntry], bulk: Bulk, user: Any, given: dict[str, Any]
) -> tuple[int, list[tuple[str, str]]]:
    """How many entries took it; and of the others, what they are called and why not."""
    done, refused = 0, []
    for row in rows:
        try:
            bulk.run(row, user=user, **given)
        except publishing.TransitionError as error:
            refused.append((str(row), str(error)))
        except PermissionDenied:
            refused.append((str(row), gettext("You don't have permission to do this.")))
        except ObjectDoesNotExist:
            refused.append((str(row), gettext("It no longer exists.")))
        else:
            done += 1
    return done, refused
