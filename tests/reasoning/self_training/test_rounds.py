"""Rounds of self-improvement, on mini-m of the first web and a few problems."""

from __future__ import annotations

import copy
import dataclasses
from types import SimpleNamespace

import pytest
import torch

import gptedu
from gptedu.language_model import LanguageModel
from gptedu.reasoning import problems
from gptedu.reasoning.accuracy import thinking
from gptedu.reasoning.paths import Paths, digest, sample_paths
from gptedu.reasoning.self_training import recipes, rounds, taught
from gptedu.reasoning.self_training.rounds import RULES, Round, SelfTraining, labels_of, learn
from gptedu.rlhf.sft.train import SFT
from half_way import stop_half_way

FEW = SelfTraining(problems=6, paths=3, lengths=(3,), how=SFT(epochs=1, batch=8, ptx=0.0))
TEST = problems.draw("sums", 3, 4, split="test")
BEFORE = {"greedy": 0.5}


@pytest.fixture
def lm() -> LanguageModel:
    return gptedu.load("mini-m", expect=LanguageModel)


@pytest.mark.parametrize("rule", RULES)
def test_a_round_says_what_it_did(lm, rule):
    before = copy.deepcopy(lm.model.state_dict())
    made = rounds.one_round(lm, dataclasses.replace(FEW, rule=rule), TEST, seed=1, progress=False)
    assert 8 * (len(made.losses) - 1) < made.rows <= 8 * len(made.losses)
    assert made.labelled <= 1
    measured = {"greedy", "one path", "vote", "distinct", "by luck"}
    assert set(made.before) == set(made.after) == measured
    assert 0 <= made.by_luck <= 1
    assert made.gain == made.after["greedy"] - made.before["greedy"]
    assert any(not torch.equal(before[k], v) for k, v in lm.model.state_dict().items())
    assert rule != "gold" or made.label_right == 1


@pytest.mark.parametrize("rows", [5, 40])
def test_a_control_gets_as_many_rows_as_are_asked_for(lm, rows):
    made = rounds.one_round(lm, FEW, TEST, seed=1, rows=rows, progress=False, before=BEFORE)
    assert made.rows == rows
    assert len(made.losses) == -(-rows // FEW.how.batch)
    assert made.before == BEFORE


def test_what_is_learned_with_a_wrong_step_is_told(lm):
    """All rows with steps have a wrong one here: the answers were reached by luck."""
    asked = rounds.unlabelled(FEW, 0)
    texts = tuple(
        (f" {each.made.start} and 1 is 0. The answer is {each.answer}",) for each in asked
    )
    paths = Paths(tuple(thinking(asked)), texts, "mini-m", digest(lm.tokenizer), 0.7, 0)
    learned = learn(lm, asked, paths, [each.answer for each in asked], FEW, progress=False)
    assert (learned.rows, learned.by_luck) == (18, 1.0)


def test_a_round_of_an_older_record_can_be_read():
    made = Round(1, 1.0, 0.8, 30, 0.5, {"greedy": 0.5}, {"greedy": 0.6}, [0.1])
    kept = dataclasses.asdict(made)
    del kept["by_luck"]
    assert Round(**kept) == made
    assert made.by_luck is None


def test_the_greedy_rule_learns_the_greedy_path_alone(lm):
    asked = rounds.unlabelled(FEW, 0)
    drawn = sample_paths(lm, thinking(asked), 3)
    paths, labels = labels_of(dataclasses.replace(FEW, rule="greedy"), lm, asked, drawn, 0)
    assert [len(texts) for texts in paths.texts] == [1] * 6
    assert len(labels) == 6


def test_half_a_round_is_not_taken_for_a_whole_one(lm, monkeypatch):
    stop_half_way(monkeypatch, rounds)
    with pytest.raises(KeyboardInterrupt, match="load it again"):
        rounds.one_round(lm, FEW, TEST, seed=1, progress=False)


def test_rounds_end_where_one_gains_too_little(lm, monkeypatch):
    gains = iter([0.1, 0.02, 0.0, 0.5])

    def one_round(lm, how, test, *, number, before, **more):
        start = (before or {"greedy": 0.5})["greedy"]
        return Round(number, 1, 1, 1, 1, {"greedy": start}, {"greedy": start + next(gains)}, [])

    monkeypatch.setattr(rounds, "one_round", one_round)
    made = list(rounds.rounds(lm, FEW, TEST, most=5))
    assert [each.number for each in made] == [1, 2, 3]
    assert made[2].before == made[1].after


def test_a_problem_of_the_test_is_never_trained_on(lm):
    with pytest.raises(ValueError, match="are in training and in the test"):
        rounds.one_round(lm, FEW, rounds.unlabelled(FEW, 1001), seed=1, progress=False)


def test_paths_of_another_tokenizer_are_not_learned(lm):
    asked = rounds.unlabelled(FEW, 0)
    paths = Paths(tuple(thinking(asked)), ((" The answer is 1",),) * 6, "other", "x", 0.7, 0)
    with pytest.raises(ValueError, match="the paths are of other"):
        learn(lm, asked, paths, ["1"] * 6, FEW)


def test_where_no_path_reaches_a_label_nothing_is_learned(lm):
    asked = rounds.unlabelled(FEW, 0)
    vocabulary = digest(lm.tokenizer)
    paths = Paths(tuple(thinking(asked)), ((" hm",),) * 6, "mini-m", vocabulary, 0.7, 0)
    with pytest.raises(ValueError, match="none of the 6 problems has a label that a path reaches"):
        learn(lm, asked, paths, [None] * 6, FEW)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"rule": "loud"}, "rule is 'loud'"),
        ({"temperature": 0}, "temperature is 0: give a positive number"),
        ({"paths": 0}, "paths is 0"),
        ({"least_share": 2}, "least_share is 2"),
    ],
)
def test_settings_that_mean_nothing(wrong, words):
    with pytest.raises(ValueError, match=words):
        SelfTraining(**wrong)


