"""The checker as a reward, as chapter 4's PPO takes it."""

from __future__ import annotations

import pytest
import torch

import gptedu
from gptedu.language_model import LanguageModel
from gptedu.reasoning import problems
from gptedu.reasoning.accuracy import thinking
from gptedu.reasoning.rewards import verified
from gptedu.rlhf.ppo.config import PPOConfig
from gptedu.rlhf.ppo.run import PPORun
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


def test_a_text_that_breaks_off_in_a_right_number_is_worth_nothing():
    broken = [f"{PROMPT} 3 and 2 is 5", f"{PROMPT} 5", f"{PROMPT} 3 and 4 is 7. 7 less 2 is 5."]
    for steps in (False, True):
        reward = verified([TOM], [PROMPT], steps=steps)
        assert torch.equal(scores_of(reward, broken), torch.zeros(3))


def test_a_text_without_its_prompt_is_one_sentence():
    with pytest.raises(ValueError, match="begins with none of the prompts"):
        verified([TOM], [PROMPT])(["The answer is 5"])


def test_ppo_takes_the_checker_as_it_takes_any_reward():
    asked = problems.draw("sums", 2, 4, split="train")
    prompts = thinking(asked)
    policy = gptedu.load("mini-s", expect=LanguageModel)
    run = PPORun(
        policy,
        verified(asked, prompts),
        prompts,
        PPOConfig(batch=8, minibatch=8, epochs=1, max_tokens=24),
    )
    run.run(1, progress=False)
    assert run.steps == 1
    assert 0 <= run.record[0]["reward"] <= 1
