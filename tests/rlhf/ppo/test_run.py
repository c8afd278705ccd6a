"""A PPO run: what it learns, what it records, and that it can be stopped, changed and resumed."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import json
import math
import signal

import numpy as np
import pytest
import torch

from gptedu.finetuning.bert import MaskedModel
from gptedu.finetuning.lstm import LSTMConfig, LSTMModel
from gptedu.model import GPTConfig
from gptedu.model.text_model import TextModel, wrap
from gptedu.rlhf.ppo.advantages import gae, token_rewards
from gptedu.rlhf.ppo.config import PPOConfig
from gptedu.rlhf.ppo.kl import AdaptiveBeta
from gptedu.rlhf.ppo.record import PPORecord
from gptedu.rlhf.ppo.run import SAMPLES, PPORun
from gptedu.rlhf.reward.model import RewardModel
from gptedu.rlhf.reward.scorer import Scorer
from gptedu.sampling import seeded
from tiny_rlhf import Letters, tiny_lm

PROMPTS = ["ab", "abcd", "g", "cade", "bb", "fedcba", "e", "ff", "ga", "dad"]
SMALL = PPOConfig(batch=8, minibatch=4, max_tokens=5, learning_rate=3e-3, beta=0.1)
SHAPE = GPTConfig(vocab_size=8, context=24, layers=2, width=16, heads=2)
NOT_THE_SAME = {"seconds"}  # from run to run


def wrapped(model: torch.nn.Module) -> TextModel:
    return wrap(model, Letters(), "other", {})  # type: ignore[arg-type]


def count_letters(texts: list[str]) -> torch.Tensor:
    return torch.tensor([float(text.count("a")) for text in texts])


def short(texts: list[str]) -> torch.Tensor:
    return torch.tensor([-float(len(text)) for text in texts])


def make(config: PPOConfig = SMALL, reward=count_letters, **how) -> PPORun:
    how = {"policy": tiny_lm(sharp=2.0), "prompts": PROMPTS} | how
    return PPORun(how.pop("policy"), reward, how.pop("prompts"), config, **how)


def pretraining(update: int) -> torch.Tensor:
    return torch.randint(0, 8, (3, 9), generator=seeded(update))


def weights(run: PPORun) -> dict[str, torch.Tensor]:
    return {name: w.clone() for name, w in run.learner.networks.state_dict().items()}


def rows(record: PPORecord) -> list[dict]:
    return [{k: v for k, v in row.items() if k not in NOT_THE_SAME} for row in record]


def assert_same(one: PPORun, other: PPORun) -> None:
    assert rows(one.record) == rows(other.record)
    for (name, ours), theirs in zip(weights(one).items(), weights(other).values(), strict=True):
        assert torch.equal(ours, theirs), name


# What is learned


def test_a_bandit_with_a_known_best_answer_is_solved():
    """One token is worth 1, all others nothing: the policy comes to say it, and the values know."""

    def best(texts):
        return torch.tensor([float(text.endswith("c")) for text in texts])

    how = PPOConfig(batch=64, minibatch=32, max_tokens=1, learning_rate=1e-2, beta=0.0)
    run = PPORun(tiny_lm(), best, ["ab", "a", "bbb"], how)
    record = run.run(20, progress=False)
    assert record[0]["reward"] < 0.4
    assert record[-1]["reward"] > 0.95
    assert record[-1]["entropy"] < record[0]["entropy"] / 3
    assert run.policy.generate("ab", max_tokens=1) == "c"


def test_an_answer_learns_when_to_end():
    """Each further letter costs: the end-of-text token is what has to be learned."""
    how = PPOConfig(batch=64, minibatch=32, max_tokens=6, learning_rate=1e-2, beta=0.0)
    record = PPORun(tiny_lm(), short, ["ab", "ba"], how).run(20, progress=False)
    assert record[0]["length"] > 3
    assert record[-1]["length"] < 1.5
    assert record[-1]["finished"] > 0.95
    assert record[-1]["explained_variance"] > -1


def test_the_first_update_goes_on_from_the_passes_of_the_rollout(monkeypatch):
    """It makes none of its own, and what is learned is the same to the last bit."""
    from gptedu.rlhf.ppo import run as ppo_run
    from gptedu.rlhf.ppo import update

    passes = []
    original, roll_out = update.answer_logprobs, ppo_run.roll_out
    monkeypatch.setattr(
        update, "answer_logprobs", lambda *which: passes.append(1) or original(*which)
    )
    one = make()
    one.run(3, progress=False)
    assert len(passes) == 3 * 3  # of four updates a step
    assert one.roll_out().first == []  # only to be looked at
    monkeypatch.setattr(
        ppo_run, "roll_out", lambda *a, **how: dataclasses.replace(roll_out(*a, **how), first=[])
    )
    other = make()
    other.run(3, progress=False)
    assert len(passes) == 3 * 3 + 3 * 4
    assert_same(one, other)


def test_a_large_beta_keeps_the_policy_at_its_reference():
    how = dataclasses.replace(SMALL, batch=32, minibatch=16, learning_rate=1e-3)
    free = make(dataclasses.replace(how, beta=0.0)).run(12, progress=False)
    held = make(dataclasses.replace(how, beta=50.0)).run(12, progress=False)
    assert free[-1]["kl3"] > 4.0
    assert max(held.column("kl3")) < 0.3
    assert free[-1]["reward"] > held[-1]["reward"] + 1


def test_beta_follows_the_kl_that_is_measured():
    run = make(dataclasses.replace(SMALL, target_kl=0.05, kl_horizon=40.0))
    record = run.run(5, progress=False)
    expected = AdaptiveBeta(0.1, target=0.05, horizon=40.0)
    for row in record:
        assert row["beta"] == expected.value
        expected.update(row["kl"], SMALL.batch)
    assert run.beta == expected.value != 0.1


def test_the_first_ratio_is_exactly_one_with_dropout_in_the_model():
    how = dataclasses.replace(SMALL, batch=24, minibatch=24, epochs=1)
    run = make(how, policy=tiny_lm(sharp=2.0, dropout=0.5))
    run.policy.model.train()
    run.value_model.train()
    for _ in range(3):  # one update a step: each is a first one
        row = run.step()
        assert row["ratio_max"] == 1.0
        assert row["clip_fraction"] == 0.0
    assert abs(row["kl"]) > 0


def test_the_first_step_sees_the_reference_itself():
    row = make().step()
    assert row["kl"] == pytest.approx(0, abs=1e-6)  # the answers' own come from the decoder
    assert row["kl3"] == pytest.approx(0, abs=1e-6)
    assert row["explained_variance"] == 0.0  # the value head starts at zero


def test_rewards_are_paid_with_their_penalty(monkeypatch):
    """What reaches GAE sums to score - beta x log-ratio, and so do the whitened ones' means."""
    from gptedu.rlhf.ppo import run as ppo_run

    seen = []
    original = ppo_run.gae

    def caught(rewards, values, mask, gamma, lam):
        seen.append((rewards, mask))
        return original(rewards, values, mask, gamma, lam)

    monkeypatch.setattr(ppo_run, "gae", caught)
    run = make()
    run.run(3, progress=False)
    rollout = run.roll_out()
    run.beta = 0.7
    run.step()
    rewards, mask = seen[-1]
    log_ratios = (rollout.logprobs - rollout.ref_logprobs).sum(1)
    assert log_ratios.abs().max() > 0.01
    torch.testing.assert_close(rewards.sum(1), rollout.scores - 0.7 * log_ratios)

    whitened = make(dataclasses.replace(SMALL, whiten_rewards=True))
    plain = make()
    plain.step()
    raw, _ = seen[-1]
    whitened.step()
    white, mask = seen[-1]
    assert float(white[mask].mean()) == pytest.approx(float(raw[mask].mean()), abs=1e-6)
    assert float(white[mask].std(correction=0)) == pytest.approx(1.0, abs=1e-3)


