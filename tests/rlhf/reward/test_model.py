"""The reward model: its loss, where it is read, how it is fitted, saved and asked."""

from __future__ import annotations

import copy
import json
import math
import random
import signal
from pathlib import Path

import pytest
import torch

import gptedu
from gptedu.finetuning import LSTMConfig, LSTMModel
from gptedu.language_model import LanguageModel
from gptedu.model import GPT, GPTConfig
from gptedu.rlhf.labels.comparisons import Comparison
from gptedu.rlhf.reward.fitting import FitStep, RewardFitting, _batches, fit
from gptedu.rlhf.reward.loss import batch_loss, comparison_loss
from gptedu.rlhf.reward.model import RewardModel, last_real, load_reward_model, save_reward_model
from gptedu.rlhf.reward.scale import shift_to_zero
from gptedu.rlhf.reward.scorer import Scorer, accuracy, read_texts
from gptedu.text import Tokenizer, pad, train_tokenizer
from gptedu.training.checkpoint import save_model
from gptedu.widgets.next_token.state import read_ids

WORDS = ["the", "cat", "sat", "on", "a", "red", "mat", "and", "looked", "at", "old", "dog"]
CONTEXT = 48


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer([" ".join(WORDS) + "\nReply:"] * 4, 320)


@pytest.fixture
def lm(tokenizer) -> LanguageModel:
    config = GPTConfig(tokenizer.vocab_size, CONTEXT, layers=2, width=32, heads=4)
    return LanguageModel(GPT(config, seeded()), tokenizer, "tiny")


@pytest.fixture
def model(lm) -> RewardModel:
    """A reward model with something to say, in float64 so that parity is parity."""
    model = RewardModel.of(lm)
    torch.nn.init.normal_(model.head.weight, generator=seeded(1))
    model.shift.fill_(0.7)
    return model.double()


def ranked(seed: int, answers: int = 4, longest: int = 8) -> Comparison:
    """Answers of random words, the longest of which is the best."""
    rng = random.Random(seed)
    lengths = rng.sample(range(1, longest + answers), answers)
    texts = tuple("".join(f" {rng.choice(WORDS)}" for _ in range(n)) + "." for n in lengths)
    order = sorted(lengths, reverse=True)
    return Comparison(
        " ".join(rng.choices(WORDS, k=rng.randint(2, 8))) + "\nReply:",
        texts,
        tuple(order.index(n) + 1 for n in lengths),
    )


def loss_of(
    model: RewardModel, tokenizer: Tokenizer, comparisons: list[Comparison]
) -> torch.Tensor:
    rows = [read_texts(tokenizer, c.texts, CONTEXT) for c in comparisons]
    return batch_loss(model, rows, [c.ranks for c in comparisons])


def gradient(model: RewardModel, loss: torch.Tensor) -> torch.Tensor:
    found = torch.autograd.grad(loss, list(model.parameters()), allow_unused=True)
    return torch.cat([g.flatten() for g in found if g is not None])


# The loss, InstructGPT equation 1


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
    rewards = torch.randn(5, generator=seeded(), dtype=torch.float64, requires_grad=True)
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
    rewards = torch.randn(4, generator=seeded(), dtype=torch.float64)
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


# Where the reward is read


