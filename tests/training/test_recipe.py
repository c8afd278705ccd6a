"""Schedules, optimiser groups, batches: the parts of a run that are plain arithmetic."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from gptedu.device import autocast, pick_device
from gptedu.finetuning.bert import MaskedModel, masked_loss
from gptedu.finetuning.lstm import LSTMConfig, LSTMModel
from gptedu.model import GPT, GPTConfig
from gptedu.sampling import seeded
from gptedu.training.data.batches import Batches, cached, pack, validation_batches
from gptedu.training.loop import train
from gptedu.training.loss import lm_loss
from gptedu.training.muon import Muon
from gptedu.training.optimiser import make_optimiser, parameter_groups, set_learning_rate
from gptedu.training.recipe import Recipe
from gptedu.training.steps import step_seed


def config(width: int = 16, **changes) -> GPTConfig:
    return GPTConfig(vocab_size=30, context=8, layers=1, width=width, heads=2, **changes)


def recipe(width: int = 16, **changes) -> Recipe:
    return Recipe("tiny", config(width), **{"tokens": 3_300, "batch_size": 4} | changes)


# --- schedule


@pytest.mark.parametrize("warmup", [0.0, 0.1, 0.5])
@pytest.mark.parametrize("min_ratio", [0.0, 0.1])
def test_the_schedule_spans_the_budget(warmup, min_ratio):
    run = recipe(warmup=warmup, min_ratio=min_ratio)
    assert run.steps == 103  # 103 steps of 32 tokens fit into 3,300, 104 do not
    rates = [run.schedule(step) for step in range(run.steps)]
    warm = round(warmup * run.steps)
    assert rates[0] > 0
    assert max(rates) == rates[warm] == 1
    assert rates[: warm + 1] == sorted(rates[: warm + 1])
    assert rates[warm:] == sorted(rates[warm:], reverse=True)
    assert rates[-1] == pytest.approx(min_ratio, abs=1e-12)
    assert rates[-2] > min_ratio


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tokens": 31}, "tokens is 31, less than the 32 of one step"),
        ({"batch_size": 0}, "batch_size is 0"),
        ({"warmup": 1.0}, r"warmup is 1\.0"),
        ({"min_ratio": 2.0}, r"min_ratio is 2\.0"),
        ({"learning_rate": 0.0}, r"learning_rate is 0\.0"),
        ({"checkpoints": (0, 104)}, r"checkpoints \[104\] lie outside the run's 103 steps"),
    ],
)
def test_impossible_recipes_say_what_is_wrong(change, message):
    with pytest.raises(ValueError, match=message):
        recipe(**change)


def test_a_recipe_is_plain_json():
    written = recipe(checkpoints=(0, 4)).to_dict()
    assert json.loads(json.dumps(written)) == written


# --- optimiser groups


MODELS = {
    "gpt": lambda: GPT(config()),
    "gpt1": lambda: GPT(config(norm="post")),
    "lstm": lambda: LSTMModel(LSTMConfig(30, 8, 16, 16)),
    "bert": lambda: MaskedModel(config()),
}


@pytest.mark.parametrize("name", MODELS)
def test_every_parameter_is_in_one_group_and_only_matrices_decay(name):
    model = MODELS[name]()
    groups = {group["name"]: group for group in parameter_groups(model, recipe())}
    grouped = [id(p) for group in groups.values() for p in group["params"]]
    assert sorted(grouped) == sorted(id(p) for p in model.parameters())
    assert all(p.ndim >= 2 for p in groups["matrices"]["params"])
    assert all(p.ndim < 2 for p in groups["vectors"]["params"])
    embedded = {id(m.weight) for m in model.modules() if isinstance(m, torch.nn.Embedding)}
    assert {id(p) for p in groups["embeddings"]["params"]} == embedded
    assert {n for n, group in groups.items() if group["weight_decay"]} == {"matrices"}


def test_frozen_parameters_are_left_out():
    model = GPT(config())
    model.token_embedding.weight.requires_grad_(False)
    kept = [id(p) for group in parameter_groups(model, recipe()) for p in group["params"]]
    assert id(model.token_embedding.weight) not in kept


def test_every_group_is_moved_by_its_own_optimiser_and_saved_with_it():
    model = GPT(config(), seeded(0))
    optimiser = make_optimiser(model, recipe(matrix_rate=0.01, learning_rate=0.002))
    rates = {group["name"]: group["lr"] for group in optimiser.param_groups}
    assert rates == {"matrices": 0.01, "embeddings": 0.002, "vectors": 0.002}
    lm_loss(model, torch.arange(27).view(3, 9)).backward()
    before = [parameter.detach().clone() for parameter in model.parameters()]
    optimiser.step()
    moved = zip(model.parameters(), before, strict=True)
    assert all(not torch.equal(after, b) for after, b in moved)
    again = make_optimiser(model, recipe())
    again.load_state_dict(optimiser.state_dict())
    for one, other in zip(optimiser.parts, again.parts, strict=True):
        assert str(one.state_dict()) == str(other.state_dict())
    optimiser.zero_grad()
    assert all(parameter.grad is None for parameter in model.parameters())


@pytest.mark.parametrize("width", [16, 64, 128])
def test_one_step_stretches_matrices_alike_at_every_width(width):
    """What makes one rate serve all sizes: the spectral norm of a step knows no width."""
    model = GPT(config(width), seeded(0))
    optimiser = make_optimiser(model, recipe(width, matrix_rate=1e-2, weight_decay=0.0))
    weights = [m.weight for m in model.modules() if isinstance(m, torch.nn.Linear)]
    before = [weight.detach().clone() for weight in weights]
    lm_loss(model, torch.arange(27).view(3, 9)).backward()
    optimiser.step()
    for weight, was in zip(weights, before, strict=True):
        rows, columns = weight.shape
        norm = torch.linalg.matrix_norm(weight.detach() - was, ord=2).item()
        # Muon's five iterations leave singular values between about 0.7 and 1.2.
        assert 0.6 < norm / (1e-2 * max(1, rows / columns) ** 0.5) < 1.3


@pytest.mark.parametrize("bfloat16", [False, True])
@pytest.mark.parametrize("shape", [(16, 16), (48, 16), (16, 64)])
def test_muon_is_torchs_muon_without_its_rounding(shape, bfloat16):
    generator = seeded(0)
    start = torch.randn(shape, generator=generator)
    ours, theirs = (torch.nn.Parameter(start.clone()) for _ in range(2))
    how = {"lr": 0.02, "weight_decay": 0.1}
    moved = Muon([ours], **how), torch.optim.Muon([theirs], **how, adjust_lr_fn="original")
    for _ in range(10):
        gradient = torch.randn(shape, generator=generator)
        for parameter, optimiser in zip((ours, theirs), moved, strict=True):
            parameter.grad = gradient.clone()
            with autocast(torch.device("cpu"), bfloat16):
                optimiser.step()
    assert ours.dtype == torch.float32
    change = torch.linalg.matrix_norm(theirs.detach() - start)
    assert torch.linalg.matrix_norm((ours - theirs).detach()) < 0.02 * change


def test_muon_takes_matrices_only():
    with pytest.raises(ValueError, match=r"one parameter is \(4,\)"):
        Muon([torch.nn.Parameter(torch.zeros(4))], lr=0.1)


def test_setting_the_rate_scales_every_group():
    optimiser = make_optimiser(GPT(config(32)), recipe(32))
    peaks = [group["peak"] for group in optimiser.param_groups]
    for ratio in (0.5, 1.0, 0.1):
        set_learning_rate(optimiser, ratio)
        assert [g["lr"] for g in optimiser.param_groups] == [ratio * peak for peak in peaks]


# --- batches


def test_an_epoch_predicts_each_token_once_and_epochs_differ():
    stream = np.arange(8 * 12 + 3, dtype=np.uint16)  # 11 windows, a spare one for the shift
    batches = Batches(stream, context=8, batch_size=1, seed=0)
    assert batches.windows == 11
    epochs = [torch.cat([batches(e * 11 + i) for i in range(11)]) for e in range(3)]
    for rows in epochs:
        assert torch.equal(rows[:, 1:], rows[:, :-1] + 1)
        assert len(set(rows[:, 1:].flatten().tolist())) == 8 * 11
    assert not torch.equal(epochs[0], epochs[1])
    assert len({int(rows.min()) for rows in epochs}) > 1  # the cuts move too


def test_batches_depend_on_the_step_alone():
    stream = np.random.default_rng(0).integers(0, 99, 8 * 13).astype(np.uint16)
    one = Batches(stream, 8, 5, seed=3)  # 12 windows: batches reach over the ends of epochs
    forwards = [one(step) for step in range(12)]
    other = Batches(torch.from_numpy(stream), 8, 5, seed=3)
    for step in (11, 0, 7, 2, 2, 5):
        assert torch.equal(other(step), forwards[step])
    assert forwards[0].dtype == torch.int64
    assert forwards[0].shape == (5, 9)
    assert not torch.equal(Batches(stream, 8, 5, seed=4)(0), forwards[0])
    with pytest.raises(ValueError, match="16 tokens give no window of 9: give at least 17"):
        Batches(stream[:16], 8, 5, seed=0)
    assert Batches(stream[:17], 8, 5, seed=0)(0).shape == (5, 9)


def test_validation_covers_the_stream_in_order():
    rows = torch.cat(validation_batches(np.arange(8 * 5 + 1, dtype=np.uint16), 8, 2))
    assert rows[:, 1:].flatten().tolist() == list(range(1, 41))
    with pytest.raises(ValueError, match="8 tokens give no window of 9"):
        validation_batches(np.arange(8, dtype=np.uint16), 8, 2)


@pytest.mark.parametrize("seed", [-1, 2**32, 1.0, None, True])
def test_a_seed_that_means_nothing(seed):
    with pytest.raises(ValueError, match=r"seed is .*: give a whole number from 0"):
        recipe(seed=seed)


def test_the_seeds_of_all_steps_fit_into_torchs():
    last = step_seed(2**32 - 1, 2**32, 1_000)
    seeded(last)
    assert last < 2**63


class Letters:
    end, vocab_size = 0, 27

    def encode(self, text: str) -> list[int]:
        return [ord(letter) - 96 for letter in text]


def test_packing_puts_an_end_before_each_text():
    assert pack(["ab", "", "c"], Letters()).tolist() == [0, 1, 2, 0, 0, 3]
    assert pack(["ab", "c"], Letters()).dtype == np.uint16
    endless = iter(lambda: "ab", None)
    assert pack(endless, Letters(), tokens=5).tolist() == [0, 1, 2, 0, 1]
    with pytest.raises(ValueError, match="end after 3 tokens, before the 5 asked for"):
        pack(["ab"], Letters(), tokens=5)


def test_tokens_are_made_once_for_each_key(tmp_path):
    made = []

    def make() -> np.ndarray:
        made.append(1)
        return np.arange(3, dtype=np.uint16)

    for key in ({"a": 1}, {"a": 1}, {"a": 2}):
        assert cached(tmp_path / "new", key, make).tolist() == [0, 1, 2]
    assert len(made) == 2
    assert not list(tmp_path.rglob("*.part"))


# --- other models, and devices


@pytest.mark.parametrize("name", ["lstm", "bert"])
def test_the_loop_trains_the_twins_and_goes_on_exactly(name, tmp_path):
    loss = {"loss": masked_loss} if name == "bert" else {}
    shape = LSTMConfig(30, 8, 16, 16) if name == "lstm" else config()
    run = recipe(tokens=6 * 32).replace(model=shape)
    stream = np.random.default_rng(0).integers(0, 30, 400).astype(np.uint16)
    batches = Batches(stream, 8, 4, seed=0)

    def build() -> torch.nn.Module:
        torch.manual_seed(0)
        return MODELS[name]()

    def stop(step) -> None:
        if step.step == 3:
            raise KeyboardInterrupt

    whole, stopped = build(), build()
    record = train(whole, batches, run, progress=False, **loss)
    with pytest.raises(KeyboardInterrupt):
        train(build(), batches, run, folder=tmp_path, on_step=stop, progress=False, **loss)
    assert (
        train(stopped, batches, run, folder=tmp_path, progress=False, **loss).train == record.train
    )
    for one, other in zip(whole.parameters(), stopped.parameters(), strict=True):
        assert torch.equal(one, other)


def test_a_gpu_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert pick_device() == torch.device("cpu")
    with pytest.raises(ValueError, match="'cuda:1' was asked for, but torch finds no CUDA GPU"):
        pick_device("cuda:1")
    with pytest.raises(ValueError, match="'gpu' is no device: give 'cpu'"):
        pick_device("gpu")
    with pytest.raises(ValueError, match=r"1\.5 is no device"):
        pick_device(1.5)
    with pytest.raises(ValueError, match="'meta' was asked for, but torch cannot compute there"):
        pick_device("meta")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert pick_device("cuda:1").index == 1
    with pytest.raises(ValueError, match="'cuda:2' was asked for, but there are 2 GPUs here"):
        pick_device("cuda:2")


def test_the_cpu_computes_in_float32_unless_asked():
    with autocast(torch.device("cpu")):
        assert not torch.is_autocast_enabled("cpu")
    with autocast(torch.device("cpu"), bfloat16=True):
        assert torch.is_autocast_enabled("cpu")
