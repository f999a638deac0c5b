"""Owns the pages of rehearsals: what search would answer otherwise if this entry or these synonyms went live."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.account import form_view
from troubleshoot.admin.guards import not_found
from troubleshoot.editing import publishing, rehearsal
from troubleshoot.editing.rehearsal import Verdict
from troubleshoot.models import ErrorEntry, Flow, SearchChange, Step, SynonymGroup

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.contrib.admin import ModelAdmin
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern

    from troubleshoot.editing.rehearsal import Move, Report
    from troubleshoot.search.core.finder import Hit
    from troubleshoot.search.index.rehearsing import Change

VERDICTS = {
    Verdict.WORSE: _("worse: the right result is no longer first"),
    Verdict.LOST: _("nothing is found any more"),
    Verdict.MOVED: _("another result comes first"),
    Verdict.FOUND: _("there are results now"),
    Verdict.BETTER: _("better: the right result comes first"),
}
_LONGEST_TERMS = 10_000
_UNAVAILABLE = 503


def entry_rehearsal_urls(model_admin: ModelAdmin[Any]) -> list[URLPattern]:
    """The page on which a draft or a proposed change, as it is saved, is tried out before it is published."""
    view = form_view(model_admin.admin_site, partial(rehearse_entry, model_admin))
    return [path("<path:object_id>/rehearsal/", view, name="troubleshoot_errorentry_rehearsal")]


def rehearse_entry(model_admin: ModelAdmin[Any], request: HttpRequest, object_id: str) -> HttpResponse:
    """Explain; on POST rehearse. Nothing is changed either way."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    entry = model_admin.get_object(request, unquote(object_id))
    if entry is None:
        return not_found(model_admin, request, object_id)
    if not model_admin.has_change_permission(request, entry):
        raise PermissionDenied
    back = reverse("admin:troubleshoot_errorentry_change", args=(entry.pk,))
    if entry.state not in publishing.UNPUBLISHED:
        sentence = gettext("Only a draft or a proposed change can be rehearsed. Everything else is already in search.")
        model_admin.message_user(request, sentence, messages.WARNING)
        return HttpResponseRedirect(back)
    context = {"original": entry, "back": back}
    if request.method == "POST":
        return report_page(model_admin, request, rehearsal.of_entry(entry), context)
    page = _context(model_admin, request) | context
    return TemplateResponse(request, "admin/troubleshoot/rehearsal/ask.html", page)


def report_page(
    model_admin: ModelAdmin[Any], request: HttpRequest, change: Change, context: dict[str, Any]
) -> HttpResponse:
    """What a rehearsal saw. Whoever may not read the query log rehearses with the golden queries alone."""
    reads_log = request.user.has_perm("troubleshoot.view_reports")
    page = _context(model_admin, request) | context
    try:
        report = rehearsal.rehearse(change, with_real_queries=reads_log)
    except rehearsal.StageUnavailableError:
        sentence = gettext("Search is in emergency mode, so rehearsals are not possible. Try again later.")
        page |= {"unavailable": sentence}
        return TemplateResponse(request, "admin/troubleshoot/rehearsal/report.html", page, status=_UNAVAILABLE)
    page |= {"report": report, "lines": lines_of(report.moves), "counts": counts_of(report), "reads_log": reads_log}
    return TemplateResponse(request, "admin/troubleshoot/rehearsal/report.html", page)


def _context(model_admin: ModelAdmin[Any], request: HttpRequest) -> dict[str, Any]:
    return model_admin.admin_site.each_context(request) | {"opts": model_admin.opts, "title": gettext("Rehearsal")}


class TermsForm(forms.Form):
    """The words of a synonym group as they stand in its form, saved or not."""

    terms = forms.CharField(max_length=_LONGEST_TERMS)
    key = forms.CharField(required=False, max_length=80)

    def clean_terms(self) -> list[str]:
        terms = SynonymGroup(terms=self.cleaned_data["terms"]).term_list
        if len(terms) < SynonymGroup.FEWEST_TERMS:
            raise forms.ValidationError(_("Write at least two words, each on a line of its own."))
        return terms


def synonym_rehearsal_urls(model_admin: ModelAdmin[Any]) -> list[URLPattern]:
    """The pages on which a synonym group is tried out with the words that stand in its form."""
    view = form_view(model_admin.admin_site, partial(rehearse_synonyms, model_admin))
    name = "troubleshoot_synonymgroup_rehearsal"
    return [path("rehearsal/", view, name=name), path("<path:object_id>/rehearsal/", view, name=name)]


def rehearse_synonyms(model_admin: ModelAdmin[Any], request: HttpRequest, object_id: str | None = None) -> HttpResponse:
    """Rehearse what was posted; looked up without that, it leads back. Nothing is saved."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    group = model_admin.get_object(request, unquote(object_id)) if object_id else None
    if object_id and group is None:
        return not_found(model_admin, request, object_id)
    if not (model_admin.has_change_permission(request, group) if group else model_admin.has_add_permission(request)):
        raise PermissionDenied
    pages = "admin:troubleshoot_synonymgroup"
    back = reverse(f"{pages}_change", args=(group.pk,)) if group else reverse(f"{pages}_add")
    if request.method != "POST":
        return HttpResponseRedirect(back)
    form = TermsForm(request.POST)
    if not form.is_valid():
        sentence = " ".join(str(error) for error in form.errors.get("terms", []))
        model_admin.message_user(request, sentence, messages.ERROR)
        return HttpResponseRedirect(back)
    key, terms = group.key if group else form.cleaned_data["key"], form.cleaned_data["terms"]
    context = {"original": group, "terms": terms, "back": back}
    return report_page(model_admin, request, rehearsal.of_synonyms(key, terms), context)


def lines_of(moves: Sequence[Move]) -> list[tuple[Move, str, str, str]]:
    """The moves in their order, each with what it means and the titles of both results; blank where there is none."""
    titles = titles_of(hit for move in moves for hit in (move.before, move.after) if hit)

    def title(hit: Hit | None) -> str:
        return titles.get((hit.kind, hit.key), hit.key) if hit else ""

    return [(move, str(VERDICTS[move.verdict]), title(move.before), title(move.after)) for move in moves]


def titles_of(hits: Iterable[Hit]) -> dict[tuple[str, str], str]:
    """What the results are called, by kind and key: three queries at most."""
    keys: dict[str, set[str]] = defaultdict(set)
    for hit in hits:
        keys[hit.kind].add(hit.key)
    error, wizard = SearchChange.Kind.ERROR.value, SearchChange.Kind.WIZARD.value
    flows = Flow.objects.filter(key__in=keys[wizard])
    steps = Step.objects.select_related("flow").filter(flow__key__in={key.partition("/")[0] for key in keys[wizard]})
    titles = {(wizard, f"{step.flow.key}/{step.key}"): f"{step.flow.title} › {step.title}" for step in steps}
    titles |= {(wizard, flow.key): flow.title for flow in flows}
    return titles | {(error, entry.key): str(entry) for entry in ErrorEntry.objects.filter(key__in=keys[error])}


def counts_of(report: Report) -> list[tuple[str, str, int]]:
    """How many moves there are of each verdict, the gravest first."""
    counts = [(verdict.value, str(sentence), report.count(verdict)) for verdict, sentence in VERDICTS.items()]
    return [(verdict, sentence, count) for verdict, sentence, count in counts if count]
