"""Accuracy against K and against size: the same numbers twice, with their margins and levels."""

from __future__ import annotations

import pytest

from gptedu.plots.accuracy_by_shots import accuracy_by_shots_and_size
from gptedu.plots.style import alt_text

SIZES = {"mini-s": 2e5, "mini-l": 3e6}
ACCURACY = {"mini-s": {0: 0.1, 4: 0.3}, "mini-l": {0: 0.2, 4: 0.9}}
MARGINS = {"mini-s": {0: 0.01, 4: 0.02}, "mini-l": {0: 0.03, 4: 0.04}}


def test_every_mark_says_its_model_and_its_k():
    figure = accuracy_by_shots_and_size((0, 4), SIZES, ACCURACY, title="Shots", margins=MARGINS)
    for line in figure.data:
        bars = line.error_y.array
        for y, bar, (model, k) in zip(line.y, bars, line.customdata, strict=True):
            assert ACCURACY[model][k] == y
            assert MARGINS[model][k] == bar
    by_k, by_size = figure.data[:2], figure.data[2:]
    assert [list(line.x) for line in by_k] == [[0, 4], [0, 4]]
    assert [list(line.x) for line in by_size] == [[2e5, 3e6], [2e5, 3e6]]
    assert "mini-l: 20% at K = 0, 90% at K = 4" in alt_text(figure)


def test_lines_of_one_panel_differ_without_their_colours():
    models = {f"model {i}": 10.0**i for i in range(4)}
    shots = (0, 1, 2, 4, 12)
    accuracy = {model: dict.fromkeys(shots, 0.5) for model in models}
    figure = accuracy_by_shots_and_size(shots, models, accuracy, title="t")
    for lines in (figure.data[:4], figure.data[4:]):
        assert len({line.marker.symbol for line in lines}) == len(lines)


def test_what_needs_no_example_is_drawn_in_both_panels_and_said():
    levels = {"guesses the labels": 0.25}
    figure = accuracy_by_shots_and_size((0, 4), SIZES, ACCURACY, title="t", levels=levels)
    lines = [shape for shape in figure.layout.shapes if shape.type == "line"]
    assert [(line.y0, line.y1) for line in lines] == [(0.25, 0.25)] * 2
    assert "guesses the labels" in [note.text for note in figure.layout.annotations]
    assert "guesses the labels: 25%." in alt_text(figure)


def test_a_k_that_was_not_measured_raises():
    with pytest.raises(ValueError, match="mini-s has no accuracy for K = \\[1\\]"):
        accuracy_by_shots_and_size((0, 1), SIZES, ACCURACY, title="Shots")
