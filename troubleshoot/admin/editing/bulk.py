"""Owns what is done with many entries at once: transitions, and find and replace; what could not be done is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.editing.page_form import settled
from troubleshoot.admin.editing.transitions import TRANSITIONS
from troubleshoot.admin.guards import is_number
from troubleshoot.editing import replacing
from troubleshoot.editing.publishing import TransitionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.contrib.admin import ModelAdmin
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from troubleshoot.admin.editing.transitions import Bulk, Transition
    from troubleshoot.models import ErrorEntry

MOST = 500
_MOST_NAMED = 10
_LONGEST_REASON = 450


def _action(transition: Transition, bulk: Bulk) -> Callable[..., HttpResponse | None]:
    @admin.action(description=bulk.label, permissions=[bulk.permission])
    def action(
        model_admin: ModelAdmin[ErrorEntry], request: HttpRequest, queryset: QuerySet[ErrorEntry]
    ) -> HttpResponse | None:
        return _bulk(model_admin, request, queryset, transition, bulk)

    action.__name__ = bulk.action
    return action


BULK_ACTIONS = tuple(_action(transition, transition.bulk) for transition in TRANSITIONS if transition.bulk)


def _bulk(
    model_admin: ModelAdmin[ErrorEntry],
    request: HttpRequest,
    queryset: QuerySet[ErrorEntry],
    transition: Transition,
    bulk: Bulk,
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
        refused = _refusals(rows, transition, request.user, form.cleaned_data)
        if done := len(rows) - len(refused):
            model_admin.message_user(request, bulk.done % {"count": done}, messages.SUCCESS)
        if refused:
            model_admin.message_user(request, _not_processed(refused), messages.WARNING)
        answer = HttpResponseRedirect(request.get_full_path())
        return settled(request, answer) if done else answer
    context = model_admin.admin_site.each_context(request) | {
        "opts": model_admin.opts,
        "title": bulk.title,
        "action": bulk.action,
        "button": transition.label,
        "rows": rows,
        "form": form,
        "media": model_admin.media + form.media,
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/bulk.html", context)


def _refusals(
    rows: Iterable[ErrorEntry], transition: Transition, user: Any, given: dict[str, Any]
) -> list[tuple[str, str]]:
    """What the entries that could not be processed are called, and why not."""
    refused = []
    for row in rows:
        try:
            transition.run(row, user=user, **given)
        except TransitionError as error:
            refused.append((str(row), str(error)))
        except PermissionDenied:
            refused.append((str(row), gettext("You don't have permission to do this.")))
        except ObjectDoesNotExist:
            refused.append((str(row), gettext("It no longer exists.")))
    return refused


def _not_processed(refused: list[tuple[str, str]]) -> str:
    named = " ".join(f"“{title}”: {sentence}" for title, sentence in refused[:_MOST_NAMED])
    more = len(refused) - _MOST_NAMED
    if more > 0:
        named += ngettext(" And %(count)d more.", " And %(count)d more.", more) % {"count": more}
    text = ngettext("%(count)d not processed: %(named)s", "%(count)d not processed: %(named)s", len(refused))
    return text % {"count": len(refused), "named": named}


class ReplaceForm(forms.Form):
    """What to find in the texts of entries, and what to write instead."""

    find = forms.CharField(
        label=_("Find"), max_length=500, strip=False, help_text=_("Upper and lower case are told apart.")
    )
    replace = forms.CharField(label=_("Replace with"), max_length=500, strip=False, required=False)


def replace_view(model_admin: ModelAdmin[ErrorEntry], request: HttpRequest) -> HttpResponse:
    """Show what would change in which entry; what is ticked and sent is proposed, an entry at a time."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    given = request.POST if request.method == "POST" else request.GET
    form = ReplaceForm(given if "find" in given else None)
    words = (form.cleaned_data["find"], form.cleaned_data["replace"]) if form.is_valid() else ("", "")
    if request.method == "POST" and form.is_valid():
        ticked = (one.partition(":") for one in request.POST.getlist("entry"))
        seen = {number: digest for number, _colon, digest in ticked if is_number(number)}
        _propose(model_admin, request, words, seen)
        return HttpResponseRedirect(f"{reverse('admin:troubleshoot_errorentry_changelist')}?state=proposals")
    found = replacing.replacements(*words)
    context = model_admin.admin_site.each_context(request) | {
        "opts": model_admin.opts,
        "title": gettext("Find and replace"),
        "form": form,
        "found": found[: replacing.MOST],
        "is_cut": len(found) > replacing.MOST,
        "most": replacing.MOST,
        "media": model_admin.media,
    }
    return TemplateResponse(request, "admin/troubleshoot/errorentry/replace.html", context)


def _propose(
    model_admin: ModelAdmin[ErrorEntry], request: HttpRequest, words: tuple[str, str], seen: dict[str, str]
) -> None:
    reason = gettext("“%(find)s” replaced with “%(replace)s”.") % dict(zip(("find", "replace"), words, strict=True))
    done, refused = 0, []
    for one in replacing.replacements(*words, entries=map(int, seen)):
        try:
            replacing.propose(one, seen=seen[str(one.entry.pk)], user=request.user, reason=reason[:_LONGEST_REASON])
        except TransitionError as error:
            refused.append((str(one.entry), str(error)))
        else:
            done += 1
    text = ngettext("%(count)d change proposed.", "%(count)d changes proposed.", done)
    model_admin.message_user(request, text % {"count": done}, messages.SUCCESS if done else messages.WARNING)
    if refused:
        model_admin.message_user(request, _not_processed(refused), messages.WARNING)
