"""Curves: told apart without colour, and put in words."""

from __future__ import annotations

import pytest

from gptedu.plots import curves
from gptedu.widgets.base.png import contrast
from gptedu.widgets.prompt_lab.picture import count

SIZES = [54_000, 210_000, 900_000, 3_100_000]


def test_accuracy_by_size_draws_each_task_over_a_logarithmic_axis():
    figure = curves.accuracy_by_size(
        SIZES,
        {"reading": [0.1, 0.2, 0.6, 0.9], "summary": [0, 0, 0.1, 0.2]},
        title="Size",
        chance=0.25,
    )
    assert figure.layout.xaxis.type == "log"
    assert [list(line.x) for line in figure.data] == [SIZES, SIZES]
    assert "reading: 10% at 54k parameters, 90% at 3.1M parameters" in curves.alt_text(figure)
    assert "Guessing: 25%." in curves.alt_text(figure)


@pytest.mark.parametrize(
    ("number", "short", "words"),
    [
        (50_688, "50.7k", "51 thousand"),
        (217_200, "217k", "217 thousand"),
        (999_499, "999k", "999 thousand"),
        (999_501, "1M", "1 million"),
        (1_146_112, "1.15M", "1.15 million"),
        (1_558_000_000, "1.56B", "1.6 billion"),
    ],
)
def test_counts_of_parameters_are_short_and_without_a_leading_zero(number, short, words):
    assert curves.in_short(number) == short
    assert count(number) == words


def test_lines_differ_without_their_colours():
    many = {f"task {i}": ([1, 2], [0.1, 0.2]) for i in range(7)}
    figure = curves.accuracy_by_step(many, title="Steps")
    looks = {(line.marker.symbol, line.line.dash) for line in figure.data}
    assert len(looks) == 7
    assert len({line.marker.symbol for line in figure.data}) == 7


def test_every_colour_stands_out_from_white():
    for colour in curves.COLOURS:
        rgb = tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
        assert contrast(rgb, (255, 255, 255)) > 2


def test_paper_and_ours_are_bars_of_different_patterns():
    rows = [curves.Comparison("with", 26.6, 44), curves.Comparison("without", 20.2, 12)]
    figure = curves.paper_against_ours(rows, title="TL;DR:")
    assert [list(bar.y) for bar in figure.data] == [[26.6, 20.2], [44, 12]]
    assert len({bar.marker.pattern.shape for bar in figure.data}) == 2
    assert "without: paper 20.2, ours 12" in curves.alt_text(figure)


def test_what_does_not_fit_together_raises():
    with pytest.raises(ValueError, match="3 x values and 2 y values"):
        curves.accuracy_by_step({"a": ([1, 2, 3], [1, 2])}, title="t")
    with pytest.raises(ValueError, match="No curves"):
        curves.accuracy_by_step({}, title="t")
    with pytest.raises(ValueError, match="No rows"):
        curves.paper_against_ours([], title="t")
