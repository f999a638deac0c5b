"""Owns what is done with searches, answers and comments wherever they are shown: ticked off, assigned, linked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import PermissionDenied
from django.forms import Script
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.guards import RowSelect
from troubleshoot.models import ErrorEntry, QueryLog, Step, Verdict
from troubleshoot.reports import acting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString

    from troubleshoot.reports.acting import Model

MODELS: dict[str, Model] = {model._meta.model_name or "": model for model in (QueryLog, Verdict)}
_ROW = re.compile(rf"({'|'.join(MODELS)})-(\d{{1,18}})")


class StepField(forms.ModelChoiceField[Step]):
    """The steps that readers see, each said with its wizard: two may have one title."""

    def label_from_instance(self, step: Any) -> str:
        return Truncator(f"{step.flow} › {step.order}. {step}").chars(60)


class HandleForm(ActionForm):
    """Who sees to it, and what it is about. Lists have it beside their actions, pages in a form of its own."""

    person = forms.ModelChoiceField(acting.may_be_assigned(), label=_("Person:"), required=False, empty_label=_("none"))
    entry = forms.ModelChoiceField(
        ErrorEntry.objects.all(),
        label=_("Entry:"),
        required=False,
        widget=RowSelect(Verdict._meta.get_field("entry"), admin.site),
    )
    step = StepField(
        Step.objects.filter(flow__published=True).select_related("flow").order_by("flow__order", "order"),
        label=_("or step:"),
        required=False,
        empty_label=_("none"),
    )

    class Media:
        js = (Script("troubleshoot/js/admin-choosers.js", defer=True),)

    @classmethod
    def asking(cls, data: Any = None, *names: str, **values: Any) -> HandleForm:
        """The form with these of its fields, or with all but what only lists ask for."""
        form = cls(data, auto_id="handle_%s", **values)  # beside other forms of a page
        form.fields = {name: form.fields[name] for name in names or ("person", "entry", "step")}
        return form


def context_of(names: Sequence[str], rows: Sequence[Any] = ()) -> dict[str, Any]:
    """What a page shows that handles the rows of these names, or those that are ticked on it where none is named.

    A single row's form says what is so.
    """
    initial = {}
    if len(rows) == 1:
        initial = {"person": rows[0].assigned_to_id, "entry": rows[0].entry_id, "step": rows[0].step_id}
    form = HandleForm.asking(initial=initial)
    return {"handle_form": form, "handle_rows": names, "handle_action": reverse("reports:handle")}


def name_of(model: Model, number: int) -> str:
    """How a form names a search or an answer."""
    return f"{model._meta.model_name}-{number}"


def handle(request: HttpRequest) -> HttpResponse:
    """Handle the searches and answers that a form names, and lead back to its page."""
    # A button beside one row ticks that one off, whatever else is chosen.
    names = request.POST.getlist("settle") or request.POST.getlist("row")
    rows: dict[Model, list[int]] = {}
    for name in names:
        if found := _ROW.fullmatch(name):
            rows.setdefault(MODELS[found[1]], []).append(int(found[2]))
    carry_out(request, rows, "settle" if "settle" in request.POST else request.POST.get("do", ""))
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(back if is_ours else reverse("reports:comments"))


def carry_out(request: HttpRequest, rows: Mapping[Model, Sequence[int]], what: str) -> None:
    """Do with the rows, by number, what is asked for, and say so. Raises PermissionDenied."""
    if not request.user.has_perm(acting.SETTLE):
        raise PermissionDenied
    if what not in _DOES:
        return
    if not rows:
        messages.error(request, gettext("Nothing is selected."))
        return
    _DOES[what](request, rows)


def _settle(request: HttpRequest, rows: Mapping[Model, Sequence[int]]) -> None:
    for model, numbers in rows.items():
        acting.settle(numbers, model)
        messages.success(request, _SETTLED[model] % len(numbers))


def _reopen(request: HttpRequest, rows: Mapping[Model, Sequence[int]]) -> None:
    for model, numbers in rows.items():
        acting.reopen(numbers, model)
        messages.success(request, _REOPENED[model] % len(numbers))


def _assign(request: HttpRequest, rows: Mapping[Model, Sequence[int]]) -> None:
    form = HandleForm.asking(request.POST, "person")
    person = form.cleaned_data["person"] if form.is_valid() else None
    if person is None:
        messages.error(request, gettext("Choose a person who can handle this."))
        return
    for model, numbers in rows.items():
        acting.assign(numbers, person, model)
    messages.success(request, gettext("Assigned to: %(name)s") % {"name": person.get_username()})


def _unassign(request: HttpRequest, rows: Mapping[Model, Sequence[int]]) -> None:
    for model, numbers in rows.items():
        acting.assign(numbers, None, model)
    messages.success(request, gettext("Assigned to nobody."))


def _link(request: HttpRequest, rows: Mapping[Model, Sequence[int]]) -> None:
    form = HandleForm.asking(request.POST, "entry", "step")
    chosen = [row for row in form.cleaned_data.values() if row] if form.is_valid() else []
    if len(chosen) != 1:
        messages.error(request, gettext("Choose one entry, or one step of a wizard."))
        return
    for model, numbers in rows.items():
        acting.link(numbers, model=model, **form.cleaned_data)
    messages.success(request, format_html(gettext("Linked to: {}"), linked(*chosen)))


def _unlink(request: HttpRequest, rows: Mapping[Model, Sequence[int]]) -> None:
    for model, numbers in rows.items():
        acting.link(numbers, None, None, model)
    messages.success(request, gettext("Linked to nothing."))


_DOES: dict[str, Callable[[HttpRequest, Mapping[Model, Sequence[int]]], None]] = {
    "settle": _settle,
    "reopen": _reopen,
    "assign": _assign,
    "unassign": _unassign,
    "link": _link,
    "unlink": _unlink,
}
_SETTLED: dict[Any, Any] = {
    QueryLog: ngettext_lazy("%d search was marked as handled.", "%d searches were marked as handled."),
    Verdict: ngettext_lazy("%d answer was marked as handled.", "%d answers were marked as handled."),
}
_REOPENED: dict[Any, Any] = {
    QueryLog: ngettext_lazy("%d search is back in the report.", "%d searches are back in the report."),
    Verdict: ngettext_lazy("%d answer is open again.", "%d answers are open again."),
}


def linked(row: Any) -> SafeString:
    """An entry or a step by its words, as a link to where it is edited."""
    address = reverse(f"admin:troubleshoot_{row._meta.model_name}_change", args=(row.pk,))
    return format_html('<a href="{}">{}</a>', address, f"{row.flow} › {row}" if isinstance(row, Step) else row)
