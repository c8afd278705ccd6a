"""The contrastive loss: its invariants, and the traps that others fell into."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn

from gptedu.training.recipe import Recipe
from gptedu.vision.contrastive import (
    FIRST_SCALE,
    LARGEST_SCALE,
    clamp_scale,
    clip_optimiser,
    contrastive_loss,
    equal_rows,
    normalised,
)
from gptedu.vision.encoders import ClipConfig, ClipModel


def vectors(count: int = 6, width: int = 5, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    chance = torch.Generator().manual_seed(seed)
    return tuple(torch.randn(count, width, generator=chance, dtype=torch.float64) for _ in range(2))


def in_numpy(pictures, texts, log_scale, groups) -> float:
    """The same loss, row by row, as figure 3 of the paper has it."""
    p, t = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (pictures, texts))
    logits = np.exp(log_scale) * p @ t.T
    losses = []
    for matrix in (logits, logits.T):
        for i, row in enumerate(matrix):
            own = [j for j in range(len(row)) if groups[j] == groups[i]]
            norm = math.log(sum(math.exp(x) for x in row))
            losses.append(-sum(row[j] - norm for j in own) / len(own))
    return float(np.mean(losses))


@pytest.mark.parametrize("groups", [[0, 1, 2, 3, 4, 5], [0, 1, 0, 2, 1, 0], [0] * 6])
def test_parity_with_plain_numpy(groups):
    pictures, texts = vectors()
    ours = contrastive_loss(pictures, texts, FIRST_SCALE, torch.tensor(groups))
    reference = in_numpy(pictures.numpy(), texts.numpy(), FIRST_SCALE, groups)
    assert ours.item() == pytest.approx(reference, abs=1e-12)


def test_parity_with_torchs_cross_entropy_where_all_captions_differ():
    pictures, texts = vectors()
    logits = math.exp(2) * normalised(pictures) @ normalised(texts).T
    own = torch.arange(6)
    both = nn.functional.cross_entropy(logits, own) + nn.functional.cross_entropy(logits.T, own)
    assert contrastive_loss(pictures, texts, 2.0).item() == pytest.approx(both.item() / 2)


@pytest.mark.parametrize("batch", [2, 7, 64])
def test_features_of_nothing_give_log_batch(batch):
    nothing = torch.zeros(batch, 8)
    for groups in (None, torch.arange(batch) % 2):
        loss = contrastive_loss(nothing, nothing, FIRST_SCALE, groups)
        assert loss.item() == pytest.approx(math.log(batch), abs=1e-6)


def test_all_equal_features_give_log_batch_and_never_nothing():
    """Soft targets of the model's own similarities would let all vectors fall into one for free."""
    one = torch.ones(9, 4)
    assert contrastive_loss(one, one, LARGEST_SCALE).item() == pytest.approx(math.log(9), abs=1e-5)


def test_exchanging_pictures_and_texts_changes_nothing():
    pictures, texts = vectors()
    for groups in (None, torch.tensor([0, 1, 0, 2, 1, 0])):
        there = contrastive_loss(pictures, texts, 1.5, groups)
        torch.testing.assert_close(there, contrastive_loss(texts, pictures, 1.5, groups))


def test_a_batch_of_one_gives_nothing_to_learn():
    pictures, texts = (x.requires_grad_() for x in vectors(1))
    loss = contrastive_loss(pictures, texts, FIRST_SCALE)
    loss.backward()
    assert loss.item() == 0
    assert not pictures.grad.any()
    assert not texts.grad.any()


def test_lengths_do_not_count():
    pictures, texts = vectors()
    once = contrastive_loss(pictures, texts, 2.0)
    torch.testing.assert_close(contrastive_loss(7 * pictures, texts, 2.0), once)
    torch.testing.assert_close(contrastive_loss(pictures, 7 * texts, 2.0), once)


