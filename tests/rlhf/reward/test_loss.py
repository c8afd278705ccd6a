"""The loss on rankings: equation 1."""

from __future__ import annotations

import math
import random

import pytest
import torch

from gptedu.model import GPT
from gptedu.rlhf.labels.comparisons import Comparison
from gptedu.rlhf.reward.loss import comparison_loss
from gptedu.rlhf.reward.model import RewardModel
from gptedu.sampling import seeded
from reward_samples import gradient, loss_of, ranked


@pytest.mark.parametrize("answers", [2, 4, 9])
def test_the_loss_is_equation_1(answers):
    rewards = torch.randn(answers, generator=seeded(answers), dtype=torch.float64)
    ranks = random.Random(answers).sample(range(1, answers + 1), answers)
    total = sum(
        math.log(1 / (1 + math.exp(-float(rewards[w] - rewards[l]))))
        for w in range(answers)
        for l in range(answers)  # noqa: E741
        if ranks[w] < ranks[l]
    )
    expected = -total / math.comb(answers, 2)
    assert comparison_loss(rewards, ranks).item() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("ranks", [(1, 2), (3, 1, 2, 4), (1, 1, 2, 2), tuple(range(1, 10))])
def test_a_zero_head_gives_log_2(lm, tokenizer, ranks):
    model = RewardModel.of(lm)
    assert comparison_loss(torch.zeros(len(ranks)), ranks).item() == pytest.approx(math.log(2))
    comparison = Comparison("cat\nReply:", tuple(" a" * (i + 1) for i in range(len(ranks))), ranks)
    loss = loss_of(model, tokenizer, [comparison, ranked(0)])
    assert loss.item() == pytest.approx(math.log(2), rel=1e-6)
    loss.backward()
    assert model.head.weight.grad.abs().max() > 0  # and it can learn from there


def test_adding_a_constant_to_all_rewards_changes_nothing(model, tokenizer):
    rewards = torch.randn(5, generator=seeded(0), dtype=torch.float64, requires_grad=True)
    ranks = (2, 1, 3, 3, 5)
    loss = comparison_loss(rewards, ranks)
    assert comparison_loss(rewards + 12.5, ranks).item() == pytest.approx(loss.item(), rel=1e-12)
    assert torch.autograd.grad(loss, rewards)[0].sum().abs() < 1e-12

    comparisons = [ranked(0), ranked(1)]
    before = loss_of(model, tokenizer, comparisons)
    found = gradient(model, before)
    model.shift += 3.0
    after = loss_of(model, tokenizer, comparisons)
    assert after.item() == pytest.approx(before.item(), rel=1e-12)
    torch.testing.assert_close(gradient(model, after), found, rtol=1e-9, atol=1e-12)


def test_the_order_of_answers_and_of_prompts_changes_nothing(model, tokenizer):
    comparisons = [ranked(i, answers) for i, answers in enumerate((4, 9, 2))]
    rng = random.Random(0)
    shuffled = []
    for c in comparisons:
        order = rng.sample(range(len(c.answers)), len(c.answers))
        shuffled.append(
            Comparison(
                c.prompt, tuple(c.answers[i] for i in order), tuple(c.ranks[i] for i in order)
            )
        )
    one = loss_of(model, tokenizer, comparisons)
    other = loss_of(model, tokenizer, shuffled[::-1])
    assert other.item() == pytest.approx(one.item(), rel=1e-12)
    torch.testing.assert_close(gradient(model, other), gradient(model, one), rtol=1e-9, atol=1e-12)


def test_only_the_order_of_ranks_counts():
    rewards = torch.randn(4, generator=seeded(0), dtype=torch.float64)
    losses = {
        comparison_loss(rewards, r).item() for r in [(1, 2, 2, 3), (1, 2, 2, 4), (2, 5, 5, 9)]
    }
    assert len(losses) == 1


def test_ties_make_no_pair():
    rewards = torch.tensor([0.3, -1.0, 2.0], dtype=torch.float64, requires_grad=True)
    tied = comparison_loss(rewards, (1, 2, 2))
    pairs = [comparison_loss(rewards[[0, i]], (1, 2)) for i in (1, 2)]
    assert tied.item() == pytest.approx(sum(p.item() for p in pairs) / 2, rel=1e-12)
    with pytest.raises(ValueError, match="all answers are tied"):
        comparison_loss(rewards, (2, 2, 2))


def test_rewards_and_ranks_must_belong_together():
    for rewards in (torch.zeros(3), torch.zeros(1, 2), torch.zeros(())):
        with pytest.raises(ValueError, match="for 2 ranks"):
            comparison_loss(rewards, (1, 2))


def test_a_prompt_with_9_answers_weighs_as_one_with_4(model, tokenizer):
    four, nine = ranked(0, 4), ranked(1, 9)
    alone = [loss_of(model, tokenizer, [c]) for c in (four, nine)]
    together = loss_of(model, tokenizer, [four, nine])
    assert together.item() == pytest.approx((alone[0].item() + alone[1].item()) / 2, rel=1e-12)
    expected = (gradient(model, alone[0]) + gradient(model, alone[1])) / 2
    torch.testing.assert_close(gradient(model, together), expected, rtol=1e-9, atol=1e-12)


def test_each_answer_is_scored_once_in_one_pass_that_computes_no_logits(
    model, tokenizer, monkeypatch
):
    seen, features = [], model.body.features
    monkeypatch.setattr(
        model.body, "features", lambda ids, **how: seen.append(len(ids)) or features(ids, **how)
    )
    monkeypatch.delattr(GPT, "unembed")
    loss_of(model, tokenizer, [ranked(0, 4), ranked(1, 9)])
    assert seen == [13]
