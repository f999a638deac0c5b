"""Owns what can be done with many entries at once, each time after a page that names them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.guards import RowSelect
from troubleshoot.editing import placing, publishing
from troubleshoot.models import ErrorEntry, Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrPromise as LazyText

MOST = 500
_MOST_NAMED = 10


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, help_text=_("Shown in the history of each entry.")
    )


class OperationForm(ReasonForm):
    operation = forms.ModelChoiceField(
        Operation.objects.all(),
        label=capfirst(_("operation")),
        widget=RowSelect(ErrorEntry._meta.get_field("operation"), admin.site),
    )
    field_order = ("operation", "reason")


@dataclass(frozen=True, slots=True)
class Move:
    """Something to do with each of many entries: the action's name, what its page says, and how one entry takes it."""

    action: str
    title: LazyText
    button: LazyText
    form: type[forms.Form]
    take: Callable[[ErrorEntry, Any, dict[str, Any]], object]
    done: Callable[[int], str]


PUBLISH = Move(
    "publish_entries",
    _("Publish these entries"),
    _("Publish"),
    ReasonForm,
    lambda entry, user, given: publishing.publish(entry, user=user, reason=given["reason"]),
    lambda count: ngettext("%(count)d published.", "%(count)d published.", count) % {"count": count},
)
ARCHIVE = Move(
    "archive_entries",
    _("Archive these entries"),
    _("Archive"),
    ReasonForm,
    lambda entry, user, given: publishing.archive(entry, user=user, reason=given["reason"]),
    lambda count: ngettext("%(count)d archived.", "%(count)d archived.", count) % {"count": count},
)
ASSIGN = Move(
    "assign_operation",
    _("Move these entries to another operation"),
    _("Move"),
    OperationForm,
    lambda entry, user, given: placing.assign(entry, given["operation"], user=user, reason=given["reason"]),
    lambda count: ngettext("%(count)d moved.", "%(count)d moved.", count) % {"count": count},
)
REVIEW = Move(
    "mark_entries_reviewed",
    _("Mark these entries as reviewed today"),
    _("Mark as reviewed"),
    forms.Form,
    lambda entry, user, given: publishing.mark_reviewed(entry, user=user),  # noqa: ARG005 - it asks for nothing
    lambda count: ngettext("%(count)d marked as reviewed.", "%(count)d marked as reviewed.", count) % {"count": count},
)


class BulkActions(admin.ModelAdmin[ErrorEntry]):
    """Each entry is a transaction of its own: one that can't be is named, and does not keep the others from it."""

    actions = (PUBLISH.action, ARCHIVE.action, ASSIGN.action, REVIEW.action)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return publishing.may_publish(request.user)

    @admin.action(description=_("Publish the selected entries"), permissions=["publish"])
    def publish_entries(self, request: HttpRequest, queryset: QuerySet[ErrorEntry]) -> HttpResponse | None:
        return self._run(request, queryset, PUBLISH)

    @admin.action(description=_("Archive the selected entries"), permissions=["publish"])
    def archive_entries(self, request: HttpRequest, queryset: QuerySet[ErrorEntry]) -> HttpResponse | None:
        return self._run(request, queryset, ARCHIVE)

    @admin.action(description=_("Move the selected entries to an operation"), permissions=["change"])
    def assign_operation(self, request: HttpRequest, queryset: QuerySet[ErrorEntry]) -> HttpResponse | None:
        return self._run(request, queryset, ASSIGN)

    @admin.action(description=_("Mark the selected entries as reviewed"), permissions=["publish"])
    def mark_entries_reviewed(self, request: HttpRequest, queryset: QuerySet[ErrorEntry]) -> HttpResponse | None:
        return self._run(request, queryset, REVIEW)

    def _run(self, request: HttpRequest, queryset: QuerySet[ErrorEntry], move: Move) -> HttpResponse | None:
        """Ask first; what is confirmed is done, and its page is the list again."""
        rows = list(queryset[: MOST + 1])
        if len(rows) > MOST:
            text = gettext("Choose at most %(most)d entries at once.") % {"most": MOST}
            self.message_user(request, text, messages.ERROR)
            return None
        form = move.form(request.POST) if "confirm" in request.POST else move.form()
        if form.is_valid():
            self._report(request, move, *_done(rows, move, request.user, form.cleaned_data))
            return None
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": move.title,
            "move": move,
            "rows": rows,
            "form": form,
            "media": self.media + form.media,
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/bulk.html", context)

    def _report(self, request: HttpRequest, move: Move, done: int, refused: list[tuple[str, str]]) -> None:
        if done:
            self.message_user(request, move.done(done), messages.SUCCESS)
        if refused:
            named = " ".join(f"“{title}”: {sentence}" for title, sentence in refused[:_MOST_NAMED])
            more = len(refused) - _MOST_NAMED
            if more > 0:
                named += ngettext(" And %(count)d more.", " And %(count)d more.", more) % {"count": more}
            text = ngettext("%(count)d not processed: %(named)s", "%(count)d not processed: %(named)s", len(refused))
            self.message_user(request, text % {"count": len(refused), "named": named}, messages.WARNING)


def _done(
    rows: Iterable[ErrorEntry], move: Move, user: Any, given: dict[str, Any]
) -> tuple[int, list[tuple[str, str]]]:
    """How many entries took it; and of the others, what they are called and why not."""
    done, refused = 0, []
    for row in rows:
        try:
            move.take(row, user, given)
        except publishing.TransitionError as error:
            refused.append((str(row), str(error)))
        except PermissionDenied:
            refused.append((str(row), gettext("You don't have permission to do this.")))
        except ObjectDoesNotExist:
            refused.append((str(row), gettext("It no longer exists.")))
        else:
            done += 1
    return done, refused
