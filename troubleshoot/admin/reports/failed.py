"""Owns the report of failed searches, the page of one group of them, and what a button there makes of the group."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from troubleshoot.admin.editing.rehearsal import report_page
from troubleshoot.admin.guards import RowSelect
from troubleshoot.admin.reports import handling
from troubleshoot.admin.reports.pages import (
    Report,
    for_readers_of_reports,
    frame,
    language_of,
    languages_of,
    moment,
    paged,
)
from troubleshoot.editing import rehearsal
from troubleshoot.editing.publishing import TransitionError
from troubleshoot.models import ErrorAlias, ErrorEntry, QueryLog, SynonymGroup
from troubleshoot.reading.parameters import whole_number
from troubleshoot.reports import acting
from troubleshoot.reports.failures import MOST_ROWS, Asked, Failure, Group, group_of, groups, is_cut
from troubleshoot.reports.periods import Period, period_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from django.http import HttpRequest, HttpResponse

    from troubleshoot.admin.reports.pages import View
    from troubleshoot.search.index.rehearsing import Change

    Action = Callable[[HttpRequest, Asked, Group], HttpResponse]

REFUSALS = (acting.ActionError, TransitionError)


LONGEST_WORD = 100
_CODE = re.compile(r"(?=\S*\d|\S*[a-z][A-Z])[A-Za-z0-9_.+-]{3,}")


class EntrySelect(RowSelect):
    """Django's field for choosing by typing; empty, it says what it is for, to screen readers also."""

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        return super().build_attrs(base_attrs, extra_attrs) | {"data-placeholder": gettext("Choose an entry.")}


class MakingForm(forms.Form):
    """What is asked for before a group becomes something; ``name`` is what the page of the group calls it."""

    name: ClassVar[str]

    def make(self, user: Any) -> Any:
        """Write it. Returns the row; raises one of ``REFUSALS``, or PermissionDenied."""
        raise NotImplementedError

    def change_of(self, row: Any) -> Change:
        """What search would have to change, once the row is written."""
        raise NotImplementedError

    def message_of(self, row: Any) -> str:
        """The sentence that tells it, with a place for a link to the row."""
        raise NotImplementedError


class AliasForm(MakingForm):
    """Which entry is recognised by which text from now on."""

    name = "alias_form"
    entry = forms.ModelChoiceField(
        ErrorEntry.objects.all(),
        label=_("Entry"),
        required=False,
        widget=EntrySelect(ErrorAlias._meta.get_field("entry"), admin.site),
    )
    # Choosing from the entries takes JavaScript; who has none names the entry.
    key = forms.SlugField(label=_("Key of the entry"), required=False)
    text = forms.CharField(label=_("Alias"), max_length=QueryLog.LONGEST_QUERY)
    kind = forms.ChoiceField(label=_("Kind"), choices=ErrorAlias.Kind.choices)

    @classmethod
    def beginning_with(cls, wording: str) -> Self:
        kind = ErrorAlias.Kind.CODE if _CODE.fullmatch(wording) else ErrorAlias.Kind.MESSAGE
        return cls(initial={"text": wording, "kind": kind})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("entry") and cleaned.get("key"):
            cleaned["entry"] = ErrorEntry.objects.filter(key=cleaned["key"]).first()
        if not cleaned.get("entry") and "entry" not in self.errors:
            self.add_error("entry", _("Choose an entry."))
        return cleaned

    def clean_text(self) -> str:
        return one_line(self.cleaned_data["text"])

    def make(self, user: Any) -> ErrorEntry:
        values = self.cleaned_data
        return acting.add_alias(values["entry"], values["text"], values["kind"], user=user)

    def change_of(self, row: ErrorEntry) -> Change:
        return rehearsal.of_entry(row)

    def message_of(self, row: ErrorEntry) -> str:
        if row.proposal_for_id is None:
            return gettext("“{}” can now be found by this alias.")
        return gettext("The alias was added to the proposed change to “{}”. Submit it for review when it is complete.")


class SynonymForm(MakingForm):
    """Which word means what another does from now on."""

    name = "synonym_form"
    word = forms.CharField(label=_("This word"), max_length=LONGEST_WORD)
    meaning = forms.CharField(
        label=_("means the same as"),
        max_length=LONGEST_WORD,
        help_text=_(
            "If a synonym group contains one of the words, the other is added to it. Otherwise, a new group is created."
        ),
    )

    @classmethod
    def beginning_with(cls, wording: str) -> Self:
        return cls(initial={"word": wording[:LONGEST_WORD]})

    def clean_word(self) -> str:
        return one_line(self.cleaned_data["word"])

    def clean_meaning(self) -> str:
        return one_line(self.cleaned_data["meaning"])

    def make(self, user: Any) -> SynonymGroup:
        return acting.add_synonym(**self.cleaned_data, user=user)

    def change_of(self, row: SynonymGroup) -> Change:
        return rehearsal.of_synonyms(row.key, row.term_list)

    def message_of(self, row: SynonymGroup) -> str:  # noqa: ARG002 - it is the same of all
        return gettext("These are now synonyms: {}.")


def one_line(text: Any) -> str:
    return " ".join(str(text).split())


WORDINGS_SHOWN = 20


def asked_by(values: Mapping[str, Any], period: Period) -> Asked:
    """Which failed searches an address or a form names; anything else in it counts for nothing."""
    failure = values.get("failure", "")
    return Asked(
        period,
        Failure(failure) if failure in Failure.values else Failure.ANY,
        settled=values.get("settled") == "1",
        newest=whole_number(values.get("newest", "")) or 0,
        language=language_of(values),
    )


