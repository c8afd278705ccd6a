"""The gradients of one PPO step."""

from __future__ import annotations

import copy

import pytest
import torch

from gptedu.model import GPT
from gptedu.rlhf import episodes as episodes_module
from gptedu.rlhf.episodes import Episodes, answer_logits, answer_logprobs
from gptedu.rlhf.ppo.config import PPOConfig
from gptedu.rlhf.ppo.losses import clipped_policy_loss, value_loss
from gptedu.rlhf.ppo.rollout import Rollout
from gptedu.rlhf.ppo.update import Learner
from gptedu.rlhf.ppo.value_model import ValueModel, answer_values
from gptedu.rlhf.pretraining import ptx_loss
from gptedu.sampling import seeded
from gptedu.training.loss import lm_loss
from ppo_samples import PROMPTS, draw, rolled
from tiny_rlhf import END, tiny_lm


def a_learner(lm, **settings) -> Learner:
    how = PPOConfig(batch=6, minibatch=3, max_tokens=6, **settings)
    return Learner(lm.model, ValueModel.of_policy(lm.model), how)


def gradients(learner: Learner, *arguments) -> list[torch.Tensor]:
    learner.optimiser.zero_grad(set_to_none=True)
    learner.gradient(*arguments)
    return [
        torch.zeros_like(weight) if weight.grad is None else weight.grad.clone()
        for weight in learner.weights
    ]


def a_batch(lm) -> tuple[Rollout, torch.Tensor, torch.Tensor, torch.Tensor]:
    rollout = rolled(lm)
    shape = rollout.logprobs.shape
    return rollout, torch.tensor([0, 2, 3, 5]), draw(*shape), draw(*shape, seed=1)


def test_the_gradient_of_ppo_ptx_is_the_sum_of_its_parts():
    lm = tiny_lm(sharp=2.0)
    text = torch.randint(0, 8, (4, 10), generator=seeded(1))
    learner = a_learner(lm, ptx=3.0)
    both = gradients(learner, *a_batch(lm), text)
    alone = gradients(learner, *a_batch(lm))
    model = copy.deepcopy(lm.model)
    model.zero_grad()
    (3.0 * lm_loss(model, text)).backward()
    pretraining = [weight.grad for weight in model.parameters()]
    assert all(part.abs().max() > 0 for part in (alone[0], pretraining[0]))
    for whole, part, other in zip(both, alone, pretraining, strict=False):
        torch.testing.assert_close(whole, part + other, rtol=1e-4, atol=1e-6)
    for whole, part in zip(both[len(pretraining) :], alone[len(pretraining) :], strict=True):
        assert torch.equal(whole, part)  # the value model reads no pretraining text
    torch.testing.assert_close(ptx_loss(model, text, 3.0), 3.0 * lm_loss(model, text))


@pytest.mark.parametrize("cached", [1, 16 * 30])
def test_how_rows_are_grouped_does_not_matter(monkeypatch, cached):
    lm = tiny_lm(sharp=2.0)
    whole = gradients(a_learner(lm), *a_batch(lm))
    seen = a_learner(lm).gradient(*a_batch(lm))
    monkeypatch.setattr(episodes_module, "CACHED", cached)
    for one, other in zip(whole, gradients(a_learner(lm), *a_batch(lm)), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(seen, a_learner(lm).gradient(*a_batch(lm)), rtol=1e-4, atol=1e-6)


def test_kept_passes_are_differentiated_on_as_many_threads_as_they_were_made():
    """Others have other gradients in the last bits: `LayerNorm`."""
    lm = tiny_lm(sharp=2.0)
    learner, seen = a_learner(lm), set()
    for weight in learner.weights:
        weight.register_hook(lambda gradient: seen.add(torch.get_num_threads()))
    rollout = rolled(lm, value_model=learner.value_model)
    assert {each.threads for each in rollout.first} <= {1, torch.get_num_threads()}
    kept = [each._replace(threads=3) for each in rollout.first]
    shape = rollout.logprobs.shape
    learner.gradient(rollout, torch.arange(3), draw(*shape), draw(*shape), None, kept)
    assert seen == {3}


def test_a_minibatch_is_the_losses_of_its_rows():
    lm = tiny_lm(sharp=2.0)
    learner = a_learner(lm, value_coefficient=0.5)
    rollout, which, advantages, returns = a_batch(lm)
    found = gradients(learner, rollout, which, advantages, returns)
    learner.optimiser.zero_grad(set_to_none=True)
    some, mask = rollout.episodes, torch.zeros_like(rollout.episodes.answer_mask)
    mask[which] = some.answer_mask[which]
    of_policy = clipped_policy_loss(
        answer_logprobs(learner.policy, some), rollout.logprobs, advantages, mask, 0.2
    )
    of_value = value_loss(
        answer_values(learner.value_model, some), rollout.values, returns, mask, 0.2
    )
    (of_policy.loss + 0.5 * of_value).backward()
    for ours, weight in zip(found, learner.weights, strict=True):
        expected = torch.zeros_like(weight) if weight.grad is None else weight.grad
        torch.testing.assert_close(ours, expected, rtol=1e-4, atol=1e-6)


def test_weights_without_a_gradient_stay_where_they_are():
    """PPO decays no weight: where nothing is to be gained, the policy does not move."""
    learner = a_learner(tiny_lm(), learning_rate=0.1)
    before = [weight.clone() for weight in learner.weights]
    for weight in learner.weights:
        weight.grad = torch.zeros_like(weight)
    learner.optimiser.step()
    for weight, was in zip(learner.weights, before, strict=True):
        assert torch.equal(weight, was)


def test_the_first_ratio_is_exactly_one_in_training_mode():
    lm = tiny_lm(sharp=2.0)
    rollout = rolled(lm, prompts=PROMPTS * 4, minibatch=12)
    learner = a_learner(lm)
    lm.model.train()
    shape = rollout.logprobs.shape
    seen = learner.gradient(rollout, torch.arange(12), draw(*shape), draw(*shape))
    assert seen[3] == 0
    assert seen[4] == 1.0


def test_the_end_of_text_token_gets_gradient():
    """An advantage at the end alone makes ending likelier, and reaches nothing else."""
    lm = tiny_lm(sharp=2.0)
    rollout = rolled(lm)
    row = int(rollout.finished.nonzero()[0])
    last = int(rollout.episodes.mask[row].sum()) - 1
    assert rollout.episodes.ids[row, last] == END
    assert rollout.episodes.answer_mask[row, last]
    advantages = torch.zeros_like(rollout.logprobs)
    advantages[row, last] = 1.0
    learner = a_learner(lm, learning_rate=1e-3, value_coefficient=0.0)
    which = torch.tensor([row])
    learner.update(rollout, which, advantages, torch.zeros_like(advantages))
    with torch.no_grad():
        after = answer_logprobs(lm.model, rollout.episodes)[row, last]
    assert after > rollout.logprobs[row, last] + 1e-3


def test_only_answers_are_unembedded():
    lm, seen = tiny_lm(), []
    lm.model.unembed = lambda hidden: seen.append(hidden.shape) or GPT.unembed(lm.model, hidden)
    episodes = Episodes.of([[END, 1, 2, 3], [END, 4]], [[5, END], [6, 7, END]])
    answer_logits(lm.model, episodes)
    assert seen == [(5, 16)]
