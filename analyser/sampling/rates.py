"""Rates and their variances and intervals from weighted samples. All functions take many samples at once.

Shapes: the last axis of values is the cases of a sample (``n``); any axes before it are samples (``...``).

Sources: Horvitz and Thompson 1952; Hájek 1964, Annals of Mathematical Statistics 35(4) (variance with unequal
probabilities), and 1971 (the ratio of weighted sums); Cochran 1977, ch. 5 and 6 (strata, finite population,
linearised ratio) and 5A.12 (strata with one case); Särndal, Swensson and Wretman 1992, ch. 6 (difference estimator);
Korn and Graubard 1998, Survey Methodology 24(2) (intervals on the effective number of cases).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np
from scipy.stats import t as student

from analyser.sampling.bounds import Floats, clopper_pearson, upper_hypergeometric, wilson

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Kind: TypeAlias = Literal["wilson", "korn-graubard"]
NEGLIGIBLE: Final = 1e-9  # of the variance of one case: what is left of a variance of nought after rounding


@dataclass(frozen=True, slots=True)
class Weighted:
    """How the cases of a sample stand for the frame.

    Attributes:
        weights: Cases of the frame that each stands for, of shape (n) or (..., n).
        probabilities: Inclusion probabilities, likewise.
        groups: The stratum of each case as a number, of shape (n). Strata with one case are joined beforehand
            (:func:`joined`).
        simple: One stratum with equal probabilities.
    """

    weights: Floats
    probabilities: Floats
    groups: NDArray[np.int64]
    simple: bool

    @property
    def size(self) -> int:
        """Cases in the sample."""
        return int(self.groups.size)

    @property
    def degrees(self) -> int:
        """Degrees of freedom: cases less strata, at least 1."""
        return max(1, self.size - int(np.unique(self.groups).size))

    @property
    def kish(self) -> Floats:
        """Effective number of cases by the weights alone (Kish 1965); in strata 1 / sum of W^2 / n."""
        return np.asarray(self.weights.sum(-1) ** 2 / (self.weights**2).sum(-1), float)


def joined(groups: NDArray[np.int64], probabilities: Floats) -> NDArray[np.int64]:
    """Groups in which no case is alone, unless its stratum was taken whole.

    A case that stands alone for its stratum says nothing of the variance there; it is joined with the next stratum in
    order (the last with the one before). This overstates the variance rather than hide it.
    """
    out = groups.copy()
    names = [int(g) for g in np.unique(groups) if np.any(probabilities[groups == g] < 1)]
    for place, g in enumerate(names):
        if np.count_nonzero(out == out[groups == g][0]) == 1 and len(names) > 1:
            other = names[place + 1] if place + 1 < len(names) else names[place - 1]
            out[out == out[groups == g][0]] = out[groups == other][0]
    return out


def horvitz_thompson(values: Floats, sample: Weighted) -> Floats:
    """The total over the frame: the sum of values times weights."""
    return np.asarray((sample.weights * values).sum(-1), float)


def ratio(values: Floats, sample: Weighted, counted: Floats | None = None) -> tuple[Floats, Floats]:
    """The weighted mean (Hájek) and its variance; in strata that is the stratified mean.

    Args:
        values: Of shape (..., n).
        sample: The sample.
        counted: 1 for cases that belong to the rate, 0 for others (a verdict of "cannot tell"); all without it.

    Returns:
        Means and variances, of shape (...).
    """
    inside = np.ones_like(values) if counted is None else counted
    below = (sample.weights * inside).sum(-1)
    mean = (sample.weights * inside * values).sum(-1) / below
    residuals = inside * (values - mean[..., None]) / below[..., None]
    return np.asarray(mean, float), variance_of_total(residuals, sample)


def difference(values: Floats, machine: Floats, machine_mean: float, sample: Weighted) -> tuple[Floats, Floats]:
    """The machine's mean over the frame, corrected by what the sample shows it to be wrong by.

    The machine's coefficient is one, not fitted to the sample: a fitted one biases rates of small samples. The variance
    is at least the one that would be if the machine's chances were true: a sample that happens to hold none of the
    failures that the machine did not expect looks surer than it is.

    Args:
        values: Verdicts as 0 and 1, of shape (..., n).
        machine: The machine's chances for the same cases.
        machine_mean: Their mean over the frame.
        sample: The sample.

    Returns:
        Rates, cut to 0 to 1, and variances, of shape (...).
    """
    error, variance = ratio(values - machine, sample)
    uncertain = (1 - sample.probabilities) * sample.weights**2 * machine * (1 - machine)
    anticipated = uncertain.sum(-1) / sample.weights.sum(-1) ** 2
    return np.clip(machine_mean + error, 0.0, 1.0), np.asarray(np.maximum(variance, anticipated), float)


def variance_of_total(values: Floats, sample: Weighted, *, finite: bool = True) -> Floats:
    """The variance of the Horvitz-Thompson total.

    In each group ``n / (n - 1)`` times the sum of ``(1 - p) (value / p - centre)^2``, the centre weighted by ``1 - p``:
    Hájek's for unequal probabilities, and the usual stratified one with finite-population correction for equal ones.

    Args:
        values: Of shape (..., n).
        sample: The sample.
        finite: With the correction; without it as if the frame had no end.
    """
    scaled = sample.weights * values
    total = np.zeros(scaled.shape[:-1])
    for g in np.unique(sample.groups):
        here = sample.groups == g
        open_ = 1 - sample.probabilities[..., here] if finite else np.ones_like(sample.probabilities[..., here])
        n = np.maximum(np.count_nonzero(open_ > 0, axis=-1), 1)
        below = np.where(open_.sum(-1) > 0, open_.sum(-1), 1.0)
        centre = (open_ * scaled[..., here]).sum(-1) / below
        squares = (open_ * (scaled[..., here] - np.asarray(centre)[..., None]) ** 2).sum(-1)
        total = total + np.where(n > 1, n / np.maximum(n - 1, 1), 0.0) * squares
    return np.asarray(total, float)


def interval(
    rate: ArrayLike,
    variance: ArrayLike,
    sample: Weighted,
    confidence: float,
    kind: Kind = "wilson",
    frame: int | None = None,
    extreme: NDArray[np.int64] | None = None,
) -> tuple[Floats, Floats]:
    """The interval of a rate.

    Args:
        rate: Of shape (...).
        variance: Of shape (...).
        sample: The sample.
        confidence: Between 0 and 1.
        kind: ``wilson`` on the effective number of cases, or ``korn-graubard``: exact on that number, corrected for
            degrees of freedom.
        frame: Cases in the frame of the rate; for the exact bound of a simple random sample.
        extreme: -1 where no case of the sample failed, 1 where all did, else 0; from the rate (0 or less, 1 or more)
            where it is 0 or not given. There the bound is exact: hypergeometric for a simple random sample, else
            Clopper-Pearson on Kish's number.

    Returns:
        Low and high ends, of shape (...).
    """
    p, v = np.atleast_1d(np.asarray(rate, float)), np.atleast_1d(np.asarray(variance, float))
    end = np.where(p <= 0, -1, np.where(p >= 1, 1, 0))
    if extreme is not None:
        end = np.where(np.atleast_1d(extreme) != 0, np.atleast_1d(extreme), end)
    usual = (end == 0) & (not bool(np.all(sample.probabilities >= 1)))
    effective = np.where(usual, effective_size(p, v, sample), 1.0)
    if kind == "wilson":
        low, high = wilson(p, effective, confidence)
    else:
        level = (1 + confidence) / 2
        shrink = (student.ppf(level, max(1, sample.size - 1)) / student.ppf(level, sample.degrees)) ** 2
        low, high = clopper_pearson(p, effective * float(shrink), confidence)
    low, high = np.where(usual, low, p), np.where(usual, high, p)
    bound = exact_bound(sample, confidence, frame)
    low, high = np.where(end < 0, 0.0, low), np.where(end < 0, bound, high)
    low, high = np.where(end > 0, 1 - bound, low), np.where(end > 0, 1.0, high)
    shape = np.shape(rate)
    return low.reshape(shape), high.reshape(shape)


def effective_size(rate: Floats, variance: Floats, sample: Weighted) -> Floats:
    """Cases of a simple random sample of an endless frame that would tell as much, of shape (...).

    Strata that are each all alike show no variance, which is luck and no certainty: there Kish's number speaks instead.
    """
    spread = rate * (1 - rate)
    shown = variance > spread * NEGLIGIBLE
    return np.asarray(np.where(shown, spread / np.where(shown, variance, 1.0), sample.kish), float)


def exact_bound(sample: Weighted, confidence: float, frame: int | None = None) -> Floats:
    """The upper end of the two-sided interval when no case of the sample failed."""
    if np.all(sample.probabilities >= 1):
        return np.asarray(0.0)
    level = (1 + confidence) / 2
    if sample.simple and frame is not None:
        return upper_hypergeometric(sample.size, 0, frame, level)
    return clopper_pearson(0.0, sample.kish, confidence)[1]
