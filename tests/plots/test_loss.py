"""The loss of a run: as many points as there are whole ones, and the lines beside it."""

from __future__ import annotations

import pytest

from gptedu.plots.loss import loss_by_step
from gptedu.plots.style import alt_text


def test_points_are_means_and_lines_go_across():
    figure = loss_by_step([4, 2, 3, 1, 9], {"pairs": 2.5}, title="A run", every=2)
    run, pairs = figure.data
    assert list(run.x) == [2, 4]
    assert list(run.y) == [3, 2]
    assert list(pairs.x) == [0, 4]
    assert set(pairs.y) == {2.5}
    assert run.line.dash != pairs.line.dash  # told apart without colour
    assert alt_text(figure) == "A run. From 3.00 to 2.00 nats in 4 steps. pairs: 2.50."


def test_too_few_losses_for_a_point_raise():
    with pytest.raises(ValueError, match="there are 3 losses: give at least 10"):
        loss_by_step([1, 2, 3], {}, title="t")
