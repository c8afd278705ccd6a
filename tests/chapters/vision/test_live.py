"""The CLIP that a learner trains: by their loss, measured on what it does not learn from."""

from __future__ import annotations

import math

import pytest
import torch

from gptedu.chapters.vision import live
from gptedu.vision.contrastive import contrastive_loss, equal_rows
from gptedu.vision.recipes import fit


def go(run: live.Run) -> None:
    for pixels, ids in run.batches():
        pictures, texts = run.model.pictures(pixels), run.model.texts(ids)
        run.learn(contrastive_loss(pictures, texts, run.scale.log(), equal_rows(ids)))


@pytest.fixture
def one_thread():
    """The gradient of a key's bias is 0 but for rounding, of which Adam makes a whole step; and
    rounding follows the number of threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_the_loop_in_the_notebook_is_the_packages(monkeypatch, one_thread):
    """Step by step with a loss of the notebook's, or by `fit`: the same weights."""
    monkeypatch.setattr(live, "BATCH", 16)
    run = live.Run(steps=4)
    go(run)
    twin = fit(run.recipe, run.tokenizer, progress=False).model
    for (name, mine), (_, theirs) in zip(
        run.model.named_parameters(), twin.named_parameters(), strict=True
    ):
        torch.testing.assert_close(mine, theirs, msg=name)


def test_the_curve_is_measured_now_and_then_and_counts_equal_captions(monkeypatch):
    monkeypatch.setattr(live, "BATCH", 16)
    monkeypatch.setattr(live, "EVERY", 2)
    run = live.Run(steps=4)
    go(run)
    assert [step for step, _ in run.curve] == [0, 2, 4]
    assert all(0 <= share <= 100 for _, share in run.curve)
    assert len(run.losses) == 4
    assert run.losses[0] == pytest.approx(math.log(16), abs=2)

    caption = run.rows(0)[1][:1]
    same = caption.expand(16, -1)
    run.__dict__["_others"] = (run.rows(0)[0], same)
    run._measure()
    assert run.curve[-1][1] == 100  # whichever of them is nearest, it is right


def test_what_is_asked_is_a_clip():
    clip = live.Run(steps=4).clip()
    assert clip.similarities(live.Run(steps=4).rows(0)[0][:2], ["a red ball"]).shape == (2, 1)
    assert clip.scale == pytest.approx(1 / 0.07)
