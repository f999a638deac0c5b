"""Owns trying out an alias or a synonym for a failed search before it is made: what search would answer otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db import transaction
from django.urls import reverse

from troubleshoot.admin.editing.rehearsal import report_page
from troubleshoot.admin.reports.acting import REFUSALS, of_group
from troubleshoot.admin.reports.failed import group_page
from troubleshoot.admin.reports.forms import AliasForm, SynonymForm
from troubleshoot.editing import rehearsal
from troubleshoot.reports import acting

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.http import HttpRequest, HttpResponse

    from troubleshoot.reports.failures import Asked, Group
    from troubleshoot.search.index.rehearsing import Change

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
    return report_page(admin.site.get_model_admin(type(row)), request, change, context)
