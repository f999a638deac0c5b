"""Owns how sure a share is: the confidence interval of a proportion. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

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
