"""Owns the pages that move an entry from state to state, and how its own page shows where it stands."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext

from troubleshoot.admin.editing.entries.moves import MOVES, Move, PublishForm, moves_for
from troubleshoot.admin.editing.entries.saving import address_of, proposal_of
from troubleshoot.editing import publishing, revisions
from troubleshoot.editing.publishing import OutdatedError, TransitionError
from troubleshoot.models import ErrorEntry, Revision

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from troubleshoot.editing.revisions import Change

State = ErrorEntry.State


class EntryStates(ModelAdmin[ErrorEntry]):
    """A page for each move, which asks for a reason and does nothing until it is sent."""

    def get_urls(self) -> list[Any]:
        pages = [
            path(
                f"<path:object_id>/{move.name}/",
                self.admin_site.admin_view(partial(self.move_view, move=move)),
                name=f"troubleshoot_errorentry_{move.name}",
            )
            for move in MOVES
        ]
        return [*pages, *super().get_urls()]

    def move_view(self, request: HttpRequest, object_id: str, *, move: Move) -> HttpResponse:
        """Ask, and on POST do it."""
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "POST"])
        entry = self.get_object(request, unquote(object_id))
        if entry is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined,no-any-return]  # no stub for it
        if not move.may(request.user, entry):
            raise PermissionDenied
        if entry.state not in move.states:
            return self._refused(request, entry)
        data = request.POST if request.method == "POST" else None
        form = move.form(data, entry=entry)
        if data is not None and form.is_valid() and (answer := self._do(request, entry, move, form)):
            return answer
        return self._asked(request, entry, move, form)

    def _refused(self, request: HttpRequest, entry: ErrorEntry) -> HttpResponse:
        said = gettext("This can't be done in the entry's current state: %s.") % entry.get_state_display()
        self.message_user(request, said, messages.ERROR)
        return HttpResponseRedirect(address_of(entry))

    def _do(self, request: HttpRequest, entry: ErrorEntry, move: Move, form: Any) -> HttpResponse | None:
        """Do it, and go on; None where it can't be done, which the form then says."""
        try:
            moved = move.run(entry, user=request.user, **form.cleaned_data)
        except OutdatedError as error:
            form.add_error(None, str(error))
            return None
        except TransitionError as error:
            form.add_error(None, str(error))
            return None
        self.message_user(request, str(move.done), messages.SUCCESS)
        if moved is None:
            moved = entry.proposal_for
        after = address_of(moved) if moved else reverse("admin:troubleshoot_errorentry_changelist")
        return HttpResponseRedirect(after)

    def _asked(self, request: HttpRequest, entry: ErrorEntry, move: Move, form: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": move.label,
            "opts": self.opts,
            "original": entry,
            "move": move,
            "form": form,
            "media": self.media + form.media,
        }
        if isinstance(form, PublishForm):
            context |= before_publishing(entry, form.data.get("shown", "").replace("\x00", ""))
        return TemplateResponse(request, "admin/troubleshoot/errorentry/move.html", context)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        entry = context.get("original")
        context["buttons"] = self.buttons(request, entry)  # type: ignore[attr-defined]  # of the saving
        if entry is not None:
            context |= self._standing(request, entry)
        return super().render_change_form(request, context, *args, **kwargs)

    def _standing(self, request: HttpRequest, entry: ErrorEntry) -> dict[str, Any]:
        """Where an entry stands, for the top of its page."""
        live = entry.proposal_for
        return {
            "entry": entry,
            "live": live,
            "proposal": proposal_of(entry),
            "moves": moves_for(request.user, entry),
            "sent_back": sent_back(entry),
            "changes_to_live": difference_to(live, entry) if live else None,
            "is_outdated": publishing.is_outdated(entry),
            "seen_by_readers": entry.state == State.PUBLISHED and not entry.staff_only,
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