def in_pads(row: list[int], where: str, pads: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
    """A row with pads around it or inside it, and its mask: [1, time] each."""
    cut = {"right": len(row), "left": 0, "middle": len(row) // 2, "before the end": len(row) - 1}
    ids = row[: cut[where]] + pads + row[cut[where] :]
    mask = [True] * cut[where] + [False] * len(pads) + [True] * (len(row) - cut[where])
    return torch.tensor([ids]), torch.tensor([mask])


@pytest.mark.parametrize("where", ["right", "left", "middle", "before the end"])
def test_the_reward_is_read_at_the_last_real_token_wherever_pads_stand(model, tokenizer, where):
    end = tokenizer.end
    row = read_texts(tokenizer, ["the cat\nReply: sat."], CONTEXT)[0]
    expected = model(torch.tensor([row]))
    for pads in ([end], [end] * 7, [5, end, 9], [7] * 5):  # the end of text, or whatever
        ids, mask = in_pads(row, where, pads)
        torch.testing.assert_close(model(ids, mask), expected, rtol=0, atol=1e-12)
        model.eval()
    wrong = model(torch.tensor([row[:-1]]))  # the end-of-text token matters
    assert (wrong - expected).abs() > 1e-3


@pytest.mark.parametrize("side", ["right", "left"])
def test_a_padded_batch_scores_as_each_row_alone(model, tokenizer, side):
    rows = read_texts(tokenizer, [" cat", "", "the cat sat on a red mat\nReply: dog."], CONTEXT)
    batch = pad(rows, side, value=tokenizer.end)
    alone = torch.cat([model(torch.tensor([row])) for row in rows])
    torch.testing.assert_close(model(batch.ids, batch.mask), alone, rtol=0, atol=1e-12)
    last = model.at_every_token(batch.ids, batch.mask)[torch.arange(3), last_real(batch.mask)]
    assert torch.equal(last, model(batch.ids, batch.mask))


def test_a_row_without_a_real_token_has_no_reward(model):
    mask = torch.tensor([[True, False], [False, False]])
    with pytest.raises(ValueError, match="no real token"):
        model(torch.zeros(2, 2, dtype=torch.long), mask)


def test_the_body_is_a_copy_and_the_head_new(lm):
    model = RewardModel.of(lm)
    for name, tensor in lm.model.state_dict().items():
        assert torch.equal(model.body.state_dict()[name], tensor)
    assert not model.head.weight.any()
    assert not model.shift.any()
    assert not model.training
    with torch.no_grad():
        model.body.final_norm.weight.zero_()
    assert lm.model.final_norm.weight.all()


def test_a_reward_model_is_made_of_a_gpt(lm):
    odd = LSTMModel(LSTMConfig.same_size(lm.model.config), seeded())
    with pytest.raises(ValueError, match="odd is a LSTMModel"):
        RewardModel.of(LanguageModel(odd, lm.tokenizer, "odd", {"kind": "lstm"}))


# As a reward


def test_a_scorer_gives_each_text_its_reward_in_whatever_company(model, tokenizer):
    texts = [text for i in range(5) for text in ranked(i).texts]
    rows = read_texts(tokenizer, texts, CONTEXT)
    alone = torch.cat([model(torch.tensor([row])) for row in rows]).float()
    for size in (1, 3, 64):
        rewards = Scorer(model, tokenizer, size)(texts)
        torch.testing.assert_close(rewards, alone, rtol=1e-6, atol=1e-6)
        assert rewards.dtype == torch.float32
        assert not rewards.requires_grad
    assert Scorer(model, tokenizer)([]).shape == (0,)
    assert Scorer(model, tokenizer)(["é\n😀 \ud83d </script>"]).isfinite().all()


def test_what_a_scorer_gives_can_stand_in_a_loss(model, tokenizer):
    rewards = Scorer(model, tokenizer)([" cat", " dog"])
    weight = torch.ones((), requires_grad=True)
    (rewards * weight).sum().backward()
    assert weight.grad == rewards.sum()


def test_a_scorer_switches_dropout_off_and_on_again(tokenizer):
    config = GPTConfig(tokenizer.vocab_size, CONTEXT, layers=1, width=16, heads=2, dropout=0.5)
    model = RewardModel(config, seeded())
    torch.nn.init.normal_(model.head.weight, generator=seeded(1))
    scorer = Scorer(model.train(), tokenizer)
    assert torch.equal(scorer([" cat"]), scorer([" cat"]))
    assert torch.equal(scorer.by_token(" cat")[1], scorer.by_token(" cat")[1])
    assert model.training
    model.eval()
    scorer([" cat"])
    assert not model.training


def test_the_reward_token_by_token_ends_at_the_reward_of_the_text(model, tokenizer):
    scorer, text = Scorer(model, tokenizer), "the cat\nReply: sat on </script> 😀."
    pieces, rewards = scorer.by_token(text)
    assert pieces[0] == pieces[-1] == "<|endoftext|>"
    assert "".join(pieces[1:-1]).startswith("the cat\nReply: sat on </script>")
    assert rewards.shape == (len(pieces),)
    torch.testing.assert_close(rewards[-1:], scorer([text]))
    longer = scorer.by_token(text + " cat cat")[1]  # what follows changes nothing before it
    torch.testing.assert_close(longer[: len(rewards) - 1], rewards[:-1])
    assert len(set(rewards.tolist())) > len(rewards) / 2


def test_what_cannot_be_scored_is_refused(model, tokenizer):
    scorer = Scorer(model, tokenizer)
    with pytest.raises(TypeError, match="give a list"):
        scorer("the cat")
    for ask in (lambda: scorer([" cat", " cat" * 50]), lambda: scorer.by_token(" cat" * 50)):
        with pytest.raises(ValueError, match=r"text [01] takes 52 tokens.*the context is 48"):
            ask()
    assert scorer([" cat" * 46]).shape == (1,)  # it fits with its two ends
    with torch.no_grad():
        model.head.weight[0, 0] = math.nan
    for ask in (lambda: scorer([" cat"]), lambda: scorer.by_token(" cat")):
        with pytest.raises(FloatingPointError, match="gives nan"):
            ask()


def by_table(rewards: dict[str, float]):
    """A reward that is no network."""
    return lambda texts: torch.tensor([rewards[text[1:]] for text in texts])


def test_accuracy_is_the_share_of_pairs_in_the_labelers_order():
    comparisons = [
        Comparison("p", ("a", "b", "c"), (1, 2, 3)),
        Comparison("p", ("b", "d"), (2, 1)),
        Comparison("p", ("a", "d"), (1, 1)),
    ]
    rewards = {"a": 3.0, "b": 1.0, "c": 2.0, "d": 1.0}
    # a > b and a > c hold, b > c does not, d against b is undecided
    assert accuracy(by_table(rewards), comparisons) == 2.5 / 4
    assert accuracy(by_table({k: v - 7 for k, v in rewards.items()}), comparisons) == 2.5 / 4
    assert accuracy(by_table({k: -v for k, v in rewards.items()}), comparisons) == 1.5 / 4
    assert accuracy(by_table(dict.fromkeys("abcd", 0.0)), comparisons) == 0.5


def test_accuracy_needs_a_pair():
    for comparisons in ([], [Comparison("p", ("a", "b"), (1, 1))]):
        with pytest.raises(ValueError, match="no pair"):
            accuracy(by_table({"a": 1.0, "b": 1.0}), comparisons)


@pytest.mark.parametrize(
    ("reward", "says"),
    [
        (lambda texts: torch.tensor([1.0, torch.nan]), "gave nan for the text 'pb'"),
        (lambda texts: torch.zeros(len(texts), 1), r"shape \[2, 1\] for 2 texts"),
        (lambda texts: torch.zeros(()), r"shape \[\] for 2 texts"),
        (lambda texts: torch.zeros(5), r"shape \[5\] for 2 texts"),
    ],
)
def test_accuracy_refuses_what_is_no_reward(reward, says):
    with pytest.raises(ValueError, match=says):
        accuracy(reward, [Comparison("p", ("a", "b"), (2, 1))])


def test_demonstrations_score_0_after_the_shift(model, tokenizer):
    model.float()
    demonstrations, others = ranked(0, 9).texts, ranked(1, 9).texts
    scorer = Scorer(model, tokenizer)
    before = scorer(others)
    assert scorer(demonstrations).mean().abs() > 0.01
    for _ in range(2):  # the second time there is nothing left to do
        shift_to_zero(model, tokenizer, demonstrations)
        assert scorer(demonstrations).mean().abs() < 1e-5
    moved = scorer(others) - before
    torch.testing.assert_close(moved, moved[:1].expand(9), rtol=0, atol=1e-5)
    assert model.shift.shape == ()
    with pytest.raises(ValueError, match="no demonstrations"):
        shift_to_zero(model, tokenizer, [])


# Fitting


QUICK = RewardFitting(batch=4, learning_rate=3e-3)


def test_a_preference_is_learned_and_holds_for_answers_never_ranked(lm, tokenizer):
    model = RewardModel.of(lm)
    learned, held_out = [ranked(i) for i in range(160)], [ranked(i) for i in range(500, 540)]
    assert accuracy(Scorer(model, tokenizer), held_out) == 0.5
    told: list[FitStep] = []
    done = fit(
        model, learned, tokenizer, QUICK, generator=seeded(), progress=False, on_step=told.append
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
    fit(model, learned, tokenizer, QUICK, generator=seeded(), progress=False)
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
    fit(model, [ranked(0)], dropping.tokenizer, generator=seeded(), progress=False)
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
    fit(model, comparisons, lm.tokenizer, how, generator=seeded(), progress=False)

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
            fit(model, comparisons, tokenizer, generator=seeded(), progress=False)
    assert same(before, model.state_dict())


@pytest.mark.parametrize("where", ["body.token_embedding.weight", "head.weight"])
def test_a_loss_that_is_no_number_stops_the_fit_before_it_spoils_more(lm, tokenizer, where):
    model = RewardModel.of(lm)
    with torch.no_grad():
        model.state_dict()[where].view(-1)[:] = math.nan
    before = copy.deepcopy(model.state_dict())
    with pytest.raises(FloatingPointError, match="at step 1 the loss is nan"):
        fit(model, [ranked(0)], tokenizer, generator=seeded(), progress=False)
    for name, tensor in model.state_dict().items():
        torch.testing.assert_close(tensor, before[name], rtol=0, atol=0, equal_nan=True)
    assert not model.training


def test_a_gradient_that_is_no_number_stops_it_too(lm, tokenizer):
    model = RewardModel.of(lm)
    before = copy.deepcopy(model.state_dict())
    model.head.weight.register_hook(lambda gradient: gradient * math.inf)
    with pytest.raises(FloatingPointError, match=r"the loss is 0\.69.* and its gradient (inf|nan)"):
        fit(model, [ranked(0)], tokenizer, generator=seeded(), progress=False)
    assert same(before, model.state_dict())


def test_ctrl_c_lets_the_step_end_and_keeps_what_was_learned(lm, tokenizer):
    model = RewardModel.of(lm)
    comparisons = [ranked(i) for i in range(40)]

    def interrupt(told: FitStep) -> None:
        if told.step == 3:
            signal.raise_signal(signal.SIGINT)

    done = fit(
        model, comparisons, tokenizer, QUICK, generator=seeded(), progress=False, on_step=interrupt
    )
    assert len(done.losses) == 3
    assert not done.finished
    assert not model.training
    assert model.head.weight.any()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_fault_in_on_step_leaves_a_model_that_can_be_asked(lm, tokenizer):
    model = RewardModel.of(lm)
    with pytest.raises(ZeroDivisionError):
        fit(model, [ranked(0)], tokenizer, generator=seeded(), progress=False,
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


# Files


@pytest.fixture
def saved(model, tokenizer, tmp_path) -> Path:
    folder = tmp_path / "tiny-rm"
    save_reward_model(folder, model.float(), {"name": "tiny-rm"})
    tokenizer.save(folder / "tokenizer.json")
    return folder


def test_a_saved_reward_model_gives_the_same_rewards(model, tokenizer, saved):
    texts = ranked(0, 9).texts
    before = Scorer(model, tokenizer)(texts)
    again, card = load_reward_model(saved)
    assert card == json.loads((saved / "card.json").read_text())
    assert (card["kind"], card["name"]) == ("reward", "tiny-rm")
    torch.testing.assert_close(Scorer(again, tokenizer)(texts), before, rtol=0, atol=0.02)
    assert again.shift.item() == pytest.approx(0.7, abs=1e-3)
    assert not again.training


def test_a_reward_model_has_a_name_and_no_next_token(saved):
    lm = gptedu.load(saved, device="cpu")
    assert isinstance(lm.model, RewardModel)
    assert Scorer(lm.model, lm.tokenizer)(["the cat\nReply: sat."]).isfinite().all()
    for ask in (
        lambda: lm.generate("The cat"),
        lambda: lm.generate(["The cat", "A dog"]),
        lambda: lm.logprobs("The cat"),
        lambda: lm.next_token("The cat"),
        lambda: lm.score("The", [" cat", " dog"]),
        lambda: lm.attention("The cat"),
        lambda: read_ids(lm, "The cat"),
        lambda: RewardModel.of(lm),
    ):
        with pytest.raises(ValueError, match=r"tiny-rm .*(predicts no next token|made of a GPT)"):
            ask()


def test_another_model_is_no_reward_model(lm, tmp_path):
    save_model(tmp_path / "gpt", lm.model, {"model": lm.model.config.to_dict()})
    with pytest.raises(ValueError, match="holds a GPT and no reward model"):
        load_reward_model(tmp_path / "gpt")
