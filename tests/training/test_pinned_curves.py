"""The exact losses of a short run of every training loop, recorded before the loops were rewritten.

They hold what reads like a detail and is not: the order of the batches, what draws from which
generator, where the schedule stands at a step, how gradients are clipped. A change that is meant
to move them records them anew: `PYTHONPATH=tests python tests/training/test_pinned_curves.py`.
"""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from gptedu import threads
from gptedu.finetuning import TASKS, Classifier, FineTuning, MaskedModel, fine_tune, masked_loss
from gptedu.model import GPT, GPTConfig
from gptedu.rlhf.labels.comparisons import Comparison
from gptedu.rlhf.labels.demonstrations import Demonstration
from gptedu.rlhf.ppo.config import PPOConfig
from gptedu.rlhf.ppo.run import PPORun
from gptedu.rlhf.reward.fitting import RewardFitting, fit
from gptedu.rlhf.reward.model import RewardModel
from gptedu.rlhf.sft.train import SFT, supervise
from gptedu.sampling import seeded
from gptedu.training.data.batches import Batches, validation_batches
from gptedu.training.loop import train
from gptedu.training.loss import lm_loss
from gptedu.training.recipe import Recipe
from gptedu.world import Classification, MultipleChoice
from tiny_rlhf import tiny_lm

PINS = Path(__file__).with_name("pinned_curves.json")
# Dropout, so that chance is part of what is pinned.
CONFIG = GPTConfig(vocab_size=40, context=16, layers=2, width=16, heads=2, dropout=0.1)


def size(model: nn.Module) -> float:
    """One number for all weights: where one of them moved, so did this."""
    return sum(float(w.detach().double().abs().sum()) for w in model.parameters())


def pretraining(model: nn.Module, loss=lm_loss, accumulation: int = 1) -> list[float]:
    stream = np.random.default_rng(0).integers(0, 40, 16 * 62).astype(np.uint16)
    recipe = Recipe("tiny", CONFIG, tokens=24 * 4 * 16, batch_size=4, warmup=0.2, seed=3)
    record = train(
        model,
        Batches(stream, 16, 4, seed=0),
        recipe,
        validation=validation_batches(stream[:200], 16, 4),
        loss=loss,
        accumulation=accumulation,
        progress=False,
        device="cpu",
    )
    return [row[2] for row in record.train + record.validation] + [size(model)]


def fine_tuning(task: str) -> list[float]:
    letters = np.random.default_rng(1).integers(0, 26, (20, 9)) + ord("a")
    texts = ["".join(map(chr, row[: 3 + i % 6])) for i, row in enumerate(letters)]
    examples = [
        Classification(text, i % 2)
        if task == "review"
        else MultipleChoice(text, (text[:2], text[1:3]), i % 2)
        for i, text in enumerate(texts)
    ]
    torch.manual_seed(0)  # dropout has no other generator
    classifier = Classifier(GPT(CONFIG, seeded(0)), TASKS[task], seeded(0))
    done = fine_tune(
        classifier,
        examples,
        lambda text: [ord(letter) - ord("a") for letter in text],
        FineTuning(epochs=3, batch=6),
        generator=seeded(0),
        progress=False,
        on_epoch=lambda epoch, model: None,
    )
    return done.classification + done.language_model + [size(classifier)]


def supervised(ptx: float) -> list[float]:
    lm = tiny_lm()
    shown = [Demonstration("abcdefg"[i % 7] * (1 + i % 4), "gfedcba"[i % 7 :]) for i in range(11)]
    done = supervise(
        lm,
        shown,
        SFT(epochs=3, batch=4, warmup=0.2, ptx=ptx),
        seed=2,
        progress=False,
        pretraining=(lambda step: torch.randint(0, 8, (3, 9), generator=seeded(step)))
        if ptx
        else None,
    )
    return [*done.losses, size(lm.model)]


