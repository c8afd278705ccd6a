"""Epoch by epoch: what is drawn, and what it says in words."""

from __future__ import annotations

import pytest

from gptedu.plots.sft_epochs import by_epoch
from gptedu.plots.style import alt_text

CURVES = [
    [{"loss": 1.0, "truth": 0.2}, {"loss": 0.8, "truth": 0.4}, {"loss": 0.9, "truth": 0.61}],
    [{"loss": 0.7, "truth": 0.3}, {"loss": 0.9, "truth": 0.5}, {"loss": 1.1, "truth": 0.7}],
]


def test_epochs_are_drawn_for_each_seed_in_two_panels():
    figure = by_epoch(CURVES, title="Too many epochs?")
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


def test_nothing_to_draw_is_said():
    for curves in ([], [[]]):
        with pytest.raises(ValueError, match="no epochs to draw: give at least one curve"):
            by_epoch(curves, title="")
