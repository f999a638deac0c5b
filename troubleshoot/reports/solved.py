"""Owns the report of what helped: each entry and its resolutions by the share of answers that said so, and how sure."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, TextChoices, Value
from django.db.models.functions import Concat, StrIndex, Substr
from django.utils.translation import gettext_lazy as _

from troubleshoot.models import ErrorEntry, FormerKey, Resolution, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from django.db.models import QuerySet

    from troubleshoot.reports.periods import Period


CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` of ``whole``, such as the answers that said “solved” of all answers."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        """Between 0 and 1; 0 of nothing."""
        return self.part / self.whole if self.whole else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.part, self.whole)

    @property
    def low(self) -> float:
        return self.interval[0]

    @property
    def high(self) -> float:
        return self.interval[1]


def wilson(part: int, whole: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The interval in which the true share lies with this confidence, where ``part`` of ``whole`` were seen.

    Wilson's score interval: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    Journal of the American Statistical Association 22 (1927), 209-212. Unlike the textbook's it stays between 0 and 1
    and holds for few answers, too (L. D. Brown, T. T. Cai and A. DasGupta, "Interval estimation for a binomial
    proportion", Statistical Science 16 (2001), 101-133). Of nothing nothing is known: (0, 1).

    Raises ValueError unless 0 ≤ part ≤ whole and 0 < confidence < 1.
    """
    if not 0 <= part <= whole or not 0 < confidence < 1:
        raise ValueError(f"{part} of {whole} with confidence {confidence} is no share.")
    if whole == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = part / whole
    shrink = 1 + z * z / whole
    middle = (share + z * z / (2 * whole)) / shrink
    margin = z / shrink * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    # Rounding must not push the ends past what was seen, nor past 0 and 1.
    return max(0.0, min(share, middle - margin)), min(1.0, max(share, middle + margin))


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


def by_entry(period: Period, sorting: Sorting = Sorting.WORST, product: str = "") -> list[Helped]:
    """Every entry that was answered about. Five queries; one more where only those of a product are asked for."""
    said = Verdict.objects.filter(kind=Verdict.Kind.ERROR).since(period.start).annotate(about=_ENTRY)
    renamed = {former.key: former.entry for former in _former_keys(said)}
    shares = _under_current_keys(_shares(said, "about"), renamed)
    entries = {entry.key: entry for entry in (*_entries(said), *renamed.values())}
    resolutions = _by_resolution(said)
    rows = [
        Helped(key, entries.get(key), share, tuple(resolutions[entries[key].pk]) if key in entries else ())
        for key, share in shares.items()
    ]
    if product:
        own = set(
            ErrorEntry.objects.filter(key__in=entries).of_product(product).order_by().values_list("key", flat=True)
        )
        rows = [row for row in rows if row.key in own]
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
    rows = Resolution.objects.filter(verdicts__in=said.order_by().values("pk")).distinct().order_by("entry_id", "order")
    found: dict[int, list[HelpedResolution]] = defaultdict(list)
    for row in rows:
        found[row.entry_id].append(HelpedResolution(row, shares[row.pk]))  # type: ignore[index]  # keyed by number here
    return found
