"""Chapter 4's exercises, in the chapter's order, and its quiz."""

from __future__ import annotations

from gptedu.chapters.instructgpt.exercises.check_yourself import QUIZ as quiz
from gptedu.chapters.instructgpt.exercises.kl import KL_ESTIMATES as kl_estimates
from gptedu.chapters.instructgpt.exercises.ppo import CLIPPED_OBJECTIVE as clipped_objective
from gptedu.chapters.instructgpt.exercises.ppo import TOKEN_REWARDS as token_rewards
from gptedu.chapters.instructgpt.exercises.rankings import PAIRS as pairs
from gptedu.chapters.instructgpt.exercises.rewards import (
    COMPARISON_LOSS as comparison_loss,
)
from gptedu.chapters.instructgpt.exercises.rewards import (
    REWARD_AT_END as reward_at_end,
)
from gptedu.chapters.instructgpt.exercises.submissions import WORTH_LEARNING as worth_learning
from gptedu.chapters.instructgpt.exercises.taste import OWN_TASTE as own_taste
from gptedu.chapters.instructgpt.exercises.values import ADVANTAGES as advantages
from gptedu.chapters.instructgpt.exercises.values import VALUE_LOSS as value_loss

__all__ = [
    "EXERCISES",
    "advantages",
    "clipped_objective",
    "comparison_loss",
    "kl_estimates",
    "own_taste",
    "pairs",
    "quiz",
    "reward_at_end",
    "token_rewards",
    "value_loss",
    "worth_learning",
]

EXERCISES = (
    worth_learning,
    pairs,
    comparison_loss,
    reward_at_end,
    token_rewards,
    advantages,
    kl_estimates,
    clipped_objective,
    value_loss,
    own_taste,
)