def test_what_is_learned_from_is_the_whitened_advantages_and_the_plain_returns(monkeypatch):
    run = make()
    rollout, original, seen = run.roll_out(), run.learner.learn, []

    def caught(rolled, advantages, returns, **how):
        seen.append((advantages, returns))
        return original(rolled, advantages, returns, **how)

    monkeypatch.setattr(run.learner, "learn", caught)
    beta, config, mask = run.beta, run.config, rollout.episodes.answer_mask
    run.step()
    log_ratios = rollout.logprobs - rollout.ref_logprobs
    rewards = token_rewards(rollout.scores, log_ratios, mask, beta)
    plain, returns = gae(rewards, rollout.values, mask, config.gamma, config.lam)
    [(advantages, targets)] = seen
    torch.testing.assert_close(targets, returns)
    real = plain[mask]
    expected = (real - real.mean()) / real.std(correction=0)
    torch.testing.assert_close(advantages[mask], expected, rtol=1e-4, atol=1e-5)
    assert not advantages[~mask].any()


def test_pretraining_text_keeps_what_it_teaches():
    """With ptx the language-model loss on its text falls; without, nothing asks for that."""
    constant = torch.tensor([[0, 1, 2, 3, 4, 5, 6, 7]] * 4)
    asked = []

    def text(update):
        asked.append(update)
        return constant

    how = dataclasses.replace(SMALL, ptx=2.0)
    record = make(how, pretraining=text).run(8, progress=False)
    assert asked == list(range(8 * 4))  # each update, 2 epochs of 2 minibatches, has its own
    assert record[-1]["ptx_loss"] < record[0]["ptx_loss"] / 2
    assert make().step()["ptx_loss"] is None


