"""PPO's losses, against their definitions."""

from __future__ import annotations

import math

import pytest
import torch

from gptedu.rlhf.ppo.losses import clipped_policy_loss, value_loss
from ppo_samples import answers_mask, draw, spoiled


def test_at_ratio_one_the_policy_loss_is_the_mean_advantage():
    mask = answers_mask()
    logprobs, advantages = draw(3, 7), draw(3, 7, seed=1)
    found = clipped_policy_loss(logprobs, logprobs.clone(), advantages, mask, 0.2)
    assert float(found.loss) == pytest.approx(-float(advantages[mask].mean()), abs=1e-6)
    assert (float(found.clip_fraction), float(found.ratio_max)) == (0.0, 1.0)
    lower = clipped_policy_loss(logprobs - 0.1, logprobs, advantages, mask, 0.2)
    assert float(lower.ratio_max) == pytest.approx(math.exp(-0.1))  # and not a pad's 1


@pytest.mark.parametrize(
    ("ratio", "advantage", "loss", "moves"),
    [
        (1.5, 1.0, -1.2, False),  # enough: more of it does not pay
        (1.5, -1.0, 1.5, True),  # gone the wrong way: come back
        (0.5, 1.0, -0.5, True),
        (0.5, -1.0, 0.8, False),
        (1.1, 1.0, -1.1, True),
    ],
)
def test_the_policy_loss_is_clipped_on_one_side(ratio, advantage, loss, moves):
    new = torch.tensor([[math.log(ratio)]], requires_grad=True)
    mask = torch.ones(1, 1, dtype=torch.bool)
    found = clipped_policy_loss(new, torch.zeros(1, 1), torch.tensor([[advantage]]), mask, 0.2)
    found.loss.backward()
    assert found.loss.item() == pytest.approx(loss)
    assert bool(new.grad.abs().sum() > 0) is moves
    assert float(found.clip_fraction) == float(abs(ratio - 1) > 0.2)
    assert float(found.ratio_max) == pytest.approx(ratio)


@pytest.mark.parametrize(
    ("value", "target", "loss", "moves"),
    [
        (1.1, 2.0, 0.5 * 0.9**2, True),
        (1.5, 2.0, 0.5 * 0.8**2, False),  # moved by more than 0.2 already
        (1.5, 0.0, 0.5 * 1.5**2, True),  # gone the wrong way: come back
    ],
)
def test_the_value_loss_is_clipped(value, target, loss, moves):
    new = torch.tensor([[value]], requires_grad=True)
    mask = torch.ones(1, 1, dtype=torch.bool)
    found = value_loss(new, torch.ones(1, 1), torch.tensor([[target]]), mask, 0.2)
    found.backward()
    assert found.item() == pytest.approx(loss, rel=1e-5)
    assert bool(new.grad.abs().sum() > 0) is moves


def test_what_stands_in_pads_never_changes_a_loss():
    mask = answers_mask()
    tensors = [draw(3, 7, seed=seed) for seed in range(4)]
    for loss in (
        lambda a, b, c: clipped_policy_loss(a, b, c, mask, 0.2).loss,
        lambda a, b, c: clipped_policy_loss(a, b, c, mask, 0.2).clip_fraction,
        lambda a, b, c: clipped_policy_loss(a, b, c, mask, 0.2).ratio_max,
        lambda a, b, c: value_loss(a, b, c, mask, 0.2),
    ):
        clean = loss(*tensors[:3])
        assert torch.equal(clean, loss(*(spoiled(x, mask) for x in tensors[:3])))
    leaf = spoiled(tensors[0], mask).requires_grad_()
    clipped_policy_loss(leaf, tensors[1], tensors[2], mask, 0.2).loss.backward()
    assert not leaf.grad[~mask].any()
    assert leaf.grad[mask].isfinite().all()
