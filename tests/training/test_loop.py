"""A run that stops, by whatever means, goes on to exactly the weights it would have had."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from gptedu import assets
from gptedu.model import GPT, GPTConfig
from gptedu.sampling import seeded
from gptedu.training import loop
from gptedu.training.checkpoint import load_model, save_state
from gptedu.training.data.batches import Batches, validation_batches
from gptedu.training.loop import Step, evaluate, train
from gptedu.training.loss import lm_loss
from gptedu.training.recipe import Recipe
from gptedu.training.record import RunRecord, source_commit

# Dropout, so that chance is part of what has to go on.
CONFIG = GPTConfig(vocab_size=40, context=8, layers=1, width=16, heads=2, dropout=0.1)
STEPS = 24
RECIPE = Recipe("tiny", CONFIG, tokens=STEPS * 4 * 8, batch_size=4, checkpoints=(0, 5))
# 24 steps of 4 windows read the 60 windows of this stream more than once.
STREAM = np.random.default_rng(0).integers(0, 40, 8 * 62).astype(np.uint16)


def fresh() -> GPT:
    return GPT(CONFIG, seeded(0))


def run(model: GPT, folder: Path | None, **options) -> RunRecord:
    batches = Batches(STREAM, CONFIG.context, RECIPE.batch_size, seed=0)
    held_out = validation_batches(STREAM[:100], CONFIG.context, 4)
    options = {
        "validation": held_out,
        "save_every": 4,
        "points": 8,
        "progress": False,
        "device": "cpu",
    } | options
    return train(model, batches, RECIPE, folder=folder, **options)


def same_weights(one: torch.nn.Module, other: torch.nn.Module) -> bool:
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


@pytest.fixture(scope="module")
def whole() -> tuple[GPT, RunRecord]:
    model = fresh()
    return model, run(model, None)


def assert_goes_on(folder: Path, whole: tuple[GPT, RunRecord]) -> None:
    model = fresh()
    record = run(model, folder)
    assert same_weights(model, whole[0])
    assert record.train == whole[1].train
    assert record.validation == whole[1].validation


def test_the_loss_falls(whole):
    record = whole[1]
    assert record.train[-1][2] < record.train[0][2]
    assert record.train[-1][:2] == (STEPS, RECIPE.tokens)
    assert record.final_loss == record.validation[-1][2]


@pytest.mark.parametrize("stops", [(1,), (3, 4, 5), (STEPS - 1,), (STEPS,)])
def test_a_crash_at_any_step_changes_nothing(tmp_path, whole, stops):
    def crash_after(last: int) -> Callable[[Step], None]:
        def crash(step: Step) -> None:
            if step.step == last:
                raise RuntimeError("crash")

        return crash

    for last in stops:
        with pytest.raises(RuntimeError, match="crash"):
            run(fresh(), tmp_path, on_step=crash_after(last))
    assert_goes_on(tmp_path, whole)


def test_a_killed_process_goes_on(tmp_path, whole):
    script = f"""
import os, signal, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
import test_loop as t
def kill(step):
    if step.step == 14:
        os.kill(os.getpid(), signal.SIGKILL)