def test_values_start_from_a_reward_model():
    lm = tiny_lm(sharp=2.0)
    reward_model = RewardModel.of(lm)
    reward_model.shift.fill_(2.0)
    run = make(policy=lm, value_from=reward_model)
    values = run.roll_out()
    assert (values.values[values.episodes.answer_mask] == 2.0).all()
    run.step()
    assert reward_model.shift == 2.0


# What a run is made of


def test_the_policy_that_was_given_and_the_reference_stay():
    lm = tiny_lm(sharp=2.0)
    before = copy.deepcopy(lm.model.state_dict())
    run = make(policy=lm)
    run.run(2, progress=False)
    for model in (lm.model, run.reference):
        assert all(torch.equal(w, before[name]) for name, w in model.state_dict().items())
    changed = [name for name, w in run.policy.model.state_dict().items()
               if not torch.equal(w, before[name])]  # fmt: skip
    assert set(changed) == set(before)
    assert all(weight.grad is None for weight in run.reference.parameters())


def test_prompts_are_a_function_of_seed_and_step():
    one, other = make(seed=3), make(seed=3, reward=short)
    one.step()
    other.step()
    assert one.roll_out().prompts == other.roll_out().prompts
    assert one.roll_out().texts == one.roll_out().texts
    assert make(seed=3).roll_out().prompts != make(seed=4).roll_out().prompts
    assert make(seed=3).roll_out().prompts != one.roll_out().prompts
    assert len(set(one.roll_out().prompts)) == SMALL.batch  # none twice, as there are ten
    few = make(prompts=["a", "b", "c"]).roll_out().prompts
    assert sorted(few[:3]) == sorted(few[3:6]) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"prompts": []}, "at least one prompt"),
        ({"prompts": "abc"}, "at least one prompt"),
        ({"prompts": ["a", "abcdefg" * 3]}, "does not fit the context of 24"),
        ({"config": dataclasses.replace(SMALL, ptx=1.0)}, "no pretraining text"),
        ({"seed": -1}, "seed is -1"),
        ({"reference": tiny_lm(vocab_size=7 + 1, context=12)}, "reference has a context of 12"),
        ({"value_from": RewardModel.of(tiny_lm(context=12))}, "value_from has a context of 12"),
        (
            {"reference": LSTMModel(LSTMConfig(8, 24, 16, 16))},
            "reference is an LSTMModel, whi",
        ),
        ({"reference": MaskedModel(SHAPE)}, "reference is a MaskedModel, which cannot write"),
        ({"reference": RewardModel(SHAPE)}, "reference is a RewardModel, which cannot write"),
    ],
)
def test_arguments_that_mean_nothing(how, says):
    with pytest.raises(ValueError, match=says):
        make(**how)


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"policy": tiny_lm().model}, "policy is a GPT: give a LanguageModel"),
        ({"policy": "mini-m"}, "policy is a str: give a LanguageModel"),
        ({"reference": "mini-m"}, "reference is a str: give a LanguageModel, or its GPT"),
        ({"value_from": Scorer(RewardModel(SHAPE), Letters())}, "value_from is a Scorer.* .model"),
        ({"policy": wrapped(LSTMModel(LSTMConfig(8, 24, 16, 16)))}, "policy is a NextTokenModel"),
        ({"policy": wrapped(MaskedModel(SHAPE))}, "policy is a MaskedLanguageModel: give a Lang"),
        ({"policy": wrapped(RewardModel(SHAPE))}, "policy is a Scorer: give a LanguageModel"),
        ({"reference": wrapped(MaskedModel(SHAPE))}, "reference is a MaskedLanguageModel: give"),
        ({"value_from": tiny_lm()}, "value_from is a LanguageModel: give a RewardModel"),
        ({"prompts": ["a", None]}, "the prompt None is no text"),
    ],
)
def test_arguments_of_another_kind(how, says):
    with pytest.raises(TypeError, match=says):
        make(**how)


