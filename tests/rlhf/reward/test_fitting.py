"""Fitting a reward model to rankings."""

from __future__ import annotations

import copy
import math
import signal

import pytest
import torch

from gptedu.language_model import LanguageModel
from gptedu.model import GPT, GPTConfig
from gptedu.rlhf.labels.comparisons import Comparison
from gptedu.rlhf.reward.fitting import FitStep, RewardFitting, _batches, fit
from gptedu.rlhf.reward.loss import batch_loss
from gptedu.rlhf.reward.model import RewardModel
from gptedu.rlhf.reward.scorer import Scorer, accuracy, read_texts
from gptedu.sampling import seeded
from reward_samples import CONTEXT, loss_of, ranked

QUICK = RewardFitting(batch=4, learning_rate=3e-3)


def test_a_preference_is_learned_and_holds_for_answers_never_ranked(lm, tokenizer):
    model = RewardModel.of(lm)
    learned, held_out = [ranked(i) for i in range(160)], [ranked(i) for i in range(500, 540)]
    assert accuracy(Scorer(model, tokenizer), held_out) == 0.5
    told: list[FitStep] = []
    done = fit(
        model, learned, tokenizer, QUICK, generator=seeded(0), progress=False, on_step=told.append
    )
    assert accuracy(Scorer(model, tokenizer), held_out) > 0.85
    assert done.losses[0] == pytest.approx(math.log(2), rel=1e-6)
    assert sum(done.losses[-5:]) / 5 < 0.55
    assert done.finished
    assert not model.training
    assert told == [FitStep(i + 1, 40, loss) for i, loss in enumerate(done.losses)]


def test_the_contrary_preference_is_learned_as_well(lm, tokenizer):
    model = RewardModel.of(lm)
    learned = [
        Comparison(c.prompt, c.answers, tuple(5 - r for r in c.ranks))
        for c in map(ranked, range(80))
    ]
    fit(model, learned, tokenizer, QUICK, generator=seeded(0), progress=False)
    assert accuracy(Scorer(model, tokenizer), [ranked(i) for i in range(500, 520)]) < 0.25


def fitted(lm, comparisons, how=QUICK, seed=0) -> dict[str, torch.Tensor]:
    model = RewardModel.of(lm)
    fit(model, comparisons, lm.tokenizer, how, generator=seeded(seed), progress=False)
    return model.state_dict()


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(one[name], other[name]) for name in one)


@pytest.fixture
def dropping(lm) -> LanguageModel:
    """The same model, with dropout."""
    model = GPT(GPTConfig.from_dict(lm.model.config.to_dict() | {"dropout": 0.2}))
    model.load_state_dict(lm.model.state_dict())
    return LanguageModel(model, lm.tokenizer, "dropping")


def test_a_generator_fixes_the_fit_and_nothing_else_does(lm, dropping):
    comparisons = [ranked(i) for i in range(12)]
    for source in (lm, dropping):
        torch.manual_seed(1)
        one = fitted(source, comparisons)
        torch.manual_seed(2)
        assert same(one, fitted(source, comparisons))
        assert not same(one, fitted(source, comparisons, seed=1))


def test_a_fit_leaves_the_global_generator_alone(dropping):
    model = RewardModel.of(dropping)
    state = torch.get_rng_state()
    fit(model, [ranked(0)], dropping.tokenizer, generator=seeded(0), progress=False)
    assert torch.equal(torch.get_rng_state(), state)


def test_dropout_is_on_while_it_fits(lm, dropping):
    comparisons = [ranked(i) for i in range(8)]
    assert not same(fitted(lm, comparisons), fitted(dropping, comparisons))


def test_ties_teach_nothing(lm):
    comparisons = [ranked(i) for i in range(8)]
    tied = [Comparison("cat\nReply:", (" a", " b"), (1, 1))] * 5
    assert same(fitted(lm, comparisons), fitted(lm, tied + comparisons + tied))


def test_an_epoch_reads_every_comparison_once(lm, monkeypatch):
    seen: list[tuple[int, ...]] = []

    def spy(model, rows, ranks):
        seen.extend(tuple(row[1] for row in own) for own in rows)
        return batch_loss(model, rows, ranks)

    monkeypatch.setattr("gptedu.rlhf.reward.fitting.batch_loss", spy)
    comparisons = [ranked(i) for i in range(10)]
    own = sorted(
        tuple(row[1] for row in read_texts(lm.tokenizer, c.texts, CONTEXT)) for c in comparisons
    )
    fitted(lm, comparisons)
    assert sorted(seen) == own
    fitted(lm, comparisons, RewardFitting(epochs=2, batch=3))
    assert sorted(seen[10:]) == sorted(own * 2)
    assert seen[10:20] != seen[20:]  # in another order


