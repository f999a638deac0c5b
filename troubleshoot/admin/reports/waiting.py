"""Owns the reports of what waits for administrators: comments of readers whom nothing helped, entries to review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.reports.report import Report, moment, paged
from troubleshoot.reports.waiting import SEARCH, Comment, unreviewed, unsolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

    from troubleshoot.reports.periods import Period


def comments_context(request: HttpRequest, period: Period) -> dict[str, Any]:
    page = paged(request, unsolved(period))
    found = [Comment(*values) for values in page]
    return {"page": page, "comments": [(comment, address_of(comment)) for comment in found]}


def address_of(comment: Comment) -> str:
    model = "querylog" if comment.kind == SEARCH else "verdict"
    return reverse(f"admin:troubleshoot_{model}_change", args=(comment.number,))


def comment_rows(_request: HttpRequest, period: Period) -> Iterator[tuple[Any, ...]]:
    for values in unsolved(period).iterator():
        comment = Comment(*values)
        yield moment(comment.time), comment.kind_label, comment.about, comment.text


COMMENTS = Report(
    slug="comments",
    title=_("Open comments"),
    counted=_("comments"),
    lead=_("Comments on searches that are not handled yet, and from readers whom an entry or a wizard did not help."),
    context=comments_context,
    head=(_("time"), _("kind"), _("about"), _("comment")),
    rows=comment_rows,
)


ROWS_A_FETCH = 2_000


def unreviewed_context(request: HttpRequest, _period: Period) -> dict[str, Any]:
    return {"page": paged(request, unreviewed())}


def unreviewed_rows(_request: HttpRequest, _period: Period) -> Iterator[tuple[Any, ...]]:
    for entry in unreviewed().iterator(chunk_size=ROWS_A_FETCH):
        yield entry.key, entry.message, entry.operation.title, moment(entry.reviewed), moment(entry.updated)


UNREVIEWED = Report(
    slug="unreviewed",
    title=_("Not reviewed for a year"),
    counted=_("entries"),
    lead=_("Published entries that have not been reviewed for a year, oldest first."),
    context=unreviewed_context,
    head=(_("key"), _("message"), _("operation"), _("last reviewed"), _("updated")),
    rows=unreviewed_rows,
    has_period=False,
)
