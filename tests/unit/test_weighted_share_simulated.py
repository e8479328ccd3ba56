"""A rehearsal with a known truth: what the weighted sensitivity of a stratified sample is worth."""

from __future__ import annotations

import numpy as np

from analyser.verdicts.proportions import weighted_proportion

DRAWS = 1000


def test_weighted_sensitivity_is_unbiased_and_its_interval_holds_the_truth() -> None:
    """Cases with poor scores are drawn more often; unweighted, the machine would look better than it is."""
    rng = np.random.default_rng(1)
    risk = rng.random(2000)
    short = rng.random(2000) < 0.5 * risk
    flagged = rng.random(2000) < np.where(short, 0.5 + 0.4 * (risk > 0.6), 0.1)
    truth = float((short & flagged).sum() / short.sum())
    strata = [np.flatnonzero(risk <= 0.6), np.flatnonzero(risk > 0.6)]
    found, held, plain = [], 0, []
    for _ in range(DRAWS):
        drawn = np.concatenate([rng.choice(s, size, replace=False) for s, size in zip(strata, (40, 80), strict=True)])
        weights = np.repeat([len(s) / size for s, size in zip(strata, (40, 80), strict=True)], (40, 80))
        of = short[drawn]
        share = weighted_proportion(flagged[drawn][of].tolist(), weights[of].tolist(), drawn[of].tolist())
        assert share.value is not None
        assert share.low is not None
        assert share.high is not None
        found.append(share.value)
        plain.append(flagged[drawn][of].mean())
        held += share.low <= truth <= share.high
    assert abs(np.mean(found) - truth) < 0.01
    assert np.mean(plain) - truth > 0.03
    assert 0.93 <= held / DRAWS <= 0.98
