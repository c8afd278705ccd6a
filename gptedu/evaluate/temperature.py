"""Temperature scaling: one number that makes probabilities fair again (Guo et al. 2017).

PPO made GPT-4 too sure of itself (its report, figure 8). Dividing its scores by one
temperature, fitted on other questions, repairs most of that, and no answer changes by it.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

COLDEST, HOTTEST = 0.02, 50.0
_GOLDEN = (5**0.5 - 1) / 2


def fit_temperature(scores: Tensor, answers: Tensor, steps: int = 60) -> float:
    """The temperature at which the right answers are likeliest: scores / temperature.

    scores: [questions, options], logits or log-probabilities. answers: int64 [questions]. The loss
    is convex in 1 / temperature, so a search between `COLDEST` and `HOTTEST` finds its one minimum.

    Raises ValueError where the shapes do not fit, where there is no question, and for a score that
    is no number.
    """
    if scores.dim() != 2 or answers.shape != scores.shape[:1] or not len(answers):
        raise ValueError(
            f"scores {list(scores.shape)} and answers {list(answers.shape)}: give [questions, "
            "options], the right option of each question, and at least one question"
        )
    if not bool(scores.isfinite().all()):
        raise ValueError("a score is no finite number: give logits or log-probabilities")
    own = scores.double()

    def loss(sharpness: float) -> float:
        return float(F.cross_entropy(own * sharpness, answers))

    low, high = 1 / HOTTEST, 1 / COLDEST
    for _ in range(steps):
        step = (high - low) * _GOLDEN
        if loss(high - step) < loss(low + step):
            high = low + step
        else:
            low = high - step
    return 2 / (low + high)


def at_temperature(scores: Tensor, temperature: float) -> Tensor:
    """Probabilities [..., options] of scores over a temperature; the likeliest stays the same."""
    if not temperature > 0:
        raise ValueError(f"temperature is {temperature}: give a number above 0")
    return torch.softmax(scores.double() / temperature, dim=-1).to(scores.dtype)
