"""Owns the reports: who may read them, the page around each, its download, and each but that of failed searches."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.core.validators import slug_re
from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from troubleshoot.admin.guards import is_number
from troubleshoot.admin.reports import handling
from troubleshoot.editing import publishing
from troubleshoot.exchange.files import neutralised
from troubleshoot.models import ErrorEntry, Product, QueryLog, Verdict
from troubleshoot.reports.charts import Series, bars, columns
from troubleshoot.reports.periods import LENGTHS, Period, period_of
from troubleshoot.reports.solved import Sorting, by_entry
from troubleshoot.reports.usage import funnels, per_day, per_week, sum_of
from troubleshoot.reports.waiting import SEARCH, Comment, doubles, unreviewed, unsolved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from django.core.paginator import Page
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString

    from troubleshoot.reports.solved import Helped, Share
    from troubleshoot.reports.usage import Funnel
    from troubleshoot.reports.waiting import Double

    View = Callable[..., HttpResponse | StreamingHttpResponse]
    Row = tuple[Any, ...]

PERMISSION = "troubleshoot.view_reports"
ROWS_A_PAGE = 50
MOST_COLUMNS = 90
PLOTTED = 15
ROWS_A_FETCH = 2_000
# Without it Excel takes UTF-8 for the code page of the machine.
BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Report:
    """A report: what it is called, what its page shows, its rows as a spreadsheet has them, and what its sum counts."""

    slug: str
    title: Any
    lead: Any
    counted: Any
    context: Callable[[HttpRequest, Period], dict[str, Any]]
    head: Sequence[Any]
    rows: Callable[[HttpRequest, Period], Iterable[Row]]
    has_period: bool = True

    @property
    def address(self) -> str:
        return f"reports:{self.slug}"

    @property
    def download(self) -> str:
        return f"reports:{self.slug}_csv"


def for_readers_of_reports(view: View) -> View:
    """For signed-in staff who may read the reports; others are asked to sign in, or refused."""

    def guarded(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return view(request)

    return admin.site.admin_view(guarded)


def page_of(report: Report, offered: Sequence[Report]) -> View:
    def page(request: HttpRequest) -> HttpResponse:
        period = period_of(request.GET.get("days", ""))
        context = frame(request, report.title, offered, period) | {"report": report} | report.context(request, period)
        return TemplateResponse(request, f"admin/troubleshoot/reports/{report.slug}.html", context)

    return for_readers_of_reports(require_safe(page))


def download_of(report: Report) -> View:
    def download(request: HttpRequest) -> StreamingHttpResponse:
        period = period_of(request.GET.get("days", ""))
        name = f"{report.slug}-{period.days}-{period.last:%Y%m%d}" if report.has_period else report.slug
        return csv_of(name, report.head, report.rows(request, period))

    return for_readers_of_reports(require_safe(download))


def frame(request: HttpRequest, title: Any, offered: Sequence[Report], period: Period) -> dict[str, Any]:
    """What every page of the reports needs, around what it shows."""
    own = {"title": title, "offered": offered, "period": period, "lengths": LENGTHS}
    return admin.site.each_context(request) | own


def paged(request: HttpRequest, rows: Any) -> Page[Any]:
    """The page that is asked for; the nearest one for any other number."""
    return Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))


def moment(value: Any) -> str:
    """A time as a spreadsheet reads it, by the site's clocks."""
    return f"{timezone.localtime(value, timezone.get_default_timezone()):%Y-%m-%d %H:%M}" if value else ""


class _Line:
    """A file for the CSV writer that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_of(name: str, head: Sequence[Any], rows: Iterable[Row]) -> StreamingHttpResponse:
    """A download ``name``.csv, written while it is sent."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingHttpResponse(lines(head, rows), content_type="text/csv; charset=utf-8", headers=headers)


