"""PPO's parts: KL, advantages, losses, rollouts and gradients."""

from __future__ import annotations

import copy
import dataclasses
import importlib
import math

import pytest
import torch

from gptedu.model import GPT
from gptedu.model.fast.answer_states import states_at_end, states_before
from gptedu.rlhf import episodes as episodes_module
from gptedu.rlhf.episodes import Episodes, answer_logits, answer_logprobs
from gptedu.rlhf.ppo.advantages import explained_variance, gae, token_rewards, whiten
from gptedu.rlhf.ppo.config import PPOConfig
from gptedu.rlhf.ppo.kl import AdaptiveBeta, FixedBeta, k1, k3
from gptedu.rlhf.ppo.losses import clipped_policy_loss, value_loss
from gptedu.rlhf.ppo.rollout import Rollout, roll_out
from gptedu.rlhf.ppo.update import Learner
from gptedu.rlhf.ppo.value_model import ValueModel, answer_values
from gptedu.rlhf.pretraining import ptx_loss
from gptedu.rlhf.reward.model import RewardModel
from gptedu.rlhf.reward.scorer import scores_of
from gptedu.training.loss import lm_loss
from tiny_rlhf import END, all_answers, tiny_lm

PROMPTS = ["ab", "abcdefg", "g", "cade", "bb", "fedcba"]
NAN = math.nan


