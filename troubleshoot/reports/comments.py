"""Owns the report of what readers wrote where nothing had helped: of a search, of an entry, of a wizard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import CharField, F, Value
from django.utils.translation import gettext_lazy as _

from troubleshoot.models import QueryLog, Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from troubleshoot.reports.periods import Period

SEARCH = "search"
LABELS = {SEARCH: _("search"), **dict(Verdict.Kind.choices)}


class Comment(NamedTuple):
    """A comment, on what kind of thing, and on which: a query, or the key of an entry or wizard."""

    time: datetime
    kind: str
    about: str
    text: str
    number: int

    @property
    def kind_label(self) -> str:
        return str(LABELS.get(self.kind, self.kind))


def unsolved(period: Period) -> QuerySet[Any, tuple[Any, ...]]:
    """The comments as tuples for ``Comment``, the newest first, to be sliced. One query."""
    searches = (
        QueryLog.objects.since(period.start)
        .with_comment()
        .filter(settled=None)
        .order_by()
        .annotate(kind_of=Value(SEARCH, CharField()), about=F("query"))
    )
    verdicts = (
        Verdict.objects.since(period.start)
        .filter(solved=False)
        .exclude(comment="")
        .order_by()
        .annotate(kind_of=F("kind"), about=F("key"))
    )
    names = ("time", "kind_of", "about", "comment", "pk")
    return searches.values_list(*names).union(verdicts.values_list(*names), all=True).order_by("-time", "-pk")
