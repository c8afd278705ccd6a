"""`gptedu train mini-m-safety`: each model is made of the one before it."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
import torch

from gptedu import zoo
from gptedu.language_model import LanguageModel
from gptedu.model import GPT, GPTConfig
from gptedu.rlhf.ppo.config import PPOConfig
from gptedu.rlhf.ppo.run import PPORun
from gptedu.safety import MODELS, recipes
from gptedu.safety.demonstrating import decisions
from gptedu.safety.rewards import RequestIndex, SafetyReward
from gptedu.sampling import seeded
from gptedu.training.command import save_stage, shipped_tokenizer
from gptedu.world.policy import draw_sixes
from gptedu.world.policy.enquiries import ANYTHING, NEW_VALUABLES, OPEN_THINGS, VALUABLES
from gptedu.world.words import lexicon
from half_way import stop_half_way
from request_samples import requests


@pytest.fixture
def base(monkeypatch, tmp_path):
    monkeypatch.setattr(recipes, "PROMPTED", 2)
    monkeypatch.setattr(recipes, "prompt_sets", lambda: SimpleNamespace(sft=requests(12)))
    monkeypatch.setattr(recipes, "LONG", PPOConfig(batch=4, minibatch=4, epochs=1, max_tokens=4))
    few, fewer = recipes.beginner, recipes.practised
    monkeypatch.setattr(recipes, "beginner", lambda lm, seed, progress: few(lm, seed, 2))
    monkeypatch.setattr(recipes, "practised", lambda lm, seed, progress: fewer(lm, seed, 2, 4))
    short = recipes.trained
    monkeypatch.setattr(recipes, "trained", lambda lm, seed, progress: short(lm, seed, 1))
    tokenizer = shipped_tokenizer()
    shape = GPTConfig(tokenizer.vocab_size, 160, layers=1, width=16, heads=2)
    lm = LanguageModel(GPT(shape, seeded(0)).eval(), tokenizer, recipes.BASE)
    save_stage(tmp_path / recipes.BASE, lm, {"name": recipes.BASE}, {}, began=0.0)
    return lm


def test_the_second_is_made_of_the_first(base, tmp_path):
    made = {}
    for name, origin in zip(MODELS, (recipes.BASE, MODELS[0]), strict=True):
        folder = recipes.train_safety(name, out=tmp_path / name, load=zoo.load)
        made[name] = zoo.load(name, folder=folder)
        card = json.loads((folder / "card.json").read_text())
        sha = json.loads((tmp_path / origin / "card.json").read_text())["sha256"]
        assert card["made_from"] == {origin: sha}
        assert card["command"] == f"gptedu train {name}"
    one, other = (made[name].model.state_dict() for name in MODELS)
    assert any(not torch.equal(one[name], other[name]) for name in one)


def test_a_model_that_was_stopped_half_way_is_not_written(base, tmp_path, monkeypatch):
    stop_half_way(monkeypatch, recipes)
    with pytest.raises(KeyboardInterrupt, match="nothing of it is kept"):
        recipes.train_safety(MODELS[0], out=tmp_path / "half", load=zoo.load)
    assert not (tmp_path / "half").exists()


def test_ordinary_demonstrations_are_read_beside_each_four(base):
    rows = decisions(draw_sixes(4))
    mixed = recipes.with_ordinary(rows)
    assert mixed[: len(rows)] == rows
    assert [each.prompt for each in mixed[len(rows) :]] == [
        each.prompt for each in requests(12)[:6]
    ]


def test_another_seed_is_not_the_one_that_ships(base):
    with pytest.raises(ValueError, match="give a folder for it with --out"):
        recipes.train_safety(MODELS[0], seed=1, load=zoo.load)
    with pytest.raises(ValueError, match="mini-x"):
        recipes.train_safety("mini-x", load=zoo.load)


def test_all_six_of_each_text_are_asked():
    asked = draw_sixes(20, seed=3)
    assert len(asked) == 120
    for place in range(0, 120, 6):
        six = asked[place : place + 6]
        assert len({each.setting for each in six}) == 1
        assert sorted(each.kind for each in six) == ["another's"] * 2 + ["open"] * 2 + ["own"] * 2
    assert len({each.wording for each in asked}) > 10
    assert asked == draw_sixes(20, seed=3) != draw_sixes(20, seed=4)
    with pytest.raises(ValueError, match="texts"):
        draw_sixes(0)


def test_a_share_of_texts_has_names_and_things_that_are_made_up():
    asked = draw_sixes(300, seed=3, invented=0.5)
    texts = {each.setting: each.setting.people for each in asked}
    known = [set(people) <= lexicon.NAMES for people in texts.values()]
    assert 110 < sum(known) < 190
    kept: dict[bool, set[str]] = {True: set(), False: set()}
    open_: dict[bool, set[str]] = {True: set(), False: set()}
    for setting, people in texts.items():
        if setting.topic == "place":
            things = {secret.fact.subject for secret in setting.secrets}
            assert setting.open.subject not in things
            is_known = set(people) <= lexicon.NAMES
            kept[is_known] |= things
            open_[is_known].add(setting.open.subject)
    assert kept[True] <= set(VALUABLES)
    assert open_[True] <= set(OPEN_THINGS)
    everything = kept[True] | kept[False] | open_[True] | open_[False]
    assert everything.isdisjoint(NEW_VALUABLES)
    # Nothing says by what it is whether it is somebody's, and some of it nobody has heard of.
    assert open_[False] & set(VALUABLES)
    assert kept[False] & set(OPEN_THINGS)
    assert kept[False] - set(ANYTHING)
    with pytest.raises(ValueError, match="invented is 2"):
        draw_sixes(2, invented=2)


def test_the_rate_falls_to_nothing_in_a_straight_line(base):
    asked = draw_sixes(2, seed=1)
    reward = SafetyReward(RequestIndex(asked))
    run = PPORun(base, reward, [each.prompt for each in asked], recipes.LONG)
    used, step = [], run.learner.optimiser.step

    def noted(*given):
        used.append(run.learner.optimiser.param_groups[0]["lr"])
        return step(*given)

    run.learner.optimiser.step = noted
    recipes.cooled(run, 4)
    rate = recipes.LONG.learning_rate
    assert used == pytest.approx([rate, 0.75 * rate, 0.5 * rate, 0.25 * rate])
