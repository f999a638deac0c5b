"""Owns how the administration shows rows that readers make: to be looked at, found and filtered, never written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.guards import GuardedList

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.http import HttpRequest


class ReadOnly(GuardedList):
    """Rows that readers make: an administrator may look at them and delete them, no more."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 - Django's signature
        return False


class YesOrNo(admin.SimpleListFilter):
    """A question that each row answers with yes or no."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's signature
        return [("yes", _("yes")), ("no", _("no"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        if self.value() == "yes":
            return self.those(queryset)
        return self.others(queryset) if self.value() == "no" else queryset

    def those(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        raise NotImplementedError

    def others(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        raise NotImplementedError


class HasComment(YesOrNo):
    title = _("has a comment")
    parameter_name = "comment"

    def those(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.exclude(comment="")

    def others(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(comment="")
