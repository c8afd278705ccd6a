"""Supervised fine-tuning: the loss on answers alone, and runs that go on where they stopped."""

from __future__ import annotations

import os
import signal

import pytest
import torch

from gptedu.rlhf.labels.demonstrations import Demonstration
from gptedu.rlhf.sft import train as sft
from gptedu.rlhf.sft.loss import answer_loss, encode, validation_loss
from gptedu.rlhf.sft.train import SFT, supervise
from gptedu.sampling import seeded
from gptedu.training.checkpoint import save_state
from gptedu.training.loss import lm_loss
from tiny_rlhf import END, Letters, tiny_lm

SHOWN = [
    Demonstration(prompt, answer)
    for prompt, answer in (
        ("abc", "de"), ("a", "g"), ("gfedc", "bab"), ("cc", "dcba"), ("fg", "e"), ("bdf", "ace"),
        ("eeee", "a"), ("dab", "fff"), ("b", "cd"), ("ga", "gaga"),
    )
]  # fmt: skip


def encoded(shown=SHOWN):
    return [encode(Letters(), each, 24) for each in shown]


def text_of(step: int) -> torch.Tensor:
    generator = seeded(step)
    return torch.randint(1, 8, (2, 9), generator=generator)


# --- what is learned from


def test_a_demonstration_is_read_with_its_ends():
    found = encode(Letters(), Demonstration("abc", "de"), 7)
    assert found.ids == [END, 1, 2, 3, 4, 5, END]
    assert found.ids[found.border :] == [4, 5, END]
    with pytest.raises(ValueError, match="has 7 tokens and the context is 6: shorten it"):
        encode(Letters(), Demonstration("abc", "de"), 6)
    for empty in (Demonstration("", "a"), Demonstration("a", "")):
        with pytest.raises(ValueError, match="has an empty side"):
            encode(Letters(), empty, 24)


def plain_loss(model, examples):
    """Each example by itself, each token by itself, in float64."""
    terms = []
    for example in examples:
        logprobs = model(torch.tensor([example.ids]))[0].double().log_softmax(-1)
        terms += [-logprobs[t - 1, example.ids[t]] for t in range(example.border, len(example.ids))]
    return sum(terms) / len(terms)


@pytest.mark.parametrize("count", [1, 3, len(SHOWN)])
def test_the_loss_is_that_of_the_answers_tokens_one_by_one(count):
    model, examples = tiny_lm(1, sharp=3).model.double(), encoded()[:count]
    found, plain = answer_loss(model, examples), plain_loss(model, examples)
    assert found.item() == pytest.approx(plain.item(), abs=2e-6)
    found.backward()
    gradients = [p.grad.clone() for p in model.parameters()]
    model.zero_grad()
    plain.backward()
    for one, other in zip(gradients, model.parameters(), strict=True):
        assert torch.allclose(one, other.grad, atol=1e-6)


def test_gradient_comes_from_the_answers_tokens_and_their_ends_alone():
    model, examples = tiny_lm(2).model, encoded()
    seen = []
    unembed = model.unembed

    def watched(hidden):
        logits = unembed(hidden)
        logits.retain_grad()
        seen.append(logits)
        return logits

    model.unembed = watched
    answer_loss(model, examples).backward()
    (logits,) = seen
    tokens = sum(len(e.ids) - e.border for e in examples)
    first = min(e.border for e in examples) - 1
    expected = torch.zeros_like(logits)
    for row, example in enumerate(examples):
        for t in range(example.border, len(example.ids)):
            place = t - 1 - first
            expected[row, place] = logits[row, place].detach().softmax(-1) / tokens
            expected[row, place, example.ids[t]] -= 1 / tokens
    assert torch.allclose(logits.grad, expected, atol=1e-7)
    assert (logits.grad[expected.abs().sum(-1) == 0] == 0).all()  # prompts and pads: nothing


def test_what_an_example_is_padded_with_and_stands_beside_changes_nothing():
    model, examples = tiny_lm(3).model, encoded()
    whole = answer_loss(model, examples).item()
    assert answer_loss(model, examples[::-1]).item() == pytest.approx(whole, abs=1e-6)
    counts = [len(e.ids) - e.border for e in examples]
    alone = [answer_loss(model, [e]).item() for e in examples]
    mean = sum(c * a for c, a in zip(counts, alone, strict=True)) / sum(counts)
    assert mean == pytest.approx(whole, abs=1e-6)


