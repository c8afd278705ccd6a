"""Experiments with examples in the prompt set their part of the record."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

from gptedu import records
from gptedu.chapters.gpt3.experiments import few_shot as experiments


def test_an_experiment_sets_its_part_of_the_record(tmp_path, monkeypatch):
    lm = SimpleNamespace(card={"tokens": 7, "name": "x"}, model=torch.nn.Linear(2, 3))
    monkeypatch.setattr(records, "at_hand", lambda names: {"mini-m": lm})
    found = {"exact": {"into": 0.5, "out of": 0.25}}
    monkeypatch.setattr(experiments, "directions", lambda lm, world, count, seed: found)
    out = tmp_path / "gpt3.json"
    old = {"claims": {"gpt3/few-shot": 1}, "shots": [], "counts": {"shots": 9, "orders": 8}}
    records.write(out, old)
    experiments.main(["direction, mini-m", "--count", "5", "--out", str(out)])
    assert records.read(out) == {
        "claims": {
            "gpt3/few-shot": 1,
            "gpt3/direction": dict.fromkeys(("least", "mean", "most"), 25),
        },
        "shots": [],
        "counts": {"shots": 9, "orders": 8, "direction, mini-m": 5},
        "about": "Three draws of questions; one training run of each model.",
        "models": {"mini-m": {"parameters": 9, "tokens": 7}},
        "direction, mini-m": [found] * 3,
    }


def test_without_a_model_its_experiments_are_left_out(monkeypatch):
    monkeypatch.setattr(records, "at_hand", lambda names: {})
    for name in ("shots", "direction, mini-m"):
        with pytest.raises(records.NotAtHandError, match=r"mini-m.* is not there"):
            experiments.measure(name, 5)
