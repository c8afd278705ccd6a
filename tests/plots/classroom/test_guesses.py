"""A class's guesses, drawn: how many guessed what, and where the result lies."""

from __future__ import annotations

import pytest

from gptedu.plots.classroom.guesses import class_guesses
from gptedu.plots.style import alt_text

BARS = [("0 to 10", 3), ("10 to 20", 0), ("20 to 30", 5)]


def test_each_answer_has_its_bar_and_the_result_another_look():
    figure = class_guesses(BARS, question="How many?", result="23.0 points", right=2)
    guess, right = figure.data
    assert (list(guess.x), list(guess.y)) == (["0 to 10", "10 to 20"], [3, 0])
    assert (list(right.x), list(right.y)) == (["20 to 30"], [5])
    assert guess.marker.color != right.marker.color
    assert guess.marker.pattern.shape != right.marker.pattern.shape  # in grey as well
    assert list(figure.layout.xaxis.categoryarray) == [answer for answer, _ in BARS]
    assert float(figure.layout.yaxis.dtick).is_integer()
    assert alt_text(figure) == (
        "How many? Guesses: 0 to 10: 3; 20 to 30: 5. The result: 23.0 points."
    )


def test_a_result_that_is_unknown_or_beyond_all_bars_marks_none():
    figure = class_guesses(BARS, question="How many?", result="", right=None)
    assert len(figure.data) == 1
    assert "not known" in alt_text(figure)


def test_what_cannot_be_drawn_is_said():
    for bars, right in (([], None), (BARS, 3)):
        with pytest.raises(ValueError, match="give a bar that is there"):
            class_guesses(bars, question="", result="", right=right)
