"""Training replayed: what the slider shows."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from gptedu.plots.training_replay import Moment, training_replay

WORDS = ("(start)", "lamp", "oak", "lamp", "oak")


def moment(tokens: float, gain: float, value: float) -> Moment:
    return Moment(tokens, gain, np.full((2, 5, 5), value))


@pytest.fixture
def replayed():
    moments = [moment(0, 0.0, 0.1), moment(4e6, 0.5, 0.2), moment(8e6, 3.0, 0.9)]
    loss = ([0, 8e6], [8.0, 2.0])
    return training_replay(moments, loss, ("1.0", "1.1"), WORDS, title="Replay", start=1)


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
        training_replay([], ([0], [1]), (), (), title="t")
    with pytest.raises(ValueError, match="2 heads and 4 words"):
        training_replay([moment(0, 0, 0)], ([0], [1]), ("a", "b"), WORDS[:4], title="t")