@pytest.mark.parametrize("m", [2, 3, 4])
def test_with_m_equal_captions_each_the_floor_is_log_m(m):
    """The best features: one direction a group, orthogonal to the others."""
    groups = torch.arange(12) % (12 // m)
    best = torch.eye(12 // m)[groups]
    for given in (groups, None):
        floor = contrastive_loss(best, best, 20.0, given).item()
        assert floor == pytest.approx(math.log(m), abs=1e-5)


def test_equal_captions_lose_nothing_by_hard_targets_but_wordings_of_one_thing_do():
    """Twins see the same similarities, so both targets have one sum and one gradient. They part
    as soon as the texts of a group are two vectors."""
    groups = torch.tensor([0, 1, 0, 2, 1, 0])
    pictures, texts = vectors()
    equal = texts[groups]
    for given, alike in ((equal, True), (texts, False)):
        losses, slopes = [], []
        for each in (groups, None):
            seen = pictures.clone().requires_grad_()
            loss = contrastive_loss(seen, given, 2.0, each)
            loss.backward()
            losses.append(loss.detach())
            slopes.append(seen.grad)
        assert torch.allclose(*losses, atol=1e-12) is alike
        assert torch.allclose(*slopes, atol=1e-12) is alike


def test_parts_of_a_batch_are_another_loss():
    pictures, texts = vectors(8)
    whole = contrastive_loss(pictures, texts, 2.0).item()
    halves = zip(pictures.split(4), texts.split(4), strict=True)
    parts = [contrastive_loss(each, words, 2.0).item() for each, words in halves]
    assert np.mean(parts) < whole - 0.1


def test_equal_rows_are_numbered_alike():
    groups = equal_rows(torch.tensor([[3, 1, 0], [2, 0, 0], [3, 1, 0], [3, 1, 1]]))
    assert groups[0] == groups[2]
    assert len(set(groups.tolist())) == 3


@pytest.mark.parametrize(
    ("pictures", "texts", "groups", "words"),
    [
        (torch.ones(3, 4), torch.ones(2, 4), None, "give as many vectors of both"),
        (torch.ones(4), torch.ones(4), None, "give as many vectors of both"),
        (torch.ones(3, 4), torch.ones(3, 4), torch.zeros(2), "give a number for each of 3 texts"),
    ],
)
def test_what_does_not_fit_is_refused(pictures, texts, groups, words):
    with pytest.raises(ValueError, match=words):
        contrastive_loss(pictures, texts, 1.0, groups)


# --- the temperature


def test_the_parameter_is_clamped_after_the_step_and_can_fall_from_above():
    """Clamped in the loss, its gradient would be nothing there, and it would stay for ever."""
    pictures, texts = vectors()
    above = torch.tensor(LARGEST_SCALE + 1, dtype=torch.float64, requires_grad=True)
    contrastive_loss(pictures, texts, above).backward()
    assert above.grad > 0  # features by chance: a smaller scale is better
    in_the_loss = above.detach().clone().requires_grad_()
    contrastive_loss(pictures, texts, in_the_loss.clamp(max=LARGEST_SCALE)).backward()
    assert in_the_loss.grad == 0
    clamp_scale(above)
    assert above.item() == pytest.approx(math.log(100))
    below = torch.tensor(1.0)
    clamp_scale(below)
    assert below == 1


def test_the_models_own_scale_is_held_at_a_hundred_and_does_not_decay():
    recipe = Recipe("x", ClipConfig(300, context=4), tokens=400, batch_size=4, weight_decay=1.0)
    model = ClipModel(recipe.model, torch.Generator().manual_seed(0))
    assert model.log_scale.item() == pytest.approx(math.log(1 / 0.07))
    optimiser = clip_optimiser(model, recipe)
    groups = [g for g in optimiser.param_groups if any(p is model.log_scale for p in g["params"])]
    assert [group["weight_decay"] for group in groups] == [0.0]
    model.log_scale.data.fill_(7.0)
    model.log_scale.grad = torch.tensor(-1.0)
    optimiser.step()
    assert model.log_scale.item() == pytest.approx(math.log(100))
    for _ in range(20):
        model.log_scale.grad = torch.tensor(1.0)
        optimiser.step()
    assert model.log_scale.item() < math.log(100)