# --- gptedu train mini-m-lmsi


def second_web(lm: LanguageModel) -> LanguageModel:
    """As if it had read the second mixture."""
    return dataclasses.replace(lm, card=lm.card | {"recipe": {"data": {"mixture": "second"}}})


def test_a_base_of_the_first_web_is_one_sentence(lm, tmp_path):
    for name, base in (("mini-m-unsure", "mini-m-v2"), ("mini-m-lmsi", "mini-m-unsure")):
        with pytest.raises(ValueError, match=rf"has read the first mixture.*gptedu train {base}"):
            recipes.train_reasoning(name, out=tmp_path / name, load=lambda *_, **__: lm)
        with pytest.raises(ValueError, match="give a folder for it with --out"):
            recipes.train_reasoning(name, seed=1, load=lambda *_, **__: lm)


def test_the_unsure_model_says_what_it_is_made_of_and_which_web_it_has_read(
    lm, tmp_path, monkeypatch
):
    monkeypatch.setattr(taught, "TAUGHT", 8)
    asked: list[str] = []

    def load(name, **_):
        asked.append(name)
        return second_web(lm)

    folder = recipes.train_reasoning(
        "mini-m-unsure", out=tmp_path / "mini-m-unsure", progress=False, load=load
    )
    made = gptedu.load(folder, expect=LanguageModel)
    assert asked == ["mini-m-v2"]
    assert made.card["made_from"] == {"mini-m-v2": lm.card["sha256"]}
    assert recipes.mixture_of(made) == "second"
    assert not torch.equal(made.model.token_embedding.weight, lm.model.token_embedding.weight)


def test_the_recipe_writes_the_best_model_its_tokenizer_and_its_rounds(lm, tmp_path, monkeypatch):
    monkeypatch.setenv("GPTEDU_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(recipes, "WATCHED", 8)
    monkeypatch.setattr(recipes, "pretraining_text", lambda *_, **__: None)
    asked: list[int] = []

    def one_round(learner, how, test, *, number, before, **more):
        asked.append(number)
        with torch.no_grad():
            learner.model.token_embedding.weight.fill_(number)
        start = (before or {"greedy": 0.5})["greedy"]
        after = {"greedy": start + {1: 0.1, 2: -0.2}[number]}
        return Round(number, 1, 1, 1, 1, {"greedy": start}, after, [0.5])

    monkeypatch.setattr(rounds, "one_round", one_round)
    base = second_web(lm)
    folder = recipes.train_reasoning(
        "mini-m-lmsi",
        out=tmp_path / "mini-m-lmsi",
        how=FEW,
        progress=False,
        load=lambda *_, **__: base,
    )
    made = gptedu.load(folder, expect=LanguageModel)
    assert asked == [1, 2]
    assert made.model.token_embedding.weight[0, 0].item() == 1  # the second round lost
    assert digest(made.tokenizer) == digest(lm.tokenizer)
    assert made.card["rounds"] == 1  # those that are in the weights
    assert made.card["made_from"] == {"mini-m-unsure": lm.card["sha256"]}
    assert (folder / "record.json").read_text().count('"number"') == 2


def test_a_run_that_was_stopped_goes_on_with_its_round(lm, tmp_path, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(recipes, "time", SimpleNamespace(perf_counter=lambda: clock[0]))
    monkeypatch.setenv("GPTEDU_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(recipes, "WATCHED", 8)
    monkeypatch.setattr(recipes, "pretraining_text", lambda *_, **__: None)
    asked: list[tuple[int, float]] = []

    def one_round(learner, how, test, *, number, before, **more):
        asked.append((number, (before or {"greedy": 0.5})["greedy"]))
        clock[0] += 10 * number
        if number == 2 and len(asked) == 2:
            raise KeyboardInterrupt
        gain = 0.1 if number == 1 else 0.0
        start = asked[-1][1]
        return Round(number, 1, 1, 1, 1, {"greedy": start}, {"greedy": start + gain}, [])

    monkeypatch.setattr(rounds, "one_round", one_round)
    base = second_web(lm)
    make = {"how": FEW, "progress": False, "load": lambda *_, **__: base}
    with pytest.raises(KeyboardInterrupt):
        recipes.train_reasoning("mini-m-lmsi", out=tmp_path / "mini-m-lmsi", **make)
    clock[0] += 1_000  # whatever lies between the sessions
    folder = recipes.train_reasoning("mini-m-lmsi", out=tmp_path / "mini-m-lmsi", **make)
    assert asked == [(1, 0.5), (2, 0.6), (2, 0.6)]
    card = gptedu.load(folder, expect=LanguageModel).card
    assert (card["rounds"], card["seconds"]) == (1, 10 + 20)  # not those of the round made again
