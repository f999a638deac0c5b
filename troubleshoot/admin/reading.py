"""Owns the administration of what readers did and said: searches, answers, steps of wizards. Read only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.guards import BoundedPaginator, ConditionFilter, GuardedList, PagesByKey
from troubleshoot.models import ErrorEntry, Flow, QueryLog, StepCount, Verdict
from troubleshoot.reports import acting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model as AnyModel
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString


CHARACTERS_SHOWN = 80


class ReadOnly(GuardedList):
    """Rows that readers make: an administrator may look at them and delete them, no more."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: AnyModel | None = None) -> bool:  # noqa: ARG002 - Django's signature
        return False


def yes_or_no(yes: Q, no: Q) -> tuple[tuple[str, Any, Q], ...]:
    """The conditions of a question that each row answers with yes or no."""
    return ("yes", _("yes"), yes), ("no", _("no"), no)


class HasComment(ConditionFilter):
    title = _("has a comment")
    parameter_name = "comment"
    conditions = yes_or_no(~Q(comment=""), Q(comment=""))


class HasResult(ConditionFilter):
    title = _("has a result")
    parameter_name = "result"
    conditions = yes_or_no(Q(results__gt=0), Q(results=0))


class HasClick(ConditionFilter):
    title = _("opened a result")
    parameter_name = "opened"
    conditions = yes_or_no(~Q(chosen_key=""), Q(chosen_key=""))


class IsSettled(ConditionFilter):
    title = _("handled")
    parameter_name = "done"
    conditions = yes_or_no(Q(settled__isnull=False), Q(settled=None))


