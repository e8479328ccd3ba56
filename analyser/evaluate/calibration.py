"""Whether confidence means what it says: reliability, Brier score, expected calibration error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyser.evaluate.units import UnitRow

BINS: Final = 10


def calibration(rows: Sequence[UnitRow], name: str) -> dict[str, Any] | None:
    """Calibration of one name over units.

    Args:
        rows: Units with the machine's probabilities.
        name: Such as ``child_voice:present``.

    Returns:
        ``ece``, the mean distance between probability and share over ten bins of equal width, weighted by units (Guo et
        al. 2017); ``brier`` (Brier 1950); ``bins`` as lists of mean probability, share of units that readers labelled,
        and units. ``None`` where there are no probabilities.
    """
    from sklearn.metrics import brier_score_loss  # noqa: PLC0415 - heavy

    pairs = [(r.chances[name], name in r.given) for r in rows if name in r.chances and name not in r.disputed]
    if not pairs:
        return None
    chances, truth = np.array([p for p, _ in pairs]), np.array([t for _, t in pairs], float)
    places = np.minimum((chances * BINS).astype(int), BINS - 1)
    bins = [
        (float(chances[at].mean()), float(truth[at].mean()), int(at.sum()))
        for at in (places == k for k in range(BINS))
        if at.any()
    ]
    error = sum(abs(mean - share) * units for mean, share, units in bins) / len(pairs)
    return {
        "ece": round(error, 4),
        "brier": round(float(brier_score_loss(truth, chances)), 4),
        "bins": [[round(mean, 3), round(share, 3), units] for mean, share, units in bins],
    }