def rewards() -> list[float]:
    lm = tiny_lm(dropout=0.1)
    model = RewardModel.of(lm)
    comparisons = [
        Comparison("abc"[: 1 + i % 3], ("ab", "gfe"[: 1 + i % 2], "cdcd", "e")[: 2 + i % 3], ranks)
        for i in range(11)
        for ranks in [(1, 2, 2, 3)[: 2 + i % 3]]
    ]
    how = RewardFitting(epochs=3, batch=3)
    done = fit(model, comparisons, lm.tokenizer, how, generator=seeded(5), progress=False)
    return [*done.losses, size(model)]


def ppo() -> list[float]:
    how = PPOConfig(batch=8, minibatch=4, answers=2, max_tokens=4, learning_rate=1e-3, ptx=0.5)
    run = PPORun(
        tiny_lm(sharp=2.0),
        lambda texts: torch.tensor([float(text.count("c")) for text in texts]),
        ["ab", "b", "cab"],
        how,
        pretraining=lambda update: torch.randint(0, 8, (3, 9), generator=seeded(update)),
        seed=1,
    )
    record = run.run(3, progress=False)
    names = ("reward", "kl", "entropy", "policy_loss", "value_loss", "ptx_loss")
    return [float(row[name]) for row in record for name in names] + [size(run.policy.model)]


CURVES: dict[str, Callable[[], list[float]]] = {
    "pretraining": lambda: pretraining(GPT(CONFIG, seeded(0))),
    "pretraining in micro-batches": lambda: pretraining(GPT(CONFIG, seeded(0)), accumulation=2),
    "pretraining with gaps": lambda: pretraining(MaskedModel(CONFIG, seeded(0)), masked_loss),
    "fine-tuning, review": lambda: fine_tuning("review"),
    "fine-tuning, story": lambda: fine_tuning("story"),
    "supervised": lambda: supervised(0.0),
    "supervised with ptx": lambda: supervised(0.7),
    "reward model": rewards,
    "PPO": ppo,
}


def assert_pinned(name: str, curve: list[float]) -> None:
    """Losses to 2e-6, the weights' sum to 1e-5: a last bit of a gradient can move a weight."""
    *losses, weights = curve
    *pinned, pinned_weights = json.loads(PINS.read_text())[name]
    assert losses == pytest.approx(pinned, rel=2e-6, abs=2e-6)
    assert weights == pytest.approx(pinned_weights, rel=1e-5)


@pytest.mark.parametrize("name", CURVES)
def test_nothing_moved(name):
    assert_pinned(name, CURVES[name]())


@pytest.mark.parametrize(
    "name", ["pretraining", "fine-tuning, story", "supervised with ptx", "PPO"]
)
def test_nothing_moves_whatever_the_notebook_has_set(name):
    """Gradients switched off at its top: models learn alike, and they stay off."""
    torch.set_grad_enabled(False)
    try:
        curve = CURVES[name]()
        assert not torch.is_grad_enabled()
    finally:
        torch.set_grad_enabled(True)
    assert_pinned(name, curve)


def test_a_run_is_float32_where_the_default_type_is_another():
    model = GPT(CONFIG, seeded(0))
    torch.set_default_dtype(torch.bfloat16)
    try:
        curve = pretraining(model)
        assert torch.get_default_dtype() == torch.bfloat16
    finally:
        torch.set_default_dtype(torch.float32)
    assert_pinned("pretraining", curve)


@pytest.mark.parametrize("name", CURVES)
def test_no_bit_depends_on_the_number_of_threads(name, monkeypatch):
    """So threads may be chosen by the clock, and a run still goes on where it was, exactly."""
    # Rows and columns that threads can share in blocks, as those of the family.
    monkeypatch.setitem(globals(), "CONFIG", dataclasses.replace(CONFIG, vocab_size=48, width=32))
    wide = functools.partial(tiny_lm, vocab_size=32, width=32)
    monkeypatch.setitem(globals(), "tiny_lm", wide)
    monkeypatch.setattr(threads, "set_by_user", lambda: "this test")  # nobody else chooses
    curves = []
    for number in (1, 2, 3):
        with threads.exactly(number):
            curves.append(CURVES[name]())
    assert curves[0] == curves[1] == curves[2]


if __name__ == "__main__":
    PINS.write_text(json.dumps({name: curve() for name, curve in CURVES.items()}, indent=1) + "\n")
