"""Chapter 1's experiments: what they ask of which model."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

from gptedu import assets, records
from gptedu.chapters.gpt1 import claims, experiments
from gptedu.finetuning import TASKS, FineTuning
from gptedu.model import GPT, GPTConfig
from gptedu.text import Tokenizer


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.load(assets.path("tokenizer.json"))


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


def test_blanks_ask_all_three_for_the_same_token(tokenizer, monkeypatch):
    rows = experiments._windows(tokenizer, 0)
    side = experiments.SIDE
    assert rows.shape == (experiments.PLACES, 2 * side + 1)
    token = rows[:, side].mode().values.item()
    share = rows[:, side].eq(token).float().mean().item()
    models = {"mini-m-v2": Constant(token), "mini-bert-v2": Constant(token)}
    monkeypatch.setattr(
        records, "model", lambda name, *_: SimpleNamespace(model=models[name], tokenizer=tokenizer)
    )
    guessed = experiments.blanks(0)["guessed"]
    assert guessed == {name: pytest.approx(share) for name in guessed}
    assert models["mini-m-v2"].shapes == [(side, [])]
    assert models["mini-bert-v2"].shapes == [(side + 1, [side]), (2 * side + 1, [side])]


@pytest.fixture
def asked(tokenizer, monkeypatch):
    """What is fine-tuned, as (task, seed, labels, lambda); its score counts them up."""
    model = GPT(GPTConfig(tokenizer.vocab_size, 256, layers=2, width=8, heads=2))
    calls = []

    def score(body, tokenizer, task, seed, labels=200, how=FineTuning()):  # noqa: B008
        assert body is not model  # what ships is never trained
        calls.append((task, seed, labels, how.lm_weight))
        return len(calls)

    monkeypatch.setattr(
        records, "model", lambda name, *_: SimpleNamespace(model=model, tokenizer=tokenizer)
    )
    monkeypatch.setattr(experiments, "score", score)
    return calls


def test_both_runners_get_the_same_tasks_and_labels(asked):
    run = experiments.pretraining(3)
    assert {name: list(scores) for name, scores in run.items()} == {
        "pretrained": list(TASKS), "scratch": list(TASKS)
    }  # fmt: skip
    assert asked[:4] == asked[4:] == [(task, 3, 200, 0.5) for task in TASKS]


def test_layers_go_from_none_to_all(asked):
    kept = experiments.layers(0)["kept"]
    assert {n: list(scores) for n, scores in kept.items()} == {n: list(TASKS) for n in range(3)}


def test_the_auxiliary_loss_is_with_and_without_on_few_labels_and_many(asked):
    assert experiments.aux_lm(1) == {"few": {0.0: 1, 0.5: 2}, "many": {0.0: 3, 0.5: 4}}
    assert asked == [("review", 1, labels, weight) for labels in (100, 1000) for weight in (0, 0.5)]


def test_only_bert_is_fine_tuned_without_a_language_model(asked):
    assert list(experiments.lstm(0)) == ["small", "lstm"]
    assert list(experiments.bert(0)) == ["gpt", "bert"]
    assert [weight for *_, weight in asked] == [0.5] * 12 + [0.0] * 4


def test_bert_is_judged_on_pairs_and_on_single_texts_apart():
    gpt = {"review": 0.5, "entailment": 0.25, "similarity": 0.5, "story": 0.5}
    bert = gpt | {"entailment": 0.5, "story": 0.75}
    run = {"gpt": gpt, "bert": bert}
    assert claims.bert.of(run) == claims.bert_single.of(run) == 12.5


def test_the_least_gain_and_the_smallest_rise_count():
    scratch = dict.fromkeys(TASKS, 0.5)
    run = {"pretrained": scratch | {"review": 0.25, "story": 1.0}, "scratch": scratch}
    assert claims.every_format.of(run) == -25
    assert claims.pretraining.of(run) == 6.25
    kept = {n: dict.fromkeys(TASKS, share) for n, share in enumerate((0.25, 0.75, 0.625, 1.0))}
    assert claims.each_layer.of({"kept": kept}) == -12.5
    assert claims.layers.of({"kept": kept}) == 75


def test_another_training_seed_is_measured_as_the_one_that_ships(asked, monkeypatch, tmp_path):
    loaded = []

    def load(name, folder, expect):
        loaded.append(folder.name)
        lm = records.model(name)
        return SimpleNamespace(model=lm.model, tokenizer=lm.tokenizer, card={"tokens": 12})

    monkeypatch.setattr("gptedu.load", load)
    monkeypatch.setattr(experiments, "zero_shot_accuracy", lambda *_: 0.5)
    run = experiments.other_seeds(tmp_path / "two")
    assert loaded == ["two", "step-000000"]
    assert run["claims"]["gpt1/zero-shot-growth"] == {"least": 0, "mean": 0, "most": 0}
    assert {seed for _, seed, *_ in asked} == set(records.SEEDS)
    assert set(run["claims"]) == {
        "gpt1/pretraining", "gpt1/every-format", "gpt1/layers", "gpt1/each-layer",
        "gpt1/zero-shot-growth",
    }  # fmt: skip


def test_the_record_holds_three_seeds_of_the_four_tasks():
    record = records.read("gpt1", "pretraining")
    assert len(record.results) == 3
    for run in record.results:
        for runner in ("pretrained", "scratch"):
            assert set(run[runner]) == set(TASKS)
            assert all(0 <= score <= 1 for score in run[runner].values())
