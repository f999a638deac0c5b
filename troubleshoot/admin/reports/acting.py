"""Owns what one button makes of a failed search: a draft, an alias, a synonym, a tick, or a rehearsal of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from troubleshoot.admin.editing.rehearsal import report_page
from troubleshoot.admin.reports.failed import AliasForm, SynonymForm, address_of, asked_by, gone, group_page
from troubleshoot.admin.reports.report import for_readers_of_reports
from troubleshoot.editing import rehearsal
from troubleshoot.editing.publishing import TransitionError
from troubleshoot.reports import acting
from troubleshoot.reports.failures import group_of
from troubleshoot.reports.periods import period_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model
    from django.http import HttpRequest, HttpResponse

    from troubleshoot.reports.failures import Asked, Group

    Action = Callable[[HttpRequest, Asked, Group], HttpResponse]
    from django import forms

    from troubleshoot.search.index.rehearsing import Change


REFUSALS = (acting.ActionError, TransitionError)


def of_group(action: Action) -> Callable[..., HttpResponse]:
    """A view that finds the group that a form names, as it was when the form was made."""

    def view(request: HttpRequest) -> HttpResponse:
        asked = asked_by(request.POST, period_of(request.POST.get("days", "")))
        found = group_of(asked, request.POST.get("group", ""))
        return action(request, asked, found) if found else gone(request, asked)

    return for_readers_of_reports(require_POST(view))


@of_group
def begin_entry(request: HttpRequest, asked: Asked, group: Group) -> HttpResponse:
    try:
        with transaction.atomic():
            entry = acting.begin_entry(group, user=request.user)
            settle(group)
    except REFUSALS as refusal:
        return refused(request, asked, refusal)
    messages.success(request, gettext("A draft was created. Choose its operation, then write its cause and steps."))
    return HttpResponseRedirect(page_of(entry))


@of_group
def add_alias(request: HttpRequest, asked: Asked, group: Group) -> HttpResponse:
    form = AliasForm(request.POST)
    if not form.is_valid():
        return group_page(request, asked, group, alias_form=form)
    values = form.cleaned_data
    try:
        with transaction.atomic():
            row = acting.add_alias(values["entry"], values["text"], values["kind"], user=request.user)
            settle(group)
    except REFUSALS as refusal:
        form.add_error(None, str(refusal))
        return group_page(request, asked, group, alias_form=form)
    if row.proposal_for_id:
        say(
            request,
            row,
            gettext("The alias was added to the proposed change to “{}”. Submit it for review when it is complete."),
        )
    else:
        say(request, row, gettext("“{}” can now be found by this alias."))
    return HttpResponseRedirect(address_of(asked))


@of_group
def add_synonym(request: HttpRequest, asked: Asked, group: Group) -> HttpResponse:
    form = SynonymForm(request.POST)
    if not form.is_valid():
        return group_page(request, asked, group, synonym_form=form)
    try:
        with transaction.atomic():
            row = acting.add_synonym(**form.cleaned_data, user=request.user)
            settle(group)
    except REFUSALS as refusal:
        form.add_error(None, str(refusal))
        return group_page(request, asked, group, synonym_form=form)
    say(request, row, gettext("These are now synonyms: {}."))
    return HttpResponseRedirect(address_of(asked))


@of_group
def mark(request: HttpRequest, asked: Asked, group: Group) -> HttpResponse:
    """Settle the searches of an open group; open those of a settled one again."""
    if not request.user.has_perm(acting.SETTLE):
        raise PermissionDenied
    rows = [row.pk for row in group.rows]
    if asked.settled:
        acting.reopen(rows)
        said = ngettext("%d search is back in the report.", "%d searches are back in the report.", len(rows))
    else:
        acting.settle(rows)
        said = ngettext("%d search was marked as handled.", "%d searches were marked as handled.", len(rows))
    messages.success(request, said % len(rows))
    return HttpResponseRedirect(address_of(asked))


def settle(group: Group) -> None:
    acting.settle([row.pk for row in group.rows])


def refused(request: HttpRequest, asked: Asked, refusal: Exception) -> HttpResponse:
    messages.error(request, str(refusal))
    return HttpResponseRedirect(address_of(asked))


def say(request: HttpRequest, row: Model, sentence: str) -> None:
    link = format_html('<a href="{}">{}</a>', page_of(row), row)
    messages.success(request, format_html(sentence, link))


def page_of(row: Any) -> str:
    return reverse(f"admin:troubleshoot_{row._meta.model_name}_change", args=(row.pk,))


# What a form sends to name the group that it is about.
_NAMES = ("group", "newest", "days", "failure", "settled")


@of_group
def try_alias(request: HttpRequest, asked: Asked, group: Group) -> HttpResponse:
    form = AliasForm(request.POST)

    def made() -> tuple[Any, Change]:
        values = form.cleaned_data
        row = acting.add_alias(values["entry"], values["text"], values["kind"], user=request.user)
        return row, rehearsal.of_entry(row)

    return _rehearsed(request, asked, group, {"alias_form": form}, made)


@of_group
def try_synonym(request: HttpRequest, asked: Asked, group: Group) -> HttpResponse:
    form = SynonymForm(request.POST)

    def made() -> tuple[Any, Change]:
        row = acting.add_synonym(**form.cleaned_data, user=request.user)
        return row, rehearsal.of_synonyms(row.key, row.term_list)

    return _rehearsed(request, asked, group, {"synonym_form": form}, made)


def _rehearsed(
    request: HttpRequest,
    asked: Asked,
    group: Group,
    filled: dict[str, forms.Form],
    made: Callable[[], tuple[Any, Change]],
) -> HttpResponse:
    """Make it as the other button does, read what search would have to change, and take it back."""
    (form,) = filled.values()
    if not form.is_valid():
        return group_page(request, asked, group, **filled)
    try:
        with transaction.atomic():
            row, change = made()
            transaction.set_rollback(True)
    except REFUSALS as refusal:
        form.add_error(None, str(refusal))
        return group_page(request, asked, group, **filled)
    named = {field: request.POST[field] for field in _NAMES if request.POST.get(field)}
    context = {"back": f"{reverse('reports:group')}?{urlencode(named)}", "original": row}
    if terms := getattr(row, "term_list", None):
        context["terms"] = terms
    page: Any = admin.site.get_model_admin(type(row))
    return report_page(page, request, change, context)
