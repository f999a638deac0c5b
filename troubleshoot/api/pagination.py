"""Owns how lists are cut into pages: ``{"count", "next", "previous", "results"}`` with ``page`` and ``page_size``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import PageNumberPagination

from troubleshoot.api.parameters import whole_number

if TYPE_CHECKING:
    from django.core.paginator import Paginator
    from rest_framework.request import Request


class Pages(PageNumberPagination):
    """Pages of 25 rows, at most 100.

    A larger ``page_size`` becomes 100; a malformed ``page`` or ``page_size`` is a 400 and a page that does not exist
    a 404.
    """

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 100
    invalid_page_message = _("There is no page {page_number}.")  # type: ignore[assignment]  # lazy text

    def get_page_size(self, request: Request) -> int:
        return whole_number(request, self.page_size_query_param, default=self.page_size, most=self.max_page_size)

    def get_page_number(self, request: Request, paginator: Paginator[Any]) -> int:  # noqa: ARG002 - DRF's signature
        return whole_number(request, self.page_query_param, default=1)
