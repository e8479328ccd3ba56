"""Compare raters over units: raw agreement, and every coefficient that is due, in one row."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from analyser.verdicts.coefficients import (
    UNDEFINED,
    Coefficient,
    cohen,
    counts_of,
    fleiss,
    gwet,
    interval,
    krippendorff,
)
from analyser.verdicts.proportions import Share, weighted_proportion

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

_A_PAIR: Final = 2


@dataclass(frozen=True, slots=True)
class Rated:
    """A unit with its ratings.

    Attributes:
        group: Its case; units of one case hang together.
        standard: Its dimension.
        team_type: The sort of team that holds the case; empty where it is not known.
        ratings: By rater, a category.
        weight: Inverse of the probability with which its case was drawn, shared among the rows of the case.
        writing_style: Of the case's notes; empty where it is not known.
    """

    group: Hashable
    standard: str
    team_type: str
    ratings: Mapping[str, str]
    weight: float = 1.0
    writing_style: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """The categories that raters choose from.

    Attributes:
        categories: All of them; a rater could have chosen any, so chance agreement counts all.
        ordered: Those that lie on a scale, from one end to the other; empty where none do.
    """

    categories: tuple[str, ...]
    ordered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """How far raters agree.

    Attributes:
        units: Units with two ratings or more;
        cases: and the cases that they belong to.
        prevalence: Share of each category among the ratings, 0 to 1; kappa cannot be read without it.
        raw: Share of units (of pairs of raters, where there are more than two) that agree.
        kappa: Cohen's with two raters, else Fleiss'; :attr:`kappa_of` says which.
        ac1: Gwet's AC1.
        weighted_kappa: With quadratic weights, of ordered categories only; likewise
        ac2: Gwet's AC2.
        alpha: Krippendorff's, ordinal where categories are ordered, else nominal.
    """

    units: int
    cases: int
    prevalence: dict[str, float]
    raw: Share
    kappa: Coefficient
    kappa_of: Literal["cohen", "fleiss"]
    ac1: Coefficient
    weighted_kappa: Coefficient
    ac2: Coefficient
    alpha: Coefficient


def compare(units: Sequence[Rated], scale: Scale) -> Compared:
    """Compare raters.

    Args:
        units: Units; those with fewer than two ratings are left out.
        scale: Their categories. For what needs an order, ratings off the scale are left out.
    """
    units = [u for u in units if len(u.ratings) >= _A_PAIR]
    kappa, kappa_of, counts = _kappa(units, scale.categories, ordered=False)
    weights, groups = np.array([u.weight for u in units]), [u.group for u in units]
    on_scale = [_kept(u, scale.ordered) for u in units]
    on_scale = [u for u in on_scale if len(u.ratings) >= _A_PAIR]
    if on_scale:
        weighted, _, ordered = _kappa(on_scale, scale.ordered, ordered=True)
        of = (np.array([u.weight for u in on_scale]), [u.group for u in on_scale])
        ac2, alpha = gwet(ordered, "quadratic", *of), krippendorff(ordered, "ordinal", *of)
    else:
        weighted = ac2 = UNDEFINED
        alpha = UNDEFINED if scale.ordered or not units else krippendorff(counts, "nominal", weights, groups)
    return Compared(
        units=len(units), cases=len(set(groups)), prevalence=_prevalence(units, scale.categories),
        raw=weighted_proportion([_agreement(u) for u in units], [u.weight for u in units], groups),
        kappa=kappa, kappa_of=kappa_of,
        ac1=interval(gwet(counts, "identity", weights, groups)) if units else UNDEFINED,
        weighted_kappa=weighted, ac2=interval(ac2), alpha=interval(alpha),
    )  # fmt: skip


def _kappa(
    units: Sequence[Rated], categories: Sequence[str], *, ordered: bool
) -> tuple[Coefficient, Literal["cohen", "fleiss"], np.ndarray[tuple[int, int], np.dtype[np.float64]]]:
    counts = counts_of([u.ratings for u in units], categories)
    raters = sorted({rater for u in units for rater in u.ratings})
    weights, groups = np.array([u.weight for u in units]), [u.group for u in units]
    if len(raters) > _A_PAIR:
        found = fleiss(counts, "quadratic" if ordered else "identity", weights, groups)
        return interval(found), "fleiss", counts
    first, second = ([u.ratings[r] for u in units] for r in raters) if units else ([], [])
    found = cohen(first, second, categories, "quadratic" if ordered else "identity", weights, groups)
    return interval(found), "cohen", counts


def _kept(unit: Rated, categories: Sequence[str]) -> Rated:
    ratings = {rater: c for rater, c in unit.ratings.items() if c in categories}
    return Rated(unit.group, unit.standard, unit.team_type, ratings, unit.weight)


def _agreement(unit: Rated) -> float:
    pairs = list(combinations(unit.ratings.values(), 2))
    return sum(a == b for a, b in pairs) / len(pairs)


def _prevalence(units: Sequence[Rated], categories: Sequence[str]) -> dict[str, float]:
    totals = dict.fromkeys(categories, 0.0)
    for unit in units:
        for category in unit.ratings.values():
            totals[category] += unit.weight / len(unit.ratings)
    whole = sum(totals.values())
    return {c: total / whole for c, total in totals.items()} if whole else {}
