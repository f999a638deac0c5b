"""Owns how the list of entries is searched, narrowed and sorted: by any text, state, fix, English, who sees it."""

from __future__ import annotations

from functools import reduce
from itertools import islice
from operator import or_
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.text import smart_split, unescape_string_literal
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.guards import MOST_WORDS, ConditionFilter, is_number
from troubleshoot.filters import PRODUCT, Fix, fix_is
from troubleshoot.models import ErrorAlias, ErrorEntry, Resolution
from troubleshoot.models.document import seen_by_readers
from troubleshoot.reports import waiting

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from troubleshoot.models.translated import Translated


_PARTS = (ErrorAlias, Resolution)


def with_words(rows: QuerySet[ErrorEntry], words: str) -> QuerySet[ErrorEntry]:
    """The entries with each of these words, or texts in quotes, somewhere: in a key, a text, an alias, a resolution."""
    for word in islice(smart_split(words.replace("\0", "")), MOST_WORDS):
        text = unescape_string_literal(word) if len(word) > 1 and word[0] == word[-1] and word[0] in "\"'" else word
        parts = (Exists(part.objects.filter(_has(part, text), entry=OuterRef("pk")).order_by()) for part in _PARTS)
        rows = rows.filter(Q(key__icontains=text) | _has(ErrorEntry, text) | reduce(or_, map(Q, parts)))
    return rows


def _has(model: type[Translated], text: str) -> Q:
    columns = (f"{name}_{language}" for name in model.translated_fields() for language in ("ko", "en"))
    return reduce(or_, (Q(**{f"{column}__icontains": text}) for column in columns))


def number_of(rows: QuerySet[Any]) -> Coalesce:
    """How many of these rows an entry has, for sorting by it: counted an entry at a time, and only when asked for."""
    own = rows.filter(entry=OuterRef("pk")).order_by().values("entry")
    return Coalesce(Subquery(own.annotate(total=Count("pk")).values("total")), 0)


class FixFilter(ConditionFilter):
    title = _("fix")
    parameter_name = "fix"
    conditions = tuple((value, label, fix_is(value)) for value, label in Fix.choices)


class OperationsOfProduct(admin.RelatedOnlyFieldListFilter):
    """The operations that have entries: those of the product that is chosen beside it, or all."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        chosen, entries = request.GET.get(f"{PRODUCT}__id__exact", ""), ErrorEntry.with_proposals.order_by()
        if is_number(chosen):
            entries = entries.filter(**{PRODUCT: chosen})
        ordering = self.field_admin_ordering(field, request, model_admin)
        return field.get_choices(
            include_blank=False, limit_choices_to={"pk__in": entries.values("operation")}, ordering=ordering
        )


class StateFilter(admin.SimpleListFilter):
    """By state, of entries and of wizards. What is archived is listed only where it is asked or searched for."""

    title = _("state")
    parameter_name = "state"
    EVERYTHING = "all"
    PROPOSALS = "proposals"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's signature
        return [
            *ErrorEntry.State.choices,
            (self.PROPOSALS, _("proposed changes")),
            (self.EVERYTHING, _("including archived")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        chosen = self.value()
        if chosen in ErrorEntry.State.values:
            return queryset.in_state(chosen)
        if chosen == self.PROPOSALS:
            return queryset.exclude(proposal_for=None)
        if chosen == self.EVERYTHING or request.GET.get(SEARCH_VAR) or request.GET.get(LookFilter.parameter_name):
            return queryset
        return queryset.but_archived()


class LookFilter(admin.SimpleListFilter):
    """What somebody should look at: advice about what is saved, and what nobody has read for long."""

    title = _("finding")
    parameter_name = "look"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's signature
        return [
            ("links", _("a link leads nowhere")),
            ("similar", _("nearly the same as another entry")),
            ("shared", _("a text or code belongs to another entry, too")),
            ("fix", _("readers see no fix")),
            ("replaced", _("what replaced it is gone")),
            ("review", _("due for review")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ErrorEntry]) -> QuerySet[ErrorEntry]:  # noqa: ARG002 - Django's signature
        if self.value() == "links":
            return queryset.filter(pk__in=waiting.wrong_links())
        if self.value() in {"similar", "shared"}:
            is_shared = self.value() == "shared"
            found = [double for double in waiting.doubles() if (double.share == 1) is is_shared]
            return queryset.filter(pk__in={pk for double in found for pk in (double.one, double.other)})
        shown = Resolution.objects.filter(entry=OuterRef("pk"), staff_only=False)
        conditions = {
            "fix": seen_by_readers() & ~Exists(shown),
            "replaced": waiting.lost_successor(),
            "review": waiting.is_due(),
        }
        condition = conditions.get(self.value() or "")
        return queryset if condition is None else queryset.filter(condition)


class StaffOnlyFilter(ConditionFilter):
    """Entries that readers never see, as a whole or in part."""

    title = _("staff-only part")
    parameter_name = "staff"
    conditions = (
        ("entry", _("the entry"), Q(staff_only=True)),
        ("resolution", _("a resolution"), Q(Exists(Resolution.objects.filter(entry=OuterRef("pk"), staff_only=True)))),
    )
