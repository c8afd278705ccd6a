"""What a run reads when: every batch once, in an order that the seed and the step decide."""

from __future__ import annotations

import dataclasses
from collections import Counter

import numpy as np
import pytest
import torch

from gptedu import assets
from gptedu.text import Tokenizer
from gptedu.training import recipes
from gptedu.training.data import web
from gptedu.training.data.batches import Batches
from gptedu.training.data.order import WEB, interleaved, reading_order, shares
from gptedu.training.recipe import DataOptions
from gptedu.world.leads import LEADS

STAGES = [(40, {"a": 1.0}), (60, {"a": 0.25, "b": 0.75}), (100, {"b": 0.1, "c": 0.9})]


def sources(names="abc"):
    return {name: (lambda step, name=name: (name, step)) for name in names}


def test_no_batch_of_a_source_is_lost_or_read_twice():
    read = [interleaved(sources(), STAGES, 0)(step) for step in range(200)]
    for name, count in (("a", 40 + 15), ("b", 45 + 10), ("c", 90)):
        assert [step for source, step in read if source == name] == list(range(count))


def test_each_stage_keeps_its_shares():
    read = [interleaved(sources(), STAGES, 0)(step)[0] for step in range(200)]
    assert Counter(read[:40]) == {"a": 40}
    assert Counter(read[40:100]) == {"a": 15, "b": 45}
    assert Counter(read[100:]) == {"b": 10, "c": 90}
    assert read[40:55] != ["a"] * 15  # mixed, not one after the other


def test_a_step_reads_the_same_however_it_was_come_to():
    one, other = interleaved(sources(), STAGES, 3), interleaved(sources(), STAGES, 3)
    late = one(150)
    one(2)
    assert late == other(150)
    different = interleaved(sources(), STAGES, 4)
    assert [one(step) for step in range(200)] != [different(step) for step in range(200)]


def test_the_first_mixture_is_read_as_it_was():
    """Repetition for a tenth of the run at most, then the web, in windows cut anywhere."""
    lead, stream = np.arange(1_000, 4_000), np.arange(4_000, 9_000)
    recipe = recipes.find_entry("mini-m").recipe
    narrow = dataclasses.replace(recipe.model, context=32)
    for tokens, steps in ((10_000, 15), (60_000, 46)):
        run = recipe.replace(
            model=narrow, tokens=tokens, batch_size=2, data=DataOptions(lead=3_000)
        )
        order = reading_order(run, {"repetition": lead}, stream, 0)
        first, then = Batches(lead, 32, 2, 0), Batches(stream, 32, 2, 0)
        for step in (0, steps - 1):
            assert torch.equal(order(step), first(step))
        for step in (steps, run.steps - 1):
            assert torch.equal(order(step), then(step - steps))


def test_the_second_mixture_is_read_in_short_rows_first_and_beside_the_web(tmp_path):
    tokenizer = Tokenizer.load(assets.path("tokenizer.json"))
    recipe = recipes.find_entry("mini-m").get(mixture="second", tokens=2_000_000)
    data = dataclasses.replace(recipe.data, tokens=30_000, lead=30_000)
    run = recipe.replace(data=data, tokens=400_000, checkpoints=())
    stream = web.web_tokens(data, "train", tokenizer, tmp_path)
    lead = web.lead_tokens(data, tokenizer, tmp_path)
    order = reading_order(run, lead, stream, tokenizer.end)
    plan = shares(LEADS["second"], run)
    steps = [count for count, _ in plan]
    shapes = [tuple(order(step).shape) for step in range(run.steps)]
    assert {rows * (width - 1) for rows, width in shapes} == {run.tokens_per_step}
    assert shapes[: steps[0]] == [(128, 17)] * steps[0]
    first_long = shapes.index((8, 257))
    assert first_long >= sum(steps[:4])
    web_rows = sum(1 for shape in shapes[sum(steps[:-1]) :] if shape == (8, 257))
    assert web_rows / steps[-1] == pytest.approx(plan[-1][1][WEB], abs=0.01)


@pytest.mark.parametrize("mixture", LEADS)
def test_shares_are_whole_and_the_steps_are_all(mixture):
    run = recipes.find_entry("mini-m").get(mixture=mixture)
    plan = shares(LEADS[mixture], run)
    assert sum(steps for steps, _ in plan) == run.steps
    for _, parts in plan:
        assert sum(parts.values()) == pytest.approx(1)
