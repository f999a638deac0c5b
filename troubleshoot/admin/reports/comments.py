"""Owns the report of comments of readers whom nothing helped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.reports.report import Report, moment, paged
from troubleshoot.reports.comments import SEARCH, Comment, unsolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

    from troubleshoot.reports.periods import Period


def context(request: HttpRequest, period: Period) -> dict[str, Any]:
    page = paged(request, unsolved(period))
    found = [Comment(*values) for values in page]
    return {"page": page, "comments": [(comment, address_of(comment)) for comment in found]}


def address_of(comment: Comment) -> str:
    model = "querylog" if comment.kind == SEARCH else "verdict"
    return reverse(f"admin:troubleshoot_{model}_change", args=(comment.number,))


def rows(_request: HttpRequest, period: Period) -> Iterator[tuple[Any, ...]]:
    for values in unsolved(period).iterator():
        comment = Comment(*values)
        yield moment(comment.time), comment.kind_label, comment.about, comment.text


REPORT = Report(
    slug="comments",
    title=_("Open comments"),
    lead=_("Comments on searches that are not handled yet, and from readers whom an entry or a wizard did not help."),
    context=context,
    head=(_("time"), _("kind"), _("about"), _("comment")),
    rows=rows,
)
