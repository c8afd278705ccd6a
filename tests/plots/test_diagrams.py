"""Drawings say in words what they show, and stay within a notebook's column."""

from __future__ import annotations

import numpy as np
import pytest

from gptedu.plots.diagrams import looking_picture, lstm_picture
from gptedu.plots.style import alt_text

WORDS = ["[Start]", "soup", "[Extract]"]
CAUSAL = np.tril(np.ones((3, 3), dtype=bool))


def cells(figure):
    """The colours of the squares, in their order."""
    return [shape.fillcolor for shape in figure.layout.shapes if shape.type == "rect"]


def test_a_mask_is_dark_where_a_token_may_look():
    figure = looking_picture({"GPT": CAUSAL}, WORDS)
    dark = cells(figure)[0]
    assert np.array_equal(np.reshape([cell == dark for cell in cells(figure)], (3, 3)), CAUSAL)
    said = alt_text(figure)
    assert "GPT: [Start] looks at [Start]" in said
    assert "GPT: soup looks at [Start], soup;" in said
    assert "GPT: [Extract] looks at every token" in said


def test_shares_shade_a_cell_between_both_ends():
    figure = looking_picture({"head": [[0.0, 0.5], [1.0, 0.0]]}, ["green", "cat"], ["la", "mata"])
    light, middle, dark, _ = cells(figure)
    assert len({light, middle, dark}) == 3
    assert "green looks at la 0%, mata 50%" in alt_text(figure)


def test_two_masks_stand_side_by_side_without_touching():
    figure = looking_picture({"GPT": CAUSAL, "BERT": CAUSAL | True}, WORDS)
    squares = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert max(s.x1 for s in squares[:9]) + 84 <= min(s.x0 for s in squares[9:])
    assert max(s.x1 for s in squares) <= figure.layout.width


def test_a_table_of_another_size_is_refused():
    with pytest.raises(ValueError, match="'GPT' is no table of 2 rows and 2 columns"):
        looking_picture({"GPT": CAUSAL}, WORDS[:2])


@pytest.mark.parametrize(
    ("table", "legend", "said"),
    [
        (CAUSAL, None, "may look at"),
        ([[0.0, 0.5, 0.5]] * 3, None, "the darker, the more"),
        (CAUSAL, "a row: a word", "a row: a word"),
    ],
)
def test_the_legend_says_what_blue_means(table, legend, said):
    figure = looking_picture({"x": table}, WORDS, legend=legend)
    assert said in figure.layout.annotations[-1].text


@pytest.mark.parametrize(
    "figure",
    [
        looking_picture({"GPT": CAUSAL, "BERT": CAUSAL}, WORDS),
        lstm_picture(),
    ],
    ids=["masks", "lstm"],
)
def test_drawings_fit_a_narrow_notebook_and_nothing_leaves_the_sheet(figure):
    assert figure.layout.width <= 700
    sheet = figure.layout.width, figure.layout.height
    for s in figure.layout.shapes:
        for ends, size in zip(((s.x0, s.x1), (s.y0, s.y1)), sheet, strict=True):
            assert min(ends) >= 0
            assert max(ends) <= size
