"""Owns the pages of what has drafts, proposals and a review: who may edit it, its buttons, and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.http import HttpResponseRedirect
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.editing.comments import comment_urls
from troubleshoot.admin.editing.content import ContentAdmin
from troubleshoot.admin.editing.transitions import address_of, buttons, standing, transition_urls
from troubleshoot.admin.guards import is_number
from troubleshoot.editing import publishing
from troubleshoot.editing.publishing import UNPUBLISHED
from troubleshoot.models import ErrorEntry, Flow

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from troubleshoot.editing.edits import Outcome

PageT = TypeVar("PageT", bound=ErrorEntry | Flow)
State = ErrorEntry.State


def may_edit(request: HttpRequest, page: ErrorEntry | Flow | None) -> bool:
    """Whether who may edit pages of this kind may edit this one, or propose a change of it, as it stands."""
    if page is None or page.state in UNPUBLISHED or publishing.may_publish(request.user, page):
        return True
    # What was typed meanwhile comes back with the form, so a saving is let in and refused there.
    return page.state == State.PUBLISHED and (request.method == "POST" or not hasattr(page, "proposal"))


def own_change(request: HttpRequest, page: ErrorEntry | Flow | None) -> Any:
    """The open change that somebody proposed of a page that they can't edit itself; None where there is none."""
    proposal = getattr(page, "proposal", None)
    is_led = request.method == "GET" and proposal is not None and not may_edit(request, page)
    return proposal if is_led and publishing.is_own(request.user, proposal) else None


def led_to_own(request: HttpRequest, address: str) -> HttpResponseRedirect:
    """To the form of somebody's own change, instead of the page that it is for."""
    messages.info(request, gettext("You already proposed a change to this page. This is your change."))
    return HttpResponseRedirect(address)


def refusal(outcome: Outcome) -> str:
    """The sentence of an edit that was refused; one of what has a proposal belongs in there."""
    if not isinstance(outcome.row, ErrorEntry | Flow) or outcome.row.proposal_for_id is None:
        return outcome.sentence
    sentence = gettext("A change to this page is already proposed. Open it and add your text there: %s")
    return format_html(sentence, address_of(outcome.row))


class ProposedAdmin(ContentAdmin[PageT]):
    """Pages that become readers' by publishing: drafts first, and then changes that are proposed."""

    def get_urls(self) -> list[Any]:
        return [*transition_urls(self), *comment_urls(self), *super().get_urls()]

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Who may do what the actions of the list do."""
        return publishing.may_publish(request.user, self.model)

    def has_change_permission(self, request: HttpRequest, obj: PageT | None = None) -> bool:
        return super().has_change_permission(request, obj) and may_edit(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: PageT | None = None) -> tuple[Any, ...]:
        """The key of what was never published can still be chosen."""
        readonly = super().get_readonly_fields(request, obj)
        is_own_draft = obj is not None and obj.state in UNPUBLISHED and obj.proposal_for_id is None
        return tuple(name for name in readonly if name != "key") if is_own_draft else readonly

    def refusal(self, outcome: Outcome) -> str:
        return refusal(outcome)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """The address of what was published or discarded meanwhile leads to where that can be read."""
        number = unquote(object_id)
        if request.method == "GET" and is_number(number) and self.get_object(request, number) is None:
            led = self._published(request, int(number)) or self._discarded(request, int(number))
            return led or super().change_view(request, object_id, *args, **kwargs)
        if "part" in request.GET:  # from where readers see it
            live = self.get_object(request, number)
            if (mine := own_change(request, live)) is not None:
                part = self.part_in(mine, live, request.GET["part"])
                return led_to_own(request, f"{address_of(mine)}?{urlencode({'part': part})}")
        return super().change_view(request, object_id, *args, **kwargs)

    def part_in(self, proposal: PageT, live: PageT, part: str) -> str:  # noqa: ARG002 - for those whose parts are rows
        """What a part of a published page is called in a change of it."""
        return part

    def _published(self, request: HttpRequest, number: int) -> HttpResponse | None:
        live = publishing.published_as(self.model, number)
        if live is None or not self.has_view_permission(request, live):
            return None
        self.message_user(request, gettext("This change has been published. This is the page that it changed."))
        return HttpResponseRedirect(address_of(live))

    def _discarded(self, request: HttpRequest, number: int) -> HttpResponse | None:
        """To the page that a change was for, or to what the history keeps of a draft; said by whom, when and why."""
        found = publishing.discarded(self.model, number)
        if found is None or not self.has_view_permission(request):
            return None
        last, live = found
        history = self.address("history", number)
        said = {
            "name": last.user.get_username() if last.user else "–",
            "time": date_format(localtime(last.time), "DATETIME_FORMAT"),
            "reason": last.reason or "–",
        }
        if live is None:
            self.message_user(request, gettext("Discarded by %(name)s at %(time)s. Reason: %(reason)s") % said)
            return HttpResponseRedirect(history)
        sentence = gettext(
            "This is the published page. The change was discarded by %(name)s at %(time)s. Reason: %(reason)s"
        )
        kept = format_html(' <a href="{}">{}</a>', history, gettext("View the discarded text"))
        self.message_user(request, format_html("{}{}", sentence % said, kept))
        return HttpResponseRedirect(address_of(live))

    def instead_of_gone(self, request: HttpRequest) -> tuple[PageT | None, str]:
        """What was typed into a proposed change that was published or discarded meanwhile can be proposed again."""
        number = request.POST.get("proposal_for", "")
        rows: Any = self.model.objects
        live: PageT | None = rows.filter(pk=int(number) if is_number(number) else 0).first()
        if live is None or live.state != State.PUBLISHED or not self.has_change_permission(request, live):
            return super().instead_of_gone(request)
        return live, gettext(
            "This change has been published or discarded in the meantime. Your text is below, "
            "applied to what readers see now."
        )

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Where the page stands is told above the form."""
        row = context.get("original")
        context["buttons"] = buttons(request.user, row, self.model)
        if row is not None:
            context |= standing(row, request.user)
        return super().render_change_form(request, context, *args, **kwargs)

    def view_on_site(self, row: PageT) -> str:
        """Its page; what readers do not see is shown to staff as a preview."""
        return row.get_absolute_url() + ("" if row.is_seen_by_readers else "?preview=1")

    @admin.display(description=_("state"))
    def standing(self, row: PageT) -> str:
        """The state, and what is special: a change of another page, or one that waits."""
        return " · ".join(self.words_of(row))

    def words_of(self, row: PageT) -> list[str]:
        if row.proposal_for_id is not None:
            return [gettext("proposed change: %s") % row.get_state_display()]
        waiting: Any = getattr(row, "proposal", None)
        told = [gettext("change proposed (%s)") % waiting.get_state_display()] if waiting else []
        return [row.get_state_display(), *told]
