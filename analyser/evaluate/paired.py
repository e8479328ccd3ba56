"""Two systems on the same cases: the difference of their mean F1, with an interval over cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analyser.codebook import DIMENSIONS
from analyser.evaluate.units import figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from analyser.evaluate.units import UnitRow

RESAMPLES: Final = 5000


@dataclass(frozen=True, slots=True)
class Paired:
    """Mean F1 over standards that have evidence (status present), 0 to 1.

    Attributes:
        first: Of the first system.
        second: Of the second.
        low: Lower end of the 95 % interval of second less first;
        high: and its upper end.
        by_standard: F1 of both, by dimension.
    """

    first: float
    second: float
    low: float
    high: float
    by_standard: dict[str, tuple[float, float]]

    @property
    def better(self) -> bool:
        """Whether the second is better: the whole interval lies above 0."""
        return self.low > 0


def compare_f1(first: Sequence[UnitRow], second: Sequence[UnitRow], resamples: int = RESAMPLES) -> Paired:
    """Hold two systems against each other.

    Cases are drawn with replacement, the same for both systems (paired percentile bootstrap; Efron and Tibshirani 1993,
    ch. 13), for units of one case hang together. The seed is fixed.

    Args:
        first: A row a unit, as one system found them;
        second: and as the other did: the same units.
        resamples: How often cases are drawn.
    """
    cases = sorted({row.case_id for row in first})
    counts = np.stack([_counts(first, cases), _counts(second, cases)])  # systems x cases x dimensions x three counts
    drawn = np.random.default_rng(1).multinomial(len(cases), np.full(len(cases), 1 / len(cases)), size=resamples)
    values = _mean_f1(np.einsum("rc,scdk->srdk", drawn, counts))
    low, high = np.percentile(values[1] - values[0], [2.5, 97.5])
    whole = counts.sum(axis=1)
    one, other = _mean_f1(whole)
    each: dict[str, tuple[float, float]] = {
        d: (float(a), float(b)) for d, (a, b) in zip(DIMENSIONS, _f1(whole).T, strict=True)
    }
    return Paired(float(one), float(other), float(low), float(high), each)


def _counts(rows: Sequence[UnitRow], cases: Sequence[str]) -> NDArray[np.int64]:
    """Cases x dimensions x hits, false and missed."""
    by_case: dict[str, list[UnitRow]] = {case_id: [] for case_id in cases}
    for row in rows:
        by_case[row.case_id].append(row)
    told = [[figures(group, f"{d}:present") for d in DIMENSIONS] for group in by_case.values()]
    return np.array([[(f.hits, f.false, f.missed) for f in line] for line in told], np.int64)


def _f1(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    hits, false, missed = np.moveaxis(counts, -1, 0)
    below = 2 * hits + false + missed
    return np.asarray(np.divide(2 * hits, below, out=np.zeros(below.shape), where=below > 0))


def _mean_f1(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean over dimensions with labelled units; 0 where there are none."""
    labelled = counts[..., 0] + counts[..., 2] > 0
    n = labelled.sum(axis=-1)
    total = np.where(labelled, _f1(counts), 0.0).sum(axis=-1)
    return np.asarray(np.divide(total, n, out=np.zeros(np.shape(n)), where=n > 0))
