"""Owns how a list of entries is narrowed: one FilterSet that serves the pages and the API, and its facet counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import django_filters  # type: ignore[import-untyped]
from django.core.exceptions import ValidationError
from django.core.validators import slug_re
from django.db import models
from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.fields import ModelChoiceField  # type: ignore[import-untyped]
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from troubleshoot.models import Document, ErrorEntry, Operation, Product, Resolution
from troubleshoot.reading.browsing import operation_titles
from troubleshoot.reading.parameters import repeatable
from troubleshoot.reading.redirects import has_several_documents

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


DOCUMENT = "operation__section__document"
PRODUCT = f"{DOCUMENT}__product"


def counts_by(path: str, entries: QuerySet[ErrorEntry], *, nothing: str = "") -> dict[str, int]:
    """The number of ``entries`` by what the path leads to, in one query; what has no entries is left out.

    Entries for which it leads nowhere are counted as ``nothing``.
    """
    rows = entries.order_by().values_list(path).annotate(Count("pk", distinct=True))
    return {nothing if key is None else str(key): int(count) for key, count in rows if nothing or key is not None}


def fix_counts(entries: QuerySet[ErrorEntry]) -> dict[str, int]:
    """The number of ``entries`` by kind of fix, in one query; every kind is present."""
    shown = FilteredRelation("resolutions", condition=Q(resolutions__staff_only=False))
    # One join, grouped: to look for the fixes of each entry anew takes many times as long.
    found = counts_by("shown__origin", entries.annotate(shown=shown), nothing=Fix.NONE)
    return {kind: found.get(kind, 0) for kind in Fix.values}


_UNKNOWN = {
    Product: _("There is no product “%(value)s”."),
    Document: _("There is no document “%(value)s”."),
    Operation: _("There is no operation “%(value)s”."),
}
Keyed = Product | Document | Operation
"""What a list can be narrowed to by its key."""


def find(model: type[Keyed], key: str) -> Keyed | None:
    """The row with this key, None for an empty one. Raises ValidationError with a sentence where there is none.

    What can't be a key (NUL, blanks, a page of text) does not reach the database.
    """
    found = model._default_manager.filter(key=key).order_by().first() if slug_re.fullmatch(key) else None
    if key and found is None:
        raise ValidationError(_UNKNOWN[model], params={"value": repeatable(key)})
    return found


class KeyField(ModelChoiceField):  # type: ignore[misc]  # no types there
    """Finds a row by its key."""

    def to_python(self, value: Any) -> Keyed | None:
        return find(self.queryset.model, str(value or ""))


class KeyFilter(django_filters.ModelChoiceFilter):  # type: ignore[misc]  # no types there
    field_class = KeyField


def by_key(model: type[Keyed], path: str, label: Any, everything: Any) -> KeyFilter:
    """Narrows rows to those of the row of ``model`` with a key, to which this path leads."""
    rows = model._default_manager.all()
    return extend_schema_field(OpenApiTypes.STR)(
        KeyFilter(field_name=path, queryset=rows, to_field_name="key", label=label, empty_label=everything)
    )


def by_product(path: str) -> KeyFilter:
    return by_key(Product, path, _("Product"), _("All products"))


def by_document(path: str) -> KeyFilter:
    return by_key(Document, path, _("Document"), _("All documents"))


class OperationFilter(django_filters.FilterSet):  # type: ignore[misc]  # no types there
    """Operations by product and by document."""

    product = by_product("section__document__product")
    document = by_document("section__document")

    class Meta:
        model = Operation
        fields = ("product", "document")


class ErrorFilter(django_filters.FilterSet):  # type: ignore[misc]  # no types there
    """Entries by product, by document, by operation, and by kind of fix.

    An unknown value is a form error (``errors``) and shows no entry, so that a mistyped address is never taken for
    the whole list. ``facets`` still offers the values that exist.
    """

    product = by_product(PRODUCT)
    document = by_document(DOCUMENT)
    operation = by_key(Operation, "operation", _("Operation"), _("All operations"))
    fix = django_filters.ChoiceFilter(
        choices=Fix.choices,
        method="filter_fix",
        label=_("Fix"),
        empty_label=_("All fixes"),
        error_messages={"invalid_choice": _("Unknown kind of fix.")},
    )

    class Meta:
        model = ErrorEntry
        fields = ("product", "document", "operation", "fix")

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
        """The values of each filter with counts, in six queries; those of products only where there are several.

        Of documents there may be many, each with a page of its own to come from: only the chosen one is a value.

        The counts of a filter leave out its own choice and keep the other filters', so that they say what choosing
        another value would show.
        """
        products = self._products() if has_several_documents() or self.chosen("product") else []
        operations = counts_by("operation__key", self._without("operation"))
        facets = {"product": products} if len(products) > 1 or self.chosen("product") else {}
        if key := self.chosen("document"):
            document = self._cleaned["document"]
            facets["document"] = [Facet(key, document.title, self._without("").count(), selected=True)]
        return facets | {
            "operation": self._facets("operation", operation_titles().items(), operations),
            "fix": self._facets("fix", Fix.choices, fix_counts(self._without("fix"))),
        }

    def _products(self) -> list[Facet]:
        titles = ((product.key, product.title) for product in Product.objects.all())
        facets = self._facets("product", titles, counts_by(f"{PRODUCT}__key", self._without("product")))
        return [facet for facet in facets if facet.count or facet.selected]

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