def lines(head: Sequence[Any], rows: Iterable[Row]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield BYTE_ORDER_MARK
    for row in chain([head], rows):
        yield writer.writerow([cell(value) for value in row])


def cell(value: Any) -> Any:
    """A number as it is; a text so that no spreadsheet runs it."""
    if value is None or isinstance(value, int | float):
        return value
    return neutralised(str(value).replace("\x00", ""))


def language_of(values: Mapping[str, Any]) -> str:
    """The language of readers' pages that a report is asked of; empty for all."""
    language = values.get("language", "")
    return language if language in dict(settings.LANGUAGES) else ""


def languages_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """What offers the choice among languages."""
    return {"languages": settings.LANGUAGES, "language": language_of(values)}


def _searches(request: HttpRequest, period: Period) -> dict[str, Any]:
    days = per_day(period, language_of(request.GET))
    by_week = len(days) > MOST_COLUMNS
    shown = per_week(days) if by_week else days
    title = gettext("Searches per week by outcome") if by_week else gettext("Searches per day by outcome")
    plot = columns(
        title,
        [date_format(one.day, gettext("M j")) for one in shown],
        [
            Series(gettext("found the error or opened a result"), [one.opened for one in shown]),
            Series(gettext("no result opened"), [one.unopened for one in shown]),
            Series(gettext("no result"), [one.nothing for one in shown]),
        ],
    )
    own = {"days": days[::-1], "total": sum_of(days), "plot_title": title, "plot": plot}
    return own | languages_of(request.GET)


SEARCHES = Report(
    slug="searches",
    title=_("Searches per day"),
    counted=_("searches"),
    lead=_("How often readers searched, and whether they found the error that they named or opened a result."),
    context=_searches,
    head=(_("day"), _("searches"), _("found the error or opened a result"), _("no result opened"), _("no result")),
    rows=lambda request, period: (
        (one.day, one.total, one.opened, one.unopened, one.nothing) for one in per_day(period, language_of(request.GET))
    ),
)


def _sorting(request: HttpRequest) -> Sorting:
    asked = request.GET.get("sort", "")
    return Sorting(asked) if asked in Sorting.values else Sorting.WORST


def _product(request: HttpRequest) -> str:
    """The key of the product that a report is asked of; empty for all, and where there is no such product."""
    key = request.GET.get("product", "")
    return key if slug_re.fullmatch(key) and Product.objects.filter(key=key).exists() else ""


def _products(request: HttpRequest) -> dict[str, Any]:
    """What offers the choice among products, where there are several."""
    return {"products": Product.objects.all(), "product": _product(request)}


def _solved(request: HttpRequest, period: Period) -> dict[str, Any]:
    sorting = _sorting(request)
    page = paged(request, by_entry(period, sorting, _product(request)))
    plotted = list(page)[:PLOTTED]
    own = {"page": page, "sorting": sorting, "sortings": Sorting.choices}
    return own | _products(request) | {"plot": _plot_of_solved(plotted), "plotted": len(plotted)}


def _plot_of_solved(shown: Sequence[Helped]) -> SafeString | str:
    if not shown:
        return ""
    shares = [row.share for row in shown]
    values = [100 * share.value for share in shares]
    intervals = [(100 * share.low, 100 * share.high) for share in shares]
    series = Series(gettext("share that said “solved”, with its interval"), values, intervals)
    return bars(gettext("Feedback on fixes"), [_name(row) for row in shown], [series], most=100, unit=" %")


def _name(row: Helped) -> str:
    return str(row.entry) if row.entry else row.key


def _solved_rows(request: HttpRequest, period: Period) -> Iterator[Row]:
    """An entry, then each of its resolutions."""
    for row in by_entry(period, _sorting(request), _product(request)):
        yield (row.key, _name(row), "", *_numbers(row.share))
        for one in row.resolutions:
            yield (row.key, _name(row), one.resolution.order, *_numbers(one.share))


def _numbers(share: Share) -> Row:
    return share.part, share.whole, *(round(value, 3) for value in (share.value, share.low, share.high))


SOLVED = Report(
    slug="solved",
    title=_("Feedback on fixes"),
    counted=_("answers"),
    lead=_(
        "Answers to “Did this solve the problem?”. The confidence interval (95%) is wider where there are few answers."
    ),
    context=_solved,
    head=(_("key"), _("message"), _("resolution"), _("solved"), _("answers"), _("share"), _("at least"), _("at most")),
    rows=_solved_rows,
)


def _comments(request: HttpRequest, period: Period) -> dict[str, Any]:
    page = paged(request, unsolved(period))
    return {"page": page, "comments": _with_standing([Comment(*values) for values in page]), **handling.context_of(())}


def _with_standing(comments: list[Comment]) -> list[dict[str, Any]]:
    """The comments of a page, each with its row's own page, who sees to it, and what it is linked to: two queries."""
    models = [QueryLog if comment.kind == SEARCH else Verdict for comment in comments]
    rows: dict[Any, Any] = {}
    for model in (QueryLog, Verdict):
        numbers = [comment.number for comment, own in zip(comments, models, strict=True) if own is model]
        found = model._default_manager.filter(pk__in=numbers).select_related("assigned_to", "entry", "step__flow")
        rows |= {(model, row.pk): row for row in found}
    return [
        comment._asdict()
        | {
            "kind_label": comment.kind_label,
            "name": handling.name_of(model, comment.number),
            "address": reverse(f"admin:troubleshoot_{model._meta.model_name}_change", args=(comment.number,)),
            "assigned": row.assigned_to,
            "linked": handling.linked(row.entry or row.step) if row.entry or row.step else "",
        }
        for comment, model in zip(comments, models, strict=True)
        if (row := rows.get((model, comment.number)))
    ]


def _comment_rows(_request: HttpRequest, period: Period) -> Iterator[Row]:
    for values in unsolved(period).iterator():
        comment = Comment(*values)
        yield moment(comment.time), comment.kind_label, comment.about, comment.text


COMMENTS = Report(
    slug="comments",
    title=_("Open comments"),
    counted=_("comments"),
    lead=_("Comments on searches that are not handled yet, and from readers whom an entry or a wizard did not help."),
    context=_comments,
    head=(_("time"), _("kind"), _("about"), _("comment")),
    rows=_comment_rows,
)


def _unreviewed_rows(request: HttpRequest, _period: Period) -> Iterator[Row]:
    for entry in unreviewed(_product(request)).iterator(chunk_size=ROWS_A_FETCH):
        yield entry.key, entry.message, entry.operation.title, moment(entry.reviewed), moment(entry.changed)


UNREVIEWED = Report(
    slug="unreviewed",
    title=_("Due for review"),
    counted=_("entries"),
    lead=_("Published entries that nobody has reviewed yet, then those last reviewed more than a year ago."),
    context=lambda request, _period: {"page": paged(request, unreviewed(_product(request))), **_products(request)},
    head=(_("key"), _("message"), _("operation"), _("last reviewed"), _("text as of")),
    rows=_unreviewed_rows,
    has_period=False,
)


def _doubles(request: HttpRequest, _period: Period) -> dict[str, Any]:
    """Pairs that nobody told apart yet, or those that somebody did, with their entries."""
    apart = request.GET.get("apart") == "1"
    page = paged(request, doubles(apart=apart))
    return {"page": page, "pairs": _with_entries(page), "apart": apart}


def _with_entries(found: Iterable[Double]) -> Iterator[tuple[Double, ErrorEntry, ErrorEntry]]:
    found = list(found)
    entries = ErrorEntry.objects.in_bulk({pk for double in found for pk in (double.one, double.other)})
    for double in found:
        if double.one in entries and double.other in entries:
            yield double, entries[double.one], entries[double.other]


def _double_rows(request: HttpRequest, _period: Period) -> Iterator[Row]:
    for double, one, other in _with_entries(doubles(apart=request.GET.get("apart") == "1")):
        yield one.key, double.text, other.key, double.other_text, round(double.share, 2)


DOUBLES = Report(
    slug="doubles",
    title=_("Near-duplicates"),
    counted=_("pairs"),
    lead=_(
        "Entries with a message, code or alias that is the same as another entry's, or nearly. Archive one and let the "
        "other replace it, change the text, or mark them as different errors."
    ),
    context=_doubles,
    head=(_("key"), _("text"), _("key of the other"), _("text of the other"), _("alike")),
    rows=_double_rows,
    has_period=False,
)


def tell_apart(request: HttpRequest) -> HttpResponse:
    """Note that two entries are different errors although they are alike; or take that back."""
    if not publishing.may_publish(request.user):
        raise PermissionDenied
    numbers = [request.POST.get(name, "") for name in ("one", "other")]
    found = list(ErrorEntry.objects.filter(pk__in=filter(is_number, numbers)))
    if len(found) == len(numbers):
        one, other = found
        if request.POST.get("apart") == "1":
            one.told_apart.remove(other)
            messages.success(request, gettext("These two are near-duplicates again."))
        else:
            one.told_apart.add(other)
            messages.success(request, gettext("Noted: these are different errors."))
    return HttpResponseRedirect(reverse("reports:doubles"))


def _plot_of_steps(funnel: Funnel) -> SafeString | str:
    """Nothing where nobody has seen a step."""
    shown = [passage for passage in funnel.passages if passage.seen]
    if not shown:
        return ""
    return bars(
        gettext("Views of each step, and how often readers continued"),
        [f"{passage.step.order}. {passage.step.title}" for passage in shown],
        [
            Series(gettext("Views"), [passage.seen for passage in shown]),
            Series(gettext("Continued"), [0 if passage.is_outcome else passage.went_on for passage in shown]),
        ],
    )


def _seen_and_not(found: Sequence[Funnel]) -> dict[str, Any]:
    """The wizards that readers saw, each with its plot; of the others, no more than which they are."""
    plots = [(funnel, _plot_of_steps(funnel)) for funnel in found]
    return {
        "funnels": [(funnel, plot) for funnel, plot in plots if plot],
        "unseen": [funnel.flow for funnel, plot in plots if not plot],
    }


def _step_rows(_request: HttpRequest, period: Period) -> Iterator[Row]:
    for funnel in funnels(period.first):
        for passage in funnel.passages:
            ended = (passage.solved, passage.unsolved) if passage.is_outcome else ("", "")
            passed = ("", "") if passage.is_outcome else (passage.went_on, passage.left)
            yield funnel.flow.title, passage.step.key, passage.step.title, passage.seen, *passed, *ended


WIZARDS = Report(
    slug="wizards",
    title=_("Where readers stop"),
    counted=_("steps seen"),
    lead=_(
        "How often each step of a wizard was viewed, and how often readers went no further. Readers are not "
        "identified: a step counts once per browser tab, and readers without JavaScript are not counted."
    ),
    context=lambda _request, period: _seen_and_not(funnels(period.first)),
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
    rows=_step_rows,
)