def draw(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def count_letters(texts: list[str]) -> torch.Tensor:
    return torch.tensor([float(text.count("a")) for text in texts])


def rolled(lm=None, *, reference=None, value_model=None, prompts=None, **how) -> Rollout:
    lm = lm or tiny_lm()
    settings = {"reward": count_letters, "max_tokens": 6, "minibatch": 3} | how
    return roll_out(
        lm,
        prompts or PROMPTS,
        reference=reference or tiny_lm(1).model,
        value_model=value_model or ValueModel.of_policy(lm.model),
        generator=torch.Generator().manual_seed(5),
        **settings,
    )


# How far: KL and its price


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


# Which token: advantages


def answers_mask() -> torch.Tensor:
    return torch.tensor(
        [[0, 0, 1, 1, 1, 1, 0], [0, 1, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 1]], dtype=torch.bool
    )


def spoiled(x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """NaN wherever nothing may be read."""
    return x.masked_fill(~mask, NAN)


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


# Losses


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


def test_at_ratio_one_the_policy_loss_is_the_mean_advantage():
    mask = answers_mask()
    logprobs, advantages = draw(3, 7), draw(3, 7, seed=1)
    found = clipped_policy_loss(logprobs, logprobs.clone(), advantages, mask, 0.2)
    assert float(found.loss) == pytest.approx(-float(advantages[mask].mean()), abs=1e-6)
    assert (float(found.clip_fraction), float(found.ratio_max)) == (0.0, 1.0)
    lower = clipped_policy_loss(logprobs - 0.1, logprobs, advantages, mask, 0.2)
    assert float(lower.ratio_max) == pytest.approx(math.exp(-0.1))  # and not a pad's 1


@pytest.mark.parametrize(
    ("ratio", "advantage", "loss", "moves"),
    [
        (1.5, 1.0, -1.2, False),  # enough: more of it does not pay
        (1.5, -1.0, 1.5, True),  # gone the wrong way: come back
        (0.5, 1.0, -0.5, True),
        (0.5, -1.0, 0.8, False),
        (1.1, 1.0, -1.1, True),
    ],
)
def test_the_policy_loss_is_clipped_on_one_side(ratio, advantage, loss, moves):
    new = torch.tensor([[math.log(ratio)]], requires_grad=True)
    mask = torch.ones(1, 1, dtype=torch.bool)
    found = clipped_policy_loss(new, torch.zeros(1, 1), torch.tensor([[advantage]]), mask, 0.2)
    found.loss.backward()
    assert found.loss.item() == pytest.approx(loss)
    assert bool(new.grad.abs().sum() > 0) is moves
    assert float(found.clip_fraction) == float(abs(ratio - 1) > 0.2)
    assert float(found.ratio_max) == pytest.approx(ratio)


@pytest.mark.parametrize(
    ("value", "target", "loss", "moves"),
    [
        (1.1, 2.0, 0.5 * 0.9**2, True),
        (1.5, 2.0, 0.5 * 0.8**2, False),  # moved by more than 0.2 already
        (1.5, 0.0, 0.5 * 1.5**2, True),  # gone the wrong way: come back
    ],
)
def test_the_value_loss_is_clipped(value, target, loss, moves):
    new = torch.tensor([[value]], requires_grad=True)
    mask = torch.ones(1, 1, dtype=torch.bool)
    found = value_loss(new, torch.ones(1, 1), torch.tensor([[target]]), mask, 0.2)
    found.backward()
    assert found.item() == pytest.approx(loss, rel=1e-5)
    assert bool(new.grad.abs().sum() > 0) is moves


def test_what_stands_in_pads_never_changes_a_loss():
    mask = answers_mask()
    tensors = [draw(3, 7, seed=seed) for seed in range(4)]
    for loss in (
        lambda a, b, c: clipped_policy_loss(a, b, c, mask, 0.2).loss,
        lambda a, b, c: clipped_policy_loss(a, b, c, mask, 0.2).clip_fraction,
        lambda a, b, c: clipped_policy_loss(a, b, c, mask, 0.2).ratio_max,
        lambda a, b, c: value_loss(a, b, c, mask, 0.2),
    ):
        clean = loss(*tensors[:3])
        assert torch.equal(clean, loss(*(spoiled(x, mask) for x in tensors[:3])))
    leaf = spoiled(tensors[0], mask).requires_grad_()
    clipped_policy_loss(leaf, tensors[1], tensors[2], mask, 0.2).loss.backward()
    assert not leaf.grad[~mask].any()
    assert leaf.grad[mask].isfinite().all()


def test_explained_variance():
    mask = answers_mask()
    returns = draw(3, 7)
    assert explained_variance(spoiled(returns, mask), returns, mask) == pytest.approx(1.0)
    constant = explained_variance(torch.full((3, 7), 9.0), returns, mask)
    assert constant == pytest.approx(0.0, abs=1e-6)
    assert explained_variance(returns, torch.ones(3, 7), mask) == 0.0


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ({"batch": 0}, "batch is 0"),
        ({"epochs": 1.5}, "epochs is 1.5"),
        ({"max_tokens": True}, "max_tokens is True"),
        ({"batch": 10, "minibatch": 4}, "batch of 10 does not divide"),
        ({"minibatch": 8, "answers": 3}, "into 3 answers"),
        ({"learning_rate": 0.0}, "learning_rate is 0.0"),
        ({"clip": -0.2}, "clip is -0.2"),
        ({"value_clip": NAN}, "value_clip is nan"),
        ({"beta": -1.0}, "beta is -1.0"),
        ({"ptx": math.inf}, "ptx is inf"),
        ({"lam": 1.5}, "lam is 1.5"),
        ({"gamma": "1"}, "gamma is '1'"),
        ({"target_kl": 0.0}, "target_kl is 0.0"),
        ({"target_kl": 3.0, "beta": 0.0}, "start above 0"),
    ],
)
def test_settings_that_mean_nothing(setting, says):
    with pytest.raises(ValueError, match=says):
        PPOConfig(**setting)


# Rollouts


ONE_EACH = [[END, 1], [END, 2, 3, 4, 5], [END, 6]]
SHARED = [[END, 1], [END, 2, 3, 4, 5], [END, 1], [END, 6], [END, 2, 3, 4, 5], [END, 1]]