# The record


def test_the_record_holds_what_happened(tmp_path):
    run = make(truth=short)
    record = run.run(3, progress=False)
    assert record is run.record
    assert record.column("step") == [1, 2, 3]
    assert record.column("episodes") == [8, 16, 24]
    for row in record:
        assert len(row["samples"]) == SAMPLES
        for sample in row["samples"]:
            text = sample["prompt"] + sample["answer"]
            assert sample["reward"] == text.count("a")
            assert sample["truth"] == -len(text)
        assert 0 <= row["finished"] <= 1
        assert 1 <= row["length"] <= 5
        assert row["kl3"] >= 0
    record.save(tmp_path / "record.json")
    read = PPORecord.load(tmp_path / "record.json")
    assert read == record
    assert isinstance(read, PPORecord)
    expected = {
        "step", "episodes", "reward", "truth", "kl", "kl3", "entropy", "length", "finished",
        "clip_fraction", "ratio_max", "policy_loss", "value_loss", "ptx_loss",
        "explained_variance", "beta", "seconds", "samples",
    }  # fmt: skip
    assert set(record[0]) == expected
    unknown = make().step()
    assert unknown["truth"] is None
    assert unknown["samples"][0]["truth"] is None


def test_figures_of_a_row_are_those_of_its_rollout():
    run = make()
    run.run(2, progress=False)
    rollout = run.roll_out()
    row = run.step()
    log_ratios = rollout.logprobs - rollout.ref_logprobs
    assert row["reward"] == pytest.approx(float(count_letters(rollout.texts).mean()))
    assert row["kl"] == pytest.approx(float(log_ratios.sum(1).mean()), abs=1e-6)
    assert row["entropy"] == rollout.entropy
    assert row["length"] == float(rollout.episodes.answer_mask.sum(1).float().mean())


# Beta, by hand


def test_beta_is_changed_in_mid_run():
    run = make()
    run.run(2, progress=False)
    run.beta = 3.0
    run.run(2, progress=False)
    run.beta = 0
    run.step()
    assert run.record.column("beta") == [0.1, 0.1, 3.0, 3.0, 0.0]


def test_a_beta_set_by_hand_is_the_beta_of_the_configuration():
    ours, theirs = make(), make(dataclasses.replace(SMALL, beta=2.0))
    ours.beta = 2.0
    ours.run(3, progress=False)
    theirs.run(3, progress=False)
    assert_same(ours, theirs)
    assert rows(make().run(3, progress=False)) != rows(ours.record)