t.run(t.fresh(), t.Path({str(tmp_path)!r}), on_step=kill)
"""
    root = Path(__file__).parents[2]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")]),
        "OMP_NUM_THREADS": str(torch.get_num_threads()),
    }
    done = subprocess.run([sys.executable, "-c", script], env=environment, timeout=1800)
    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / "state.pt").is_file()
    assert_goes_on(tmp_path, whole)


def test_an_interrupt_within_a_step_lets_the_step_end(tmp_path, whole):
    calls = []

    def interrupted_loss(model, batch, generator):
        calls.append(1)
        if len(calls) == 7:
            os.kill(os.getpid(), signal.SIGINT)
        return lm_loss(model, batch, generator)

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt, match=r"after step 7 of 24.*again to go on"):
        run(fresh(), tmp_path, loss=interrupted_loss, validation=())
    assert signal.getsignal(signal.SIGINT) is before
    model = fresh()
    steps = []
    run(model, tmp_path, on_step=lambda step: steps.append(step.step), validation=())
    assert steps[0] == 8  # not from the state of step 4, the last one kept on the way
    assert same_weights(model, whole[0])


def test_the_commit_is_the_one_that_the_run_began_with(tmp_path, monkeypatch):
    commits = iter(["first", "second"])
    monkeypatch.setattr(loop, "source_commit", lambda: next(commits))

    def stop(step: Step) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(fresh(), tmp_path, on_step=stop)
    record = run(fresh(), tmp_path)
    assert record.commit == "first"
    assert load_model(tmp_path)[1]["commit"] == "first"


def test_the_commit_is_of_this_tree_and_of_no_tree_around_an_installed_package(monkeypatch):
    commit = source_commit()
    assert commit is None or len(commit) == 40
    monkeypatch.setattr(assets, "checkout", lambda: None)
    assert source_commit() is None


def test_an_interrupt_without_a_folder_says_what_is_lost():
    def stop(step: Step) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match="without a folder they start over"):
        run(fresh(), None, on_step=stop)


def test_every_process_has_a_chance_of_its_own(monkeypatch):
    """Two processes drop out different units; each draws the same again at the same step."""

    def drawn(rank: int, step: int = 3) -> tuple[float, ...]:
        monkeypatch.setattr(loop.dist, "is_initialized", lambda: True)
        monkeypatch.setattr(loop.dist, "get_rank", lambda: rank)
        monkeypatch.setattr(loop.dist, "get_world_size", lambda: 2)
        seen = []

        def loss(model, batch, generator):
            seen.extend([torch.rand(()).item(), torch.rand((), generator=generator).item()])
            return lm_loss(model, batch, generator)

        model, batch = fresh(), Batches(STREAM, 8, 4, seed=0)(step)
        optimiser = loop.make_optimiser(model, RECIPE)
        loop._one_step(model, optimiser, batch, RECIPE, step, loss, 1, torch.device("cpu"), False)
        return tuple(seen)

    with torch.random.fork_rng():
        found = [drawn(0), drawn(1), drawn(0, 4), drawn(1, 4)]
        assert all(len(set(numbers)) == 4 for numbers in zip(*found, strict=True))
        assert drawn(0) == found[0]
        assert drawn(1) == found[1]


def test_micro_batches_follow_the_single_run():
    still = GPTConfig(**CONFIG.to_dict() | {"dropout": 0.0})
    recipe = RECIPE.replace(model=still, checkpoints=())
    batches = Batches(STREAM, 8, 4, seed=0)
    curves = []
    for accumulation in (1, 2, 4):
        model = GPT(still, seeded(0))
        record = train(model, batches, recipe, accumulation=accumulation, progress=False)
        curves.append([row[2] for row in record.train])
    assert curves[1] == pytest.approx(curves[0], abs=1e-5)
    assert curves[2] == pytest.approx(curves[0], abs=1e-5)
    with pytest.raises(ValueError, match="cannot be shared by 1 processes x 3"):
        run(fresh(), None, accumulation=3)


def test_gradients_are_clipped_before_the_step():
    model, batches = fresh(), Batches(STREAM, 8, 4, seed=0)
    # Both optimisers take steps of a size of their own, but for gradients of next to nothing.
    still = RECIPE.replace(clip=1e-20, weight_decay=0.0)
    train(model, batches, still, progress=False, device="cpu")
    for name, weight in fresh().state_dict().items():
        torch.testing.assert_close(model.state_dict()[name], weight, rtol=0, atol=1e-6)


def test_the_schedule_ends_with_the_tokens():
    """With a last learning rate of 0 the last step moves nothing, and the one before it does."""
    recipe = RECIPE.replace(min_ratio=0.0, checkpoints=())
    kept = {}

    def keep(step: Step) -> None:
        kept[step.step] = {k: v.clone() for k, v in step.model.state_dict().items()}

    train(fresh(), Batches(STREAM, 8, 4, seed=0), recipe, on_step=keep, progress=False)
    assert len(kept) == STEPS

    def moved(step: int) -> bool:
        return any(not torch.equal(kept[step][k], kept[step - 1][k]) for k in kept[step])

    assert not moved(STEPS)
    assert moved(STEPS - 1)


def test_the_global_state_of_chance_is_left_alone():
    model = fresh()
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    run(model, None)
    assert torch.equal(torch.rand(3), expected)


def test_files_of_a_finished_run(tmp_path, whole):
    record = run(fresh(), tmp_path)
    assert RunRecord.load(tmp_path / "record.json") == record
    assert not list(tmp_path.rglob("*.part"))
    untrained, card = load_model(tmp_path / "step-000000")
    assert card["tokens"] == 0
    for name, tensor in fresh().state_dict().items():
        assert torch.equal(untrained.state_dict()[name], tensor.half().float())
    assert load_model(tmp_path / "step-000005")[1]["tokens"] == 5 * 4 * 8
    model, card = load_model(tmp_path)
    assert card["final_loss"] == record.final_loss
    for name, tensor in whole[0].state_dict().items():
        assert torch.equal(model.state_dict()[name], tensor.half().float())


def test_a_state_of_another_recipe_is_refused(tmp_path):
    run(fresh(), tmp_path)
    model = fresh()
    batches = Batches(STREAM, 8, 4, seed=0)
    with pytest.raises(ValueError, match=r"state\.pt belongs to a run with another recipe"):
        train(model, batches, RECIPE.replace(learning_rate=1.0), folder=tmp_path, progress=False)
    assert same_weights(model, fresh())
    save_state(tmp_path / "state.pt", {"learner": {}})  # as of a PPO run
    with pytest.raises(ValueError, match=r"state\.pt belongs to a run with another recipe"):
        run(model, tmp_path)


def test_a_loss_that_is_not_finite_stops_the_run():
    def broken(model, batch, generator):
        return lm_loss(model, batch) * float("nan")

    with pytest.raises(FloatingPointError, match="nan at step 3: lower the learning rate"):
        run(fresh(), None, loss=broken, validation=())


def test_evaluation_weighs_rows_and_turns_dropout_off():
    model = fresh().train()
    rows = torch.from_numpy(STREAM[:90].astype(np.int64)).view(10, 9)
    whole_batch = evaluate(model, [rows])
    assert evaluate(model, [rows[:7], rows[7:]]) == pytest.approx(whole_batch, abs=1e-6)
    assert model.training
