"""What a simple random sample that was read gives assurance of: the bound that the true rate lies below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyser.errors import SamplingError
from analyser.sampling.bounds import Method, chance_of_so_few, upper
from analyser.sampling.checks import between_0_and_1

if TYPE_CHECKING:
    from analyser.sampling.prior import Prior


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The assurance of a sample.

    Attributes:
        rate: Rate in the sample, 0 to 1; with a prior the likeliest rate.
        upper: Upper bound of the true rate at the confidence asked for, one-sided.
        precision: Distance between them.
        p_value: Chance of so few errors if the rate were the tolerable one; ``None`` without it or with a prior.
        bayes_factor: Of "below the tolerable rate"; ``None`` without a prior or a tolerable rate.
        below_tolerable: Whether the bound lies below the tolerable rate; ``None`` without it.
    """

    rate: float
    upper: float
    precision: float
    p_value: float | None
    bayes_factor: float | None
    below_tolerable: bool | None


def evaluate_sample(
    n: int,
    errors: int,
    confidence: float,
    method: Method,
    *,
    population: int | None = None,
    tolerable: float | None = None,
    prior: Prior | None = None,
) -> Evaluation:
    """The upper bound of the rate after a simple random sample was read.

    Args:
        n: Cases read.
        errors: Cases among them that failed.
        confidence: Between 0 and 1.
        method: As for :func:`analyser.sampling.plan.plan_assurance`.
        population: Cases in the frame; for ``hypergeometric``.
        tolerable: Rate that the true one should be shown to lie below.
        prior: What was known before.

    Raises:
        SamplingError: A value is out of range.
    """
    between_0_and_1(confidence=confidence, tolerable=tolerable)
    if n < 1 or not 0 <= errors <= n:
        raise SamplingError("CRA-7008", n=n, errors=errors)
    if method == "hypergeometric" and population is None:
        raise SamplingError("CRA-7003")
    if population is not None and population < n:
        raise SamplingError("CRA-7009", population=population, n=n)
    bound = float(prior.upper(n, errors, confidence) if prior else upper(method, n, errors, confidence, population))
    rate = float(prior.mode(n, errors)) if prior else errors / n
    p = None if tolerable is None or prior else float(chance_of_so_few(method, n, errors, tolerable, population))
    factor = prior.bayes_factor(n, errors, tolerable) if prior and tolerable is not None else None
    return Evaluation(rate, bound, bound - rate, p, factor, None if tolerable is None else bound < tolerable)