def context(request: HttpRequest, period: Period) -> dict[str, Any]:
    asked = asked_by(request.GET, period)
    return languages_of(request.GET) | {
        "asked": asked,
        "failures": Failure.choices,
        "page": paged(request, groups(asked)),
        "is_cut": is_cut(asked),
        "most_rows": MOST_ROWS,
    }


def rows(request: HttpRequest, period: Period) -> Iterator[tuple[Any, ...]]:
    return (
        (
            group.wording,
            group.code,
            group.number,
            group.readers,
            group.nothing,
            moment(group.since),
            moment(group.last),
            " ".join(group.languages),
            " | ".join(wording for wording, _times in group.wordings[:WORDINGS_SHOWN]),
            " | ".join(group.comments[:WORDINGS_SHOWN]),
        )
        for group in groups(asked_by(request.GET, period))
    )


REPORT = Report(
    slug="failed",
    title=_("Failed searches"),
    counted=_("searches"),
    lead=_(
        "Searches without results, or without a result being opened, and errors that are not documented here, from "
        "searches and diagnoses. Similar wordings are grouped, undocumented errors by their code."
    ),
    context=context,
    head=(
        _("wording"),
        _("undocumented code"),
        _("searches"),
        _("readers"),
        _("no result"),
        _("since"),
        _("last time"),
        _("languages"),
        _("wordings"),
        _("comments"),
    ),
    rows=rows,
)


def group(request: HttpRequest) -> HttpResponse:
    """One group: each wording, what readers told, and what can be made of it."""
    period = period_of(request.GET.get("days", ""))
    asked = asked_by(request.GET, period)
    found = group_of(asked, request.GET.get("group", ""))
    if found is None:
        return gone(request, asked)
    return group_page(request, asked, found)


def group_page(request: HttpRequest, asked: Asked, found: Group, form: MakingForm | None = None) -> HttpResponse:
    """The group's page, with what was filled in where something of that was wrong."""
    made = {kind.name: kind.beginning_with(found.wording) for kind in (AliasForm, SynonymForm)}
    given, linked = acting.standing([row.pk for row in found.rows])
    shown = (
        frame(request, found.wording, (), asked.period)
        | handling.context_of(())
        | {
            "report": REPORT,
            "asked": asked,
            "group": found,
            "wordings": found.wordings[:WORDINGS_SHOWN],
            "assigned_to": given,
            "linked_to": [handling.linked(row) for row in linked],
            "more_wordings": max(0, len(found.wordings) - WORDINGS_SHOWN),
            "handle_action": reverse("reports:handle_group"),
            **made,
        }
    )
    if form is not None:
        shown[form.name] = form
    status = 200 if form is None else 422
    return TemplateResponse(request, "admin/troubleshoot/reports/group.html", shown, status=status)


def gone(request: HttpRequest, asked: Asked) -> HttpResponse:
    messages.info(request, gettext("These searches are no longer in the report: they were handled or are too old."))
    return HttpResponseRedirect(address_of(asked))


def address_of(asked: Asked) -> str:
    """The report again, as it was asked for."""
    settled = "1" if asked.settled else ""
    query = {"days": str(asked.period.days), "failure": str(asked.failure.value), "settled": settled}
    query["language"] = asked.language
    return f"{reverse('reports:failed')}?{urlencode({name: value for name, value in query.items() if value})}"


def of_group(action: Action) -> View:
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
            _settle(group, entry)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(address_of(asked))
    messages.success(request, gettext("A draft was created. Choose its operation, then write its cause and steps."))
    return HttpResponseRedirect(row_address(entry))


def making(kind: type[MakingForm], *, is_rehearsal: bool = False) -> View:
    """The view that makes an alias or a synonym of a group, and settles its searches.

    A rehearsal makes it likewise, reads what search would have to change, and takes it back.
    """

    @of_group
    def view(request: HttpRequest, asked: Asked, group: Group) -> HttpResponse:
        form = kind(request.POST)
        if not form.is_valid():
            return group_page(request, asked, group, form)
        try:
            with transaction.atomic():
                row = form.make(request.user)
                change = form.change_of(row) if is_rehearsal else None
                _settle(group, row)
                transaction.set_rollback(is_rehearsal)
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
            return group_page(request, asked, group, form)
        if change is not None:
            return _rehearsal_page(request, row, change)
        link = format_html('<a href="{}">{}</a>', row_address(row), row)
        messages.success(request, format_html(form.message_of(row), link))
        return HttpResponseRedirect(address_of(asked))

    return view


def _rehearsal_page(request: HttpRequest, row: Any, change: Change) -> HttpResponse:
    named = {field: request.POST[field] for field in _NAMES if request.POST.get(field)}
    context = {"back": f"{reverse('reports:group')}?{urlencode(named)}", "original": row}
    if terms := getattr(row, "term_list", None):
        context["terms"] = terms
    return report_page(admin.site.get_model_admin(type(row)), request, change, context)


# What a form sends to name the group that it is about.
_NAMES = ("group", "newest", "days", "failure", "settled", "language")


def _settle(group: Group, row: Any) -> None:
    """The searches are handled, and open again where the entry that was made of them is discarded."""
    rows = [row.pk for row in group.rows]
    acting.settle(rows)
    if isinstance(row, ErrorEntry):
        acting.link(rows, row, None)


@of_group
def handle(request: HttpRequest, asked: Asked, group: Group) -> HttpResponse:
    """Tick the searches of a group off, or open them again; assign them; link them to what has the answer."""
    handling.carry_out(request, {QueryLog: [row.pk for row in group.rows]}, request.POST.get("do", ""))
    return HttpResponseRedirect(address_of(asked))


def row_address(row: Any) -> str:
    return reverse(f"admin:troubleshoot_{row._meta.model_name}_change", args=(row.pk,))
