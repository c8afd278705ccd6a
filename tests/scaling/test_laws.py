"""Fits give back the constants that were planted, from clean and from noisy runs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gptedu.scaling import laws
from gptedu.scaling.laws import (
    ParametricLaw,
    PowerLaw,
    fit_parametric,
    fit_power_law,
    huber,
    through_three,
)

BUDGETS = np.geomspace(5e9, 2e11, 6)
PLANTED = PowerLaw(a=900.0, b=0.31, floor=0.6)
HOFFMANN = ParametricLaw(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28)
RNG = np.random.default_rng(0)
SIZES = 10 ** RNG.uniform(3.4, 6, 30)
TOKENS = SIZES * 10 ** RNG.uniform(0.7, 2.5, 30)


def numbers(law: PowerLaw | ParametricLaw) -> list[float]:
    return [float(value) for value in vars(law).values()]


@pytest.mark.parametrize("floor", [0.6, None])
def test_a_power_law_is_recovered(floor):
    found = fit_power_law(BUDGETS, PLANTED(BUDGETS), floor)
    assert numbers(found) == pytest.approx(numbers(PLANTED), rel=0.01)


def test_a_law_without_a_floor():
    pure = PowerLaw(50.0, 0.05, 0.0)
    assert fit_power_law(BUDGETS, pure(BUDGETS), 0).b == pytest.approx(0.05, rel=1e-6)


@pytest.mark.parametrize("law", [PLANTED, PowerLaw(9.0, 0.05, 1.2), PowerLaw(1e4, 0.9, 0.01)])
def test_three_runs_fix_a_law_with_its_floor(law):
    x = np.array([2e11, 5e9, 3e10])  # in any order
    assert numbers(through_three(x, law(x))) == pytest.approx(numbers(law), rel=1e-6)


@pytest.mark.parametrize(
    ("x", "losses", "words"),
    [
        ([1, 10, 100, 1000], [4, 3, 2.5, 2.2], "4 runs of 4 sizes: give three of three"),
        ([1, 10, 10], [4, 3, 2.5], "3 runs of 2 sizes"),
        ([1, 10, 100], [4, 3, 2.25], "do not flatten"),  # a straight line: its floor is 0
        ([1, 10, 100], [4, 3, 1], "do not flatten"),
        ([1, 10, 100], [4, 3, 3.5], "do not flatten"),
        ([1, 10, 100], [4, 3, math.nan], r"losses\[2\] is nan"),
    ],
)
def test_three_runs_that_fix_no_floor_are_refused(x, losses, words):
    with pytest.raises(ValueError, match=words):
        through_three(x, losses)


@pytest.mark.parametrize("b", [0.03, 0.15, 0.5, 1.0])
@pytest.mark.parametrize("unit", [1.0, 1e15])
def test_units_change_the_factor_alone(b, unit):
    law = PowerLaw((BUDGETS / unit).min() ** b, b, 0.8)
    found = fit_power_law(BUDGETS / unit, law(BUDGETS / unit))
    assert (found.b, found.floor) == (pytest.approx(b, rel=0.01), pytest.approx(0.8, rel=0.01))


@pytest.mark.parametrize("average", [False, True], ids=["sum", "mean"])
@pytest.mark.parametrize(
    "planted",
    [HOFFMANN, ParametricLaw(0.6, 30.0, 900.0, 0.45, 0.6), ParametricLaw(1.8, 9.0, 4.0, 0.2, 0.15)],
    ids=["Hoffmann's", "ours", "flat"],
)
def test_chinchillas_law_is_recovered(planted, average):
    """The mean of Huber's losses comes to what their sum does (Besiroglu et al. 2024)."""
    found = fit_parametric(SIZES, TOKENS, planted(SIZES, TOKENS), average=average)
    assert numbers(found) == pytest.approx(numbers(planted), rel=0.01)


def test_one_run_gone_wrong_does_not_decide():
    losses = HOFFMANN(SIZES, TOKENS)
    losses[3] *= 1.5
    found = fit_parametric(SIZES, TOKENS, losses)
    assert numbers(found) == pytest.approx(numbers(HOFFMANN), rel=0.02)
    loose = fit_parametric(SIZES, TOKENS, losses, delta=10.0)  # squares alone
    assert abs(loose.alpha - HOFFMANN.alpha) > 0.02


def test_a_known_floor_stays():
    found = fit_parametric(SIZES, TOKENS, HOFFMANN(SIZES, TOKENS), floor=1.69)
    assert numbers(found) == pytest.approx(numbers(HOFFMANN), rel=0.01)


