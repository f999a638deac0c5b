"""Owns turning the pages of long lists: which rows stand on a page is decided by their keys alone."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator


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
