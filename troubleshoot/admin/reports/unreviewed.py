"""Owns the report of entries that nobody has looked at for a year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.reports.report import Report, moment, paged
from troubleshoot.reports.unreviewed import unreviewed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

    from troubleshoot.reports.periods import Period

ROWS_A_FETCH = 2_000


def context(request: HttpRequest, _period: Period) -> dict[str, Any]:
    return {"page": paged(request, unreviewed())}


def rows(_request: HttpRequest, _period: Period) -> Iterator[tuple[Any, ...]]:
    for entry in unreviewed().iterator(chunk_size=ROWS_A_FETCH):
        yield entry.key, entry.message, entry.operation.title, moment(entry.reviewed), moment(entry.updated)


REPORT = Report(
    slug="unreviewed",
    title=_("Not reviewed for a year"),
    lead=_("Published entries that have not been reviewed for a year, oldest first."),
    context=context,
    head=(_("key"), _("message"), _("operation"), _("last reviewed"), _("updated")),
    rows=rows,
    has_period=False,
)
