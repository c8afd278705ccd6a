"""The checker as a reward, as chapter 4's PPO takes it."""

from __future__ import annotations

import pytest
import torch

from gptedu.reasoning import problems
from gptedu.reasoning.accuracy import thinking
from gptedu.reasoning.rewards import verified
from gptedu.rlhf.reward.scorer import scores_of

TOM = problems.typed("Tom has 3 coins. He gets 4 more. He loses 2. How many are left?")
(PROMPT,) = thinking([TOM])
TEXTS = [
    f"{PROMPT} 3 and 4 is 7. 7 less 2 is 5. The answer is 5",
    f"{PROMPT} 3 and 4 is 8. 8 less 2 is 5. The answer is 5",
    f"{PROMPT} 3 and 4 is 8. 8 less 2 is 6. The answer is 6",
    f"{PROMPT} well",
]


def test_a_right_answer_is_worth_one():
    assert torch.equal(scores_of(verified([TOM], [PROMPT]), TEXTS), torch.tensor([1.0, 1, 0, 0]))


def test_with_steps_every_step_has_to_be_right():
    reward = verified([TOM], [PROMPT], steps=True)
    assert torch.equal(scores_of(reward, TEXTS), torch.tensor([1.0, 0, 0, 0]))


def test_a_text_without_its_prompt_is_one_sentence():
    with pytest.raises(ValueError, match="begins with none of the prompts"):
        verified([TOM], [PROMPT])(["The answer is 5"])
