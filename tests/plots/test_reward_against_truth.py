"""Rewards against true scores, and their correlation in words."""

from __future__ import annotations

import pytest

from gptedu.plots.reward_against_truth import reward_against_truth
from gptedu.plots.style import alt_text


def test_each_reading_is_a_panel_with_its_correlation_in_words():
    readings = {"good": [0.0, 1.0, 2.0], "flat": [1.0, 1.0, 1.0]}
    figure = reward_against_truth(readings, [0.1, 0.2, 0.3], title="Costs")
    assert [list(panel.y) for panel in figure.data] == [[0.0, 1.0, 2.0], [1.0, 1.0, 1.0]]
    assert all(list(panel.x) == [0.1, 0.2, 0.3] for panel in figure.data)
    assert alt_text(figure) == "Costs. good: correlation 1.00; flat: the same for all."


def test_what_does_not_fit_is_said():
    with pytest.raises(ValueError, match="'a' has 2 rewards for 1 true scores"):
        reward_against_truth({"a": [1.0, 2.0]}, [0.5], title="")
    with pytest.raises(ValueError, match="nothing to draw"):
        reward_against_truth({}, [0.5], title="")
