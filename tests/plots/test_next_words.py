"""The word that is sought stands out, and words show as themselves."""

from __future__ import annotations

import pytest

from gptedu.plots import next_words
from gptedu.plots.style import alt_text


def test_the_word_that_is_sought_stands_out_without_its_colour():
    columns = {"K = 0": [(" calf", 0.6), (" barn", 0.1)], "K = 1": [(" barn", 0.9)]}
    figure = next_words.next_words(columns, "barn", title="cow")
    assert list(figure.layout.yaxis.ticktext) == ["calf", "<b>✓ barn</b>"]
    assert list(figure.data[0].marker.color) == [next_words.OTHER, next_words.RIGHT]
    assert "K = 1: first barn, 90%" in alt_text(figure)
    with pytest.raises(ValueError, match="no prompts"):
        next_words.next_words({}, "barn", title="cow")


def test_words_of_a_learner_show_as_themselves():
    figure = next_words.next_words({"K = 0": [("</script><b>x", 0.5)]}, "barn", title="t")
    assert "<b>x" not in figure.layout.yaxis.ticktext[0]
