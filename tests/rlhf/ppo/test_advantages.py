"""What each token earned, and which did better than expected."""

from __future__ import annotations

import pytest
import torch

from gptedu.rlhf.ppo.advantages import explained_variance, gae, token_rewards, whiten
from ppo_samples import answers_mask, draw, spoiled


def test_gae_of_lambda_one_is_reward_to_go_less_the_value():
    mask = answers_mask()
    rewards, values = draw(3, 7), draw(3, 7, seed=1)
    advantages, returns = gae(spoiled(rewards, mask), spoiled(values, mask), mask, 1.0, 1.0)
    to_go = (rewards * mask).flip(1).cumsum(1).flip(1)
    torch.testing.assert_close(advantages, (to_go - values) * mask)
    torch.testing.assert_close(returns, to_go * mask)


def test_gae_of_lambda_zero_is_the_td_error():
    mask = answers_mask()
    rewards, values = draw(3, 7), draw(3, 7, seed=1)
    advantages, _ = gae(spoiled(rewards, mask), spoiled(values, mask), mask, 0.9, 0.0)
    for row, (start, end) in enumerate([(2, 6), (1, 3), (6, 7)]):
        for t in range(start, end):
            after = 0.9 * values[row, t + 1] if t + 1 < end else 0.0
            assert float(advantages[row, t]) == pytest.approx(
                float(rewards[row, t] + after - values[row, t]), abs=1e-6
            )


def test_gae_is_its_definition():
    mask = torch.ones(2, 5, dtype=torch.bool)
    rewards, values, gamma, lam = draw(2, 5), draw(2, 5, seed=1), 0.8, 0.7
    deltas = rewards + gamma * torch.cat([values[:, 1:], torch.zeros(2, 1)], 1) - values
    expected = [sum((gamma * lam) ** k * deltas[:, t + k] for k in range(5 - t)) for t in range(5)]
    advantages, returns = gae(rewards, values, mask, gamma, lam)
    torch.testing.assert_close(advantages, torch.stack(expected, dim=1))
    torch.testing.assert_close(returns, advantages + values)


def test_whitened_rewards_keep_their_mean_and_advantages_do_not():
    mask = answers_mask()
    x = 3.0 + 5.0 * draw(3, 7)
    mean = float(x[mask].mean())
    for shift, expected in ((True, 0.0), (False, mean)):
        white = whiten(spoiled(x, mask), mask, shift_mean=shift)
        assert float(white[mask].mean()) == pytest.approx(expected, abs=1e-5)
        assert float(white[mask].std(correction=0)) == pytest.approx(1.0, abs=1e-4)
        assert not white[~mask].any()


def test_token_rewards_sum_to_the_score_less_beta_times_the_log_ratios():
    mask = answers_mask()
    scores, log_ratios = draw(3), draw(3, 7, seed=1)
    rewards = token_rewards(scores, spoiled(log_ratios, mask), mask, beta=0.3)
    torch.testing.assert_close(rewards.sum(1), scores - 0.3 * (log_ratios * mask).sum(1))
    for row, last in enumerate([5, 2, 6]):
        assert float(rewards[row, last]) == pytest.approx(
            float(scores[row] - 0.3 * log_ratios[row, last]), abs=1e-6
        )
    assert not rewards[~mask].any()


def test_explained_variance():
    mask = answers_mask()
    returns = draw(3, 7)
    assert explained_variance(spoiled(returns, mask), returns, mask) == pytest.approx(1.0)
    constant = explained_variance(torch.full((3, 7), 9.0), returns, mask)
    assert constant == pytest.approx(0.0, abs=1e-6)
    assert explained_variance(returns, torch.ones(3, 7), mask) == 0.0
