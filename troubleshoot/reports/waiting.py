"""Owns what waits for administrators: entries to review or translate, readers' comments; and the reports' numbers."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import timedelta
from itertools import chain, product
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from django.core.cache import cache
from django.db.models import CharField, Count, Exists, F, Max, OuterRef, Q, Subquery, Sum, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from troubleshoot.editing.advice import NEARLY, SHORTEST_COMPARED, likeness
from troubleshoot.editing.links import Page, pages_with_wrong_links
from troubleshoot.editing.translations import has_outdated_english, lacks_translation, on_page
from troubleshoot.models import (
    ContentVersion,
    ErrorAlias,
    ErrorEntry,
    Flow,
    Plan,
    QueryLog,
    ReviewComment,
    Revision,
    StepCount,
    Verdict,
)
from troubleshoot.models.document import seen_by_readers
from troubleshoot.reading import flows
from troubleshoot.reports.failures import Asked
from troubleshoot.reports.similarity import near_pairs
from troubleshoot.search.core.analysis import compact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import QuerySet

    from troubleshoot.reports.periods import Period

T = TypeVar("T")
DAYS_GOOD = 365
DAYS_NEW = 14
MOST_NAMED = 10
_LOOKED_THROUGH = 100
Action = Revision.Action


def is_due() -> Q:
    """The condition that an entry is to be reviewed: it is published, and nobody did so within the year, or ever."""
    long_ago = timezone.now() - timedelta(days=DAYS_GOOD)
    return Q(state=ErrorEntry.State.PUBLISHED) & (Q(reviewed=None) | Q(reviewed__lt=long_ago))


def lost_successor() -> Q:
    """The condition that readers can't open what replaced an entry."""
    return Q(successor__isnull=False) & ~seen_by_readers("successor__")


def unreviewed(product: str = "") -> QuerySet[ErrorEntry]:
    """What is to be reviewed, of one product or all: what never was first, then the longest ago."""
    found = ErrorEntry.objects.filter(is_due()).of_product(product).select_related("operation__section__document")
    return found.order_by(F("reviewed").asc(nulls_first=True), "pk")


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
        .filter(solved=False, settled=None)
        .exclude(comment="")
        .order_by()
        .annotate(kind_of=F("kind"), about=F("key"))
    )
    names = ("time", "kind_of", "about", "comment", "pk")
    return searches.values_list(*names).union(verdicts.values_list(*names), all=True).order_by("-time", "-pk")


AN_HOUR = 60 * 60


def in_review(model: type[ErrorEntry | Flow] = ErrorEntry) -> int:
    return model.with_proposals.in_state(ErrorEntry.State.REVIEW).count()


def _moves(model: type[ErrorEntry | Flow], *actions: str) -> QuerySet[Revision]:
    """Of the row around it, the revisions of these kinds, the newest first."""
    found = Revision.objects.filter(model=model._meta.label_lower, object_id=OuterRef("pk"), action__in=actions)
    return found.order_by("-number")


def reviews(model: type[ErrorEntry | Flow] = ErrorEntry) -> QuerySet[Any]:
    """What is in review, the longest first, each with ``since``, when it was submitted, and its author's ``why``."""
    since = Subquery(_moves(model, Action.SUBMITTED).values("time")[:1])
    said = _moves(model, *Action).filter(user=OuterRef("proposed_by")).exclude(reason="")
    found = model.with_proposals.in_state(ErrorEntry.State.REVIEW).select_related("proposed_by")
    dated: QuerySet[Any] = found.annotate(since=since, why=Subquery(said.values("reason")[:1])).order_by("since", "pk")
    return dated


def sent_back_to(user: AbstractBaseUser, model: type[ErrorEntry | Flow] = ErrorEntry) -> QuerySet[Any]:
    """Drafts of this author that an editor sent back, each with who, when (``since``) and ``why``."""
    last = _moves(model, Action.SUBMITTED, Action.SENT_BACK)
    found = model.with_proposals.in_state(ErrorEntry.State.DRAFT).filter(proposed_by_id=user.pk)
    moved: QuerySet[Any] = found.annotate(
        moved=Subquery(last.values("action")[:1]),
        who=Subquery(last.values("user__username")[:1]),
        since=Subquery(last.values("time")[:1]),
        why=Subquery(last.values("reason")[:1]),
    )
    return moved.filter(moved=Action.SENT_BACK).exclude(who=user.get_username()).order_by("-since")


