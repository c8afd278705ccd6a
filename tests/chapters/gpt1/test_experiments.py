"""Chapter 1's experiments: what is averaged, and that the shipped record is what the code makes."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

from gptedu import assets, records
from gptedu.chapters.gpt1 import experiments
from gptedu.finetuning import TASKS
from gptedu.text import Tokenizer


def test_the_average_is_over_tasks_and_keeps_the_seeds_apart():
    scores = {"review": [0.5, 0.7], "story": [0.7, 1.0]}
    assert experiments.average(scores) == pytest.approx([60.0, 85.0])


def test_labelled_examples_of_other_seeds_and_splits_differ():
    one = experiments.labelled("review", "train", 20, 0)
    assert one == experiments.labelled("review", "train", 20, 0)
    assert one != experiments.labelled("review", "train", 20, 1)
    assert not set(one) & set(experiments.labelled("review", "test", 20, 0))


class Constant(torch.nn.Module):
    """Finds one token likeliest everywhere."""

    def __init__(self, token: int) -> None:
        super().__init__()
        self.token, self.mask_id, self.shapes = token, 2_500, []

    def features(self, ids: torch.Tensor) -> torch.Tensor:
        self.shapes.append((ids.shape[1], ids.eq(self.mask_id).nonzero()[:, 1].unique().tolist()))
        return torch.zeros(*ids.shape, 8)

    def unembed(self, hidden: torch.Tensor) -> torch.Tensor:
        return torch.eye(2_500)[self.token].expand(len(hidden), 2_500)


def test_blanks_ask_all_three_for_the_same_token():
    tokenizer = Tokenizer.load(assets.path("tokenizer.json"))
    rows = experiments._windows(tokenizer, 0)
    side = experiments.SIDE
    assert rows.shape == (experiments.PLACES, 2 * side + 1)
    token = rows[:, side].mode().values.item()
    share = rows[:, side].eq(token).float().mean().item()
    models = {"mini-s": Constant(token), "mini-bert": Constant(token)}
    found = experiments.blanks(
        lambda name: SimpleNamespace(model=models[name], tokenizer=tokenizer), (0,)
    )
    assert found == {name: [pytest.approx(share)] for name in found}
    assert models["mini-s"].shapes == [(side, [])]
    assert models["mini-bert"].shapes == [(side + 1, [side]), (2 * side + 1, [side])]


def test_an_experiment_is_recorded_with_what_it_was_measured_on(tmp_path, monkeypatch):
    def scripted(load, seeds):
        return {"pretrained": {"review": [load("mini-m") / (1 + s) for s in seeds]}}

    monkeypatch.setattr("gptedu.load", lambda name: {"mini-m": 1.0}[name])
    monkeypatch.setitem(experiments.EXPERIMENTS, "small", scripted)
    experiments.main(["small", "--seeds", "0", "2", "--out", str(tmp_path / "gpt1.json")])
    found = records.read(tmp_path / "gpt1.json")["small"]
    shipped = experiments.load_record()["small"]
    assert list(found) == list(shipped)
    assert {name: found[name] for name in ("seeds", "labels", "tested", "pretrained")} == {
        "seeds": [0, 2], "labels": 200, "tested": 200, "pretrained": {"review": [1.0, 0.3333]}
    }  # fmt: skip


@pytest.mark.skipif(
    not (assets.root() / "records" / "gpt1.json").exists(), reason="no record has been made"
)
def test_the_record_holds_three_seeds_of_the_four_tasks():
    record = experiments.load_record()
    found = record["pretraining"]
    assert len(found["seeds"]) == 3
    for runner in ("pretrained", "scratch"):
        assert set(found[runner]) == set(TASKS)
        for scores in found[runner].values():
            assert len(scores) == 3
            assert all(0 <= score <= 1 for score in scores)
