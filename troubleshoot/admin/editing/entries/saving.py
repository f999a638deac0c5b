"""Owns what pressing Save on an entry's page does: change what readers see, or propose that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.db import transaction
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext

from troubleshoot.admin.editing.history import reason_of
from troubleshoot.admin.guards import is_number
from troubleshoot.editing import publishing, revisions
from troubleshoot.editing.publishing import OutdatedError, TransitionError
from troubleshoot.models import ErrorEntry

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

State = ErrorEntry.State
Button = tuple[str, str]
_MOST_DIGITS = 17


class EntrySaving(ModelAdmin[ErrorEntry]):
    """Who may publish saves for readers at once, unless the button says otherwise; others save drafts and proposals."""

    def has_change_permission(self, request: HttpRequest, obj: ErrorEntry | None = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        if obj is None or obj.state in publishing.UNPUBLISHED or publishing.may_publish(request.user):
            return True
        # What was typed meanwhile comes back with the form, so a saving is let in and refused there.
        return obj.state == State.PUBLISHED and (request.method == "POST" or proposal_of(obj) is None)

    def is_proposing(self, request: HttpRequest, entry: ErrorEntry) -> bool:
        """Whether this saving of a published entry changes its proposal instead of what readers see."""
        asked = "_propose" in request.POST or not publishing.may_publish(request.user)
        return entry.state == State.PUBLISHED and asked

    def check_before_saving(self, request: HttpRequest, row: ErrorEntry) -> None:
        super().check_before_saving(request, row)  # type: ignore[misc]  # of the pages that are edited together
        waiting = proposal_of(row)
        if waiting is not None and self.is_proposing(request, row):
            sentence = gettext("A change to this entry is already proposed. Open it and add your text there: %s")
            self.refuse(request, format_html(sentence, address_of(waiting)))  # type: ignore[attr-defined]

    def gone_meanwhile(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What was typed into a proposed change that was published or discarded meanwhile can be proposed again."""
        live = ErrorEntry.objects.filter(pk=_number(request.POST.get("proposal_for", ""))).first()
        if live is None or live.state != State.PUBLISHED or not self.has_change_permission(request, live):
            answer: HttpResponse = super().gone_meanwhile(request, object_id)  # type: ignore[misc]  # see above
            return answer
        said = gettext(
            "This change has been published or discarded in the meantime. Your text is below, applied to what "
            "readers see now."
        )
        self.refuse(request, said)  # type: ignore[attr-defined]
        self.bring_over(request, live)  # type: ignore[attr-defined]
        return ModelAdmin.changeform_view(self, request, str(live.pk), address_of(live))

    def save_model(self, request: HttpRequest, obj: ErrorEntry, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        if not change:
            draft = "_draft" in request.POST or "_submit" in request.POST or not publishing.may_publish(request.user)
            obj.state = State.DRAFT if draft else State.PUBLISHED
            obj.proposed_by = request.user  # type: ignore[assignment]  # whoever is in the administration is signed in
        elif self.is_proposing(request, obj):
            request.before_proposal = transaction.savepoint()  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        super().save_related(request, form, formsets, change)
        entry = form.instance
        if hasattr(request, "before_proposal"):
            entry = self._turn_into_proposal(request, entry)
        self._go_on(request, entry)

    def _turn_into_proposal(self, request: HttpRequest, entry: ErrorEntry) -> ErrorEntry:
        """Take back what was just saved, and give it to a proposal: a form can only save what it shows."""
        content = revisions.content_of(ErrorEntry.objects.get(pk=entry.pk))
        transaction.savepoint_rollback(request.before_proposal)  # type: ignore[attr-defined]
        live = ErrorEntry.objects.get(pk=entry.pk)
        proposal = publishing.propose(live, user=request.user, content=content, reason=reason_of(request))
        request.proposal = proposal  # type: ignore[attr-defined]
        return proposal

    def _go_on(self, request: HttpRequest, entry: ErrorEntry) -> None:
        """Submit or publish what was saved, where the button said so. What can't go on stays saved."""
        reason = reason_of(request)
        try:
            if "_submit" in request.POST and entry.state == State.DRAFT:
                publishing.submit(entry, user=request.user, reason=reason)
                request.gone_on = entry  # type: ignore[attr-defined]
            elif "_publish" in request.POST and entry.state in publishing.UNPUBLISHED:
                request.gone_on = publishing.publish(entry, user=request.user, reason=reason)  # type: ignore[attr-defined]
        except OutdatedError:
            request.outdated = entry  # type: ignore[attr-defined]
        except TransitionError as error:
            self.message_user(request, str(error), messages.ERROR)

    def log_change(self, request: HttpRequest, obj: ErrorEntry, message: Any) -> Any:
        return super().log_change(request, getattr(request, "proposal", obj), message)

    def response_add(self, request: HttpRequest, obj: ErrorEntry, post_url_continue: str | None = None) -> HttpResponse:
        return self._response(request) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: ErrorEntry) -> HttpResponse:
        return self._response(request) or super().response_change(request, obj)

    def _response(self, request: HttpRequest) -> HttpResponse | None:
        """Where to go where it was not just saved."""
        if outdated := getattr(request, "outdated", None):
            said = gettext(
                "Saved, but not published: the published text has changed in the meantime. Compare both first."
            )
            self.message_user(request, said, messages.WARNING)
            return HttpResponseRedirect(address_of(outdated, "publish"))
        if moved := getattr(request, "gone_on", None):
            said = gettext("Saved and submitted for review.") if "_submit" in request.POST else gettext("Published.")
            self.message_user(request, said, messages.SUCCESS)
            return HttpResponseRedirect(address_of(moved))
        if proposal := getattr(request, "proposal", None):
            said = gettext("Saved as a proposed change. Until it is published, readers see the published text.")
            self.message_user(request, said, messages.SUCCESS)
            return HttpResponseRedirect(address_of(proposal))
        return None

    def buttons(self, request: HttpRequest, entry: ErrorEntry | None) -> list[Button]:
        """Names and labels of the buttons below the form, the usual one first."""
        publishes = publishing.may_publish(request.user)
        if entry is None and publishes:
            return [("_save", gettext("Save and publish")), ("_draft", gettext("Save as draft"))]
        if entry is None:
            return [("_save", gettext("Save as draft")), ("_submit", gettext("Save and submit for review"))]
        if entry.state == State.PUBLISHED and not publishes:
            return [("_save", gettext("Save as a proposal")), ("_submit", gettext("Propose and submit for review"))]
        if entry.state == State.PUBLISHED:
            buttons = [
                ("_save", gettext("Save and publish")),
                ("_continue", gettext("Save, publish and continue editing")),
            ]
            return buttons if proposal_of(entry) else [*buttons, ("_propose", gettext("Save as a proposal"))]
        buttons = [("_save", gettext("Save")), ("_continue", gettext("Save and continue editing"))]
        if entry.state == State.DRAFT:
            buttons.append(("_submit", gettext("Save and submit for review")))
        if entry.state in publishing.UNPUBLISHED and publishes:
            buttons.append(("_publish", gettext("Save and publish")))
        return buttons


def _number(text: str) -> int:
    return int(text) if is_number(text, _MOST_DIGITS) else 0


def proposal_of(entry: ErrorEntry) -> ErrorEntry | None:
    """The change of an entry that waits, where there is one."""
    return getattr(entry, "proposal", None)


def address_of(entry: ErrorEntry, page: str = "change") -> str:
    """The address of a page of an entry in the administration."""
    return reverse(f"admin:troubleshoot_errorentry_{page}", args=(entry.pk,))
