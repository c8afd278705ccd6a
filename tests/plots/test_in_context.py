"""Chapter 3's pictures: what the slider changes, what can be pointed at, what stands out."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from gptedu.plots import curves, replay, shares, shots

WORDS = ("(start)", "lamp", "oak", "lamp", "oak")


def moment(tokens: float, gain: float, value: float) -> replay.Moment:
    return replay.Moment(tokens, gain, np.full((2, 5, 5), value))


@pytest.fixture
def replayed():
    moments = [moment(0, 0.0, 0.1), moment(4e6, 0.5, 0.2), moment(8e6, 3.0, 0.9)]
    loss = ([0, 8e6], [8.0, 2.0])
    return replay.training_replay(moments, loss, ("1.0", "1.1"), WORDS, title="Replay", start=1)


def seen(figure: go.Figure, step: int | None = None) -> list[Any]:
    """The traces of the moment that is shown: at first, or after moving the slider."""
    if step is not None:
        key, values, traces = figure.layout.sliders[0].steps[step].args
        assert key == "visible"
        assert len(values) == len(traces)  # else plotly goes round
        return [figure.data[i] for i, on in zip(traces, values, strict=True) if on]
    return [trace for trace in figure.data[2:] if trace.visible]


def test_the_slider_shows_one_moment_at_a_time(replayed):
    slider = replayed.layout.sliders[0]
    assert slider.active == 1
    assert [step.label for step in slider.steps] == ["0", "4M", "8M"]
    assert seen(replayed) == seen(replayed, 1)
    assert all(list(step.args[2]) == list(range(2, 14)) for step in slider.steps)
    first, second, *heads = seen(replayed, 2)
    assert [list(first.x), list(first.y)] == [[8e6], [2.0]]
    assert [list(second.x), list(second.y)] == [[8e6], [3.0]]
    assert [head.z[4][1] for head in heads] == [90, 90]


def test_the_marks_lie_on_the_curves(replayed):
    loss, score, *_ = seen(replayed)
    assert list(loss.y) == [5.0]  # half way between 8 and 2
    assert list(score.y) == [0.5]


def test_nothing_is_drawn_ahead_of_a_token(replayed):
    z = np.array(seen(replayed)[2].z)
    assert not np.triu(z, 1).any()
    assert z[0, 0] == 20


def test_a_replay_is_small(replayed):
    assert len(replayed.to_json()) < 20_000


def test_a_replay_that_does_not_fit_raises():
    with pytest.raises(ValueError, match="no moments"):
        replay.training_replay([], ([0], [1]), (), (), title="t")
    with pytest.raises(ValueError, match="2 heads and 4 words"):
        replay.training_replay([moment(0, 0, 0)], ([0], [1]), ("a", "b"), WORDS[:4], title="t")


SIZES = {"mini-s": 2e5, "mini-l": 3e6}
ACCURACY = {"mini-s": {0: 0.1, 4: 0.3}, "mini-l": {0: 0.2, 4: 0.9}}


def test_every_mark_says_its_model_and_its_k():
    figure = shots.accuracy_by_shots_and_size((0, 4), SIZES, ACCURACY, title="Shots")
    for line in figure.data:
        for y, (model, k) in zip(line.y, line.customdata, strict=True):
            assert ACCURACY[model][k] == y
    by_k, by_size = figure.data[:2], figure.data[2:]
    assert [list(line.x) for line in by_k] == [[0, 4], [0, 4]]
    assert [list(line.x) for line in by_size] == [[2e5, 3e6], [2e5, 3e6]]
    assert "mini-l: 20% at K = 0, 90% at K = 4" in curves.alt_text(figure)
    with pytest.raises(ValueError, match="mini-s has no accuracy for K = \\[1\\]"):
        shots.accuracy_by_shots_and_size((0, 1), SIZES, ACCURACY, title="Shots")


def test_the_word_that_is_sought_stands_out_without_its_colour():
    columns = {"K = 0": [(" calf", 0.6), (" barn", 0.1)], "K = 1": [(" barn", 0.9)]}
    figure = shots.next_words(columns, "barn", title="cow")
    assert list(figure.layout.yaxis.ticktext) == ["calf", "<b>✓ barn</b>"]
    assert list(figure.data[0].marker.color) == [shots.OTHER, shots.RIGHT]
    assert "K = 1: first barn, 90%" in curves.alt_text(figure)
    with pytest.raises(ValueError, match="No prompts"):
        shots.next_words({}, "barn", title="cow")


def test_words_of_a_learner_show_as_themselves():
    figure = shots.next_words({"K = 0": [("</script><b>x", 0.5)]}, "barn", title="t")
    assert "<b>x" not in figure.layout.yaxis.ticktext[0]


def test_shares_are_set_beside_shares():
    figure = shares.mixture([("crawl", 0.8, 0.6, 0.44), ("books", 0.2, 0.4, 1.9)], title="Mix")
    assert [list(bar.x) for bar in figure.data] == [[0.8, 0.2], [0.6, 0.4]]
    assert list(figure.data[1].text) == ["60%, read 0.44×", "40%, read 1.9×"]
    planted, found = {"nurse": 0.9, "pilot": 0.1}, {"mini-l": {"pilot": 0.2, "nurse": 0.8}}
    figure = shares.share_against_share(planted, found, title="t", x_title="x", y_title="y")
    assert list(figure.data[1].x) == [0.1, 0.9]
    assert list(figure.data[1].y) == [0.2, 0.8]
    assert "mini-l: 1 of 2 below one half" in curves.alt_text(figure)
    with pytest.raises(ValueError, match="No sources"):
        shares.mixture([], title="t")
