"""Published worked examples of shares and of agreement, to the digits that are printed there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analyser.verdicts.coefficients import (
    Coefficient,
    cohen,
    counts_of,
    fleiss,
    gwet,
    interval,
    krippendorff,
    standard_error_under_chance,
)
from analyser.verdicts.proportions import proportion, weighted_proportion

GOLDEN: dict[str, Any] = json.loads(Path(__file__).with_name("agreement.json").read_text(encoding="utf-8"))


def same(found: float | None, printed: float, digits: int) -> None:
    assert found is not None
    assert round(found, digits) == pytest.approx(printed, abs=1e-9)


def has_interval(found: Coefficient, printed: list[float], digits: int = 3) -> None:
    same(found.low, printed[0], digits)
    same(found.high, printed[1], digits)


def pairs(table: list[list[int]]) -> tuple[list[str], list[str], list[str]]:
    """The units behind a table of two raters."""
    cells = [(str(r), str(c)) for r, row in enumerate(table) for c, count in enumerate(row) for _ in range(count)]
    return [a for a, _ in cells], [b for _, b in cells], [str(k) for k in range(len(table))]


def counts_of_table(table: list[list[int]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    first, second, categories = pairs(table)
    return counts_of([{"a": a, "b": b} for a, b in zip(first, second, strict=True)], categories)


@pytest.mark.parametrize("row", GOLDEN["proportions"], ids=lambda row: f"{row['x']} of {row['n']}")
def test_intervals_of_shares(row: dict[str, Any]) -> None:
    wilson = proportion(row["x"], row["n"])
    exact = proportion(row["x"], row["n"], method="exact")
    for found, printed in ((wilson, row["wilson"]), (exact, row["clopper_pearson"])):
        same(found.low, printed[0], 4)
        same(found.high, printed[1], 4)
    hits = [k < row["x"] for k in range(row["n"])]
    weighted = weighted_proportion(hits, [3.0] * row["n"], range(row["n"]))
    assert (weighted.low, weighted.high) == pytest.approx((wilson.low, wilson.high))


@pytest.fixture(scope="module")
def four_raters() -> np.ndarray[Any, np.dtype[np.float64]]:
    by_rater = GOLDEN["raw_4raters"]["ratings_by_rater"]
    units = [{str(r): str(v) for r, v in enumerate(unit) if v is not None} for unit in zip(*by_rater, strict=True)]
    return counts_of(units, ["1", "2", "3", "4", "5"])


def test_four_raters_with_gaps_ac1(four_raters: Any) -> None:
    printed = GOLDEN["raw_4raters"]["expected"]["gwet_AC1"]
    found = interval(gwet(four_raters))
    for name, value in (("pa", found.observed), ("pe", found.expected), ("coef", found.value), ("se", found.se)):
        same(value, printed[name], 3)
    has_interval(found, printed["ci"])


@pytest.mark.parametrize("partial", ["linear", "quadratic", "ordinal"])
def test_four_raters_with_gaps_ac2(four_raters: Any, partial: Any) -> None:
    printed = GOLDEN["raw_4raters"]["expected"][f"gwet_AC2_{partial}"]
    found = interval(gwet(four_raters, partial))
    same(found.value, printed["coef"], 3)
    has_interval(found, printed["ci"])
    if "se" in printed:
        same(found.se, printed["se"], 3)


def test_four_raters_with_gaps_alpha(four_raters: Any) -> None:
    printed = GOLDEN["raw_4raters"]["expected"]
    found = interval(krippendorff(four_raters))
    nominal = printed["krippendorff_nominal"]
    same(found.expected, nominal["pe"], 3)
    same(found.value, nominal["coef"], 3)
    same(found.se, nominal["se"], 3)
    has_interval(found, nominal["ci"])
    same(krippendorff(four_raters, "linear").value, printed["krippendorff_linear"], 3)
    same(krippendorff(four_raters, "interval").value, printed["krippendorff_quadratic"], 3)
    same(found.observed, nominal["pa"], 3)


def test_four_raters_with_gaps_fleiss(four_raters: Any) -> None:
    printed = GOLDEN["raw_4raters"]["expected"]["fleiss"]
    found = interval(fleiss(four_raters))
    for name, value in (("pa", found.observed), ("pe", found.expected), ("coef", found.value)):
        same(value, printed[name], 3)
    has_interval(found, printed["ci"])


def test_two_raters_three_categories() -> None:
    example = GOLDEN["table_3x3_abstractors"]
    printed, table = example["expected"], example["table_rows"]
    first, second, categories = pairs(table)
    kappa = interval(cohen(first, second, categories))
    same(kappa.value, printed["cohen"]["coef"], 3)
    has_interval(kappa, printed["cohen"]["ci"])
    same(cohen(first, second, categories, "linear").value, printed["cohen_linear"], 3)
    same(cohen(first, second, categories, "quadratic").value, printed["cohen_quadratic"], 3)
    ac1 = interval(gwet(counts_of_table(table), small=False))
    same(ac1.value, printed["gwet_AC1"]["coef"], 3)
    has_interval(ac1, printed["gwet_AC1"]["ci"])
    same(gwet(counts_of_table(table), "linear").value, printed["gwet_linear"], 3)
    same(gwet(counts_of_table(table), "quadratic").value, printed["gwet_quadratic"], 3)


def test_two_raters_four_categories() -> None:
    example = GOLDEN["table_4x4_diagnosis"]
    printed, table = example["expected"], example["table_rows"]
    for found, wanted in (
        (interval(cohen(*pairs(table))), printed["cohen"]),
        (interval(gwet(counts_of_table(table), small=False)), printed["gwet_AC1"]),
    ):
        same(found.value, wanted["coef"], 3)
        same(found.se, wanted["se"], 3)
        has_interval(found, wanted["ci"])


def test_kappa_and_weighted_kappa_as_sas_prints_them() -> None:
    example = GOLDEN["sas_kappa"]
    printed, table = example["expected"], example["table_rows"]
    kappa = interval(cohen(*pairs(table)), normal=True)
    same(kappa.value, printed["kappa"], 4)
    same(kappa.se, printed["ase"], 4)
    has_interval(kappa, printed["ci"], 4)
    under_chance = standard_error_under_chance(np.array(table, float))
    same(under_chance, printed["ase0"], 4)
    assert kappa.value is not None
    same(kappa.value / under_chance, printed["z"], 4)
    weighted = interval(cohen(*pairs(table), "linear"), normal=True)
    same(weighted.value, printed["weighted_linear"], 4)
    same(weighted.se, printed["weighted_ase"], 4)
    has_interval(weighted, printed["weighted_ci"], 4)


def test_fleiss_kappa_of_fourteen_raters() -> None:
    example = GOLDEN["fleiss_wikipedia"]
    same(fleiss(np.array(example["counts"], float)).value, example["expected"]["fleiss_kappa"], 2)


@pytest.mark.parametrize("difference", ["nominal", "interval", "ordinal"])
def test_alpha_of_three_coders_with_gaps(difference: Any) -> None:
    example = GOLDEN["krippendorff_wikipedia"]
    by_coder = [line.split() for line in example["coders"]]
    units = [{str(r): v for r, v in enumerate(u) if v != "*"} for u in zip(*by_coder, strict=True)]
    found = krippendorff(counts_of(units, ["1", "2", "3", "4"]), difference)
    same(found.value, example["expected"][difference], 6)


def test_kappa_collapses_at_high_prevalence_and_ac1_does_not() -> None:
    example = GOLDEN["kappa_paradox"]
    kappa = cohen(*pairs(example["table_rows"]))
    same(kappa.observed, example["expected"]["po"], 3)
    same(kappa.value, example["expected"]["kappa"], 3)
    same(gwet(counts_of_table(example["table_rows"])).value, example["derived_here"]["gwet_AC1"], 6)
