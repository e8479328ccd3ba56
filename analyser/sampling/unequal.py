"""Samples drawn one by one with unequal chances and put back, as some audit tools draw them: exact totals.

Source: Thompson 2012, *Sampling*, ch. 6. The program's own draws put nothing back (:mod:`analyser.sampling.rates`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from analyser.sampling.bounds import Floats


def joint_with_replacement(chances: ArrayLike, draws: int) -> Floats:
    """Probabilities that two cases are both in the sample; on the diagonal, that one is.

    Args:
        chances: Of each case in one draw, of shape (n).
        draws: Number of draws.

    Returns:
        Of shape (n, n).
    """
    p = np.asarray(chances, float)
    alone = 1 - (1 - p) ** draws
    joint = alone[:, None] + alone[None, :] - (1 - (1 - p[:, None] - p[None, :]) ** draws)
    np.fill_diagonal(joint, alone)
    return np.asarray(joint, float)


def horvitz_thompson_exact(values: ArrayLike, joint: Floats) -> tuple[float, float]:
    """Total and its unbiased variance from joint probabilities, as of :func:`joint_with_replacement`.

    Args:
        values: Of the distinct cases in the sample, of shape (n).
        joint: Of shape (n, n).
    """
    alone = np.diag(joint)
    scaled = np.asarray(values, float) / alone
    apart = (joint - np.outer(alone, alone)) / joint
    return float(scaled.sum()), float(scaled @ apart @ scaled)


def hansen_hurwitz(values: ArrayLike, chances: ArrayLike) -> tuple[float, float]:
    """Total and its variance from every draw, a case as often as it was drawn; at least two draws."""
    expanded = np.asarray(values, float) / np.asarray(chances, float)
    return float(expanded.mean()), float(expanded.var(ddof=1) / expanded.size)