def test_validation_loss_weighs_tokens_alike_whatever_the_batches():
    lm, many = tiny_lm(4), SHOWN * 13  # 130 of them: three batches, the last one small
    assert validation_loss(lm, many) == pytest.approx(validation_loss(lm, SHOWN), abs=1e-6)
    uneven = SHOWN[:1] * 64 + SHOWN[3:4]
    expected = plain_loss(lm.model, encoded(uneven)).item()
    assert validation_loss(lm, uneven) == pytest.approx(expected, abs=1e-6)


def test_every_epoch_reads_all_of_it_once_in_an_order_of_its_own():
    data = encoded()
    first, again, other = (sft._groups(data, 4, seed) for seed in (5, 5, 6))
    assert first == again != other
    for groups in (first, other):
        assert sorted(map(len, groups)) == [2, 4, 4]
        assert sorted(e.ids for group in groups for e in group) == sorted(e.ids for e in data)


# --- training


def test_it_learns_to_answer_and_to_stop():
    lm = tiny_lm(0)
    done = supervise(lm, SHOWN, SFT(epochs=80, batch=5, learning_rate=1e-2), progress=False)
    assert done.finished
    assert len(done.losses) == 160
    assert done.epochs == []
    assert done.losses[-1] < 0.1 < 1 < done.losses[0]
    for shown in SHOWN:
        assert lm.generate(shown.prompt, max_tokens=8) == shown.answer
    assert not lm.model.training


def test_the_rate_rises_and_falls_along_a_cosine(monkeypatch):
    rates = []

    class Watched(torch.optim.AdamW):
        def step(self, *arguments):
            rates.append(self.param_groups[0]["lr"])
            return super().step(*arguments)

    monkeypatch.setattr(torch.optim, "AdamW", Watched)
    how = SFT(epochs=4, batch=1, learning_rate=0.02, warmup=0.1)
    supervise(tiny_lm(), SHOWN, how, progress=False)
    rise = torch.arange(1, 5) / 5
    fall = 0.5 * (1 + torch.cos(torch.pi * torch.arange(36) / 36))
    assert torch.allclose(torch.tensor(rates), 0.02 * torch.cat([rise, fall]), atol=1e-7)


def test_the_gradient_of_ptx_is_added(monkeypatch):
    found = []

    def keep(parameters, clip):
        found.append([p.grad.clone() for p in parameters])
        return torch.ones(())

    monkeypatch.setattr(torch.nn.utils, "clip_grad_norm_", keep)
    model = tiny_lm(5).model
    loss = answer_loss(model, encoded()) + 0.7 * lm_loss(model, text_of(0))
    expected = torch.autograd.grad(loss, list(model.parameters()))
    how = SFT(epochs=1, batch=len(SHOWN), ptx=0.7)
    supervise(tiny_lm(5), SHOWN, how, pretraining=text_of, progress=False)
    for one, other in zip(found[0], expected, strict=True):
        assert torch.allclose(one, other, atol=1e-6)
    supervise(tiny_lm(5), SHOWN, SFT(epochs=1, batch=10), pretraining=text_of, progress=False)
    plain = torch.autograd.grad(answer_loss(model, encoded()), list(model.parameters()))
    for one, other in zip(found[1], plain, strict=True):  # ptx is 0: the text is not read
        assert torch.allclose(one, other, atol=1e-6)


def test_the_seed_decides_the_order_and_so_the_weights():
    def weights(seed):
        lm = tiny_lm()
        supervise(lm, SHOWN, SFT(batch=3), seed=seed, progress=False)
        return lm.model.token_embedding.weight

    assert torch.equal(weights(1), weights(1))
    assert not torch.equal(weights(1), weights(2))


HOW = SFT(epochs=3, batch=4, ptx=0.5)  # 9 steps, 3 an epoch


def trained(state=None, stop_at=None, with_what=None):
    """(model, what happened) of a run that is stopped while it reads the text of one step."""

    def text(step):
        if step == stop_at:
            with_what()
        return text_of(step)

    lm = tiny_lm(6)
    done = supervise(
        lm,
        SHOWN,
        HOW,
        seed=3,
        progress=False,
        pretraining=text,
        state=state,
        on_epoch=lambda epoch, lm: [epoch, lm.model.training, validation_loss(lm, SHOWN)],
    )
    return lm.model, done


