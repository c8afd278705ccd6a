"""Rollouts, masks and random tensors for the tests of PPO."""

from __future__ import annotations

import math

import torch

from gptedu.rlhf.ppo.rollout import Rollout, roll_out
from gptedu.rlhf.ppo.value_model import ValueModel
from gptedu.sampling import seeded
from tiny_rlhf import END, tiny_lm

PROMPTS = ["ab", "abcdefg", "g", "cade", "bb", "fedcba"]


NAN = math.nan


def draw(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=seeded(seed))


def count_letters(texts: list[str]) -> torch.Tensor:
    return torch.tensor([float(text.count("a")) for text in texts])


def rolled(lm=None, *, reference=None, value_model=None, prompts=None, **how) -> Rollout:
    lm = lm or tiny_lm()
    settings = {"reward": count_letters, "max_tokens": 6, "minibatch": 3} | how
    return roll_out(
        lm,
        prompts or PROMPTS,
        reference=reference or tiny_lm(1).model,
        value_model=value_model or ValueModel.of_policy(lm.model),
        generator=seeded(5),
        **settings,
    )


def answers_mask() -> torch.Tensor:
    return torch.tensor(
        [[0, 0, 1, 1, 1, 1, 0], [0, 1, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 1]], dtype=torch.bool
    )


def spoiled(x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """NaN wherever nothing may be read."""
    return x.masked_fill(~mask, NAN)


ONE_EACH = [[END, 1], [END, 2, 3, 4, 5], [END, 6]]


SHARED = [[END, 1], [END, 2, 3, 4, 5], [END, 1], [END, 6], [END, 2, 3, 4, 5], [END, 1]]
