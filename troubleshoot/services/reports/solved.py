"""Owns the report of what helped: each entry and each of its resolutions by the share of answers that said so."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from troubleshoot.models import ErrorEntry, FormerKey, Resolution, Verdict
from troubleshoot.services.reports.intervals import Share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from django.db.models import QuerySet

    from troubleshoot.services.reports.periods import Period


class Sorting(TextChoices):
    """Surely bad first: few answers alone make nothing bad, nor good."""

    WORST = "worst", _("helps least")
    BEST = "best", _("helps most")
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
    said = Verdict.objects.filter(kind=Verdict.Kind.ERROR).since(period.start)
    shares = _under_current_keys(_shares(said, "key"), _renamed(said))
    entries = {entry.key: entry for entry in _entries(said)}
    resolutions = _by_resolution(said)
    rows = [
        Helped(key, entries.get(key), share, tuple(resolutions[entries[key].pk]) if key in entries else ())
        for key, share in shares.items()
    ]
    return sorted(rows, key=lambda row: (*sorting.key(row), row.key))


def _shares(said: QuerySet[Verdict], name: str) -> dict[str, Share]:
    """The share that each value of a field has."""
    rows = said.order_by().values_list(name).annotate(part=Count("pk", filter=Q(solved=True)), whole=Count("pk"))
    return {value: Share(part, whole) for value, part, whole in rows}


def _renamed(said: QuerySet[Verdict]) -> dict[str, str]:
    keys = FormerKey.objects.filter(key__in=said.order_by().values("key"))
    return dict(keys.order_by().values_list("key", "entry__key"))


def _under_current_keys(shares: Mapping[str, Share], renamed: Mapping[str, str]) -> dict[str, Share]:
    """An entry keeps the answers it got under a former key."""
    part: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for key, share in shares.items():
        part[renamed.get(key, key)] += share.part
        whole[renamed.get(key, key)] += share.whole
    return {key: Share(part[key], number) for key, number in whole.items()}


def _entries(said: QuerySet[Verdict]) -> Iterable[ErrorEntry]:
    keys = said.order_by().values("key")
    return ErrorEntry.objects.filter(Q(key__in=keys) | Q(former_keys__key__in=keys)).distinct().order_by()


def _by_resolution(said: QuerySet[Verdict]) -> dict[int, list[HelpedResolution]]:
    """By the number of the entry, in the order in which they are tried."""
    shares = _shares(said.exclude(resolution=None), "resolution")
    rows = Resolution.objects.filter(verdicts__in=said.order_by().values("pk")).distinct().order_by("entry", "order")
    found: dict[int, list[HelpedResolution]] = defaultdict(list)
    for row in rows:
        found[row.entry_id].append(HelpedResolution(row, shares[row.pk]))  # type: ignore[index]  # keyed by number here
    return found
