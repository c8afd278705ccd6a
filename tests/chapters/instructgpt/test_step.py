"""The PPO step that a learner builds in chapter 4, beside the package's."""

from __future__ import annotations

import pytest
import torch

from gptedu.chapters.instructgpt import exercises
from gptedu.rlhf.ppo.config import PPOConfig
from gptedu.rlhf.ppo.run import PPORun
from gptedu.rlhf.ppo.value_model import ValueModel
from gptedu.rlhf.reward.model import RewardModel
from gptedu.sampling import seeded
from lesson.source import lesson_of
from ppo_samples import PROMPTS, count_letters
from tiny_rlhf import tiny_lm


def the_step(**instead):
    """`ppo_update` as the chapter has it, with the reference solutions for a learner's."""
    cell = next(cell for cell in lesson_of("instructgpt").code if "def ppo_update" in cell.text)
    solved = {each.reference.__name__: each.reference for each in exercises.EXERCISES}
    room = {"torch": torch} | solved | instead
    exec(compile(cell.text, "04_instructgpt.py", "exec"), room)
    return room["ppo_update"]


def a_step_of_both(step, beta: float = 0.3):
    """Weights after one step of the package and of `step`, and the value losses of both."""
    lm, rate = tiny_lm(sharp=2.0), 1e-2
    how = PPOConfig(
        batch=6, minibatch=6, epochs=1, max_tokens=6, beta=beta, learning_rate=rate, clip=0.2
    )
    judge = RewardModel.of(tiny_lm(2))
    torch.nn.init.normal_(judge.head.weight, generator=seeded(0))  # or it would expect nothing
    theirs = PPORun(lm, count_letters, PROMPTS, how, reference=tiny_lm(1).model, value_from=judge)
    batch = theirs.roll_out()
    yours = tiny_lm(sharp=2.0)
    values = ValueModel.of_reward_model(judge)
    weights = [*yours.model.parameters(), *values.parameters()]
    optimiser = torch.optim.AdamW(weights, lr=rate, weight_decay=0.0, eps=1e-3)
    for group in theirs.learner.optimiser.param_groups:
        group["eps"] = 1e-3  # a gradient of nearly 0 would move a weight by its sign alone
    loss = step(yours, values, optimiser, batch, beta)
    expected = theirs.step()["value_loss"]
    return theirs.learner.weights, weights, expected, loss


def test_the_learners_step_is_the_packages() -> None:
    theirs, yours, expected, loss = a_step_of_both(the_step())
    assert loss == pytest.approx(expected, rel=1e-5)
    start = [*tiny_lm(sharp=2.0).model.parameters()]
    moved = [(a - b).abs().max() for a, b in zip(yours, start, strict=False)]
    assert max(moved) > 1e-3
    for one, other in zip(theirs, yours, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("part", "mistake"),
    [
        ("token_rewards", "the score at every token"),
        ("token_rewards", "a prize for moving away"),
        ("advantages", "one surprise alone"),
        ("advantages", "something expected after the end"),
        ("clipped_objective", "the loss"),  # a ratio of 1 is clipped in no way
        ("value_loss", "no half"),
    ],
)
def test_a_mistake_in_a_part_is_a_mistake_in_the_step(part, mistake) -> None:
    wrong = next(e.wrong for e in getattr(exercises, part).mistakes if e.name == mistake)
    theirs, yours, _, _ = a_step_of_both(the_step(**{part: wrong}))
    apart = [(a - b).abs().max().item() for a, b in zip(theirs, yours, strict=True)]
    assert max(apart) > 1e-3
