"""Owns how a list of entries is narrowed: one FilterSet that serves the pages and the API, and its facet counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import django_filters  # type: ignore[import-untyped]
from django.core.exceptions import ValidationError
from django.core.validators import slug_re
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.fields import ModelChoiceField  # type: ignore[import-untyped]
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from troubleshoot.models import ErrorEntry, Operation, Resolution
from troubleshoot.reading.parameters import repeatable

if TYPE_CHECKING:
    from collections.abc import Iterable


class Fix(models.TextChoices):
    """Where the fix of an entry comes from; an entry can have fixes from several places."""

    DOCUMENT = "document", _("From the document")
    MESSAGE = "message", _("In the error message")
    EDITOR = "editor", _("Added by an editor")
    NONE = "none", _("No known fix")


@dataclass(frozen=True, slots=True)
class Facet:
    """One value that a filter can take, and how many entries it would show next to the other filters."""

    value: str
    label: str
    count: int
    selected: bool


def fix_is(kind: str) -> Q:
    """The condition that readers see a fix of this kind (``Fix``) for an entry, or no fix at all."""
    resolutions = Resolution.objects.filter(entry=OuterRef("pk"), staff_only=False)
    if kind == Fix.NONE:
        return ~Q(Exists(resolutions))
    return Q(Exists(resolutions.filter(origin=kind)))


def operation_counts(entries: QuerySet[ErrorEntry]) -> dict[str, int]:
    """The number of ``entries`` by operation key, in one query; an operation without entries is left out."""
    rows = entries.order_by().values_list("operation__key").annotate(Count("pk", distinct=True))
    return {str(key): int(count) for key, count in rows}


def fix_counts(entries: QuerySet[ErrorEntry]) -> dict[str, int]:
    """The number of ``entries`` by kind of fix, in one query; every kind is present."""
    counts: dict[str, Any] = {kind: Count("pk", filter=fix_is(kind), distinct=True) for kind in Fix.values}
    return entries.order_by().aggregate(**counts)


def find_operation(key: str) -> Operation | None:
    """The operation with this key, None for an empty one. Raises ValidationError with a sentence where there is none.

    What can't be a key (NUL, blanks, a page of text) does not reach the database.
    """
    found = Operation.objects.filter(key=key).first() if slug_re.fullmatch(key) else None
    if key and found is None:
        raise ValidationError(_("There is no operation “%(value)s”."), params={"value": repeatable(key)})
    return found


class OperationField(ModelChoiceField):  # type: ignore[misc]  # no types there
    """Finds an operation by its key."""

    def to_python(self, value: Any) -> Operation | None:
        return find_operation(str(value or ""))


class OperationFilter(django_filters.ModelChoiceFilter):  # type: ignore[misc]  # no types there
    field_class = OperationField


class ErrorFilter(django_filters.FilterSet):  # type: ignore[misc]  # no types there
    """Entries by operation key and by kind of fix.

    An unknown value is a form error (``errors``) and shows no entry, so that a mistyped address is never taken for
    the whole list. ``facets`` still offers the values that exist.
    """

    operation = extend_schema_field(OpenApiTypes.STR)(
        OperationFilter(
            queryset=Operation.objects.all(),
            to_field_name="key",
            label=_("Operation"),
            empty_label=_("All operations"),
        )
    )
    fix = django_filters.ChoiceFilter(
        choices=Fix.choices,
        method="filter_fix",
        label=_("Fix"),
        empty_label=_("All fixes"),
        error_messages={"invalid_choice": _("Unknown kind of fix.")},
    )

    class Meta:
        model = ErrorEntry
        fields = ("operation", "fix")

    def filter_fix(self, entries: QuerySet[ErrorEntry], _name: str, kind: str) -> QuerySet[ErrorEntry]:
        return entries.filter(fix_is(kind))

    def filter_queryset(self, queryset: QuerySet[ErrorEntry]) -> QuerySet[ErrorEntry]:
        if self.errors:
            return queryset.none()
        return self._without("", queryset)

    def chosen(self, name: str) -> str:
        """The valid value of a filter as it stands in the address, or an empty string."""
        value = self._cleaned.get(name)
        return str(getattr(value, "key", value) or "")

    def facets(self) -> dict[str, list[Facet]]:
        """The values of each filter with counts, in three queries.

        The counts of a filter leave out its own choice and keep the other filter's, so that they say what choosing
        another value would show.
        """
        operations = operation_counts(self._without("operation"))
        titles = ((operation.key, operation.title) for operation in Operation.objects.all())
        return {
            "operation": self._facets("operation", titles, operations),
            "fix": self._facets("fix", Fix.choices, fix_counts(self._without("fix"))),
        }

    def _facets(self, name: str, labels: Iterable[tuple[str, Any]], counts: dict[str, int]) -> list[Facet]:
        chosen = self.chosen(name)
        return [Facet(value, str(label), counts.get(value, 0), value == chosen) for value, label in labels]

    def _without(self, left_out: str, queryset: QuerySet[ErrorEntry] | None = None) -> QuerySet[ErrorEntry]:
        """The entries with every valid filter but one applied."""
        entries: QuerySet[ErrorEntry] = self.queryset.all() if queryset is None else queryset
        for name, chosen in self.filters.items():
            if name != left_out and self.chosen(name):
                entries = chosen.filter(entries, self._cleaned[name])
        return entries

    @property
    def _cleaned(self) -> dict[str, Any]:
        self.form.is_valid()
        return getattr(self.form, "cleaned_data", {})
