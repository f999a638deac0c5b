"""Owns the report of failed searches, the page of one group of them, and its forms for an alias and a synonym."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.guards import RowSelect
from troubleshoot.admin.reports.report import Report, frame, moment, paged
from troubleshoot.models import ErrorAlias, ErrorEntry, QueryLog
from troubleshoot.reading.parameters import whole_number
from troubleshoot.reports.failures import MOST_ROWS, Asked, Failure, Group, group_of, groups, is_cut
from troubleshoot.reports.periods import Period, period_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.http import HttpRequest, HttpResponse


LONGEST_WORD = 100
_CODE = re.compile(r"(?=\S*\d|\S*[a-z][A-Z])[A-Za-z0-9_.+-]{3,}")


class EntrySelect(RowSelect):
    """Django's field for choosing by typing; empty, it says what it is for, to screen readers also."""

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        return super().build_attrs(base_attrs, extra_attrs) | {"data-placeholder": gettext("Choose an entry.")}


class AliasForm(forms.Form):
    """Which entry is recognised by which text from now on."""

    entry = forms.ModelChoiceField(
        ErrorEntry.objects.filter(proposal_for=None),
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
            cleaned["entry"] = ErrorEntry.objects.filter(proposal_for=None, key=cleaned["key"]).first()
        if not cleaned.get("entry") and "entry" not in self.errors:
            self.add_error("entry", _("Choose an entry."))
        return cleaned

    def clean_text(self) -> str:
        return one_line(self.cleaned_data["text"])


class SynonymForm(forms.Form):
    """Which word means what another does from now on."""

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
    )


def context(request: HttpRequest, period: Period) -> dict[str, Any]:
    asked = asked_by(request.GET, period)
    return {
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


def group_page(request: HttpRequest, asked: Asked, found: Group, **forms: Any) -> HttpResponse:
    """The group's page, with what was filled in where something of that was wrong."""
    shown = frame(request, found.wording, (), asked.period) | {
        "report": REPORT,
        "asked": asked,
        "group": found,
        "wordings": found.wordings[:WORDINGS_SHOWN],
        "more_wordings": max(0, len(found.wordings) - WORDINGS_SHOWN),
        "alias_form": AliasForm.beginning_with(found.wording),
        "synonym_form": SynonymForm.beginning_with(found.wording),
    }
    answer = TemplateResponse(request, "admin/troubleshoot/reports/group.html", shown | forms)
    answer.status_code = 422 if forms else 200
    return answer


def gone(request: HttpRequest, asked: Asked) -> HttpResponse:
    messages.info(request, gettext("These searches are no longer in the report: they were handled or are too old."))
    return HttpResponseRedirect(address_of(asked))


def address_of(asked: Asked) -> str:
    """The report again, as it was asked for."""
    settled = "1" if asked.settled else ""
    query = {"days": str(asked.period.days), "failure": str(asked.failure.value), "settled": settled}
    return f"{reverse('reports:failed')}?{urlencode({name: value for name, value in query.items() if value})}"