class AssignedTo(admin.SimpleListFilter):
    title = _("assigned")
    parameter_name = "assigned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's signature
        return [("me", _("to me")), ("others", _("to others")), ("nobody", _("to nobody"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        mine = Q(assigned_to=request.user.pk)
        conditions = {"me": mine, "others": Q(assigned_to__isnull=False) & ~mine, "nobody": Q(assigned_to=None)}
        return queryset.filter(conditions.get(self.value() or "", Q()))


class AssignForm(ActionForm):
    """What is chosen beside an action of the list: whom to assign to."""

    person = forms.ModelChoiceField(
        acting.may_be_assigned(), label=_("Person:"), required=False, empty_label=_("nobody")
    )


class Handled(ReadOnly):
    """Rows with an end: seen to, or given to somebody who does."""

    action_form = AssignForm
    actions = ("settle", "reopen", "assign")

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(acting.SETTLE)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("assigned_to")

    @admin.display(description=_("handled"), ordering="settled", empty_value="–")
    def is_settled(self, row: Any) -> str | None:
        """The day; what nobody needs to handle is no failure, so there is no cross."""
        return date_format(localtime(row.settled), "SHORT_DATE_FORMAT") if row.settled else None

    @admin.display(description=_("time"), ordering="time")
    def shown_time(self, row: Any) -> str:
        return date_format(localtime(row.time), "SHORT_DATETIME_FORMAT")

    @admin.display(description=_("comment"))
    def shown_comment(self, row: Any) -> str:
        return Truncator(row.comment).chars(CHARACTERS_SHOWN)

    @admin.action(description=_("Mark the selected ones as handled"), permissions=["settle"])
    def settle(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        settle(request, queryset.values_list("pk", flat=True), queryset.model)

    @admin.action(description=_("Reopen the selected ones"), permissions=["settle"])
    def reopen(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        reopen(request, queryset.values_list("pk", flat=True), queryset.model)

    @admin.action(description=_("Assign the selected ones"), permissions=["settle"])
    def assign(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        assign(request, queryset.values_list("pk", flat=True), queryset.model)


_SETTLED: dict[Any, Any] = {
    QueryLog: ngettext_lazy("%d search was marked as handled.", "%d searches were marked as handled."),
    Verdict: ngettext_lazy("%d answer was marked as handled.", "%d answers were marked as handled."),
}
_REOPENED: dict[Any, Any] = {
    QueryLog: ngettext_lazy("%d search is back in the report.", "%d searches are back in the report."),
    Verdict: ngettext_lazy("%d answer is open again.", "%d answers are open again."),
}
Model = type[QueryLog | Verdict]


def settle(request: HttpRequest, rows: Iterable[int], model: Model = QueryLog) -> None:
    """Mark searches or answers, by number, as handled, and say so."""
    acting.settle(numbers := list(rows), model)
    messages.success(request, _SETTLED[model] % len(numbers))


def reopen(request: HttpRequest, rows: Iterable[int], model: Model = QueryLog) -> None:
    """Take that back, and say so."""
    acting.reopen(numbers := list(rows), model)
    messages.success(request, _REOPENED[model] % len(numbers))


def assign(request: HttpRequest, rows: Iterable[int], model: Model = QueryLog) -> None:
    """Give them to the person that the request names, and say so."""
    form = AssignForm(request.POST)
    form.fields = {"person": form.fields["person"]}
    if not form.is_valid():
        messages.error(request, gettext("Choose a person who can handle this."))
        return
    person = form.cleaned_data["person"]
    acting.assign(list(rows), person, model)
    said = (
        gettext("Assigned to: %(name)s") % {"name": person.get_username()} if person else gettext("Assigned to nobody.")
    )
    messages.success(request, said)


class Language(ConditionFilter):
    """The languages of the portal, rather than a search of the whole log for those in it."""

    title = _("language")
    parameter_name = "language"
    conditions = tuple((code, name, Q(language=code)) for code, name in settings.LANGUAGES)


@admin.register(QueryLog)
class QueryLogAdmin(Handled):
    list_display = (
        "shown_query",
        "shown_time",
        "language",
        "results",
        "chosen_key",
        "is_settled",
        "assigned_to",
        "shown_comment",
    )
    list_filter = ("time", HasResult, HasClick, IsSettled, AssignedTo, HasComment, Language)
    search_fields = ("query", "comment")
    search_help_text = _("Searches queries and comments.")
    ordering = ("-time", "-pk")
    paginator = BoundedPaginator
    fields = (
        "query",
        "interpreted_as",
        "time",
        "language",
        "results",
        ("source", "documented", "undocumented", "code"),
        ("chosen_kind", "chosen_key"),
        "comment",
        ("settled", "assigned_to"),
    )
    readonly_fields = ("assigned_to",)

    @admin.display(description=_("query"), ordering="query")
    def shown_query(self, row: QueryLog) -> str:
        return Truncator(row.query).chars(CHARACTERS_SHOWN)


@admin.register(Verdict)
class VerdictAdmin(Handled):
    list_display = ("shown_time", "kind", "key", "tried", "solved", "is_settled", "assigned_to", "shown_comment")
    list_filter = ("solved", IsSettled, AssignedTo, HasComment, "kind", "time")
    search_fields = ("key", "comment")
    search_help_text = _("Searches keys and comments.")
    paginator = PagesByKey
    fields = ("time", "kind", "about", "tried", "solved", "comment", ("settled", "assigned_to"))
    readonly_fields = ("about", "tried", "assigned_to")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Verdict]:
        return super().get_queryset(request).select_related("resolution")

    @admin.display(description=_("resolution"), empty_value="–")
    def tried(self, verdict: Verdict) -> str | None:
        return f"#{verdict.resolution.order}" if verdict.resolution else None

    @admin.display(description=_("about"))
    def about(self, verdict: Verdict) -> SafeString:
        """What the reader answered about, on the page where it was, and where it is edited."""
        is_error, key = verdict.kind == Verdict.Kind.ERROR, verdict.key.partition("/")[0]
        page = format_html('<a href="{}">{}</a>', reverse("error" if is_error else "wizard", args=(key,)), verdict.key)
        row = (ErrorEntry.objects.known_as(key) if is_error else Flow.objects.filter(key=key)).first()
        if row is None:
            return page
        address = reverse(f"admin:troubleshoot_{row._meta.model_name}_change", args=(row.pk,))
        return format_html('{} · <a href="{}">{}</a>', page, address, gettext("Edit"))


@admin.register(StepCount)
class StepCountAdmin(ReadOnly):
    """Its list is a report: each wizard with its steps in order, how many saw each, and how many left there."""

    fields = ("day", "flow", "step", "seen", "went_on")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG002 - Django's signature
        if not self.has_view_permission(request):
            raise PermissionDenied
        query = request.META.get("QUERY_STRING", "")
        return HttpResponseRedirect(reverse("reports:wizards") + (f"?{query}" if query else ""))