def test_counting_parameters_in_other_units_changes_their_factor_alone():
    found = fit_parametric(SIZES / 1000, TOKENS, HOFFMANN(SIZES, TOKENS))
    assert found.alpha == pytest.approx(0.34, rel=0.01)
    assert pytest.approx(406.4 * 1000**-0.34, rel=0.01) == found.A
    assert pytest.approx(410.7, rel=0.01) == found.B


def test_the_best_size_is_where_the_law_is_least():
    flops = 1e13
    n, d = HOFFMANN.best(flops)
    assert 6 * n * d == pytest.approx(flops)
    tried = n * np.geomspace(0.5, 2, 2001)
    losses = HOFFMANN(tried, flops / 6 / tried)
    assert tried[losses.argmin()] == pytest.approx(n, rel=0.001)
    assert HOFFMANN.a + HOFFMANN.b == pytest.approx(1)
    assert HOFFMANN.best(100 * flops)[0] / n == pytest.approx(100**HOFFMANN.a)


def test_a_weight_of_two_is_a_run_that_stands_twice():
    noisy = PLANTED(BUDGETS) * np.exp(0.01 * RNG.normal(size=len(BUDGETS)))
    weighed = fit_power_law(BUDGETS, noisy, 0.6, weights=[2, 1, 1, 1, 1, 1], delta=1.0)
    twice = fit_power_law([*BUDGETS, BUDGETS[0]], [*noisy, noisy[0] * (1 + 1e-12)], 0.6, delta=1.0)
    assert numbers(weighed) == pytest.approx(numbers(twice), rel=1e-5)


def test_hubers_loss_meets_itself_at_delta():
    assert huber(np.array([0.1]), 0.1) == pytest.approx(0.005)
    assert huber(np.array([-0.3]), 0.1) == pytest.approx(0.1 * (0.3 - 0.05))


@pytest.mark.parametrize(
    ("x", "losses", "floor", "words"),
    [
        (
            [1e9, 1e10],
            [2, 1.5],
            0.5,
            "2 runs with 2 different x cannot fix this law: give runs of 3",
        ),
        ([1e9] * 4, [2, 1.9, 1.8, 1.7], 0.5, "4 runs with 1 different x"),
        ([1e9, 2e9, 3e9], [2, 1.9, 1.8], None, "give runs of 4 or more sizes"),
        ([1e9, 1e10, 1e11], [2, 1.5, 0.4], 0.5, r"losses\[2\] is 0.4, not above the floor of 0.5"),
        ([1e9, 1e10, 1e11], [2, math.nan, 1], 0.5, r"losses\[1\] is nan: give positive numbers"),
        ([1e9, 1e10, 1e11], [2, math.inf, 1], 0.5, r"losses\[1\] is inf"),
        ([1e9, -1, 1e11], [2, 1.5, 1], 0.5, r"x\[1\] is -1"),
        ([1e9, 1e10, 1e10, 1e11], [2, 1.5, 1.5, 1], 0.5, "runs 1 and 2 are the same"),
        ([1e9, 1e10, 1e11], [2, 1.5], 0.5, "give one number of each for each run"),
        ([1e9, 1e10, 1e11], [2, 1.5, 1], -1, "floor is -1: give 0 or more"),
    ],
)
def test_what_cannot_be_fitted_is_said_in_one_sentence(x, losses, floor, words):
    with pytest.raises(ValueError, match=words) as told:
        fit_power_law(x, losses, floor)
    assert not str(told.value)[0].isupper()
    assert "\n" not in str(told.value)


def test_what_chinchillas_law_needs():
    losses = HOFFMANN(SIZES, TOKENS)
    with pytest.raises(ValueError, match="5 runs cannot fix five numbers: give six or more"):
        fit_parametric(SIZES[:5], TOKENS[:5], losses[:5])
    with pytest.raises(ValueError, match="30 runs with 1 different n"):
        fit_parametric(np.full(30, 1e4), TOKENS, losses)
    with pytest.raises(ValueError, match="not above the floor of 50"):
        fit_parametric(SIZES, TOKENS, losses, floor=50.0)


def test_a_fit_that_stopped_at_its_start_would_be_noticed(monkeypatch):
    """Without the descent the grid alone misses the planted constants."""
    monkeypatch.setattr(laws, "_least", lambda objective, starts: starts[0])
    found = fit_parametric(SIZES, TOKENS, HOFFMANN(SIZES, TOKENS))
    assert numbers(found) != pytest.approx(numbers(HOFFMANN), rel=0.01)
