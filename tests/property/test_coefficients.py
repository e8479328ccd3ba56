"""What holds of every coefficient of agreement, whatever the ratings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyser.verdicts.coefficients import Coefficient, cohen, counts_of, fleiss, gwet, interval, krippendorff
from analyser.verdicts.proportions import weighted_proportion

CATEGORIES = ["a", "b", "c"]
UNITS = st.lists(
    st.tuples(st.sampled_from(CATEGORIES), st.sampled_from(CATEGORIES), st.integers(1, 4)), min_size=2, max_size=20
)
ALL: list[Any] = [
    lambda c, w: gwet(c, weights=w),
    lambda c, w: gwet(c, "quadratic", w),
    lambda c, w: fleiss(c, weights=w),
    lambda c, w: krippendorff(c, "nominal", w).observed,
]


def _value(found: Coefficient | float | None) -> float | None:
    return found.value if isinstance(found, Coefficient) else None


@settings(deadline=None)
@given(UNITS)
def test_a_weight_of_three_is_three_units(units: list[tuple[str, str, int]]) -> None:
    weights = np.array([w for *_, w in units], float)
    counts = counts_of([{"x": a, "y": b} for a, b, _ in units], CATEGORIES)
    copied = np.repeat(counts, weights.astype(int), axis=0)
    for coefficient in ALL:
        one, other = _value(coefficient(counts, weights)), _value(coefficient(copied, None))
        assert (one is None) == (other is None)
        assert one is None or one == pytest.approx(other)
    first, second = [a for a, *_ in units], [b for _, b, _ in units]
    many = [(a, b) for a, b, w in units for _ in range(w)]
    weighted = cohen(first, second, CATEGORIES, "linear", weights)
    plain = cohen([a for a, _ in many], [b for _, b in many], CATEGORIES, "linear")
    assert weighted.value == (None if plain.value is None else pytest.approx(plain.value))


@settings(deadline=None)
@given(UNITS)
def test_raters_can_change_places_and_intervals_hold_the_value(units: list[tuple[str, str, int]]) -> None:
    first, second = [a for a, *_ in units], [b for _, b, _ in units]
    one, other = interval(cohen(first, second, CATEGORIES)), interval(cohen(second, first, CATEGORIES))
    assert one.value == (None if other.value is None else pytest.approx(other.value))
    if one.value is not None and one.low is not None and one.high is not None:
        assert one.low <= one.value <= one.high <= 1.0


@settings(deadline=None)
@given(UNITS)
def test_the_same_case_twice_is_no_more_to_know(units: list[tuple[str, str, int]]) -> None:
    """Copies of units within their cases change neither coefficient nor standard error."""
    counts = counts_of([{"x": a, "y": b} for a, b, _ in units], CATEGORIES)
    cases = list(range(len(units)))
    once, twice = gwet(counts, groups=cases), gwet(np.vstack([counts, counts]), groups=cases + cases)
    assert twice.value == (None if once.value is None else pytest.approx(once.value))
    if once.se is not None and twice.se is not None:
        assert twice.se == pytest.approx(once.se, abs=1e-9)


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.floats(0.1, 10.0), st.integers(0, 5)), min_size=1, max_size=30))
def test_a_share_lies_in_its_interval_and_is_worth_no_more_than_its_units(units: list[tuple[bool, float, int]]) -> None:
    hits, weights, cases = zip(*units, strict=True)
    found = weighted_proportion(hits, weights, cases)
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert 0.0 <= found.low <= found.value + 1e-9
    assert found.value <= found.high + 1e-9 <= 1.0 + 1e-8
    assert found.effective <= len(units) + 1e-9