def comments_to(user: AbstractBaseUser) -> QuerySet[ReviewComment]:
    """Open conversations about drafts of this author, or that this user began, in which somebody else said the last."""
    answers = ReviewComment.objects.filter(Q(pk=OuterRef("pk")) | Q(answer_to=OuterRef("pk"))).order_by("-pk")
    mine = Q(user=user.pk) | Q(entry__proposed_by=user.pk) | Q(flow__proposed_by=user.pk)
    found = ReviewComment.objects.open().of_drafts().filter(mine)
    said = found.annotate(last_by=Subquery(answers.values("user")[:1]))
    threads: QuerySet[ReviewComment] = said.filter(~Q(last_by=user.pk) | Q(last_by=None)).threads().order_by("-pk")
    return threads


def plans() -> QuerySet[Plan]:
    """What is to be published at a time: what could not be first, then by time."""
    found = Plan.objects.of_drafts().select_related("entry", "flow", "user")
    return found.order_by(F("missed").desc(nulls_last=True), "time", "pk")


def published_of(user: AbstractBaseUser) -> list[Revision]:
    """What others lately published of what this author wrote, the newest first."""
    ours = Revision.objects.filter(model=OuterRef("model"), object_id=OuterRef("object_id"), user_id=user.pk)
    since = timezone.now() - timedelta(days=DAYS_NEW)
    pages = [model._meta.label_lower for model in (ErrorEntry, Flow)]
    found = Revision.objects.filter(model__in=pages, action=Action.PUBLISHED, time__gte=since)
    written = Exists(ours.filter(action__in=(Action.CREATED, Action.SUBMITTED)))
    theirs = found.filter(written).exclude(user_id=user.pk).select_related("user").defer("content")
    return _once(theirs.order_by("-time", "-pk")[:_LOOKED_THROUGH])[:MOST_NAMED]


def discarded_of(user: AbstractBaseUser) -> list[Revision]:
    """What others lately discarded of what this author wrote, the newest first."""
    pages = [model._meta.label_lower for model in (ErrorEntry, Flow)]
    same = Revision.objects.filter(model=OuterRef("model"), object_id=OuterRef("object_id"))
    written = Exists(same.filter(user_id=user.pk, action__in=(Action.CREATED, Action.SUBMITTED)))
    since = timezone.now() - timedelta(days=DAYS_NEW)
    found = Revision.objects.filter(model__in=pages, action=Action.DELETED, time__gte=since).filter(written)
    lasting = found.exclude(user_id=user.pk).exclude(Exists(same.filter(number__gt=OuterRef("number"))))
    return list(lasting.select_related("user").defer("content").order_by("-time", "-pk")[:MOST_NAMED])


def latest_of(user: AbstractBaseUser) -> list[Revision]:
    """What this user changed last, each thing once."""
    latest = Revision.objects.filter(user_id=user.pk).exclude(action=Action.DISCARDED)  # which its draft tells
    return _once(latest.defer("content").order_by("-time", "-pk")[:_LOOKED_THROUGH])[:MOST_NAMED]


def _once(revisions: Iterable[Revision]) -> list[Revision]:
    """Of each thing the first; a change that was published is one thing with the page that says it since."""
    kept, seen, published = [], set(), set()
    for revision in revisions:
        thing, said = (revision.model, revision.object_id), (revision.model, revision.digest)
        is_published = revision.action == Action.PUBLISHED
        if thing not in seen and not (is_published and said in published):
            kept.append(revision)
        seen.add(thing)
        if is_published:
            published.add(said)
    return kept


def drafts_of(user: AbstractBaseUser, model: type[ErrorEntry | Flow] = ErrorEntry) -> int:
    return model.with_proposals.in_state(ErrorEntry.State.DRAFT).filter(proposed_by_id=user.pk).count()


def to_translate(model: type[ErrorEntry | Flow] = ErrorEntry) -> tuple[int, int]:
    """Entries or wizards with a text missing in one language, and with outdated English; archived ones are nobody's
    work.
    """
    # What is a draft or a proposal is no content of readers; the history knows of its edits.
    last = Revision.objects.aggregate(Max("pk"))["pk__max"]
    return _of_this_content(f"to_translate.{model._meta.model_name}.{last}", lambda: _to_translate(model)) or (0, 0)


def _to_translate(model: type[ErrorEntry | Flow]) -> tuple[int, int]:
    counted = (
        model.with_proposals.but_archived()
        .order_by()
        .aggregate(
            missing=Count("pk", filter=on_page(model, lacks_translation)),
            outdated=Count("pk", filter=on_page(model, has_outdated_english)),
        )
    )
    return counted["missing"], counted["outdated"]


