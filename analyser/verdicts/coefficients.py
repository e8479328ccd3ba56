"""Coefficients of agreement: Cohen's kappa, Gwet's AC1 and AC2, Fleiss' kappa, Krippendorff's alpha.

Coefficients of several raters start from counts, units x categories: how many raters put the unit there. They are
Gwet's general forms (Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed., chapters 2 to 5), which allow gaps and
weights of partial agreement. Standard errors are those of linearised estimators: every unit's influence on the
coefficient, summed over the units of a case before squaring, because units of one case hang together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from analyser.verdicts.proportions import numbered

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Partial = Literal["identity", "linear", "quadratic", "ordinal"]
Difference = Literal["nominal", "ordinal", "interval"]
_NOTHING: Final = 1e-12  # what is left of 1 - expected agreement when only one category was used


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient with what it is made of.

    Attributes:
        value: At most 1; 0 is the agreement of chance. ``None`` where it is not defined: too few units, or all raters
            used one category only, so that chance explains everything.
        observed: Observed agreement, 0 to 1.
        expected: Agreement expected by chance, 0 to 1.
        units: Units with two ratings or more.
        cases: Independent groups of units.
        se: Standard error; ``None`` with a single group.
        low: Lower end of the interval, once :func:`interval` was asked for;
        high: upper end.
    """

    value: float | None
    observed: float | None = None
    expected: float | None = None
    units: int = 0
    cases: int = 0
    se: float | None = None
    low: float | None = None
    high: float | None = None


UNDEFINED: Final = Coefficient(None)


def partial_agreement(kind: Partial, categories: int) -> Floats:
    """Weights of partial agreement, categories x categories, 1 on the diagonal.

    ``linear`` and ``quadratic`` fall with the distance or its square (Cohen 1968); ``ordinal`` with the number of
    pairs of categories between the two (Gwet 2014, section 3.5).
    """
    places = np.arange(categories)
    apart: Floats = np.abs(places[:, None] - places[None, :]).astype(float)
    most = float(max(categories - 1, 1))
    weights: Floats = np.eye(categories)
    if kind == "linear":
        weights = 1.0 - apart / most
    elif kind == "quadratic":
        weights = 1.0 - (apart / most) ** 2
    elif kind == "ordinal":
        weights = 1.0 - apart * (apart + 1.0) / (most * (most + 1.0))
    return weights


def counts_of(ratings: Sequence[Mapping[str, str]], categories: Sequence[str]) -> Floats:
    """Counts, units x categories, from the ratings of each unit by rater."""
    column = {c: k for k, c in enumerate(categories)}
    counts = np.zeros((len(ratings), len(categories)))
    for row, given in zip(counts, ratings, strict=True):
        for category in given.values():
            row[column[category]] += 1.0
    return counts


def interval(found: Coefficient, confidence: float = 0.95, *, normal: bool = False) -> Coefficient:
    """The coefficient with its interval: value ± quantile x standard error, cut at -1 and 1.

    Args:
        found: A coefficient with a standard error; without one it comes back as it is.
        confidence: 0 to 1.
        normal: Quantile of the normal distribution; otherwise of Student's t with one degree less than there are cases.
    """
    from scipy.stats import norm, t  # noqa: PLC0415 - heavy

    if found.value is None or found.se is None:
        return found
    tail = (1.0 + confidence) / 2.0
    reach = float(norm.ppf(tail) if normal else t.ppf(tail, found.cases - 1)) * found.se
    return replace(found, low=max(-1.0, found.value - reach), high=min(1.0, found.value + reach))


