"""Owns the report of what helped: each entry and each of its resolutions by the share of answers that said so."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, TextChoices, Value
from django.db.models.functions import Concat, StrIndex, Substr
from django.utils.translation import gettext_lazy as _

from troubleshoot.models import ErrorEntry, FormerKey, Resolution, Verdict
from troubleshoot.reports.intervals import Share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from django.db.models import QuerySet

    from troubleshoot.reports.periods import Period


# What was said of one resolution (entry/order) was said of its entry, too.
_ENTRY = Substr("key", 1, StrIndex(Concat("key", Value("/")), Value("/")) - 1)


class Sorting(TextChoices):
    """Surely bad first: few answers alone make nothing bad, nor good."""

    WORST = "worst", _("least helpful")
    BEST = "best", _("most helpful")
    MOST = "most", _("most answers")

    @property
    def key(self) -> Callable[[Helped], tuple[float, ...]]:
        return {
            Sorting.WORST: lambda row: (row.share.high, -row.share.whole),
            Sorting.BEST: lambda row: (-row.share.low, -row.share.whole),
            Sorting.MOST: lambda row: (-row.share.whole, row.share.high),
        }[self]


@dataclass(frozen=True, slots=True)
class HelpedResolution:
    """A resolution with what was said of it."""

    resolution: Resolution
    share: Share


@dataclass(frozen=True, slots=True)
class Helped:
    """An entry with what was said of it. ``entry`` is None where it exists no more."""

    key: str
    entry: ErrorEntry | None
    share: Share
    resolutions: tuple[HelpedResolution, ...]


def by_entry(period: Period, sorting: Sorting = Sorting.WORST) -> list[Helped]:
    """Every entry that was answered about. Five queries."""
    said = Verdict.objects.filter(kind=Verdict.Kind.ERROR).since(period.start).annotate(about=_ENTRY)
    renamed = {former.key: former.entry for former in _former_keys(said)}
    shares = _under_current_keys(_shares(said, "about"), renamed)
    entries = {entry.key: entry for entry in (*_entries(said), *renamed.values())}
    resolutions = _by_resolution(said)
    rows = [
        Helped(key, entries.get(key), share, tuple(resolutions[entries[key].pk]) if key in entries else ())
        for key, share in shares.items()
    ]
    return sorted(rows, key=lambda row: (*sorting.key(row), row.key))


def _shares(said: QuerySet[Any], name: str) -> dict[str, Share]:
    """The share that each value of a field has."""
    rows = said.order_by().values_list(name).annotate(part=Count("pk", filter=Q(solved=True)), whole=Count("pk"))
    return {value: Share(part, whole) for value, part, whole in rows}


def _former_keys(said: QuerySet[Any]) -> QuerySet[FormerKey]:
    return FormerKey.objects.filter(key__in=said.order_by().values("about")).select_related("entry")


def _under_current_keys(shares: Mapping[str, Share], renamed: Mapping[str, ErrorEntry]) -> dict[str, Share]:
    """An entry keeps the answers it got under a former key."""
    part: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for key, share in shares.items():
        current = renamed[key].key if key in renamed else key
        part[current] += share.part
        whole[current] += share.whole
    return {key: Share(part[key], number) for key, number in whole.items()}


def _entries(said: QuerySet[Any]) -> Iterable[ErrorEntry]:
    return ErrorEntry.objects.filter(key__in=said.order_by().values("about")).order_by()


def _by_resolution(said: QuerySet[Any]) -> dict[int, list[HelpedResolution]]:
    """By the number of the entry, in the order in which they are tried."""
    shares = _shares(said.exclude(resolution=None), "resolution")
    rows = Resolution.objects.filter(verdicts__in=said.order_by().values("pk")).distinct().order_by("entry", "order")
    found: dict[int, list[HelpedResolution]] = defaultdict(list)
    for row in rows:
        found[row.entry_id].append(HelpedResolution(row, shares[row.pk]))  # type: ignore[index]  # keyed by number here
    return found