def wrong_links(model: type[Page] = ErrorEntry) -> set[int]:
    """The entries, wizards, sections or documents of which a link leads nowhere."""
    return _of_this_content(f"wrong_links.{model._meta.model_name}", lambda: pages_with_wrong_links(model)) or set()


def wizards_with_problems() -> set[int]:
    """The wizards that readers see though something in them is wrong by now."""
    published = Flow.objects.published().with_steps()
    return _of_this_content("problems", lambda: {flow.pk for flow in published if flows.problems(flow)}) or set()


def lost_successors() -> int:
    """Entries whose replacement readers can't open."""
    return ErrorEntry.with_proposals.filter(lost_successor()).count()


class Double(NamedTuple):
    """Two entries, by primary key, of which a text is the same or nearly: the most alike of their texts."""

    one: int
    other: int
    text: str
    other_text: str
    share: float


_MOST_SHARING = 20


def doubles(*, apart: bool = False) -> list[Double]:
    """The entries that are nearly others, the most alike first; or those of them that somebody told apart."""
    told = ErrorEntry.told_apart.through.objects.values_list("from_errorentry", "to_errorentry")
    known = {frozenset(pair) for pair in told}
    found = _of_this_content("doubles", _doubles) or []
    return [double for double in found if (frozenset((double.one, double.other)) in known) is apart]


def _doubles() -> list[Double]:
    """Two queries. Comparing takes two seconds of 10,000 entries, so it is kept while these texts are what they are."""
    rows = list(_texts())
    known = hashlib.sha256(repr(rows).encode()).hexdigest()
    return cache.get_or_set(f"troubleshoot.doubles:{known}", lambda: _compared(rows), AN_HOUR) or []


def _compared(rows: Iterable[tuple[Any, ...]]) -> list[Double]:
    """Each text is compared with few others, those that share its rarest trigrams."""
    places: dict[str, dict[int, str]] = defaultdict(dict)
    for pk, *texts in rows:
        for text in filter(None, texts):
            places[compact(text)].setdefault(pk, text)
    places.pop("", None)
    found: dict[tuple[int, int], Double] = {}
    same = ((form, form) for form, entries in places.items() if len(entries) > 1)
    near = near_pairs((form for form in places if len(form) >= SHORTEST_COMPARED), 100 * NEARLY)
    for form, other_form in chain(same, near):
        share = likeness(form, other_form)
        some, others = (list(places[each].items())[:_MOST_SHARING] for each in (form, other_form))
        for (one, text), (other, other_text) in map(sorted, product(some, others)):
            if one != other and share >= NEARLY:
                found.setdefault((one, other), Double(one, other, text, other_text, share))
    return sorted(found.values(), key=lambda double: (-double.share, double.one, double.other))


def _texts() -> Iterator[tuple[Any, ...]]:
    """What entries are recognised by, each with the entry."""
    entries = ErrorEntry.objects.but_archived().order_by("pk")
    yield from entries.values_list("pk", "message_ko", "message_en")
    aliases = ErrorAlias.objects.filter(entry__in=entries.order_by().values("pk")).order_by("pk")
    yield from aliases.values_list("entry", "text_ko", "text_en")


def _of_this_content(name: str, count: Callable[[], T]) -> T | None:
    """What looks at every text is kept for as long as the content is what it was then."""
    version = ContentVersion.objects.current()
    return cache.get_or_set(f"troubleshoot.{name}:{version.lineage}:{version.value}", count, AN_HOUR)


def failed_searches(period: Period) -> int:
    return Asked(period).rows().count()


def unsolved_answers() -> int:
    """“No” to “did this solve the problem?” that nobody has seen to yet."""
    return Verdict.objects.filter(solved=False, settled=None).count()


def assigned_to(user: AbstractBaseUser, model: type[QueryLog | Verdict]) -> int:
    """Searches or answers that somebody gave this user to see to."""
    return model._default_manager.filter(assigned_to=user.pk, settled=None).count()


def totals(period: Period) -> dict[str, int]:
    """By report. As many queries, whatever was counted."""
    said = Verdict.objects.filter(kind=Verdict.Kind.ERROR).since(period.start)
    return {
        "searches": QueryLog.objects.searches().since(period.start).count(),
        "failed": Asked(period).rows().count(),
        "solved": said.count(),
        "comments": unsolved(period).count(),
        "unreviewed": unreviewed().count(),
        "doubles": len(doubles()),
        "wizards": StepCount.objects.filter(day__gte=period.first).aggregate(seen=Sum("seen"))["seen"] or 0,
    }
