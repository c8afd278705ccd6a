"""The chapter's figures: what they show is what was measured."""

from __future__ import annotations

import pytest
import torch

import gptedu
from gptedu.chapters.gpt3 import figures
from gptedu.interpret.induction import Point, repeated_tokens
from gptedu.plots.training_replay import FIXED, OWN
from gptedu.sampling import seeded
from gptedu.training.data.mixture import TABLE_2_2


@pytest.fixture(scope="module")
def mini_xs():
    return gptedu.load("mini-xs")


def test_accuracy_stands_against_the_sizes_of_the_models(mini_xs):
    scores = {mini_xs.name: {"sorting": {0: 0.5, 12: 1.0}, "pairs/sound": {0: 0.0, 12: 0.0}}}
    figure = figures.by_shots_and_size(scores, [mini_xs], count=40, title="t")
    assert list(figure.data[0].y) == [0.25, 0.5]
    assert list(figure.data[1].x) == [mini_xs.size]
    assert [shape.y0 for shape in figure.layout.shapes[:2]] == [0.25, 0.25]  # a coin, and nothing
    assert figure.data[0].error_y.array[0] > figure.data[0].error_y.array[1] == 0


def test_a_replay_shows_the_head_of_each_checkpoint_averaged_over_rows(mini_xs):
    points = [
        Point("before", 0, 0.0, 0.0, gain=0.1, accuracy=0.5, heads=()),
        Point("after", 10**6, 0.5, 0.0, gain=2.0, accuracy=1.0, heads=((1, 0),)),
    ]
    figure = figures.replay([mini_xs, mini_xs], points, (1, 0), title="t")
    assert len(figure.data) == FIXED + OWN * 2
    shown = torch.tensor(figure.data[-1].z)
    ids = repeated_tokens(mini_xs.tokenizer, figures.ROWS, figures.WORDS, seeded(1))
    rows = [mini_xs.attention(mini_xs.tokenizer.decode(row[1:].tolist())).weights for row in ids]
    mean = torch.stack([row[1, 0] for row in rows]).mean(0)
    assert (shown / 100 - mean).abs().max() < 0.006  # percent, rounded
    assert list(figure.data[1].y) == pytest.approx([0.1, 2.0])


def test_the_mixture_is_read_as_often_as_the_learners_function_says():
    figure = figures.mixture(lambda size, percent, read: read * percent / 100 / size)
    read = {s.name: s.epochs(300e9) for s in TABLE_2_2}
    assert all(
        text.endswith(f"read {read[name]:.2g}×")
        for name, text in zip(figure.data[1].y, figure.data[1].text, strict=True)
    )


def test_every_job_is_named():
    probed = {"mini-l": dict.fromkeys(figures.JOBS, 0.4)}
    figure = figures.jobs(probed)
    assert set(figure.data[0].y) == set(figure.data[1].y) == set(figures.JOBS)
