"""Bounds of a rate from counts: one-sided for assurance, two-sided for estimates. All of them take arrays.

Sources: Clopper and Pearson 1934 (exact, binomial); Garwood 1936 (Poisson); Talens 2005, *Statistical Auditing and
the AOQL-method* (hypergeometric, by inverting the test); Wilson 1927, in the form of Newcombe 1998, method 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from scipy.stats import beta, gamma, hypergeom, norm

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Method: TypeAlias = Literal["poisson", "binomial", "hypergeometric"]
Floats: TypeAlias = "NDArray[np.float64]"


def upper_poisson(n: ArrayLike, errors: ArrayLike, confidence: float) -> Floats:
    """One-sided upper bound of the rate, 0 to 1; ``errors`` may be a fraction."""
    bound = gamma.ppf(confidence, np.asarray(errors, float) + 1, scale=1 / np.asarray(n, float))
    return np.asarray(np.minimum(bound, 1.0), float)


def upper_binomial(n: ArrayLike, errors: ArrayLike, confidence: float) -> Floats:
    """One-sided exact upper bound of the rate; 1 where every case failed. ``n`` and ``errors`` may be fractions."""
    size, failed = np.asarray(n, float), np.asarray(errors, float)
    kept = np.where(failed < size, size - failed, 1.0)
    return np.where(failed < size, np.asarray(beta.ppf(confidence, failed + 1, kept), float), 1.0)


def lower_binomial(n: ArrayLike, errors: ArrayLike, confidence: float) -> Floats:
    """One-sided exact lower bound of the rate; 0 where no case failed."""
    size = np.asarray(n, float)
    return 1.0 - upper_binomial(size, size - np.asarray(errors, float), confidence)


def upper_hypergeometric(n: ArrayLike, errors: ArrayLike, population: int, confidence: float) -> Floats:
    """One-sided exact upper bound of the share of failing cases in a population of known size.

    The greatest number K of failing cases with which so few errors in the sample would still have a chance above
    ``1 - confidence``, over the population. K is found by halving, for all elements at once.
    """
    size, failed = np.broadcast_arrays(np.asarray(n, np.int64), np.asarray(errors, np.int64))
    low, high = failed.copy(), population - size + failed
    while np.any(low < high):
        middle = (low + high + 1) // 2
        likely = hypergeom.cdf(failed, population, middle, size) > 1 - confidence
        low, high = np.where(likely, middle, low), np.where(likely, high, middle - 1)
    return np.asarray(low / population, float)


def clopper_pearson(rate: ArrayLike, n: ArrayLike, confidence: float) -> tuple[Floats, Floats]:
    """Two-sided exact interval; ``n`` may be an effective number, a fraction (Korn and Graubard 1998)."""
    one_sided = (1 + confidence) / 2
    errors = np.asarray(rate, float) * np.asarray(n, float)
    return lower_binomial(n, errors, one_sided), upper_binomial(n, errors, one_sided)


def wilson(rate: ArrayLike, n: ArrayLike, confidence: float) -> tuple[Floats, Floats]:
    """Two-sided score interval without continuity correction; ``n`` may be an effective number."""
    p, size = np.asarray(rate, float), np.asarray(n, float)
    z2 = float(norm.ppf((1 + confidence) / 2)) ** 2
    middle = p + z2 / (2 * size)
    half = np.sqrt(z2 * (p * (1 - p) + z2 / (4 * size)) / size)
    return np.maximum((middle - half) / (1 + z2 / size), 0.0), np.minimum((middle + half) / (1 + z2 / size), 1.0)


def upper(method: Method, n: ArrayLike, errors: ArrayLike, confidence: float, population: int | None = None) -> Floats:
    """The upper bound by the method's name; hypergeometric needs ``population``."""
    if method == "poisson":
        return upper_poisson(n, errors, confidence)
    if method == "binomial":
        return upper_binomial(n, errors, confidence)
    return upper_hypergeometric(n, errors, _known(population), confidence)


def chance_of_so_few(
    method: Method, n: ArrayLike, errors: ArrayLike, rate: float, population: int | None = None
) -> Floats:
    """The chance of at most so many errors in the sample if the true rate were ``rate``: the p value of an audit.

    For Poisson with a fraction of an error the chance is that of the gamma distribution, with which it agrees at whole
    numbers.
    """
    found: Any
    if method == "poisson":
        found = gamma.sf(rate, np.asarray(errors, float) + 1, scale=1 / np.asarray(n, float))
    elif method == "binomial":
        kept = np.maximum(np.asarray(n, float) - np.asarray(errors, float), 1e-300)
        found = beta.sf(rate, np.asarray(errors, float) + 1, kept)
    else:
        failing = whole(rate * _known(population))
        found = hypergeom.cdf(np.asarray(errors, float), _known(population), failing, np.asarray(n, np.int64))
    return np.asarray(found, float)


def whole(count: ArrayLike) -> NDArray[np.int64]:
    """Rounded up to whole cases. 400 cases of 3.5 % are 14, though 400 x 0.035 is a little more in binary."""
    value = np.asarray(count, float)
    return np.asarray(np.ceil(value - 1e-9 * np.maximum(1.0, value)), np.int64)


def _known(population: int | None) -> int:
    if population is None:
        raise ValueError("a hypergeometric bound needs the size of the population")
    return population
