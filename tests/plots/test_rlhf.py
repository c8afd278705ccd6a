"""Chapter 4's figures: what they draw, and what they say in words."""

from __future__ import annotations

import pytest

from gptedu.plots import rlhf
from gptedu.plots.curves import alt_text

CURVES = [
    [{"loss": 1.0, "truth": 0.2}, {"loss": 0.8, "truth": 0.4}, {"loss": 0.9, "truth": 0.61}],
    [{"loss": 0.7, "truth": 0.3}, {"loss": 0.9, "truth": 0.5}, {"loss": 1.1, "truth": 0.7}],
]


def test_epochs_are_drawn_for_each_seed_in_two_panels():
    figure = rlhf.by_epoch(CURVES, title="Too many epochs?")
    assert [(line.name, list(line.y)) for line in figure.data] == [
        ("seed 0", [1.0, 0.8, 0.9]),
        ("seed 1", [0.7, 0.9, 1.1]),
        ("seed 0", [0.2, 0.4, 0.61]),
        ("seed 1", [0.3, 0.5, 0.7]),
    ]
    assert all(list(line.x) == [1, 2, 3] for line in figure.data)
    assert [line.xaxis for line in figure.data] == ["x", "x", "x2", "x2"]
    assert len({(line.line.dash, line.marker.symbol) for line in figure.data}) == 2
    assert sum(line.showlegend for line in figure.data) == 2
    assert alt_text(figure) == (
        "Too many epochs?. "
        "seed 0: loss lowest after epoch 2, true score 0.40 there and 0.61 at the end; "
        "seed 1: loss lowest after epoch 1, true score 0.30 there and 0.70 at the end."
    )


def test_stages_are_bars_with_a_mark_for_each_run():
    rates = {"SFT": [0.5], "PPO": [0.6, 0.7, 0.8]}
    figure = rlhf.by_stage(rates, title="Win rate", x_title="against SFT", line=0.5)
    bars, runs = figure.data
    assert list(bars.y) == ["SFT", "PPO"]
    assert list(bars.x) == pytest.approx([0.5, 0.7])
    assert list(bars.text) == ["50%", "70%"]
    assert list(zip(runs.x, runs.y, strict=True)) == [(0.6, "PPO"), (0.7, "PPO"), (0.8, "PPO")]
    assert [shape.x0 for shape in figure.layout.shapes] == [0.5]
    assert alt_text(figure) == "Win rate. SFT 50%, PPO 70%."
    assert not rlhf.by_stage(rates, title="", x_title="").layout.shapes


def test_abilities_are_a_group_a_task_and_a_bar_a_stage():
    stages = {"base": {"reading": 0.91, "summary": 0.5}, "PPO": {"reading": 0.8, "summary": 0.0}}
    names = {"reading": "answering from a text", "summary": "summaries"}
    figure = rlhf.abilities_by_stage(stages, names, title="The tax")
    assert [(bar.name, list(bar.y)) for bar in figure.data] == [
        ("base", [0.91, 0.5]),
        ("PPO", [0.8, 0.0]),
    ]
    assert list(figure.data[0].x) == list(names.values())
    assert figure.data[0].marker.pattern.shape != figure.data[1].marker.pattern.shape
    assert alt_text(figure) == (
        "The tax. base: answering from a text 91%, summaries 50%; "
        "PPO: answering from a text 80%, summaries 0%."
    )


def test_nothing_to_draw_is_said():
    for curves in ([], [[]]):
        with pytest.raises(ValueError, match="No epochs to draw: pass at least one curve"):
            rlhf.by_epoch(curves, title="")
    with pytest.raises(ValueError, match="No stages to draw: pass at least one"):
        rlhf.by_stage({}, title="", x_title="")
    with pytest.raises(ValueError, match="No stages to draw: pass at least one"):
        rlhf.abilities_by_stage({}, {}, title="")
