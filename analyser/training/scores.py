"""Fitting case scores and priority to readers' grades of whole cases, with every weight at or above nought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from analyser.codebook import DIMENSIONS, INDICATORS
from analyser.scoring.case import GRADES, parts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from analyser.contracts import Evidence, NoteFacts

_OF_TIME: Final = ("regularity", "recency", "share")
_LEAST: Final = {"regularity": 0.15, "recency": 0.15}  # readers' rules ask for both, whatever a fit says
_EXPECTED: Final = 0.25  # points of grade that a part is taken to be worth before any case was seen
_STRENGTH: Final = 10.0  # cases that this weighs as much as; of 1 to 20 it ranked unseen cases best
_FOLDS: Final = 10
_BOUNDS: Final = (10, 90)  # percentiles


class GradedCase(NamedTuple):
    """A case with what was found in it and what readers thought of it."""

    notes: Sequence[NoteFacts]
    evidence: Sequence[Evidence]
    grades: dict[str, float]
    read_first: bool


def fit_scores(cases: Sequence[GradedCase]) -> dict[str, Any]:
    """Fit points of parts, spreads and priority shares.

    Points solve a least-squares problem with no weight below nought (Lawson and Hanson 1974), drawn a little towards
    an equal worth of all parts. Spreads are those of cases that the fit had not seen. Priority shares are the weights
    of readers' own grades in a logistic model of "read first".

    Args:
        cases: With evidence by a reader that had not seen them.

    Returns:
        ``parts``, ``spread``, ``priority`` (:class:`analyser.scoring.weights.Fitted`), and ``measured``: by dimension
        Spearman correlation and root mean square error in grades on unseen folds; area under the curve of priority.
    """
    from scipy.stats import spearmanr  # noqa: PLC0415 - heavy
    from sklearn.metrics import roc_auc_score  # noqa: PLC0415

    parts, spread, measured = {}, {}, {}
    shares = _shares(cases)
    lack = np.zeros(len(cases))
    for d in DIMENSIONS:
        names = [*INDICATORS[d], *_OF_TIME]
        found = [parts_of(d, c.notes, c.evidence) for c in cases]
        least = np.array([_LEAST.get(n, 0.0) for n in names])
        table = np.array([[p.get(n, 0.0) for n in names] for p in found])
        grades = np.array([c.grades[d] for c in cases])
        unseen = np.zeros(len(cases))
        for fold in range(_FOLDS):
            out = np.arange(len(cases)) % _FOLDS == fold
            unseen[out] = _grade(table[out], _points(table[~out], grades[~out], least))
        points = _points(table, grades, least)
        parts[d] = {n: round(float(p), 4) for n, p in zip(names, points, strict=True)}
        low, high = np.percentile(grades - unseen, _BOUNDS)
        spread[d] = [round(float(x) * 100 / GRADES, 1) for x in (low, high)]
        error = float(np.sqrt(np.mean((grades - unseen) ** 2)))
        measured[d] = {"spearman": round(float(spearmanr(grades, unseen)[0]), 3), "rmse_in_grades": round(error, 3)}
        lack += shares[d] * (4.0 - unseen)
    area = float(roc_auc_score([c.read_first for c in cases], lack))
    priority = {d: round(float(s), 3) for d, s in shares.items()}
    return {
        "cases": len(cases),
        "parts": parts,
        "spread": spread,
        "priority": priority,
        "measured": {**measured, "auc_of_priority_without_gaps": round(area, 3)},
    }


def _points(table: NDArray[np.float64], grades: NDArray[np.float64], least: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.optimize import nnls  # noqa: PLC0415 - heavy

    width = table.shape[1]
    expected = np.sqrt(_STRENGTH) * np.eye(width)
    points, _ = nnls(
        np.vstack([table, expected]),
        np.concatenate([grades - 1.0 - table @ least, np.full(width, _EXPECTED * np.sqrt(_STRENGTH))]),
    )
    return np.asarray(points) + least


def _grade(table: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.minimum(1.0 + table @ points, 4.0)


def _shares(cases: Sequence[GradedCase]) -> dict[str, float]:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - heavy

    grades = np.array([[c.grades[d] for d in DIMENSIONS] for c in cases])
    model = LogisticRegression().fit(4.0 - grades, [c.read_first for c in cases])
    weights = np.maximum(model.coef_[0], 0.0)
    return dict(zip(DIMENSIONS, weights / weights.sum(), strict=True))
