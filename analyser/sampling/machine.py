"""What the machine's score of a case says of the chance that a reader would find the standard not met.

A score is the grade (1 to 4) that readers would likely give, laid on 0 to 100, with a low and a high end between which
eight of ten readers' grades lie (docs/scores.md). Its chance of failing is the chance that the grade lies in the lower
half, with a normal spread as wide as that end is away. The chances only steer the draw and sharpen the difference
estimator: whatever they are, rates stay unbiased.
"""

from __future__ import annotations

from typing import Final

from scipy.stats import norm

MIDDLE: Final = 50.0  # between grade 2 and grade 3
_TENTH: Final = float(norm.ppf(0.9))
_LEAST_SPREAD: Final = 5.0  # points; no score is surer than that
UNKNOWN: Final = 0.5


def chance_of_failing(score: float | None, low: float | None, high: float | None) -> float | None:
    """The chance, 0 to 1, that a reader would grade the record in the lower half.

    Args:
        score: 0 to 100; ``None`` where the scan withheld it.
        low: Nine of ten readers' grades lie above; ``None`` if it is not known.
        high: Nine of ten readers' grades lie below; ``None`` if it is not known.

    Returns:
        ``None`` without a score.
    """
    if score is None:
        return None
    if low is None or high is None:
        return round(1 - score / 100, 6)
    # The end on the far side of the middle may be cut at 0 or 100, so the spread comes from the one towards it.
    spread = (high - score) if score < MIDDLE else (score - low)
    chance = float(norm.cdf((MIDDLE - score) / max(spread / _TENTH, _LEAST_SPREAD)))
    return round(chance, 6)  # the last bits differ between machines, and must not change who is drawn
