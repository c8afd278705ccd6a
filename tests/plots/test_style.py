"""The look of the figures, and numbers in short."""

from __future__ import annotations

import pytest

from contrast import contrast
from gptedu.plots.style import COLOURS, in_short
from gptedu.widgets.prompt_lab.state import in_words


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
    assert in_short(number) == short
    assert in_words(number) == words


def test_every_colour_stands_out_from_white():
    for colour in COLOURS:
        rgb = tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
        assert contrast(rgb, (255, 255, 255)) > 2
