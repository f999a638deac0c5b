"""Owns the administration of what readers did and said: searches, answers, steps of wizards. Read only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.guards import BoundedPaginator, ConditionFilter, GuardedList, PagesByKey
from troubleshoot.admin.reports.handling import HandleForm, carry_out, context_of, linked, name_of
from troubleshoot.models import ErrorEntry, Flow, QueryLog, StepCount, Verdict
from troubleshoot.reports import acting

if TYPE_CHECKING:
    from django.db.models import Model as AnyModel
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString


CHARACTERS_SHOWN = 80
NOTHING = "–"


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


class Handled(ReadOnly):
    """Rows with an end: seen to, or given to somebody who does."""

    action_form = HandleForm
    actions = ("settle", "reopen", "assign", "unassign", "link", "unlink")
    change_form_template = "admin/troubleshoot/reports/handled.html"

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(acting.SETTLE)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("assigned_to", "entry", "step__flow")

    @admin.display(description=_("handled"), ordering="settled")
    def handling(self, row: Any) -> str:
        """The day, who sees to it and what it is linked to: no cross, since what is open is no failure."""
        told = [date_format(localtime(row.settled), "SHORT_DATE_FORMAT")] if row.settled else []
        told += [row.assigned_to.get_username()] if row.assigned_to else []
        told += [f"→ {row.entry or row.step}"] if row.entry or row.step else []
        return " · ".join(told) or NOTHING

    @admin.display(description=_("time"), ordering="time")
    def shown_time(self, row: Any) -> str:
        return date_format(localtime(row.time), "SHORT_DATETIME_FORMAT")

    @admin.display(description=_("comment"))
    def shown_comment(self, row: Any) -> str:
        return Truncator(row.comment).chars(CHARACTERS_SHOWN)

    @admin.display(description=_("linked to"))
    def linked(self, row: Any) -> SafeString | str:
        return linked(row.entry or row.step) if row.entry or row.step else NOTHING

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """What is only looked at is handled here all the same, in a form of its own."""
        row = context["original"]
        context |= context_of([name_of(self.model, row.pk)], [row]) | {"handle_is_settled": row.settled is not None}
        context["media"] += context["handle_form"].media
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.action(description=_("Mark the selected ones as handled"), permissions=["settle"])
    def settle(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._carry_out(request, queryset, "settle")

    @admin.action(description=_("Reopen the selected ones"), permissions=["settle"])
    def reopen(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._carry_out(request, queryset, "reopen")

    @admin.action(description=_("Assign the selected ones"), permissions=["settle"])
    def assign(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._carry_out(request, queryset, "assign")

    @admin.action(description=_("Assign the selected ones to nobody"), permissions=["settle"])
    def unassign(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._carry_out(request, queryset, "unassign")

    @admin.action(description=_("Link the selected ones"), permissions=["settle"])
    def link(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._carry_out(request, queryset, "link")

    @admin.action(description=_("Take the links off the selected ones"), permissions=["settle"])
    def unlink(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._carry_out(request, queryset, "unlink")

    def _carry_out(self, request: HttpRequest, queryset: QuerySet[Any], what: str) -> None:
        carry_out(request, {self.model: list(queryset.values_list("pk", flat=True))}, what)


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
        "shown_language",
        "results",
        "chosen_key",
        "handling",
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
        "shown_language",
        "results",
        ("source", "documented", "undocumented", "code"),
        ("chosen_kind", "chosen_key"),
        "comment",
        ("settled", "assigned_to", "linked"),
    )
    readonly_fields = ("shown_language", "settled", "assigned_to", "linked")

    @admin.display(description=_("language"), ordering="language")
    def shown_language(self, row: QueryLog) -> str:
        return str(dict(settings.LANGUAGES).get(row.language, row.language))

    @admin.display(description=_("query"), ordering="query")
    def shown_query(self, row: QueryLog) -> str:
        return Truncator(row.query).chars(CHARACTERS_SHOWN)


@admin.register(Verdict)
class VerdictAdmin(Handled):
    list_display = (
        "shown_time",
        "kind",
        "key",
        "tried",
        "solved",
        "handling",
        "shown_comment",
    )
    list_filter = ("solved", IsSettled, AssignedTo, HasComment, "kind", "time")
    search_fields = ("key", "entry__key", "step__flow__key", "comment")
    search_help_text = _("Searches keys and comments.")
    paginator = PagesByKey
    fields = ("time", "kind", "about", "tried", "solved", "comment", ("settled", "assigned_to", "linked"))
    readonly_fields = ("about", "tried", "assigned_to", "linked")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Verdict]:
        return super().get_queryset(request).select_related("resolution")

    @admin.display(description=_("resolution"))
    def tried(self, verdict: Verdict) -> str:
        return f"#{verdict.resolution.order}" if verdict.resolution else NOTHING

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
