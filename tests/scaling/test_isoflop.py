"""Valleys: the vertex of a planted parabola, and what is no valley."""

from __future__ import annotations

import numpy as np
import pytest

from gptedu.scaling.isoflop import envelope, exponent, valleys, vertex
from gptedu.scaling.laws import ParametricLaw

SIZES = np.array([2e3, 4e3, 8e3, 16e3, 32e3])
LAW = ParametricLaw(0.6, 30.0, 300.0, 0.4, 0.5)


def test_the_vertex_of_a_parabola_is_found():
    found = vertex(SIZES, 1.2 + 0.05 * np.log(SIZES / 7e3) ** 2)
    assert found.size == pytest.approx(7e3)
    assert found.loss == pytest.approx(1.2)
    assert found.curvature == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("sizes", "losses", "words"),
    [
        (SIZES, 1.2 + 0.05 * np.log(SIZES / 1e3) ** 2, "lies at 1,000 parameters.*add smaller"),
        (SIZES, 1.2 + 0.05 * np.log(SIZES / 9e4) ** 2, "outside the sizes tried.*add larger"),
        (SIZES, 1.2 - 0.05 * np.log(SIZES / 7e3) ** 2, "bend downwards"),
        (SIZES[:3], [2, 1, 2], "3 sizes leave a parabola nothing to miss: give four or more"),
        (SIZES, [1, 2, np.nan, 2, 1], "is no number"),
    ],
)
def test_what_is_no_valley_is_said(sizes, losses, words):
    with pytest.raises(ValueError, match=words):
        vertex(sizes, losses)


def test_the_exponent_of_a_planted_law():
    """Parabolas over runs of a parametric law give the exponent of its own equation, nearly."""
    budgets, sizes = [], []
    for flops in (1e10, 1e11, 1e12):
        best, _ = LAW.best(flops)
        sizes += list(best * np.geomspace(0.5, 2, 5))
        budgets += [flops] * 5
    n, c = np.array(sizes), np.array(budgets)
    found = valleys(c, n, LAW(n, c / 6 / n))
    slope, _ = exponent({budget: each.size for budget, each in found.items()})
    assert slope == pytest.approx(LAW.a, abs=0.01)


def test_a_budget_without_a_valley_is_named():
    with pytest.raises(ValueError, match=r"at 1e\+10 FLOPs the losses bend downwards"):
        valleys([1e10] * 4, SIZES[:4], [1, 2, 2, 1])


def test_one_budget_has_no_slope():
    with pytest.raises(ValueError, match="1 budgets have no slope"):
        exponent({1e10: 5.0})


def test_the_envelope_takes_the_best_of_each_bin_while_it_improves():
    flops = [1e9, 1.1e9, 1e10, 1.1e10, 1e11]
    assert envelope(flops, [1, 2, 3, 4, 5], [3.0, 2.5, 2.0, 2.2, 2.1], bins=3) == {
        1.1e9: 2,
        1e10: 3,
    }
    with pytest.raises(ValueError, match="1 bins have a best run"):
        envelope([1e9, 1e10], [1, 2], [1.0, 2.0], bins=2)
