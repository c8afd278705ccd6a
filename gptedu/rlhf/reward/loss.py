"""The reward model's loss on ranked answers (InstructGPT, equation 1)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from gptedu.rlhf.labels.comparisons import pairs
from gptedu.rlhf.reward.model import RewardModel
from gptedu.text import pad


def comparison_loss(rewards: Tensor, ranks: Sequence[int]) -> Tensor:
    """-log sigmoid(r_better - r_worse), a mean over the pairs of one prompt: a scalar.

    InstructGPT, equation 1, for one prompt with K answers: rewards is [K], each answer scored once,
    and ranks has K whole numbers, 1 for the best. As a mean over its K(K - 1)/2 pairs, a prompt
    with many answers weighs no more than one with few. Rewards that are all the same give log 2.
    Raises ValueError where all answers are tied, or the lengths differ.
    """
    if rewards.shape != (len(ranks),):
        raise ValueError(
            f"rewards of shape {list(rewards.shape)} for {len(ranks)} ranks: give one a rank"
        )
    ordered = pairs(ranks)
    if not ordered:
        raise ValueError("all answers are tied: there is no pair to learn from")
    better, worse = torch.tensor(ordered, device=rewards.device).T
    return -F.logsigmoid(rewards[better] - rewards[worse]).mean()


def batch_loss(
    model: RewardModel, rows: Sequence[Sequence[list[int]]], ranks: Sequence[Sequence[int]]
) -> Tensor:
    """Equation 1 over several prompts, from one padded forward pass: a scalar.

    rows: for each prompt the ids of its texts. ranks: for each prompt the ranks of its answers.
    """
    batch = pad([row for own in rows for row in own]).to(model.head.weight.device)
    rewards = model(batch.ids, batch.mask).split([len(own) for own in rows])
    return torch.stack([comparison_loss(r, k) for r, k in zip(rewards, ranks, strict=True)]).mean()