def test_a_step_is_adamw_with_its_rate_its_decay_and_its_clipped_gradient(lm):
    how = RewardFitting(epochs=5, batch=6, learning_rate=1e-2, weight_decay=0.3, clip=0.05)
    comparisons = [ranked(i) for i in range(6)]
    model = RewardModel.of(lm).double()
    plain = copy.deepcopy(model)
    fit(model, comparisons, lm.tokenizer, how, generator=seeded(0), progress=False)

    optimiser = torch.optim.AdamW(plain.parameters(), betas=(0.9, 0.99), weight_decay=0.3)
    for rate in (1e-2, 8e-3, 6e-3, 4e-3, 2e-3):
        optimiser.param_groups[0]["lr"] = rate
        plain.zero_grad()
        loss_of(plain, lm.tokenizer, comparisons).backward()
        norm = sum(p.grad.square().sum() for p in plain.parameters()).sqrt()
        for parameter in plain.parameters():
            parameter.grad *= min(1.0, 0.05 / (norm.item() + 1e-6))
        optimiser.step()
    for name, tensor in plain.state_dict().items():
        torch.testing.assert_close(model.state_dict()[name], tensor, rtol=0, atol=1e-6)


def test_prompts_of_like_length_share_a_step_and_chance_does_the_rest():
    lengths = [10] * 8 + [40] * 8
    drawn = [list(_batches(lengths, RewardFitting(batch=4), seeded(i))) for i in range(8)]
    for groups in drawn:
        assert sorted(i for group in groups for i in group) == list(range(16))
        assert all(len({lengths[i] for i in group}) == 1 for group in groups)
    assert len({frozenset(groups[0]) for groups in drawn}) > 4  # who shares a step
    assert len({lengths[groups[0][0]] for groups in drawn}) == 2  # and which comes first


def test_what_cannot_be_learned_from_is_refused(lm, tokenizer):
    model = RewardModel.of(lm)
    before = copy.deepcopy(model.state_dict())
    for comparisons, says in (
        ([], "no comparisons"),
        ([Comparison("p", (" a", " b"), (2, 2))], "all answers are tied: there is no pair"),
        ([Comparison("p" * 200, (" a", " b"), (1, 2))], "the context is 48"),
    ):
        with pytest.raises(ValueError, match=says):
            fit(model, comparisons, tokenizer, generator=seeded(0), progress=False)
    assert same(before, model.state_dict())


@pytest.mark.parametrize("where", ["body.token_embedding.weight", "head.weight"])
def test_a_loss_that_is_no_number_stops_the_fit_before_it_spoils_more(lm, tokenizer, where):
    model = RewardModel.of(lm)
    with torch.no_grad():
        model.state_dict()[where].view(-1)[:] = math.nan
    before = copy.deepcopy(model.state_dict())
    with pytest.raises(FloatingPointError, match="at step 1 the loss is nan"):
        fit(model, [ranked(0)], tokenizer, generator=seeded(0), progress=False)
    for name, tensor in model.state_dict().items():
        torch.testing.assert_close(tensor, before[name], rtol=0, atol=0, equal_nan=True)
    assert not model.training


def test_a_gradient_that_is_no_number_stops_it_too(lm, tokenizer):
    model = RewardModel.of(lm)
    before = copy.deepcopy(model.state_dict())
    model.head.weight.register_hook(lambda gradient: gradient * math.inf)
    with pytest.raises(FloatingPointError, match=r"the loss is 0\.69.* and its gradient (inf|nan)"):
        fit(model, [ranked(0)], tokenizer, generator=seeded(0), progress=False)
    assert same(before, model.state_dict())


def test_ctrl_c_lets_the_step_end_and_keeps_what_was_learned(lm, tokenizer):
    model = RewardModel.of(lm)
    comparisons = [ranked(i) for i in range(40)]

    def interrupt(told: FitStep) -> None:
        if told.step == 3:
            signal.raise_signal(signal.SIGINT)

    done = fit(
        model, comparisons, tokenizer, QUICK, generator=seeded(0), progress=False, on_step=interrupt
    )
    assert len(done.losses) == 3
    assert not done.finished
    assert not model.training
    assert model.head.weight.any()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_fault_in_on_step_leaves_a_model_that_can_be_asked(lm, tokenizer):
    model = RewardModel.of(lm)
    with pytest.raises(ZeroDivisionError):
        fit(model, [ranked(0)], tokenizer, generator=seeded(0), progress=False,
            on_step=lambda told: 1 / 0)  # fmt: skip
    assert not model.training


@pytest.mark.parametrize("steps", [1, 2, 3, 10, 57])
def test_the_rate_rises_then_falls_and_is_never_0(steps):
    rates = [RewardFitting().schedule(step, steps) for step in range(steps)]
    top = rates.index(max(rates))
    assert min(rates) > 0
    assert max(rates) == 1 or steps == 1
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    if steps > 9:
        assert rates[-1] < 0.15


@pytest.mark.parametrize(
    "values",
    [
        {"epochs": 0}, {"batch": 0}, {"learning_rate": 0.0}, {"learning_rate": math.nan},
        {"clip": 0.0}, {"weight_decay": -1.0}, {"warmup": 1.0},
    ],
)  # fmt: skip
def test_a_setting_that_means_nothing_is_refused(values):
    with pytest.raises(ValueError, match=next(iter(values))):
        RewardFitting(**values)
