"""Accuracy as lines: told apart without colour, and put in words."""

from __future__ import annotations

import pytest

from gptedu.plots.accuracy import accuracy_by_size
from gptedu.plots.style import alt_text

PARAMETERS = [54_000, 210_000, 900_000, 3_100_000]


def test_accuracy_by_size_draws_each_task_over_a_logarithmic_axis():
    figure = accuracy_by_size(
        PARAMETERS,
        {"reading": [0.1, 0.2, 0.6, 0.9], "summary": [0, 0, 0.1, 0.2]},
        title="Size",
        chance=0.25,
    )
    assert figure.layout.xaxis.type == "log"
    assert [list(line.x) for line in figure.data] == [PARAMETERS, PARAMETERS]
    assert "reading: 10% at 54k weights, 90% at 3.1M weights" in alt_text(figure)
    assert "Guessing: 25%." in alt_text(figure)


def test_lines_differ_without_their_colours():
    figure = accuracy_by_size([1, 2], {f"task {i}": [0.1, 0.2] for i in range(7)}, title="Size")
    looks = {(line.marker.symbol, line.line.dash) for line in figure.data}
    assert len(looks) == 7
    assert len({line.marker.symbol for line in figure.data}) == 7


def test_what_does_not_fit_together_raises():
    with pytest.raises(ValueError, match="3 x values and 2 y values"):
        accuracy_by_size([1, 2, 3], {"a": [0.1, 0.2]}, title="t")
    with pytest.raises(ValueError, match="no curves"):
        accuracy_by_size([1, 2], {}, title="t")
