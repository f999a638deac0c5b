"""Owns the history in the administration: who changed what, word by word, the list of all changes, and restoring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import Truncator, capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.editing.page_form import settled
from troubleshoot.admin.guards import BoundedPaginator, ConditionFilter, is_number, not_found
from troubleshoot.admin.reading import ReadOnly
from troubleshoot.editing import edits, revisions
from troubleshoot.editing.edits import Result
from troubleshoot.editing.revisions import MODELS
from troubleshoot.models import ErrorEntry, Flow, ReviewComment, Revision

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse


REASON = "change_reason"
_PER_PAGE = 20
# Of a revision among those of its page.
_NUMBER_DIGITS = 9

_RESTORED = {
    Result.SAVED: _("Restored to revision %(number)d."),
    Result.PROPOSED: _("The text of revision %(number)d is now a proposed change."),
}


def reason_of(request: HttpRequest) -> str:
    """Why somebody saves, as they wrote it."""
    return request.POST.get(REASON, "").replace("\0", "").strip()


@dataclass(frozen=True, slots=True)
class DeletedRow:
    """What stands for a row that was deleted: its history, which outlives it."""

    pk: int
    title: str
    _meta: Any
    is_deleted: bool = True

    def __str__(self) -> str:
        return self.title


class HistoryPages:
    """The history of each row of an administration, with differences and a way back."""

    def __init__(self, admin: Any) -> None:
        self._admin = admin

    def urls(self) -> list[Any]:
        """The addresses of the pages that Django's administration does not have."""
        name = f"{self._admin.opts.app_label}_{self._admin.opts.model_name}"
        wrap = self._admin.admin_site.admin_view
        return [
            path("<path:object_id>/history/compare/", wrap(self.compare_view), name=f"{name}_compare"),
            path("<path:object_id>/history/<int:number>/restore/", wrap(self.restore_view), name=f"{name}_restore"),
        ]

    def history_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """All revisions, the newest first."""
        row = self._viewed(request, object_id)
        if row is None:
            return not_found(self._admin, request, object_id)
        pages = Paginator(Revision.objects.of(_subject_of(row)).select_related("user"), _PER_PAGE)
        page = pages.get_page(request.GET.get("page"))
        context = self._about(request, row) | {
            "title": gettext("History: %s") % Truncator(str(row)).chars(60),
            "lines": with_changes(list(page)),
            "compared": _last_other(list(page)),
            "page": page,
            "comments": ReviewComment.objects.of(row).count() if isinstance(row, ErrorEntry | Flow) else 0,
        }
        return TemplateResponse(request, "admin/troubleshoot/history.html", context)

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The difference between two revisions, ``?before=1&after=3``, the older of which can be restored.

        Without ``before``, one revision: what it says and what it changed; that is the one to restore.
        """
        row = self._viewed(request, object_id)
        if row is None:
            return not_found(self._admin, request, object_id)
        after = self._revision(row, request.GET.get("after", ""))
        chosen = request.GET.get("before", "")
        before = self._revision(row, chosen) if chosen else _previous(after)
        if before is not None and before.number > after.number:
            before, after = after, before
        offered = before if chosen and before is not None else after
        now = "" if isinstance(row, DeletedRow) else revisions.digest_of(_subject_of(row))
        is_current = now == revisions.digest(offered.content)
        context = self._about(request, row) | {
            "title": gettext("Revision %(number)d: %(title)s")
            % {"number": after.number, "title": Truncator(str(row)).chars(60)},
            "before": before,
            "after": after,
            "changes": _changes(before, after),
            "content": [] if chosen or not after.content else revisions.changes({}, after.content),
            "offered": offered,
            "is_current": is_current,
            "is_seen_at_once": edits.is_seen_at_once(request.user, offered),
            "can_restore": not is_current and edits.may_restore(request.user, offered) and _has_a_place(row, offered),
            "restore_url": self._page_address("restore", row, offered.number),
        }
        return TemplateResponse(request, "admin/troubleshoot/history_compare.html", context)

    def restore_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """Give the thing the content of a revision again; looked up, it leads to where that is asked for."""
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "POST"])
        row = self._viewed(request, object_id)
        if row is None:
            return not_found(self._admin, request, object_id)
        if request.method != "POST":
            return HttpResponseRedirect(f"{self._page_address('compare', row)}?after={number}")
        revision = self._revision(row, str(number))
        outcome = edits.restore(revision, user=request.user, reason=reason_of(request))
        if outcome.result is Result.REFUSED:
            self._admin.message_user(request, outcome.sentence, messages.ERROR)
            return HttpResponseRedirect(self._page_address("history", row))
        sentence = str(_RESTORED[outcome.result]) % {"number": number}
        self._admin.message_user(request, sentence, messages.SUCCESS)
        if not self._admin.model._default_manager.filter(pk=row.pk).exists():
            home = reverse("admin:index", current_app=self._admin.admin_site.name)
            return settled(request, HttpResponseRedirect(home))
        return settled(request, HttpResponseRedirect(self._page_address("change", row)))

    def _viewed(self, request: HttpRequest, object_id: str) -> Any:
        """The row, or where it was deleted what its history knows of it."""
        number = unquote(object_id)
        row = self._admin.get_object(request, number)
        if not self._admin.has_view_or_change_permission(request, row):
            raise PermissionDenied
        return row if row is not None else self._deleted(number)

    def _deleted(self, number: str) -> DeletedRow | None:
        if not is_number(number):
            return None
        known = Revision.objects.filter(model=self._admin.opts.label_lower, object_id=int(number)).order_by("-number")
        last = known.only("title", "object_id").first()
        return DeletedRow(last.object_id, last.title, self._admin.opts) if last else None

    def _revision(self, row: Any, number: str) -> Revision:
        known = int(number) if is_number(number, _NUMBER_DIGITS) else 0
        found = Revision.objects.of(_subject_of(row)).filter(number=known).first()
        if found is None:
            raise Http404
        return found

    def _about(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {
            **self._admin.admin_site.each_context(request),
            "opts": self._admin.opts,
            "original": row,
            "compare_url": self._page_address("compare", row),
            "media": self._admin.media,
        }

    def _page_address(self, page: str, row: Any, *args: Any) -> str:
        return str(self._admin.address(page, quote(row.pk), *args))


def _subject_of(row: Any) -> Any:
    return row if isinstance(row, DeletedRow) else revisions.subject_of(row)


def _has_a_place(row: Any, revision: Revision) -> bool:
    """Whether a content can come back: a proposed change that is gone is settled, and has no key of its own."""
    return not isinstance(row, DeletedRow) or "key" in revision.content


def with_changes(page: list[Revision]) -> list[tuple[Revision, list[revisions.Change]]]:
    """Each of these successive revisions, the newest first, with what it changed."""
    olders = [*page[1:], _previous(page[-1])] if page else []
    return [(revision, _changes(older, revision)) for revision, older in zip(page, olders, strict=True)]


def _last_other(shown: list[Revision]) -> Revision | None:
    """The revision to compare the newest with: the one before it that says something else, or else the one before."""
    others = [revision for revision in shown[1:] if revision.digest != shown[0].digest]
    return next(iter([*others, *shown[1:]]), None)


def _previous(revision: Revision) -> Revision | None:
    earlier = Revision.objects.filter(model=revision.model, object_id=revision.object_id)
    return earlier.filter(number__lt=revision.number).order_by("-number").first()


def _changes(before: Revision | None, after: Revision) -> list[revisions.Change]:
    if before is None or before.content == after.content:
        return []
    return revisions.changes(before.content, after.content)


_MOST_PEOPLE = 100
_TITLE_SHOWN = 80


class OfModel(ConditionFilter):
    title = _("kind")
    parameter_name = "model"
    conditions = tuple((label, capfirst(apps.get_model(label)._meta.verbose_name), Q(model=label)) for label in MODELS)


class ByPerson(admin.SimpleListFilter):
    """Who has access to the administration, rather than a search of the whole history for people."""

    title = _("changed by")
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's signature
        people = get_user_model()._default_manager.filter(is_staff=True).order_by("username")
        return [(str(number), name) for number, name in people.values_list("pk", "username")[:_MOST_PEOPLE]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        chosen = self.value() in {value for value, _name in self.lookup_choices}
        return queryset.filter(user=self.value()) if chosen else queryset


@admin.register(Revision)
class RevisionAdmin(ReadOnly):
    """The history outlives what it is of, so here is where something deleted is found again."""

    list_display = ("shown_title", "kind", "action", "user", "shown_time", "reason")
    list_display_links = None
    list_filter = ("time", "action", OfModel, ByPerson)
    list_select_related = ("user",)
    search_fields = ("title",)
    search_help_text = _(
        "A revision is the content as saved by one change. Searches titles. To find deleted "
        "content, use the filter; restore it from its history."
    )
    ordering = ("-time", "-pk")
    paginator = BoundedPaginator

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("content")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """A revision is shown as what it changed, on the page of the thing that it is of."""
        revision = self.get_object(request, object_id)
        address = _page_of(revision, "compare") if revision and self.has_view_permission(request, revision) else ""
        if revision is None or not address:
            return super().change_view(request, object_id, *args, **kwargs)
        return HttpResponseRedirect(f"{address}?after={revision.number}")

    @admin.display(description=_("title"), ordering="title")
    def shown_title(self, row: Revision) -> str:
        title = Truncator(row.title).chars(_TITLE_SHOWN) or "–"
        address = _page_of(row, "history")
        return format_html('<a href="{}">{}</a>', address, title) if address else title

    @admin.display(description=_("kind"), ordering="model")
    def kind(self, row: Revision) -> str:
        return _kind(row.model)

    @admin.display(description=_("time"), ordering="time")
    def shown_time(self, row: Revision) -> str:
        return date_format(localtime(row.time), "SHORT_DATETIME_FORMAT")


def _kind(label: str) -> str:
    return capfirst(str(apps.get_model(label)._meta.verbose_name)) if label in MODELS else label


def _page_of(row: Any, page: str) -> str:
    """The address of a page of the thing that a revision is of; blank where its kind has none any more."""
    try:
        return reverse(f"admin:{row.model.replace('.', '_')}_{page}", args=(row.object_id,))
    except NoReverseMatch:
        return ""
