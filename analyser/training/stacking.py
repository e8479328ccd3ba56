"""Fitting the stack: weights that calibrate, thresholds, and the limit of doubt, on cases the encoder had not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analyser.model_engine.stack import FEATURES, Stack, features

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_FEWEST: Final = 5  # positive units below which the logit is taken as it is
_STRENGTH: Final = 1.0  # inverse of the penalty on the weights
_RANGE: Final = (0.2, 0.65)  # thresholds outside it fit chance
_GRID: Final = np.arange(0.05, 0.95, 0.01)
_DOUBT_RECALL: Final = 0.95  # share of true units that evidence and doubt hold together
_LEAST_DOUBT: Final = 0.1


def fit_stack(
    logits: NDArray[np.float32],
    rules: NDArray[np.float32],
    targets: NDArray[np.float32],
    counts: NDArray[np.float32],
    outputs: Sequence[str],
) -> Stack:
    """Fit weights and thresholds.

    Args:
        logits: Units x outputs, of an encoder that did not train on these units.
        rules: The same shape: confidence of the rules.
        targets: The same shape: 0 or 1.
        counts: The same shape: 0 where a target is disputed.
        outputs: Names of the columns.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - heavy

    names = tuple(outputs)
    seen = features(logits, rules, names)
    weights = np.zeros((len(names), len(FEATURES)))
    for k in range(len(names)):
        kept = counts[:, k] > 0
        x, y = seen[kept, k, :-1], targets[kept, k] > 0
        if y.sum() < _FEWEST:
            weights[k] = (1.0, 0.0, 0.0, 0.0)
            continue
        model = LogisticRegression(C=_STRENGTH, max_iter=1000).fit(x, y)
        weights[k] = (*model.coef_[0], float(model.intercept_[0]))
    stack = Stack(names, weights, {}, {})
    found = stack.probabilities(logits, rules)
    thresholds, doubt = {}, {}
    for k, name in enumerate(names):
        kept = counts[:, k] > 0
        p, y = found[kept, k], targets[kept, k] > 0
        thresholds[name] = best_threshold(p, y)
        if "." not in name:
            doubt[name] = _doubt(p, y, thresholds[name])
    return Stack(names, weights, thresholds, doubt)


def best_threshold(probabilities: NDArray[np.float64], truth: NDArray[np.bool_]) -> float:
    """The threshold with the highest F1, the middle of them where several are within half a point of it."""
    if truth.sum() == 0:
        return 0.5
    scores = np.array([_f1(probabilities >= t, truth) for t in _GRID])
    good = _GRID[scores >= scores.max() - 0.005]
    return round(float(np.clip(np.median(good), *_RANGE)), 3)


def _f1(found: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    both = int((found & truth).sum())
    return 2 * both / (int(found.sum()) + int(truth.sum())) if both else 0.0


def _doubt(probabilities: NDArray[np.float64], truth: NDArray[np.bool_], threshold: float) -> float:
    if truth.sum() == 0:
        return threshold
    low = float(np.quantile(probabilities[truth], 1 - _DOUBT_RECALL))
    return round(min(threshold, max(low, _LEAST_DOUBT)), 3)
