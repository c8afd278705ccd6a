"""Pass rates: choosing and measuring on the same samples flatters; on two halves it does not."""

from __future__ import annotations

import numpy as np
import pytest

from gptedu.scaling import pass_rates
from gptedu.scaling.pass_rates import (
    at_most_of_none,
    buckets,
    chosen,
    exam,
    fit_pass_rate,
    halves,
    minus_log_pass_rate,
    weights,
)

FLOPS = np.geomspace(1e9, 1e12, 6)


def sampled(rates: np.ndarray, samples: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((*rates.shape, samples)) < rates[..., None]


def test_a_planted_law_is_recovered():
    alpha, k = 80.0, 0.2
    spread = np.linspace(0.5, 1.5, 40)  # of difficulty, with mean 1
    rates = np.exp(-alpha * FLOPS[:, None] ** -k * spread)
    found = fit_pass_rate(FLOPS, -np.log(rates).mean(1))
    assert (found.a, found.b, found.floor) == (pytest.approx(alpha), pytest.approx(k), 0)
    first, second = halves(sampled(rates, 4000))
    kept = chosen(first)
    measured = minus_log_pass_rate(second[:, kept], 2000)
    assert measured == pytest.approx(-np.log(rates[:, kept]).mean(1), rel=0.03)


def test_choosing_on_the_measuring_half_flatters():
    """All problems have one rate; those that were lucky twice are no better than the others."""
    rates = np.full((1, 2000), 0.2)
    first, second = halves(sampled(rates, 100))
    kept = chosen(first, 12)
    flattered = minus_log_pass_rate(first[:, kept], 50)[0]
    honest = minus_log_pass_rate(np.maximum(second[:, kept], 1), 50)[0]
    assert flattered < -np.log(0.2) - 0.2
    assert honest == pytest.approx(-np.log(0.2), abs=0.12)


def test_what_cannot_be_measured_is_said():
    with pytest.raises(ValueError, match="model 1 never solves problem 0, and log 0 is no number"):
        minus_log_pass_rate(np.array([[3, 4], [0, 2]]), 10)
    with pytest.raises(ValueError, match="no problem is solved 10 times by every model"):
        chosen(np.array([[30, 4], [9, 20]]))
    with pytest.raises(ValueError, match="5 samples have no two halves"):
        halves(np.zeros((2, 5)))
    with pytest.raises(ValueError, match="12 successes of 10 samples"):
        minus_log_pass_rate(np.array([[12]]), 10)
    with pytest.raises(ValueError, match="2 problems do not fill 3 buckets"):
        buckets([1.0, 2.0], 3)


def test_an_exam_weighs_each_fact_as_the_text_does():
    p = np.array([0.4, 0.3, 0.2, 0.1])
    assert weights([1, 2, 3, 4], p) == pytest.approx(p)
    assert weights([1, 4], p) == pytest.approx([0.4 + 0.3, 0.2 + 0.1])  # 2 is the border
    every = [[rank, -0.1 * rank] for rank in (1, 2, 3, 4)]
    assert exam(every, p) == pytest.approx(0.1 * (0.4 + 0.6 + 0.6 + 0.4))


def test_a_fact_rarer_than_all_that_were_asked_is_a_guess():
    """To count it as the rarest one is right only while the model does not know that one."""
    p = np.array([0.4, 0.3, 0.2, 0.1])
    asked = [[rank, -0.1 * rank] for rank in (1, 2)]
    assert weights([1, 2], p, rarer=False) == pytest.approx([0.4, 0.3])
    assert exam(asked, p) == pytest.approx(0.1 * 0.4 + 0.2 * 0.6)
    assert exam(asked, p, guess=-3.0) == pytest.approx(0.1 * 0.4 + 0.2 * 0.3 + 3.0 * 0.3)
    every = [[rank, -0.1 * rank] for rank in (1, 2, 3, 4)]
    assert exam(every, p, guess=-3.0) == pytest.approx(exam(every, p))


def test_three_over_n_holds_nineteen_times_in_twenty():
    n = 200
    assert (1 - at_most_of_none(n)) ** n == pytest.approx(0.05, abs=0.005)
    assert at_most_of_none(2) == 1.0


def test_buckets_are_of_one_size_from_easy_to_hard():
    parts = buckets([0.3, 0.1, 0.2, 0.6, 0.5, 0.4], 3)
    assert [part.tolist() for part in parts] == [[1, 2], [0, 5], [4, 3]]


def test_the_least_number_of_successes_is_the_default():
    first = np.array([[pass_rates.LEAST_SUCCESSES, pass_rates.LEAST_SUCCESSES - 1]])
    assert chosen(first).tolist() == [True, False]
