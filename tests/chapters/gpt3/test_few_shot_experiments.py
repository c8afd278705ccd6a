"""Chapter 3's experiments with examples in the prompt, and the claims that follow from them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

from gptedu import records
from gptedu.chapters.gpt3 import claims
from gptedu.chapters.gpt3.experiments import few_shot as experiments
from gptedu.chapters.gpt3.in_context_tasks import ByOrder


@pytest.fixture
def models(monkeypatch):
    made = {
        name: SimpleNamespace(name=name, card={"tokens": 7}, model=torch.nn.Linear(2, 3))
        for name in experiments.TRANSLATED
    }
    monkeypatch.setattr(records, "model", made.__getitem__)
    return made


def test_models_and_a_copy_on_the_way_are_asked_both_ways(models, monkeypatch):
    def ways(lm, world, count, seed):
        assert (count, seed) == (100, 2)
        return {
            "into": 0.9,
            "out of": {claims.ON_ITS_WAY: 0.2, "mini-m-v2": 0.9, "mini-l-v2": 0.8}[lm.name],
        }

    monkeypatch.setattr(experiments, "translated_both_ways", ways)
    run = experiments.direction(2)
    assert claims.direction.of(run) == pytest.approx(70.0)
    assert claims.direction_large.of(run) == pytest.approx(10.0)


def test_without_examples_ten_times_as_many_words_are_sorted(models, monkeypatch):
    asked = []

    def sort(lm, world, ks, count, seed, new_names=False):
        asked.append((lm.name, ks, count, seed, new_names))
        return {ks[0]: 0.75 if new_names else 1.0 if ks[0] else 0.5}

    monkeypatch.setattr(experiments, "sorted_by_new_labels", sort)
    run = experiments.new_task(1)
    assert asked == [
        ("mini-m-v2", (0,), 1000, 1, False),
        ("mini-m-v2", (12,), 100, 1, False),
        ("mini-m-v2", (12,), 100, 1, True),
    ]
    figures = [each.of(run) for each in (claims.new_task_zero, claims.new_task, claims.new_labels)]
    assert figures == [0.0, 50.0, 25.0]


def test_another_training_seed_says_the_spread_over_draws(models, monkeypatch, tmp_path):
    monkeypatch.setattr("gptedu.load", lambda name, folder, expect: models[name])
    monkeypatch.setattr(
        experiments, "new_task_of", lambda lm, seed: {"with_twelve": 0.5 + seed / 4}
    )
    monkeypatch.setattr(experiments, "orders_of", lambda lm, seed: {"raw": 4.0, "calibrated": 1.0})
    monkeypatch.setattr(
        experiments, "translated_both_ways", lambda *_: {"into": 1.0, "out of": 0.5}
    )
    run = experiments.other_seeds(tmp_path)
    assert run["model"] == {"parameters": 9, "tokens": 7}
    assert run["claims"] == {
        "gpt3/new-task": {"least": 0.0, "mean": 25.0, "most": 50.0},
        "gpt3/calibration": dict.fromkeys(("least", "mean", "most"), 75.0),
        "gpt3/direction": dict.fromkeys(("least", "mean", "most"), 50.0),
    }


def test_the_gain_from_examples_and_its_smaller_step():
    scores = {
        "mini-xs-v2": {"a": {0: 0.2, 1: 0.2, 12: 0.3}},
        "mini-l-v2": {"a": {0: 0.4, 1: 0.6, 12: 0.7}, "b": {0: 0.4, 1: 0.6, 12: 0.9}},
    }
    assert claims.few_shot.compute(scores) == pytest.approx(40.0)
    assert claims.few_shot_steps.compute(scores) == pytest.approx(20.0)
    assert claims.gap_grows.compute(scores) == pytest.approx(30.0)
    scores["mini-l-v2"]["a"][1] = 0.1
    assert claims.few_shot_steps.compute(scores) == pytest.approx(-5.0)


def test_the_bias_is_the_large_models():
    planted = {"nurse": 0.9, "pilot": 0.1, "cook": 0.5}
    probed = {"mini-m-v2": {"nurse": 0.1, "pilot": 0.9, "cook": 0.5}, "mini-l-v2": planted}
    assert claims.bias.compute(planted, probed) == pytest.approx(1.0)


def test_the_same_examples_are_asked_in_other_orders_for_three_tasks(models, monkeypatch):
    def asked(lm, world, task, k, orders, count, seed):
        assert (lm.name, k, orders, count, seed) == ("mini-m-v2", 4, 8, 40, 2)
        return ByOrder(0.25, [0.5, 0.75, 1.0])

    monkeypatch.setattr(experiments, "by_order", asked)
    tasks = experiments.order_alone(2)["tasks"]
    assert list(tasks) == ["sorting", "sorting/three-groups", "sorting/new-groups"]
    for found in tasks.values():
        assert found == {"changed": 0.25, "accuracy": {"least": 0.5, "mean": 0.75, "most": 1.0}}
