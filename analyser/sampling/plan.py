"""How many cases to read: for assurance that a rate is below a tolerable one, or for an interval of a given width.

The assurance plan is the audit guide's attribute sampling (AICPA 2017, *Audit Sampling*, appendix A): the smallest
sample whose upper bound is below the tolerable rate when no more than the expected errors are found. The margin plan
is Cochran 1977, *Sampling Techniques*, ch. 4, with the steps in the order design effect, population, response.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.stats import binom, hypergeom, norm, poisson

from analyser.errors import SamplingError
from analyser.sampling.bounds import Floats, Method, chance_of_so_few, upper, whole
from analyser.sampling.checks import between_0_and_1

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analyser.sampling.prior import Prior

LARGEST: Final = 20_000  # nobody reads more
MOST_OF_ALL: Final = 1_000_000  # more cases than any council has
_BLOCK: Final = 1_000  # sizes tried at once


@dataclass(frozen=True, slots=True)
class Assurance:
    """A plan for assurance.

    Attributes:
        n: Cases to read, over all stages.
        expected_errors: Errors with which the sample still gives the assurance; a fraction only with Poisson.
        upper: Upper bound of the rate, 0 to 1, when just so many errors are found; ``None`` in two stages.
        p_value: Chance of so few errors if the rate were the tolerable one; ``None`` without a tolerable rate.
        per_stage: Cases in each stage.
        tolerated: Errors tolerated in each stage.
    """

    n: int
    expected_errors: float
    upper: float | None
    p_value: float | None
    per_stage: tuple[int, ...]
    tolerated: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Precision:
    """A plan for precision, step by step.

    Attributes:
        n: Cases to draw, so that enough of them can be read.
        simple: Cases of a simple random sample of an endless population.
        with_design_effect: The same times the design effect.
        with_population: After the correction for a finite population.
    """

    n: int
    simple: int
    with_design_effect: int
    with_population: int


def plan_assurance(
    tolerable: float | None,
    expected: float,
    confidence: float,
    method: Method,
    *,
    population: int | None = None,
    min_precision: float | None = None,
    prior: Prior | None = None,
) -> Assurance:
    """The smallest sample for assurance in one stage.

    Args:
        tolerable: Rate above 0 and below 1 that the true one should be shown to lie below.
        expected: Errors expected in the sample: a rate (below 1) or a number of cases (1 or more).
        confidence: Between 0 and 1.
        method: Distribution of the errors; ``hypergeometric`` counts with a finite population.
        population: Cases in the frame.
        min_precision: Largest distance between the rate found and its upper bound.
        prior: What was known before (:mod:`analyser.sampling.prior`), for Poisson and binomial.

    Raises:
        SamplingError: A value is out of range, or no sample is large enough.
    """
    _check(tolerable, expected, confidence, method, population, min_precision)
    most = population or LARGEST
    for start in range(1, most + 1, _BLOCK):
        n = np.arange(start, min(start + _BLOCK, most + 1))
        x = _errors(n, expected, method, exact=prior is None)
        fits = n > x
        n, x = n[fits], x[fits]
        if tolerable is not None and prior is None:
            # The bound lies below the tolerable rate just when so few errors are too unlikely at that rate; asking
            # for that first saves a search for the bound of every size.
            unlikely = chance_of_so_few(method, n, x, tolerable, population) < 1 - confidence
            n, x = n[unlikely], x[unlikely]
            if min_precision is None:
                n, x = n[:1], x[:1]
        bound = prior.upper(n, x, confidence) if prior else upper(method, n, x, confidence, population)
        mode = prior.mode(n, x) if prior else x / n
        enough = bound < (1.0 if tolerable is None else tolerable)
        enough &= bound - mode < (1.0 if min_precision is None else min_precision)
        if enough.any():
            i = int(np.argmax(enough))
            p = (
                None
                if tolerable is None or prior
                else float(chance_of_so_few(method, n[i], x[i], tolerable, population))
            )
            return Assurance(int(n[i]), float(x[i]), float(bound[i]), p, (int(n[i]),), (float(x[i]),))
    raise SamplingError("CRA-7005", most=most)


def plan_two_stages(
    tolerable: float,
    errors: tuple[int, int],
    confidence: float,
    method: Method,
    *,
    population: int | None = None,
) -> Assurance:
    """The smallest sample for assurance in two stages of equal size.

    No error in the first stage gives the assurance at once; up to ``errors[0]`` call for the second, in which up to
    ``errors[1]`` more are tolerated; more than that, in either, give no assurance. (A double sampling plan; Schilling
    and Neubauer 2009, *Acceptance Sampling in Quality Control*, ch. 6.)

    Args:
        tolerable: As for :func:`plan_assurance`.
        errors: Errors after which the first stage is extended, and errors tolerated in the second.
        confidence: Between 0 and 1.
        method: As for :func:`plan_assurance`.
        population: Cases in the frame; for ``hypergeometric``.

    Raises:
        SamplingError: As for :func:`plan_assurance`.
    """
    _check(tolerable, max(1, sum(errors)) if sum(errors) else 0, confidence, method, population, None)
    most = (population or LARGEST) // 2
    for start in range(max(errors) + 1, most + 1, _BLOCK):
        n = np.arange(start, min(start + _BLOCK, most + 1))
        risk = _risk_of_two_stages(n, errors, tolerable, method, population)
        if (risk < 1 - confidence).any():
            i = int(np.argmax(risk < 1 - confidence))
            size = int(n[i])
            return Assurance(2 * size, float(sum(errors)), None, float(risk[i]), (size, size), errors)
    raise SamplingError("CRA-7005", most=2 * most)


def plan_precision(
    margin: float,
    rate: float,
    confidence: float,
    *,
    population: int | None = None,
    design_effect: float = 1.0,
    response: float = 1.0,
) -> Precision:
    """Cases for an interval of ``rate`` plus or minus ``margin``.

    Args:
        margin: Half the width of the interval, above 0 and below 1.
        rate: The rate that is expected, above 0 and below 1; 0.5 asks for most.
        confidence: Between 0 and 1.
        population: Cases in the frame.
        design_effect: Variance of the design over that of simple random sampling, above 0.
        response: Share of drawn cases that can be read, above 0 and at most 1.

    Raises:
        SamplingError: A value is out of range, or the margin so narrow that nobody can read enough (CRA-7029).
    """
    between_0_and_1(margin=margin, rate=rate, confidence=confidence)
    if design_effect <= 0 or not 0 < response <= 1:
        raise SamplingError("CRA-7002", design_effect=design_effect, response=response)
    if population is not None and population < 1:
        raise SamplingError("CRA-7004", population=population)
    z = float(norm.ppf((1 + confidence) / 2))
    simple = int(whole(z * z * rate * (1 - rate) / margin**2))
    widened = int(whole(design_effect * simple))
    finite = widened if population is None else int(whole(population * widened / (population + widened - 1)))
    if finite > MOST_OF_ALL:
        raise SamplingError("CRA-7029", margin=f"{margin:g}", n=finite)
    return Precision(int(whole(finite / response)), simple, widened, finite)


def _errors(n: NDArray[np.int64], expected: float, method: Method, *, exact: bool) -> Floats:
    found = n * expected if expected < 1 else np.full(n.shape, float(expected))
    return np.asarray(found if method == "poisson" or not exact else whole(found), float)


def _risk_of_two_stages(
    n: NDArray[np.int64], errors: tuple[int, int], rate: float, method: Method, population: int | None
) -> Floats:
    """The chance of assurance though the rate is the tolerable one."""
    first, second = errors
    if method == "hypergeometric":
        total = population or 0
        failing = int(whole(rate * total))
        risk = np.asarray(hypergeom.pmf(0, total, failing, n), float)
        for x in range(1, min(first, failing) + 1):
            again = hypergeom.cdf(second, total - n, failing - x, n)
            risk = risk + hypergeom.pmf(x, total, failing, n) * again
        return np.asarray(risk, float)
    one = poisson(n * rate) if method == "poisson" else binom(n, rate)
    extended = one.cdf(first) - one.pmf(0)
    return np.asarray(one.pmf(0) + extended * one.cdf(second), float)


def _check(
    tolerable: float | None,
    expected: float,
    confidence: float,
    method: Method,
    population: int | None,
    min_precision: float | None,
) -> None:
    if tolerable is None and min_precision is None:
        raise SamplingError("CRA-7001")
    between_0_and_1(tolerable=tolerable, confidence=confidence, min_precision=min_precision)
    if method == "hypergeometric" and (population is None or population < 1):
        raise SamplingError("CRA-7003")
    if population is not None and population < 1:
        raise SamplingError("CRA-7004", population=population)
    if expected < 0 or (tolerable is not None and expected < 1 and expected >= tolerable):
        raise SamplingError("CRA-7006", expected=expected, tolerable=tolerable)
