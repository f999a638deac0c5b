"""Owns how the administration asks the database: by conditions, for rows that can exist, a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.paginator import Page, Paginator
from django.http import HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext

from troubleshoot.reading.parameters import MOST_DIGITS, whole_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.admin.options import BaseModelAdmin
    from django.db.models import Q, QuerySet
    from django.http import HttpRequest, HttpResponse

    PartOfAdmin = BaseModelAdmin[Any]
else:
    PartOfAdmin = object  # what is mixed into a page of the administration, or into rows on one, stands on no class


def is_number(text: object, digits: int = MOST_DIGITS) -> bool:
    """Whether this can be the number of a row: no longer than the database counts."""
    return whole_number(text, most_digits=digits) is not None


def not_found(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Say that there is no row with this number, on the first page of the administration."""
    answer: HttpResponse = model_admin._get_obj_does_not_exist_redirect(  # noqa: SLF001 - Django has no public name for it
        request, model_admin.opts, object_id
    )
    return answer


class RowSelect(AutocompleteSelect):
    """Shows again what was chosen, unless that can be no row: Django's own asks the database for it.

    Empty, it says what to do with it, to screen readers also.
    """

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        return super().build_attrs(base_attrs, extra_attrs) | {"data-placeholder": gettext("Type to choose.")}

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, [number for number in value if is_number(number)], attr)


class GuardedSelects(PartOfAdmin):
    """The fields of a page, or of its rows, that choose a row by typing."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", RowSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


# More words ask more of a database than it can be asked at once.
MOST_WORDS = 20


class GuardedList(ModelAdmin[Any]):
    """A list, and the pages of its rows, that ask the database for nothing that no row can have."""

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        return super().get_object(request, object_id, from_field or None)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Whether rows may be asked for so. Django does not see which of several numbers are too long to be one."""
        several = lookup.rpartition("__")[2] in {"in", "range"}
        parts = (",".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)).split(",")
        numbers = [digits for part in parts if (digits := part.strip().lstrip("+-")).isdecimal()] if several else []
        is_possible = all(len(digits) <= MOST_DIGITS for digits in numbers)
        return is_possible and super().lookup_allowed(lookup, value, request)

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        """Whether rows are chosen by this field somewhere. Django's own fails at the name of what is no column."""
        is_column = any(field.name == to_field for field in self.opts.concrete_fields)
        return is_column and super().to_field_allowed(request, to_field)

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        if not all(map(is_number, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            self.message_user(request, gettext("The selection is invalid. Nothing was changed."), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        return super().response_action(request, queryset, *args, **kwargs)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        words = search_term.replace("\0", "").split()
        return super().get_search_results(request, queryset, " ".join(words[:MOST_WORDS]))


class ConditionFilter(admin.SimpleListFilter):
    """A filter whose ``conditions`` are declared: the value in the address, its label, and what holds for the rows."""

    conditions: ClassVar[Sequence[tuple[str, Any, Q]]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's signature
        return [(value, label) for value, label, _condition in self.conditions]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        chosen = [condition for value, _label, condition in self.conditions if value == self.value()]
        return queryset.filter(*chosen)


MOST_COUNTED = 5_000


class PagesByKey(Paginator[Any]):
    """Sorts and skips keys, and then fetches the rows of the one page with all that belongs to them.

    A database that sorts whole rows carries every text of every row along; on the last page of 50,000 that is seconds.
    """

    def page(self, number: int | str) -> Page[Any]:
        found = super().page(number)
        rows: Any = self.object_list
        begin = (found.number - 1) * self.per_page
        keys = list(rows.values_list("pk", flat=True)[begin : found.end_index()])
        found.object_list = rows.filter(pk__in=keys)
        return found


class BoundedPaginator(Paginator[Any]):
    """Counts no further than anybody turns pages; what lies behind is found with a filter."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows[:MOST_COUNTED].count())
