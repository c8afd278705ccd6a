"""A grader that learns from labels: a reward for PPO, and one that can be deceived."""

from __future__ import annotations

import pytest
import torch

from gptedu.language_model import LanguageModel
from gptedu.model import GPT, GPTConfig
from gptedu.rlhf.reward.scorer import scores_of
from gptedu.safety.grader import agreement, learn
from gptedu.safety.rewards import RequestIndex, SafetyReward
from gptedu.sampling import seeded
from gptedu.training.command import shipped_tokenizer
from gptedu.training.tuning import Tuning
from gptedu.world.policy import CLASSES
from policy_samples import gold

GOLD = gold(24)


@pytest.fixture(scope="module")
def taught():
    tokenizer = shipped_tokenizer()
    shape = GPTConfig(tokenizer.vocab_size, 128, layers=1, width=24, heads=2)
    lm = LanguageModel(GPT(shape, seeded(0)).eval(), tokenizer, "tiny", {})
    grader, done = learn(lm, GOLD, Tuning(epochs=8, batch=16, learning_rate=5e-3))
    return lm, grader, done


def test_it_begins_knowing_nothing_and_learns(taught):
    lm, grader, done = taught
    assert done.losses[0] == pytest.approx(torch.tensor(4.0).log().item(), abs=1e-5)
    assert done.losses[-1] < 0.8 * done.losses[0]
    assert agreement(grader, GOLD) > 0.5
    again, _ = learn(lm, GOLD, Tuning(epochs=8, batch=16, learning_rate=5e-3))
    asked = [(each, reply) for each, reply, _ in GOLD[:8]]
    torch.testing.assert_close(again.shares(asked), grader.shares(asked))


def test_the_model_that_it_starts_from_stays_as_it_is(taught):
    lm, grader, _ = taught
    body = grader.model.body
    assert not torch.equal(body.token_embedding.weight, lm.model.token_embedding.weight)


def test_its_shares_are_the_same_alone_and_in_a_batch(taught):
    _, grader, _ = taught
    asked = [(each, reply) for each, reply, _ in GOLD[:9]]
    together = grader.shares(asked)
    torch.testing.assert_close(together.sum(dim=1), torch.ones(9))
    for row, pair in zip(together, asked, strict=True):
        torch.testing.assert_close(grader.shares([pair])[0], row, atol=1e-5, rtol=1e-5)
        assert grader.grade(*pair) == CLASSES[int(row.argmax())]


def test_it_stands_in_for_the_rules_as_a_reward(taught):
    _, grader, _ = taught
    known = RequestIndex(each for each, _, _ in GOLD)
    reward = SafetyReward(known, grader=grader)
    texts = [each.prompt + reply for each, reply, _ in GOLD[:8]]
    scores = scores_of(reward, texts)
    assert scores.shape == (8,)
    assert not torch.equal(scores, SafetyReward(known)(texts))
    alone = [reward.of(each, reply) for each, reply, _ in GOLD[:8]]
    torch.testing.assert_close(scores, torch.tensor(alone), atol=1e-4, rtol=1e-4)


def test_nothing_to_learn_from_is_named(taught):
    lm, grader, _ = taught
    with pytest.raises(ValueError, match="there are no labels to learn from"):
        learn(lm, [])
    with pytest.raises(ValueError, match="there are no replies to grade"):
        agreement(grader, [])
