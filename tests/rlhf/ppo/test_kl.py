"""How far a policy has moved, and what that costs."""

from __future__ import annotations

import pytest
import torch

from gptedu.rlhf.episodes import Episodes, answer_logprobs
from gptedu.rlhf.ppo.kl import AdaptiveBeta, FixedBeta, k1, k3
from ppo_samples import NAN
from tiny_rlhf import END, all_answers, tiny_lm


@pytest.mark.parametrize("seed", [1, 2])
def test_over_all_answers_k1_and_k3_are_the_kl(seed):
    policy, reference = tiny_lm(sharp=6.0).model.double(), tiny_lm(seed, sharp=4.0).model.double()
    answers = all_answers(3)
    prompt = [END, 3, 1]
    episodes = Episodes.of([prompt] * len(answers), answers)
    with torch.no_grad():
        ours = answer_logprobs(policy, episodes)
        theirs = answer_logprobs(reference, episodes)
    p, log_ratios = ours.double().sum(dim=1).exp(), (ours - theirs).double()
    assert p.sum().item() == pytest.approx(1.0, abs=1e-6)
    kl = float((p * (ours.double().sum(1) - theirs.double().sum(1))).sum())
    assert kl > 0.5
    assert float((p * k1(log_ratios).sum(1)).sum()) == pytest.approx(kl, abs=1e-5)
    assert float((p * k3(log_ratios).sum(1)).sum()) == pytest.approx(kl, abs=1e-5)
    assert k1(log_ratios).min() < -0.1
    assert k3(log_ratios).min() >= 0


def test_k3_is_never_negative_however_small_the_ratio():
    tiny = torch.tensor([1e-4, -1e-4, 3e-6, -1e-8, 0.0])
    assert (k3(tiny) >= 0).all()
    assert float(k3(torch.tensor(1e-2))) == pytest.approx(1e-4 / 2, rel=0.01)


def test_beta_steers_towards_its_target():
    beta = AdaptiveBeta(0.1, target=6.0, horizon=1000)
    beta.update(kl=60.0, episodes=100)  # far above: the error is held at 0.2
    assert beta.value == pytest.approx(0.1 * 1.02)
    beta.update(kl=5.4, episodes=100)  # a tenth below
    assert beta.value == pytest.approx(0.1 * 1.02 * 0.99)
    beta.update(kl=-3.0, episodes=1000)
    assert beta.value == pytest.approx(0.1 * 1.02 * 0.99 * 0.8)
    short = AdaptiveBeta(0.1, target=6.0, horizon=10)
    short.update(kl=0.0, episodes=64)  # not by 0.2 x 6.4, which would turn the penalty round
    assert short.value == pytest.approx(0.1 * 0.8)
    fixed = FixedBeta(0.1)
    fixed.update(kl=60.0, episodes=100)
    assert fixed.value == 0.1


@pytest.mark.parametrize(
    "make",
    [
        lambda: FixedBeta(-0.1),
        lambda: FixedBeta(NAN),
        lambda: AdaptiveBeta(0.0, 6.0, 100),
        lambda: AdaptiveBeta(0.1, 0.0, 100),
        lambda: AdaptiveBeta(0.1, 6.0, -1),
    ],
)
def test_betas_that_mean_nothing(make):
    with pytest.raises(ValueError, match=r"give|start"):
        make()
