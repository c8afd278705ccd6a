"""The policy answers, and what is kept of it."""

from __future__ import annotations

import dataclasses
import importlib
import math

import pytest
import torch

from gptedu.rlhf.episodes import answer_logits, answer_logprobs
from gptedu.rlhf.ppo.value_model import ValueModel, answer_values
from gptedu.rlhf.reward.scorer import scores_of
from ppo_samples import NAN, PROMPTS, count_letters, rolled
from tiny_rlhf import END, tiny_lm


def test_logprobs_of_generation_are_those_of_the_forward_pass(monkeypatch):
    """What each token was really drawn from, caught where it was drawn."""
    module = importlib.import_module("gptedu.sampling.generate")
    sources = []
    original = module.filter_logits

    def caught(logits, *settings):
        # Behind temperature, top-k and top-p: cut or bent, it would be another distribution.
        sources.append(original(logits, *settings))
        return sources[-1]

    monkeypatch.setattr(module, "filter_logits", caught)
    prompts = sorted(PROMPTS, key=len)  # one group, in this order
    rollout = rolled(tiny_lm(sharp=5.0), prompts=prompts)
    assert len(sources) == 6
    drawn_from = torch.stack(sources, dim=1).log_softmax(-1)  # [batch, answer, vocab]
    for row, answer in enumerate(rollout.episodes.answer_mask):
        ids = rollout.episodes.ids[row][answer]
        expected = drawn_from[row, : len(ids)].gather(1, ids[:, None])[:, 0]
        torch.testing.assert_close(rollout.logprobs[row][answer], expected, rtol=0, atol=1e-5)


def test_answers_have_the_frequencies_that_their_logprobs_say():
    lm = tiny_lm(sharp=4.0)
    rollout = rolled(lm, prompts=["ab"] * 2000, max_tokens=1, minibatch=500)
    ids = rollout.episodes.ids[:, 3]
    shares = torch.bincount(ids, minlength=8) / 2000
    with torch.no_grad():
        p = lm.model(torch.tensor([[END, 1, 2]]))[0, -1].softmax(-1)
    assert (shares - p).abs().max() < 0.04
    assert p.max() > 0.2
    entropy = -float((p * p.log()).sum())
    assert rollout.entropy == pytest.approx(entropy, abs=1e-4)


@torch.no_grad()
def test_what_is_kept_of_the_draws_is_what_the_networks_say():
    lm = tiny_lm(sharp=2.0)
    rollout = rolled(lm)
    assert 0 < rollout.finished.sum() < len(PROMPTS)  # nothing is kept from behind an end
    expected = answer_logprobs(lm.model, rollout.episodes)
    torch.testing.assert_close(rollout.logprobs, expected, rtol=0, atol=1e-5)
    logprobs = answer_logits(lm.model, rollout.episodes).log_softmax(-1)
    entropy = -(logprobs.exp() * logprobs).sum(-1).mean().item()
    assert rollout.entropy == pytest.approx(entropy, abs=1e-5)


def test_a_rollout_is_text_and_tokens_of_the_same():
    lm = tiny_lm(sharp=2.0)
    rollout = rolled(lm)
    assert 0 < rollout.finished.sum() < len(PROMPTS)
    for row, (prompt, answer) in enumerate(zip(PROMPTS, rollout.answers, strict=True)):
        end = [END] if rollout.finished[row] else []
        whole = [END, *lm.tokenizer.encode(prompt + answer), *end]
        real = rollout.episodes.mask[row]
        assert rollout.episodes.ids[row][real].tolist() == whole
        answers = rollout.episodes.answer_mask[row]
        assert answers.tolist() == [1 + len(prompt) <= t < len(whole) for t in range(len(answers))]
        assert len(answer) == 6 or rollout.finished[row]
    assert rollout.texts == [p + a for p, a in zip(PROMPTS, rollout.answers, strict=True)]
    assert rollout.scores.tolist() == count_letters(rollout.texts).tolist()
    for tensor in (rollout.logprobs, rollout.ref_logprobs, rollout.values):
        assert not tensor[~rollout.episodes.answer_mask].any()


def test_pad_ids_change_nothing():
    lm, rollout = tiny_lm(sharp=3.0), rolled(tiny_lm(sharp=3.0))
    episodes = rollout.episodes
    assert not episodes.mask.all()
    other = dataclasses.replace(episodes, ids=episodes.ids.masked_fill(~episodes.mask, 7))
    value_model = ValueModel.of_policy(lm.model)
    torch.nn.init.normal_(value_model.head.weight)
    assert torch.equal(answer_logprobs(lm.model, episodes), answer_logprobs(lm.model, other))
    assert torch.equal(answer_values(value_model, episodes), answer_values(value_model, other))


def test_ids_beyond_the_tokenizer_are_left_out_of_the_text():
    lm = tiny_lm(vocab_size=40)  # as embeddings padded to a round number
    rollout = rolled(lm, reference=lm.model, prompts=["a"] * 8, minibatch=8)
    assert (rollout.episodes.ids >= 8).any()
    assert all(set(answer) <= set("abcdefg") for answer in rollout.answers)


def test_a_prompt_that_leaves_no_room():
    with pytest.raises(ValueError, match=r"'abababab.*18 tokens.*context of 24"):
        rolled(prompts=["ab" * 8 + "a"])
    rolled(prompts=["ab" * 8])  # 17 tokens, 6 more and an end


@pytest.mark.parametrize(
    ("reward", "says"),
    [
        (lambda texts: torch.zeros(len(texts), 1), r"shape \[6, 1\] for 6 texts"),
        (lambda texts: torch.zeros(()), r"shape \[\] for 6 texts"),
        (lambda texts: torch.zeros(5), r"shape \[5\] for 6 texts"),
        (lambda texts: torch.tensor([0, 1, 2, NAN, 4, 5]), "gave nan for the text 'cade"),
        (lambda texts: torch.tensor([0, math.inf, 2, 3, 4, 5]), "gave inf for the text 'abcd"),
        (lambda texts: None, "gave None for 6 texts: it must give one real number a text"),
        (lambda texts: [None] * 6, "gave .None, None.* for 6 texts"),
        (lambda texts: "abcdef", "gave abcdef for 6 texts"),
        (lambda texts: [10**400] * 6, "gave .1000.* for 6 texts"),
        (lambda texts: [1 + 2j] * 6, r"gave \[\(1\+2j\), .* one real number"),
    ],
)
def test_rewards_that_are_none(reward, says):
    with pytest.raises(ValueError, match=says):
        rolled(reward=reward)


def test_a_reward_may_be_a_list_and_leaves_its_graph_behind():
    assert scores_of(lambda texts: [1, 2], ["a", "b"]).tolist() == [1.0, 2.0]
    leaf = torch.zeros(2, requires_grad=True)
    assert not scores_of(lambda texts: leaf * 2, ["a", "b"]).requires_grad
