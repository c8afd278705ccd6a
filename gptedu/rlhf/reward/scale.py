"""The zero and the unit of rewards, which comparisons cannot teach (InstructGPT, section 3.5)."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from gptedu.rlhf.reward.model import RewardModel
from gptedu.rlhf.reward.scorer import Scorer
from gptedu.text import Tokenizer


def shift_to_zero(model: RewardModel, tokenizer: Tokenizer, demonstrations: Sequence[str]) -> None:
    """Shifts all rewards so that demonstrations score 0 on average (InstructGPT, section 3.5).

    demonstrations: whole texts, prompt + answer. Reward 0 then means "as good as a demonstration".
    """
    if not demonstrations:
        raise ValueError("there are no demonstrations to shift by: give at least one text")
    mean = Scorer(model, tokenizer)(demonstrations).double().mean()
    with torch.no_grad():
        model.shift -= mean.to(model.shift)


def standardise(model: RewardModel, tokenizer: Tokenizer, texts: Sequence[str]) -> None:
    """Shifts and stretches all rewards so that these texts have mean 0 and standard deviation 1.

    A model that was fitted gently to few rankings orders texts well, but by hundredths of a point;
    a policy needs a score of a known size (Ziegler et al. 2019, section 2.2). Raises ValueError
    where all texts have the same reward.
    """
    rewards = Scorer(model, tokenizer)(texts).double()
    if len(texts) < 2 or not float(rewards.std()) > 0:
        raise ValueError("all texts have the same reward: fit the model to some rankings first")
    with torch.no_grad():
        model.head.weight /= rewards.std().to(model.head.weight)
        model.shift.zero_()
        model.shift -= Scorer(model, tokenizer)(texts).double().mean().to(model.shift)
