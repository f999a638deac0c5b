"""Owns the list of everything that was changed or deleted, which leads to the history of each thing. Read only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.http import HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import Truncator, capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.paging import BoundedPaginator
from troubleshoot.admin.reading import ReadOnly
from troubleshoot.editing.revisions import MODELS
from troubleshoot.models import Revision

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

_MOST_PEOPLE = 100
_TITLE_SHOWN = 80


class OfModel(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "model"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's signature
        return [(label, _kind(label)) for label in MODELS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        return queryset.filter(model=self.value()) if self.value() else queryset


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