def cohen(
    first: Sequence[str],
    second: Sequence[str],
    categories: Sequence[str],
    partial: Literal["identity", "linear", "quadratic"] = "identity",
    weights: Floats | None = None,
    groups: Sequence[Hashable] | None = None,
) -> Coefficient:
    """Cohen's kappa of two raters, or weighted kappa.

    The value is scikit-learn's; the standard error is that of Fleiss, Cohen and Everitt (1969, Psychological Bulletin
    72, 323-327) in its linearised form, which also holds for weighted samples and for groups.

    Args:
        first: Categories by the first rater, a unit each.
        second: Likewise by the second.
        categories: In order from one end of the scale to the other.
        partial: How far apart counts as partial agreement.
        weights: Sampling weights of the units, above 0; equal by default.
        groups: The case of each unit; each unit is its own by default.
    """
    from sklearn.metrics import cohen_kappa_score, confusion_matrix  # noqa: PLC0415 - heavy

    if not first:
        return UNDEFINED
    share = _shares(len(first), weights)
    table = confusion_matrix(first, second, labels=list(categories), sample_weight=share)
    agree = partial_agreement(partial, len(categories))
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    observed, expected = float((agree * table).sum()), float(rows @ agree @ columns)
    base = Coefficient(None, observed, expected, len(first), _how_many(groups, len(first)))
    if 1.0 - expected < _NOTHING:
        return base
    scheme = None if partial == "identity" else partial
    value = float(cohen_kappa_score(first, second, labels=list(categories), weights=scheme, sample_weight=share))
    margins = (agree @ columns)[:, None] + (agree.T @ rows)[None, :]
    influence = (agree - observed - (1.0 - value) * (margins - 2.0 * expected)) / (1.0 - expected)
    place = {c: k for k, c in enumerate(categories)}
    each = influence[[place[c] for c in first], [place[c] for c in second]]
    return replace(base, value=value, se=_standard_error(each, share, groups, small=False))


def standard_error_under_chance(table: Floats) -> float:
    """Standard error of kappa if the two raters agreed by chance only (Fleiss, Cohen and Everitt 1969, equation 8).

    Args:
        table: Counts, categories of the first rater x categories of the second.

    Returns:
        The square root of the variance; kappa over it is a normal deviate that tests kappa = 0.
    """
    units = float(table.sum())
    rows, columns = table.sum(axis=1) / units, table.sum(axis=0) / units
    expected = float(rows @ columns)
    spread = expected + expected**2 - float((rows * columns * (rows + columns)).sum())
    return float(np.sqrt(spread / units)) / (1.0 - expected)


def gwet(
    counts: Floats,
    partial: Partial = "identity",
    weights: Floats | None = None,
    groups: Sequence[Hashable] | None = None,
    *,
    small: bool = True,
) -> Coefficient:
    """Gwet's AC1 (Gwet 2008, Br J Math Stat Psychol 61, 29-48); AC2 with weights of partial agreement (2014, ch. 5).

    Chance agreement is the sum of p(1 - p) over categories, over their number less one, times the sum of the weights
    of partial agreement over their number of rows; so it stays low where nearly everybody uses one category, where
    kappa breaks down.

    Args:
        counts: Units x categories.
        partial: Weights of partial agreement.
        weights: Sampling weights of the units.
        groups: The case of each unit.
        small: Standard error with n - 1 below instead of n.
    """
    agree = partial_agreement(partial, counts.shape[1])
    scale = float(agree.sum()) / (counts.shape[1] * (counts.shape[1] - 1))

    def chance(shares: Floats, of_unit: Floats) -> tuple[float, Floats]:
        return scale * float(shares @ (1.0 - shares)), scale * (of_unit @ (1.0 - shares))

    return _corrected(counts, agree, chance, weights, groups, small=small)


def fleiss(
    counts: Floats,
    partial: Partial = "identity",
    weights: Floats | None = None,
    groups: Sequence[Hashable] | None = None,
    *,
    small: bool = True,
) -> Coefficient:
    """Fleiss' kappa of two raters or more, gaps allowed (Fleiss 1971; its general form in Gwet 2014, chapter 3).

    Args:
        counts: Units x categories.
        partial: Weights of partial agreement.
        weights: Sampling weights of the units.
        groups: The case of each unit.
        small: Standard error with n - 1 below instead of n.
    """
    agree = partial_agreement(partial, counts.shape[1])

    def chance(shares: Floats, of_unit: Floats) -> tuple[float, Floats]:
        return float(shares @ agree @ shares), of_unit @ (agree @ shares)

    return _corrected(counts, agree, chance, weights, groups, small=small)


