"""Accuracy of reward models by how many rankings they learned from."""

from __future__ import annotations

import pytest

from gptedu.plots.by_rankings import accuracy_by_rankings
from gptedu.plots.style import alt_text


def test_lines_have_their_spread_and_chance_its_line():
    runs = {"its labeler": {25: [0.5, 0.6, 0.7], 400: [0.7, 0.7, 0.7]}}
    figure = accuracy_by_rankings(runs, title="Rankings", most={"asked again": 0.75})
    (line,) = figure.data
    assert list(line.y) == pytest.approx([0.6, 0.7])
    assert list(line.error_y.array) == pytest.approx([0.1, 0.0])
    assert list(line.error_y.arrayminus) == pytest.approx([0.1, 0.0])
    assert [shape.y0 for shape in figure.layout.shapes] == [0.5, 0.75]
    assert list(figure.layout.xaxis.ticktext) == ["25", "400"]
    assert alt_text(figure) == (
        "Rankings. its labeler: 60% after 25 rankings, 70% after 400; chance: 50%; "
        "asked again: 75%."
    )


def test_nothing_to_draw_is_said():
    for nothing in ({}, {"its labeler": {}}):
        with pytest.raises(ValueError, match="nothing to draw"):
            accuracy_by_rankings(nothing, title="")
