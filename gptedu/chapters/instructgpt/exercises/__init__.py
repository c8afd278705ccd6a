"""Chapter 4's exercises, in the chapter's order."""

from __future__ import annotations

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

__all__ = [
    "EXERCISES",
    "NOTES",
    "clipped_objective",
    "comparison_loss",
    "kl_estimates",
    "own_taste",
    "pairs",
    "reward_at_end",
    "token_rewards",
    "worth_learning",
]

EXERCISES = (
    worth_learning,
    pairs,
    comparison_loss,
    reward_at_end,
    own_taste,
    token_rewards,
    kl_estimates,
    clipped_objective,
)

NOTES = {
    "instructgpt/order": (
        "Judged by the true preferences, which nobody has outside this course; the paper asks "
        "people. Four kinds of request here, ten in the paper's Table 1."
    ),
    "instructgpt/small-beats-large": (
        "The paper's step is of 100 times the size. Our family has no model so much larger."
    ),
    "instructgpt/sft-epochs": "The paper reads its demonstrations 16 times.",
    "instructgpt/rm": (
        "Our labeler agrees with itself in as many pairs as two of the paper's labelers, because "
        "its noise is set so. Our reward model sees manners and is nearly blind to truth; the "
        "labeler is not. A hundred prompts; ± 2."
    ),
    "instructgpt/overoptimisation": (
        "InstructGPT has no such curve: it takes a true score, and nobody can ask people after "
        "every step."
    ),
    "instructgpt/tax": (
        "Chapter 2's tasks, of our own web. The paper's are public ones, such as SQuAD, DROP and "
        "HellaSwag."
    ),
    "instructgpt/calibration": "GPT-4's figures are of MMLU, exam questions with four choices.",
}
"""What the difference in scale does and does not explain, claim by claim."""
