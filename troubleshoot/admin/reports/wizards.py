"""Owns the report of where readers of a wizard stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.reports.report import Report
from troubleshoot.reports.charts import Series, bars
from troubleshoot.reports.usage import Funnel, funnels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest
    from django.utils.safestring import SafeString

    from troubleshoot.reports.periods import Period


def context(_request: HttpRequest, period: Period) -> dict[str, Any]:
    return {"funnels": [(funnel, plot(funnel)) for funnel in funnels(period.first)]}


def plot(funnel: Funnel) -> SafeString | str:
    """Nothing where nobody has seen a step."""
    shown = [passage for passage in funnel.passages if passage.seen]
    if not shown:
        return ""
    return bars(
        gettext("Views of each step, and how often readers continued"),
        [passage.step.title for passage in shown],
        [
            Series(gettext("Views"), [passage.seen for passage in shown]),
            Series(gettext("Continued"), [0 if passage.is_outcome else passage.went_on for passage in shown]),
        ],
    )


def rows(_request: HttpRequest, period: Period) -> Iterator[tuple[Any, ...]]:
    for funnel in funnels(period.first):
        for passage in funnel.passages:
            ended = (passage.solved, passage.unsolved) if passage.is_outcome else ("", "")
            passed = ("", "") if passage.is_outcome else (passage.went_on, passage.left)
            yield funnel.flow.title, passage.step.key, passage.step.title, passage.seen, *passed, *ended


REPORT = Report(
    slug="wizards",
    title=_("Where readers stop"),
    counted=_("steps seen"),
    lead=_(
        "How often each step of a wizard was viewed, and how often readers went no further. Readers are not "
        "identified: a step counts once per browser tab, and readers without JavaScript are not counted."
    ),
    context=context,
    head=(
        _("wizard"),
        _("key"),
        _("Step"),
        _("Views"),
        _("Continued"),
        _("Stopped here"),
        _("Solved: yes"),
        _("Solved: no"),
    ),
    rows=rows,
)
