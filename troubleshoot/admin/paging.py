"""Owns turning the pages of long lists: rows are skipped by their keys alone, and counted no further than needed."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.functional import cached_property

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
