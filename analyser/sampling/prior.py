"""What was known of a rate before the sample, as a gamma (Poisson) or beta (binomial) distribution.

Source: Derks, de Swart, van Batenburg, Wagenmakers and Wetzels 2021, *Priors in a Bayesian audit*, International
Journal of Auditing 25(3). Only for one unstratified rate: with flat priors in many small strata the pooled answer is
pulled away from the data (docs/sampling.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, log1p
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy.stats import beta, gamma

from analyser.errors import SamplingError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from analyser.sampling.bounds import Floats


@dataclass(frozen=True, slots=True)
class Prior:
    """A conjugate prior.

    Attributes:
        method: ``poisson`` (gamma with shape ``a`` and rate ``b``) or ``binomial`` (beta with ``a`` and ``b``).
        a: Above 0; 1 plus errors already known of.
        b: Above 0.
    """

    method: Literal["poisson", "binomial"]
    a: float
    b: float

    def _after(self, n: ArrayLike, errors: ArrayLike) -> Any:
        size, failed = np.asarray(n, float), np.asarray(errors, float)
        if self.method == "poisson":
            return gamma(self.a + failed, scale=1 / (self.b + size))
        return beta(self.a + failed, self.b + size - failed)

    def upper(self, n: ArrayLike, errors: ArrayLike, confidence: float) -> Floats:
        """The rate below which the true one lies with probability ``confidence``."""
        return np.asarray(np.minimum(self._after(n, errors).ppf(confidence), 1.0), float)

    def mode(self, n: ArrayLike, errors: ArrayLike) -> Floats:
        """The likeliest rate."""
        above = self.a + np.asarray(errors, float) - 1
        below = self.b + np.asarray(n, float) + (self.a - 2 if self.method == "binomial" else 0)
        return np.asarray(np.clip(above / below, 0.0, 1.0), float)

    def bayes_factor(self, n: int, errors: float, tolerable: float) -> float:
        """How many times the sample multiplied the odds that the rate is below ``tolerable``."""
        before, after = self._after(0, 0), self._after(n, errors)
        odds = [d.cdf(tolerable) / d.sf(tolerable) for d in (after, before)]
        return float(odds[0] / odds[1])


def prior_of(text: str, method: str, tolerable: float | None) -> Prior:
    """A prior from the words of a person: ``A,B``, or ``impartial`` (even odds that the rate is tolerable).

    Raises:
        SamplingError: It is neither, or the method has no such prior.
    """
    if method not in {"poisson", "binomial"}:
        raise SamplingError("CRA-7007", prior=text, why="a prior goes with --method poisson or binomial")
    name: Literal["poisson", "binomial"] = "poisson" if method == "poisson" else "binomial"
    if text == "impartial":
        if tolerable is None:
            raise SamplingError("CRA-7007", prior=text, why="it needs --tolerable")
        return Prior(name, 1.0, -log(2) / log1p(-tolerable) if name == "binomial" else log(2) / tolerable)
    try:
        a, b = (float(part) for part in text.split(","))
    except ValueError:
        raise SamplingError("CRA-7007", prior=text, why="write two numbers, A,B, or impartial") from None
    if not (a > 0 and b > 0):
        raise SamplingError("CRA-7007", prior=text, why="both numbers must be above 0")
    return Prior(name, a, b)