def test_beta_may_be_changed_while_a_step_is_watched():
    run = make()

    def more(row):
        run.beta = row["beta"] * 2

    run.run(3, progress=False, on_step=more)
    assert run.record.column("beta") == pytest.approx([0.1, 0.2, 0.4])


@pytest.mark.parametrize("beta", [-0.1, math.nan, math.inf, "much", None])
def test_betas_that_mean_nothing_change_nothing(beta):
    run = make()
    with pytest.raises(ValueError, match="beta is"):
        run.beta = beta
    assert run.beta == 0.1


# Stopping and going on

FULL = dataclasses.replace(SMALL, ptx=0.5, target_kl=0.5, kl_horizon=50.0, whiten_rewards=True)


def test_a_resumed_run_is_the_run_it_would_have_been(tmp_path):
    def fresh(policy=None):
        return make(FULL, policy=policy or tiny_lm(sharp=2.0), pretraining=pretraining, truth=short)

    whole = fresh()
    whole.run(2, progress=False)
    whole.beta = 0.4
    whole.run(3, progress=False)

    first = fresh()
    first.run(2, progress=False)
    first.beta = 0.4
    first.save(tmp_path)
    second = fresh()
    second.resume(tmp_path)
    assert second.beta == 0.4
    second.run(1, progress=False)
    second.save(tmp_path)
    # The policy of a third start has learned something else: the state brings its reference too.
    third = fresh(tiny_lm(7))
    third.resume(tmp_path)
    third.run(2, progress=False)
    assert_same(whole, third)
    assert third.beta == whole.beta
    assert isinstance(third.record, PPORecord)
    for ours, theirs in zip(third.reference.parameters(), whole.reference.parameters(),
                            strict=True):  # fmt: skip
        assert torch.equal(ours, theirs)


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"config": dataclasses.replace(SMALL, clip=0.3)}, "other settings"),
        ({"seed": 1}, "other seed"),
        ({"prompts": PROMPTS[:-1]}, "other prompts"),
        ({"policy": tiny_lm(layers=1)}, "other model, reference model, value model:"),
        ({"reference": tiny_lm(layers=1)}, "other reference model:"),
        ({"value_from": RewardModel.of(tiny_lm(width=8))}, "other value model:"),
    ],
)
def test_another_run_is_not_resumed(tmp_path, how, says):
    run = make()
    run.step()
    run.save(tmp_path)
    other = make(**how)
    before = weights(other)
    with pytest.raises(ValueError, match=says):
        other.resume(tmp_path)
    assert other.steps == 0
    assert all(torch.equal(w, before[name]) for name, w in weights(other).items())


def test_a_folder_without_a_state_and_a_damaged_one(tmp_path):
    run = make()
    with pytest.raises(FileNotFoundError, match=r"no .*state\.pt"):
        run.resume(tmp_path)
    run.save(tmp_path)
    state = tmp_path / "state.pt"
    state.write_bytes(state.read_bytes()[:-100])
    with pytest.raises(ValueError, match="damaged"):
        run.resume(tmp_path)


@pytest.mark.parametrize("stepwise", [True, False])
def test_ctrl_c_waits_for_the_step_and_loses_nothing(stepwise):
    def reward(texts):
        if run.steps == 1 and not interrupts:
            interrupts.append(1)
            signal.raise_signal(signal.SIGINT)  # in the middle of the second step
        return count_letters(texts)

    interrupts: list[int] = []
    run = make(reward=reward)
    run.run(1, progress=False)
    with pytest.raises(KeyboardInterrupt, match="stopped after step 2"):
        run.step() if stepwise else run.run(5, progress=False)
    assert run.steps == 2
    run.run(2, progress=False)
    whole = make()
    whole.run(4, progress=False)
    assert_same(run, whole)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_two_runs_change_places_and_each_goes_on_as_it_would_have():
    """Whoever holds the new run of a cell that was run again can go on with the old one."""
    old, new = make(), make()
    old.run(2, progress=False)
    trained, fresh = old.policy, new.policy
    new.trade(old)
    assert (new.steps, old.steps) == (2, 0)
    assert (new.policy, old.policy) == (trained, fresh)
    for run, steps in ((new, 1), (old, 3)):
        run.run(steps, progress=False)
    whole = make()
    whole.run(3, progress=False)
    assert_same(new, whole)
    assert_same(old, whole)