@pytest.mark.parametrize("prompts", [ONE_EACH, SHARED, [[END, 3]] * 6])
@pytest.mark.parametrize("shape", [{}, {"norm": "post"}, {"layers": 1}])
def test_states_of_answers_are_those_of_the_whole_pass(shape, prompts):
    model = tiny_lm(sharp=3.0, **shape).model.double()
    answers = [[1, 2, END], [3], [4, 5, 6, 7, 1, 2], [END], [1, 1, 1, END], [7, 6]]
    episodes = Episodes.of(prompts, answers[: len(prompts)])
    whole = copy.deepcopy(model)
    expected = whole.features(episodes.ids, mask=episodes.mask)[:, :-1][episodes.answer_mask[:, 1:]]
    found = states_before(model, episodes.ids, episodes.answer_mask, episodes.prompts)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-12)
    weights = draw(*expected.shape).double()
    (found * weights).sum().backward()
    (expected * weights).sum().backward()
    for (name, ours), theirs in zip(model.named_parameters(), whole.parameters(), strict=True):
        torch.testing.assert_close(ours.grad, theirs.grad, rtol=0, atol=1e-12, msg=name)


COMMON = [
    [END, 1, 2, 3, 4, END],
    [END, 1, 2, 3, END],
    [END, 1, 2, 3, 5, 6, END],
    [END, 1, 2, END],  # more than half in common with the first, but not with the third
    [END, 1, 2, END],  # the same text again
    [END, 7, 7, 7, 7, END],
    *[[END, 5, 5, 5, last] for last in (1, 2, 3, 4, 6)],  # one more than go together
]


def test_texts_that_begin_alike_are_taken_for_answers_to_one_prompt():
    episodes = Episodes.with_common_beginnings(COMMON)
    assert episodes.prompts.tolist() == [0, 0, 0, 3, 3, 5, 6, 6, 6, 6, 10]
    assert [row[mask].tolist() for row, mask in zip(episodes.ids, episodes.mask, strict=True)] == (
        COMMON
    )
    assert episodes.answer_mask.sum(dim=1).tolist() == [2, 1, 3, 1, 1, 1, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("shape", [{}, {"norm": "post"}, {"layers": 1}])
def test_the_state_at_the_end_is_that_of_the_whole_pass(shape):
    model = tiny_lm(sharp=3.0, **shape).model.double()
    episodes = Episodes.with_common_beginnings(COMMON)
    found = states_at_end(model, episodes.ids, episodes.answer_mask, episodes.prompts)
    alone = torch.cat([model.features(torch.tensor([text]))[:, -1] for text in COMMON])
    torch.testing.assert_close(found, alone, rtol=0, atol=1e-12)


def test_another_body_is_read_by_its_features():
    class Other(torch.nn.Module):
        def features(self, ids):
            return torch.stack([ids, 2 * ids], dim=-1).float()

    episodes = Episodes.of([[END, 1], [END, 2, 3]], [[4, 5, END], [6]])
    found = states_before(Other(), episodes.ids, episodes.answer_mask, episodes.prompts)
    assert found[:, 0].tolist() == [1, 4, 5, 3]


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


def test_values_start_at_zero_or_where_the_reward_model_is():
    lm = tiny_lm(sharp=2.0)
    assert not rolled(lm).values.any()
    reward_model = RewardModel.of(lm)
    torch.nn.init.normal_(reward_model.head.weight, generator=torch.Generator().manual_seed(3))
    reward_model.shift.fill_(-1.5)
    value_model = ValueModel.of_reward_model(reward_model)
    rollout = rolled(lm, value_model=value_model)
    with torch.no_grad():
        every = reward_model.at_every_token(rollout.episodes.ids, rollout.episodes.mask)
        mine = value_model(rollout.episodes.ids, rollout.episodes.mask)
    torch.testing.assert_close(mine, every)
    mask = rollout.episodes.answer_mask
    torch.testing.assert_close(rollout.values[mask], every[:, :-1][mask[:, 1:]])
    value_model.head.weight.data.zero_()  # a copy: the reward stays as it is
    assert reward_model.head.weight.any()


# Gradients


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
    text = torch.randint(0, 8, (4, 10), generator=torch.Generator().manual_seed(1))
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