def krippendorff(
    counts: Floats,
    difference: Difference | Partial = "nominal",
    weights: Floats | None = None,
    groups: Sequence[Hashable] | None = None,
) -> Coefficient:
    """Krippendorff's alpha (Krippendorff 2011, Computing Krippendorff's Alpha-Reliability).

    Differences become weights of partial agreement, 1 less the difference over the largest one, which leaves alpha as
    it is. Standard error: Gwet 2014, section 2.6 (of alpha without the correction for small samples, which needs none).

    Args:
        counts: Units x categories; units with fewer than two ratings are left out.
        difference: ``nominal``, ``ordinal`` (by the ratings between two categories), ``interval``, or a kind of partial
            agreement.
        weights: Sampling weights of the units.
        groups: The case of each unit.
    """
    paired = counts.sum(axis=1) >= 2.0  # noqa: PLR2004 - a pair
    counts, raters = counts[paired], counts[paired].sum(axis=1)
    if len(counts) == 0:
        return UNDEFINED
    share = _shares(len(counts), None if weights is None else weights[paired])
    groups = None if groups is None else [g for g, keep in zip(groups, paired, strict=True) if keep]
    agree = _closeness(difference, share @ counts)
    mean_raters = float(share @ raters)
    shares = (share @ counts) / mean_raters
    expected = float(shares @ agree @ shares)
    pairs = (counts * (counts @ agree - 1.0)).sum(axis=1) / (mean_raters * (raters - 1.0))
    before, least = float(share @ pairs), 1.0 / float(raters.sum())
    observed = (1.0 - least) * before + least
    base = Coefficient(None, observed, expected, len(counts), _how_many(groups, len(counts)))
    if 1.0 - expected < _NOTHING:
        return base
    plain = (before - expected) / (1.0 - expected)
    over = (raters - mean_raters) / mean_raters
    of_unit = (counts @ (agree @ shares)) / mean_raters - expected * over
    influence = pairs - observed * over - before - 2.0 * (1.0 - plain) * (of_unit - expected)
    error = _standard_error(influence / (1.0 - expected), share, groups, small=True)
    return replace(base, value=(observed - expected) / (1.0 - expected), se=error)


def _corrected(
    counts: Floats,
    agree: Floats,
    chance: Callable[[Floats, Floats], tuple[float, Floats]],
    weights: Floats | None,
    groups: Sequence[Hashable] | None,
    *,
    small: bool,
) -> Coefficient:
    """(observed - expected) / (1 - expected), with its standard error."""
    raters = counts.sum(axis=1)
    rated, paired = raters >= 1.0, raters >= 2.0  # noqa: PLR2004 - a pair
    if not paired.any():
        return UNDEFINED
    counts, raters, paired = counts[rated], raters[rated], paired[rated]
    share = _shares(len(counts), None if weights is None else weights[rated])
    groups = None if groups is None else [g for g, keep in zip(groups, rated, strict=True) if keep]
    pairs = (counts * (counts @ agree - 1.0)).sum(axis=1) / np.where(paired, raters * (raters - 1.0), 1.0)
    with_pairs = float(share[paired].sum())
    observed = float(share[paired] @ pairs[paired]) / with_pairs
    of_unit = counts / raters[:, None]
    expected, expected_of_unit = chance(share @ of_unit, of_unit)
    base = Coefficient(None, observed, expected, int(paired.sum()), _how_many(groups, len(counts)))
    if 1.0 - expected < _NOTHING:
        return base
    value = (observed - expected) / (1.0 - expected)
    # A unit with one rating says something of chance agreement and nothing of observed agreement.
    gained = np.where(paired, (pairs - expected) / (1.0 - expected) / with_pairs, 0.0)
    influence = gained - value - 2.0 * (1.0 - value) * (expected_of_unit - expected) / (1.0 - expected)
    return replace(base, value=value, se=_standard_error(influence, share, groups, small=small))


def _closeness(difference: Difference | Partial, ratings: Floats) -> Floats:
    """Weights of partial agreement that stand for a metric difference; ``ratings`` are category totals."""
    if difference == "nominal":
        return partial_agreement("identity", len(ratings))
    if difference == "interval":
        return partial_agreement("quadratic", len(ratings))
    if difference != "ordinal":
        return partial_agreement(difference, len(ratings))
    middle = np.cumsum(ratings) - ratings / 2.0
    squared = (middle[:, None] - middle[None, :]) ** 2
    return 1.0 - squared / max(float(squared.max()), _NOTHING)


def _shares(units: int, weights: Floats | None) -> Floats:
    if weights is None:
        return np.full(units, 1.0 / units)
    shares: Floats = weights / weights.sum()
    return shares


def _how_many(groups: Sequence[Hashable] | None, units: int) -> int:
    return units if groups is None else len(set(groups))


def _standard_error(
    influence: Floats, share: Floats, groups: Sequence[Hashable] | None, *, small: bool
) -> float | None:
    """Square root of the sum over groups of the squared sum of weighted influences; x m/(m - 1) for ``small``."""
    each: Floats = influence * share
    if groups is not None:
        each = np.bincount(numbered(groups), weights=each).astype(np.float64)
    many = len(each)
    if many < 2:  # noqa: PLR2004 - one group has no spread
        return None
    return float(np.sqrt((each**2).sum() * (many / (many - 1.0) if small else 1.0)))
