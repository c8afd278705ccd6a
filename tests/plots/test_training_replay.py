"""Training replayed: what the slider shows, and what a page without a slider does."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from gptedu.plots.training_replay import FIXED, OWN, Moment, training_replay


def moment(tokens: float, gain: float, value: float) -> Moment:
    return Moment(tokens, gain, np.full((9, 9), value))


@pytest.fixture
def replayed():
    moments = [moment(0, 0.0, 0.1), moment(4e6, 0.5, 0.2), moment(8e6, 3.0, 0.9)]
    loss = ([0, 8e6], [8.0, 2.0])
    return training_replay(moments, loss, "layer 1, head 0", title="Replay", before=0, start=1)


def seen(figure: go.Figure, step: int | None = None) -> list[Any]:
    """The traces of the moment that is shown: at first, or after moving the slider."""
    if step is not None:
        traces, layout, own = figure.layout.sliders[0].steps[step].args
        assert len(traces["visible"]) == len(own)  # else plotly goes round
        assert list(layout) == ["annotations[3].text"]
        return [figure.data[i] for i, on in zip(own, traces["visible"], strict=True) if on]
    return [trace for trace in figure.data[FIXED:] if trace.visible]


def test_the_slider_shows_one_moment_at_a_time(replayed):
    slider = replayed.layout.sliders[0]
    assert slider.active == 1
    assert [step.label for step in slider.steps] == ["0", "4M", "8M"]
    assert seen(replayed) == seen(replayed, 1)
    everything = list(range(FIXED, FIXED + 3 * OWN))
    assert all(list(step.args[2]) == everything for step in slider.steps)
    first, second, head = seen(replayed, 2)
    assert [list(first.x), list(first.y)] == [[8e6], [2.0]]
    assert [list(second.x), list(second.y)] == [[8e6], [3.0]]
    assert head.z[4][1] == 90


def test_a_page_without_a_slider_shows_the_head_before_and_after(replayed):
    before, after = (trace for trace in replayed.data if trace.type == "heatmap" and trace.visible)
    assert (before.z[4][1], after.z[4][1]) == (10, 20)
    titles = [note.text for note in replayed.layout.annotations]
    assert titles[2:4] == ["layer 1, head 0, after 0 tokens", "the same head, after 4M tokens"]
    moved = replayed.layout.sliders[0].steps[2].args[1]
    assert moved == {"annotations[3].text": "the same head, after 8M tokens"}


def test_the_guides_enclose_one_place_after_each_words_twin(replayed):
    guides = [t for t in replayed.data[:FIXED] if t.type == "scatter" and t.yaxis == "y3"]
    guides += [t for t in replayed.data[:FIXED] if t.type == "scatter" and t.yaxis == "y4"]
    assert len(guides) == 2
    words = 4  # so word i is at i, and again at words + i
    for guide in guides:
        (left, right), (rows, also) = (
            [axis[:2], axis[3:5]] for axis in (list(guide.x), list(guide.y))
        )
        assert rows == also == [words + 1, 2 * words - 1]
        assert [(a + b) / 2 for a, b in zip(left, right, strict=True)] == [2, words]


def test_the_marks_lie_on_the_curves(replayed):
    loss, score, _ = seen(replayed)
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
        training_replay([], ([0], [1]), "head", title="t")
    for shape in ((9, 8), (8, 8)):
        with pytest.raises(ValueError, match="2 n \\+ 1"):
            training_replay([Moment(0, 0, np.zeros(shape))], ([0], [1]), "head", title="t")
    different = [moment(0, 0, 0), Moment(1, 0, np.zeros((7, 7)))]
    with pytest.raises(ValueError, match="\\(7, 7\\)"):
        training_replay(different, ([0], [1]), "head", title="t")
