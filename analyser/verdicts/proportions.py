"""Shares with their intervals: Wilson, and Clopper-Pearson, on as many units as the sample is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from numpy.typing import NDArray

Method = Literal["wilson", "exact"]
_FLAT: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Share:
    """A share, 0 to 1, with its 95 % interval.

    Attributes:
        value: ``None`` without units.
        units: Units that it was taken from.
        effective: Units of an equal and independent sample that would say as much.
    """

    value: float | None
    low: float | None
    high: float | None
    units: int
    effective: float


def proportion(hits: int, units: int, confidence: float = 0.95, method: Method = "wilson") -> Share:
    """A share of independent units.

    Args:
        hits: 0 to ``units``.
        units: How many; with 0 the share is unknown.
        confidence: 0 to 1.
        method: ``wilson`` (Wilson 1927, J Am Stat Assoc 22, 209-212) or ``exact`` (Clopper and Pearson 1934, Biometrika
            26, 404-413); both are scipy's.
    """
    from scipy.stats import binomtest  # noqa: PLC0415 - heavy

    if units == 0:
        return Share(None, None, None, 0, 0.0)
    low, high = binomtest(hits, units).proportion_ci(confidence_level=confidence, method=method)
    return Share(hits / units, float(low), float(high), units, float(units))


def weighted_proportion(
    hits: Sequence[float], weights: Sequence[float], groups: Sequence[Hashable], confidence: float = 0.95
) -> Share:
    """A weighted share whose units hang together within cases: Wilson's interval on the effective number of units.

    The effective number is p(1 - p) over the variance of the ratio estimator, summed by case (Korn and Graubard 1998,
    Survey Methodology 24, 193-201), and never more than Kish's (sum of weights) squared over sum of squares (Kish 1965,
    Survey Sampling, section 11.7), for that variance is unsteady in small samples. For 0 and 1, where it is nought, it
    is Kish's number of cases. With equal weights and one unit a case it is the number of units: plain Wilson.

    Args:
        hits: How far each unit counts, 0 to 1; for a unit with several pairs of raters, the share of pairs.
        weights: Inverse of its probability of being drawn, above 0.
        groups: The case of each unit.
        confidence: 0 to 1.
    """
    from analyser.sampling.bounds import wilson  # noqa: PLC0415 - heavy

    if not hits:
        return Share(None, None, None, 0, 0.0)
    right, share = np.array(hits, float), np.array(weights, float) / float(sum(weights))
    value = float(right @ share)
    place = numbered(groups)
    if _FLAT < value < 1.0 - _FLAT:
        spread = float((np.bincount(place, weights=share * (right - value)) ** 2).sum())
        effective = value * (1.0 - value) / spread if spread > _FLAT else float(len(hits))  # all vary within cases only
    else:
        effective = 1.0 / float((np.bincount(place, weights=share) ** 2).sum())
    effective = min(effective, 1.0 / float((share**2).sum()))
    low, high = wilson(value, effective, confidence)
    return Share(value, float(low), float(high), len(hits), effective)


def numbered(groups: Sequence[Hashable]) -> NDArray[np.intp]:
    """The number of each unit's group, from 0, in order of first appearance."""
    numbers = {group: k for k, group in enumerate(dict.fromkeys(groups))}
    return np.array([numbers[group] for group in groups], np.intp)
