"""Worked examples of audit guides, survey software and textbooks, to the digits that they print."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analyser.sampling.allocate import allocate
from analyser.sampling.bounds import clopper_pearson, upper_binomial, wilson
from analyser.sampling.evaluate import evaluate_sample
from analyser.sampling.plan import plan_assurance, plan_precision, plan_two_stages
from analyser.sampling.prior import Prior, prior_of
from analyser.sampling.rates import Weighted, ratio, variance_of_total
from analyser.sampling.tickets import ticket
from analyser.sampling.unequal import hansen_hurwitz, horvitz_thompson_exact, joint_with_replacement

GOLDEN: dict[str, Any] = json.loads(
    (Path(__file__).parent / "sampling" / "worked_examples.json").read_text(encoding="utf-8")
)


def printed(value: float, expected: float) -> bool:
    """Whether a value prints as expected, to as many digits."""
    digits = len(repr(expected).partition(".")[2]) if isinstance(expected, float) else 0
    return abs(value - expected) <= 0.5 * 10**-digits + 1e-12


@pytest.mark.parametrize("case", GOLDEN["planning"]["cases"] + GOLDEN["planning"]["more"])
def test_sizes_for_assurance(case: dict[str, Any]) -> None:
    found = plan_assurance(
        case.get("materiality"), case["expected"], case["conf"], case["likelihood"],
        population=case.get("N"), min_precision=case.get("min_precision"),
    )  # fmt: skip
    assert found.n == case["n"]
    assert round(found.expected_errors, 2) == case["x"]
    if "expected_upper_bound" in case:
        assert found.upper is not None
        assert found.p_value is not None
        assert printed(found.upper, case["expected_upper_bound"])
        assert printed(found.p_value, case["expected_p_value"])


@pytest.mark.parametrize("case", GOLDEN["planning"]["two_stages"])
def test_sizes_in_two_stages(case: dict[str, Any]) -> None:
    found = plan_two_stages(case["tolerable"], tuple(case["errors"]), case["confidence"], case["method"])
    assert found.per_stage == (case["per_stage"], case["per_stage"])
    assert found.n == case["n"]


def test_two_stages_in_a_finite_frame_need_fewer_cases() -> None:
    small = plan_two_stages(0.05, (1, 0), 0.95, "hypergeometric", population=300)
    large = plan_two_stages(0.05, (1, 0), 0.95, "hypergeometric", population=100_000)
    assert small.n < large.n == plan_two_stages(0.05, (1, 0), 0.95, "binomial").n


@pytest.mark.parametrize("case", GOLDEN["planning"]["with_prior"])
def test_sizes_with_a_prior(case: dict[str, Any]) -> None:
    prior = Prior(case["method"], *case["prior"])
    found = plan_assurance(case["tolerable"], 0, 0.95, case["method"], prior=prior)
    assert found.n == case["n"]
    if "upper" in case:
        assert found.upper is not None
        assert printed(found.upper, case["upper"])
        assert printed(prior.bayes_factor(found.n, 0, case["tolerable"]), case["bayes_factor"])


@pytest.mark.parametrize("row", GOLDEN["audit_sampler"]["rows"])
def test_sizes_of_another_program(row: list[float]) -> None:
    population, expected, tolerable, confidence, hypergeometric, binomial = row
    assert (
        plan_assurance(tolerable, expected, confidence, "hypergeometric", population=int(population)).n
        == hypergeometric
    )
    assert plan_assurance(tolerable, expected, confidence, "binomial", population=int(population)).n == binomial


@pytest.mark.parametrize("confidence", ["0.9", "0.95", "0.99"])
def test_sizes_without_errors_in_finite_frames(confidence: str) -> None:
    table = GOLDEN["ez_quant"]
    found = [
        [plan_assurance(t, 0, float(confidence), "hypergeometric", population=n).n for t in table["tolerable"]]
        for n in table["populations"]
    ]
    assert found == table["n"][confidence]


@pytest.mark.parametrize(("column", "confidence"), [("n_95", 0.95), ("n_90", 0.9)])
def test_sizes_of_the_audit_guide(column: str, confidence: float) -> None:
    table = GOLDEN["aicpa"]
    found = [
        [plan_assurance(t / 100, e / 100, confidence, "binomial").n for e in table["expected_percent"][: len(sizes)]]
        for t, sizes in zip(table["tolerable_percent"], table[column], strict=True)
    ]
    assert found == table[column]


def test_bounds_of_the_audit_guide_rounded_up_to_a_tenth() -> None:
    table = GOLDEN["aicpa"]
    bounds = upper_binomial(np.array(table["sizes"])[:, None], np.arange(11)[None, :], 0.95)
    assert (np.ceil(bounds * 1000) / 10 == np.array(table["upper_95_percent"])).all()


@pytest.mark.parametrize("case", GOLDEN["evaluation"]["cases"])
def test_evaluations(case: dict[str, Any]) -> None:
    method, tolerable = case["method"], case["tolerable"]
    prior = prior_of(case["prior"], method, tolerable) if "prior" in case else None
    found = evaluate_sample(case["n"], case["errors"], 0.95, method, tolerable=tolerable, prior=prior)
    for name in ("upper", "p_value", "bayes_factor"):
        if name in case:
            assert printed(getattr(found, name), case[name]), name


@pytest.mark.parametrize("case", GOLDEN["margin"]["cases"])
def test_sizes_for_a_margin(case: dict[str, Any]) -> None:
    found = plan_precision(
        case["moe"], case["p"], 0.95, population=case["N"], design_effect=case["deff"], response=case["resp"]
    )
    assert (found.simple, found.n) == (case["n0"], case["n"])


def test_strata_with_and_without_finite_population() -> None:
    case = GOLDEN["strata_with_fpc"]
    sizes = np.array([float(case["sizes"][str(s)]) for s in case["stratum"]])
    drawn = np.array([case["stratum"].count(s) for s in case["stratum"]])
    sample = Weighted(sizes / drawn, drawn / sizes, np.array(case["stratum"]), simple=False)
    values = np.array(case["values"])
    mean, variance = ratio(values, sample)
    assert printed(float(mean), case["mean"])
    assert printed(float(np.sqrt(variance)), case["se_with_fpc"])
    residuals = (values - mean) / sample.weights.sum()
    assert printed(float(np.sqrt(variance_of_total(residuals, sample, finite=False))), case["se_without_fpc"])


def test_stratified_mean_and_rate_of_schools() -> None:
    case = GOLDEN["schools"]
    means, rates, sizes, drawn, groups = [], [], [], [], []
    for number, s in enumerate(case["strata"]):
        n = s["n"]
        # Values with the printed mean and variance: half a step above, half below.
        step = np.sqrt(s["s2"] * (n - 1) / n)
        means += [s["mean"] + step] * (n // 2) + [s["mean"] - step] * (n // 2)
        rates += [1.0] * s["sch_wide_yes"] + [0.0] * (n - s["sch_wide_yes"])
        sizes += [s["N"]] * n
        drawn += [n] * n
        groups += [number] * n
    weights = np.array(sizes) / np.array(drawn)
    sample = Weighted(weights, 1 / weights, np.array(groups), simple=False)
    mean, variance = ratio(np.array(means), sample)
    assert printed(float(mean), case["mean"])
    assert printed(float(np.sqrt(variance)), case["se"])
    rate, variance = ratio(np.array(rates), sample)
    assert printed(float(rate), case["rate"])
    assert printed(float(np.sqrt(variance)), case["rate_se"])


def test_totals_of_draws_with_replacement() -> None:
    case = GOLDEN["thompson"]
    joint = joint_with_replacement(case["chances"], case["draws"])
    assert [round(float(p), 4) for p in np.diag(joint)] == case["pi"]
    assert [round(float(joint[i, j]), 4) for i, j in ((0, 1), (0, 2), (1, 2))] == case["pi_12_13_23"]
    total, variance = horvitz_thompson_exact(case["values"], joint)
    assert (round(total, 2), round(variance, 2)) == (case["ht_total"], case["ht_var"])
    total, variance = hansen_hurwitz(case["values"], case["chances"])
    assert (round(total, 2), round(variance, 2)) == (case["hansen_hurwitz"], case["hh_var"])


def test_neyman_allocation_is_capped_and_redistributed() -> None:
    case = GOLDEN["allocation"]
    assert allocate(case["sizes"], case["total"], case["spreads"]) == case["capped"]


def test_tickets() -> None:
    case = GOLDEN["tickets"]
    drawn = sorted((ticket(str(case["seed"]), one), one) for one in case["ids"])[: case["take"]]
    assert [one for _, one in drawn] == case["order"]
    assert [t[:11] for t, _ in drawn] == case["tickets"]


@pytest.mark.parametrize("row", GOLDEN["intervals"]["rows"])
def test_intervals_of_one_rate(row: dict[str, Any]) -> None:
    rate, n = row["x"] / row["n"], row["n"]
    assert [round(float(end), 4) for end in wilson(rate, n, 0.95)] == row["wilson"]
    assert [round(float(end), 4) for end in clopper_pearson(rate, n, 0.95)] == row["clopper_pearson"]
