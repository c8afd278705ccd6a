"""The word that is sought stands out, and words show as themselves."""

from __future__ import annotations

import pytest

from gptedu.plots import next_words
from gptedu.plots.style import alt_text


def test_the_word_that_is_sought_stands_out_without_its_colour():
    panels = {"K = 0": [(" calf", 0.6), (" barn", 0.1)], "K = 1": [(" barn", 0.9)]}
    figure = next_words.next_words(panels, "barn", title="cow")
    assert list(figure.layout.yaxis.ticktext) == ["calf", "<b>✓ barn</b>"]
    assert list(figure.data[0].marker.color) == [next_words.OTHER, next_words.RIGHT]
    assert "K = 1: first barn, 90%" in alt_text(figure)
    with pytest.raises(ValueError, match="no prompts"):
        next_words.next_words({}, "barn", title="cow")


def test_words_of_a_learner_show_as_themselves():
    figure = next_words.next_words({"K = 0": [("</script><b>x", 0.5)]}, "barn", title="t")
    assert "<b>x" not in figure.layout.yaxis.ticktext[0]


def test_no_more_than_two_panels_stand_side_by_side():
    panels = {f"K = {k}": [("barn", 0.5), ("den", 0.2)] for k in range(4)}
    figure = next_words.next_words(panels, "barn", title="t")
    places = [(figure.layout[bars.xaxis.replace("x", "xaxis")].domain[0]) for bars in figure.data]
    assert places == [places[0], places[1]] * 2
    assert places[0] < places[1]
    assert [each.text for each in figure.layout.annotations] == list(panels)


def test_no_bar_is_empty():
    panels = {"K = 3": [("barn", 0.98), ("hill", 0.01), ("calf", 0.004)], "K = 0": [("a", 0.001)]}
    figure = next_words.next_words(panels, "barn", title="t")
    assert [list(bars.x) for bars in figure.data] == [[0.98, 0.01], [0.001]]
