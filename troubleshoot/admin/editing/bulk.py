"""Owns the actions of the list of entries: a transition of many at once, each named that could not be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext

from troubleshoot.admin.editing.transitions import TRANSITIONS
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
        return None
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
