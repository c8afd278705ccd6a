"""Stages side by side: what is drawn, and what it says in words."""

from __future__ import annotations

import pytest

from gptedu.plots.stages import by_stage
from gptedu.plots.style import alt_text


def test_stages_are_bars_with_a_mark_for_each_run():
    rates = {"SFT": [0.5], "PPO": [0.6, 0.7, 0.8]}
    figure = by_stage(rates, title="Win rate", x_title="against SFT", line=0.5)
    bars, runs = figure.data
    assert list(bars.y) == ["SFT", "PPO"]
    assert list(bars.x) == pytest.approx([0.5, 0.7])
    assert list(bars.text) == ["50.0%", "70.0%"]
    assert list(zip(runs.x, runs.y, strict=True)) == [(0.6, "PPO"), (0.7, "PPO"), (0.8, "PPO")]
    assert [shape.x0 for shape in figure.layout.shapes] == [0.5]
    assert alt_text(figure) == "Win rate. SFT 50%, PPO 70%."
    assert not by_stage(rates, title="", x_title="").layout.shapes


def test_nothing_to_draw_is_said():
    with pytest.raises(ValueError, match="no stages to draw: give at least one"):
        by_stage({}, title="", x_title="")