def interrupt():
    os.kill(os.getpid(), signal.SIGINT)


def crash():
    raise RuntimeError("the power is gone")


@pytest.mark.parametrize("stop_at", [0, 2, 4, 5, 7])
def test_an_interrupted_run_goes_on_to_the_same_weights(tmp_path, stop_at):
    whole, done = trained()
    assert done.finished
    assert [(epoch, training) for epoch, training, _ in done.epochs] == [
        (1, False), (2, False), (3, False),
    ]  # fmt: skip
    _, half = trained(tmp_path / "state", stop_at, interrupt)
    assert not half.finished
    assert len(half.losses) == stop_at + 1  # the step was whole
    model, rest = trained(tmp_path / "state")
    assert rest.finished
    assert (rest.losses, rest.epochs) == (done.losses, done.epochs)
    for one, other in zip(model.parameters(), whole.parameters(), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("stop_at", [2, 5, 6, 8])
def test_a_killed_run_goes_on_from_what_was_saved(tmp_path, monkeypatch, stop_at):
    monkeypatch.setattr(sft, "SAVED", 2)
    whole, done = trained()
    with pytest.raises(RuntimeError, match="the power is gone"):
        trained(tmp_path / "state", stop_at, crash)
    read = []
    monkeypatch.setattr(sft, "ptx_loss", lambda m, b, w: read.append(1) or w * lm_loss(m, b))
    model, rest = trained(tmp_path / "state")
    assert len(read) == 9 - stop_at // 2 * 2  # what was saved is not done again
    assert (rest.losses, rest.epochs) == (done.losses, done.epochs)
    for one, other in zip(model.parameters(), whole.parameters(), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("other", ["how", "seed", "shown", "ppo"])
def test_a_state_of_another_run_is_refused(tmp_path, monkeypatch, other):
    monkeypatch.setattr(sft, "SAVED", 1)
    state = tmp_path / "state"
    supervise(tiny_lm(6), SHOWN, SFT(epochs=1), progress=False, state=state)
    if other == "ppo":
        save_state(state, {"learner": {}, "beta": 0.1})
    lm = tiny_lm(6)
    how = SFT(epochs=1, learning_rate=0.1) if other == "how" else SFT(epochs=1)
    shown = SHOWN[1:] if other == "shown" else SHOWN
    with pytest.raises(ValueError, match="is of a run with other settings"):
        supervise(lm, shown, how, seed=int(other == "seed"), progress=False, state=state)
    for one, as_drawn in zip(lm.model.parameters(), tiny_lm(6).model.parameters(), strict=True):
        assert torch.equal(one, as_drawn)


def test_a_loss_that_is_no_number_stops_it_before_it_spoils_more():
    lm = tiny_lm(6)
    with torch.no_grad():
        lm.model.final_norm.weight[0] = torch.nan
    before = [weight.clone() for weight in lm.model.parameters()]
    with pytest.raises(FloatingPointError, match="at step 1 the loss is nan"):
        supervise(lm, SHOWN, SFT(epochs=1), progress=False)
    for one, other in zip(before, lm.model.parameters(), strict=True):
        torch.testing.assert_close(other, one, rtol=0, atol=0, equal_nan=True)
    assert not lm.model.training


def test_an_interrupt_in_the_last_step_comes_too_late():
    _, done = trained(None, 8, interrupt)
    assert done.finished
    assert len(done.epochs) == 3


def test_settings_that_mean_nothing_are_refused():
    with pytest.raises(ValueError, match="epochs is 0: give a whole number of at least 1"):
        SFT(epochs=0)
    with pytest.raises(ValueError, match="learning_rate is -1: give a positive number"):
        SFT(learning_rate=-1)
    for wrong in ({"clip": 0.0}, {"weight_decay": -1.0}, {"warmup": 5.0}, {"ptx": float("nan")}):
        with pytest.raises(ValueError, match=f"{next(iter(wrong))} is"):
            SFT(**wrong)
    with pytest.raises(ValueError, match=r"seed is 0\.5"):
        supervise(tiny_lm(), SHOWN, seed=0.5)
    with pytest.raises(ValueError, match="there are no demonstrations: give at least one"):
        supervise(tiny_lm(), [])
    with pytest.raises(ValueError, match=r"ptx is 0.5 and there is no pretraining text: give both"):
        supervise(tiny_lm(), SHOWN, HOW)