def test_a_bad_reward_changes_nothing():
    broken = []

    def reward(texts):
        return torch.full((len(texts),), math.nan) if broken else count_letters(texts)

    run = make(reward=reward)
    run.run(2, progress=False)
    before = weights(run)
    broken.append(1)
    with pytest.raises(ValueError, match="gave nan for the text"):
        run.step()
    assert all(torch.equal(w, before[name]) for name, w in weights(run).items())
    broken.clear()
    run.run(1, progress=False)
    whole = make()
    whole.run(3, progress=False)
    assert_same(run, whole)


def test_a_bad_truth_changes_nothing():
    run = make(truth=lambda texts: torch.zeros(2))
    before = weights(run)
    with pytest.raises(ValueError, match=r"shape \[2\] for 8 texts"):
        run.step()
    assert all(torch.equal(w, before[name]) for name, w in weights(run).items())


def test_a_gradient_that_is_not_finite_reaches_no_weight():
    run = make(reward=lambda texts: count_letters(texts) * 1e30)
    before = weights(run)
    with pytest.raises(FloatingPointError, match="lower the learning rate"):
        run.step()
    assert all(torch.equal(w, before[name]) for name, w in weights(run).items())
    assert all(weight.grad is None for weight in run.learner.weights)


def test_a_record_is_plain_json():
    record = make().run(1, progress=False)
    assert json.loads(json.dumps(record, allow_nan=False)) == record


@pytest.mark.parametrize(
    "odd",
    [
        lambda: torch.set_grad_enabled(False),
        torch.no_grad,
        torch.inference_mode,
        lambda: default_dtype(torch.bfloat16),
        lambda: default_dtype(torch.float64),
    ],
)
def test_what_the_notebook_has_set_changes_nothing_and_is_given_back(odd):
    def state() -> tuple:
        return (
            torch.is_grad_enabled(),
            torch.is_inference_mode_enabled(),
            torch.get_default_dtype(),
        )

    policy, rewards = tiny_lm(sharp=2.0), RewardModel.of(tiny_lm(1))
    plain = make(policy=policy, value_from=rewards)
    plain.run(2, progress=False)
    with odd():
        before = state()
        run = make(policy=policy, value_from=rewards)
        run.run(1, progress=False)
        run.roll_out()
        run.step()
        assert state() == before
    assert_same(run, plain)


@contextlib.contextmanager
def default_dtype(dtype):
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def test_settings_of_numpy_and_torch_are_held_as_plain_ones_and_can_be_saved(tmp_path):
    odd = PPOConfig(
        batch=np.int64(8), minibatch=torch.tensor(4), epochs=np.int32(1), max_tokens=np.uint8(3),
        learning_rate=np.linspace(1e-3, 1e-2, 3)[0], beta=np.float32(0.25), clip=torch.tensor(0.5),
        whiten_rewards=np.bool_(False), target_kl=None,
    )  # fmt: skip
    plain = PPOConfig(batch=8, minibatch=4, epochs=1, max_tokens=3, learning_rate=1e-3, beta=0.25,
                      clip=0.5)  # fmt: skip
    assert odd == plain
    assert {type(value) for value in odd.to_dict().values()} <= {int, float, bool, type(None)}
    runs = [PPORun(tiny_lm(), short, ["ab", "c"], how, seed=np.int64(3)) for how in (odd, plain)]
    runs[0].run(np.int64(1), progress=False)
    runs[0].save(tmp_path)
    runs[1].resume(tmp_path)
    assert_same(*runs)
    runs[1].beta = np.float64(0.5)
    assert type(runs[1].beta) is float
