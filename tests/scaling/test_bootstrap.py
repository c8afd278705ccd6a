"""Intervals: they hold the truth about as often as they say, and no run is counted twice."""

from __future__ import annotations

import numpy as np
import pytest

from gptedu.scaling.bootstrap import bootstrap
from gptedu.scaling.laws import PowerLaw, fit_power_law

PLANTED = PowerLaw(900.0, 0.31, 0.6)
BUDGETS = np.repeat(np.geomspace(5e9, 2e11, 6), 3)


def exponent(x, losses, weights=None):
    law = fit_power_law(x, losses, 0.6, weights=weights, delta=1.0)
    return [law.b, law(2e14)]


def test_the_interval_holds_the_planted_exponent_as_often_as_it_says():
    rng, held = np.random.default_rng(3), np.zeros(2)
    worlds = 60
    for world in range(worlds):
        above = (PLANTED(BUDGETS) - 0.6) * np.exp(0.02 * rng.normal(size=len(BUDGETS)))
        intervals = bootstrap([BUDGETS, 0.6 + above], exponent, draws=60, seed=world)
        truth = (PLANTED.b, PLANTED(2e14))
        held += [value in interval for value, interval in zip(truth, intervals, strict=True)]
    # 0.9 of 60 is 54; the bootstrap is known to be somewhat narrow for few runs.
    assert (held >= 44).all()
    assert (held < worlds).any()


def test_the_same_seed_gives_the_same_interval():
    losses = PLANTED(BUDGETS) * np.exp(0.01 * np.random.default_rng(0).normal(size=18))
    first = bootstrap([BUDGETS, losses], exponent, draws=30, seed=5)
    assert first == bootstrap([BUDGETS, losses], exponent, draws=30, seed=5)
    assert first != bootstrap([BUDGETS, losses], exponent, draws=30, seed=6)


def test_weights_count_the_draws_of_each_run():
    seen = []

    def mean(values, weights):
        seen.append((len(values), int(weights.sum())))
        return [np.average(values, weights=weights)]

    bootstrap([np.arange(10.0)], mean, draws=20)
    assert {total for _, total in seen} == {10}
    assert all(kept < 10 for kept, _ in seen)


def test_runs_that_cannot_be_fitted_are_said():
    with pytest.raises(ValueError, match="draws of 3 runs could be fitted: give more runs"):
        bootstrap([BUDGETS[::6], PLANTED(BUDGETS)[::6]], exponent, draws=20)
