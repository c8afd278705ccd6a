"""A sweep that was stopped goes on where it was, and never mixes runs of two recipes."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from gptedu.scaling import runs, table
from gptedu.scaling.recipe import Ladder
from gptedu.scaling.runs import Planned, run, sweep
from gptedu.scaling.texts import RecordText
from gptedu.training.loop import Step

LADDER = Ladder(RecordText(facts=50), context=16)
PLANNED = [Planned(LADDER.recipe(8, seed, symbols=640)) for seed in range(3)]


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(runs, "HELD_OUT", 256)


def timeless(row: table.Row) -> table.Row:
    return dataclasses.replace(row, seconds=0.0)


def test_a_sweep_that_was_stopped_goes_on_where_it_was(tmp_path, monkeypatch):
    file, made = tmp_path / "runs.jsonl", []
    whole = sweep("a", PLANNED, file=tmp_path / "whole.jsonl")

    def stopped(name, planned):
        if len(made) == 1:
            raise KeyboardInterrupt
        made.append(planned)
        return run(name, planned)

    monkeypatch.setattr(runs, "run", stopped)
    with pytest.raises(KeyboardInterrupt):
        sweep("a", PLANNED, file=file)
    with file.open("a") as out:
        out.write('{"sweep": "a", "recip')  # what a power cut leaves
    assert len(table.read(file)) == 1
    again = []
    monkeypatch.setattr(
        runs, "run", lambda name, planned: again.append(planned) or run(name, planned)
    )
    rows = sweep("a", PLANNED, file=file)
    assert again == PLANNED[1:]
    assert list(map(timeless, table.read(file))) == list(map(timeless, rows))
    assert [row.loss for row in rows] == pytest.approx([row.loss for row in whole], rel=1e-5)


def test_runs_of_another_recipe_are_not_mixed_in(tmp_path):
    file = tmp_path / "runs.jsonl"
    sweep("a", PLANNED[:1], file=file)
    other = [Planned(LADDER.recipe(8, 0, symbols=640, matrix_rate=0.02))]
    with pytest.raises(ValueError, match="holds 1 runs of 'a' by another recipe"):
        sweep("a", other, file=file)
    assert len(table.read(file)) == 1
    sweep("b", other, file=file)
    assert [row.sweep for row in table.read(file)] == ["a", "b"]
    assert [row.matrix_rate for row in table.read(file, "b")] == [0.02]
    with pytest.raises(ValueError, match="have the same recipe"):
        sweep("c", PLANNED[:1] * 2, file=file)


def test_a_run_says_what_it_was(tmp_path):
    recipe = PLANNED[0].recipe
    row = run("a", Planned(recipe, budget=1e9))
    assert (row.symbols, row.steps, row.budget) == (640, 40, 1e9)
    assert row.flops == recipe.flops
    assert row.floor == pytest.approx(recipe.text.floor, rel=0.2)
    assert row.above == pytest.approx(row.loss - row.floor)
    ranks = [rank for rank, _ in row.recall]
    assert ranks == sorted(set(ranks))
    assert (ranks[0], ranks[-1]) == (1, 50)
    assert all(value < 0 for _, value in row.recall)
    assert row.curve[-1][0] == 640
    assert table.shortened(dataclasses.asdict(timeless(row))) == table.shortened(
        dataclasses.asdict(timeless(run("a", Planned(recipe, budget=1e9))))
    )


def test_a_long_run_goes_on_from_its_folder(tmp_path):
    def stop(step: Step) -> None:
        if step.step == 17:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match="stopped after step 17 of 40"):
        run("a", PLANNED[0], folder=tmp_path, on_step=stop)
    assert run("a", PLANNED[0], folder=tmp_path).loss == run("a", PLANNED[0]).loss


def test_recall_is_what_the_text_s_own_probabilities_say_of_a_perfect_model():
    """A model of the true chances knows every value: log P(value | key) is 0."""
    text = LADDER.text

    class Perfect:
        training = False

        def modules(self):
            return []

        def __call__(self, ids):
            import torch

            records, p = text.spelled(np.arange(text.facts)), text.probabilities
            logits = torch.full((*ids.shape, text.symbols), -math.inf)
            for row, line in enumerate(ids[:, 1:].numpy()):
                for place in range(ids.shape[1]):
                    same = (records[:, :place] == line[:place]).all(axis=1)
                    for symbol in range(text.base):
                        chance = p[same & (records[:, place] == symbol)].sum() / p[same].sum()
                        logits[row, place, symbol] = math.log(chance) if chance else -math.inf
            return logits

    assert all(abs(value) < 1e-5 for _, value in runs.recall(Perfect(), text))
