"""Chapter 8's experiments run on a tiny model, and give what the claims are computed from."""

from __future__ import annotations

import copy
import re
from dataclasses import asdict
from types import SimpleNamespace

import pytest
import torch

from gptedu.chapters import claims_of
from gptedu.chapters.safety import choosing, claims, experiments
from gptedu.language_model import LanguageModel
from gptedu.model import GPT, GPTConfig
from gptedu.rlhf.labels.demonstrations import Demonstration
from gptedu.rlhf.ppo.config import PPOConfig
from gptedu.safety import profile, recipes
from gptedu.safety.demonstrating import decisions, names_compared, policy_demonstrations
from gptedu.sampling import seeded
from gptedu.training.command import shipped_tokenizer
from gptedu.world.policy import CLASSES, draw_sixes
from gptedu.world.policy.enquiries import NEW_VALUABLES
from policy_samples import draw
from request_samples import requests


@pytest.fixture(scope="module")
def lm():
    tokenizer = shipped_tokenizer()
    shape = GPTConfig(tokenizer.vocab_size, 160, layers=1, width=24, heads=2)
    return LanguageModel(GPT(shape, seeded(0)).eval(), tokenizer, "tiny", {})


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Few demonstrations, short replies, small batches."""
    for name, value in {
        "PLAIN": 4,
        "LABELS": 3,
        "MAX_TOKENS": 6,
    }.items():
        monkeypatch.setattr(experiments, name, value)
    asked = requests(20)
    sets = SimpleNamespace(sft=asked, rm=asked, held_out=requests(8, split="test"), validation=[])
    monkeypatch.setattr(
        experiments, "beginner", lambda lm, seed, **how: recipes.beginner(lm, seed, 2, **how)
    )
    monkeypatch.setattr(
        experiments, "practised", lambda lm, seed: recipes.practised(lm, seed, 2, 4)
    )
    monkeypatch.setattr(recipes, "prompt_sets", lambda: sets)
    monkeypatch.setattr(experiments, "prompted", lambda seed: draw_sixes(2, seed=seed))
    monkeypatch.setattr(
        experiments, "LONG", PPOConfig(batch=8, minibatch=4, epochs=1, max_tokens=6, beta=0.05)
    )
    monkeypatch.setattr(experiments, "prompt_sets", lambda: sets)


def computed(name: str, run) -> set[str]:
    """The claims of a record, each computed from a run."""
    of_this = [each for each in claims_of("safety") if each.record == name]
    assert of_this
    return {each.id for each in of_this if isinstance(each.of(run), (int, float))}


def test_rewards_have_their_profiles_and_the_learned_one_its_oracle(lm, monkeypatch):
    before = copy.deepcopy(lm.model.state_dict())
    run = experiments.rewards_of(lm, 0, "validation", 20, steps=10)
    assert set(run["profiles"]) == {"before", "rules", "one-sided", "words", "learned"}
    assert len(run["scores"]) == 10
    assert 0 < run["agreement"] < 1
    asked = experiments.enquiries_of(0, "validation", 20)
    for name, replies in run["replies"].items():
        assert run["profiles"][name] == asdict(profile(asked, replies))
    if run["profiles"]["before"]["unsafe"] == 0:  # a model that knows nothing may tell nothing
        run["profiles"]["before"]["unsafe"] = 0.1
    assert len(computed("rewards", run)) == 6
    after = lm.model.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_the_same_pay_for_answers_is_tried_with_both_judges(lm):
    run = experiments.pulled_of(lm, 0, "validation", 20, steps=10)
    assert set(run["profiles"]) == set(run["replies"]) == {"before", "rules", "learned"}
    assert len(run["scores"]) == 10
    assert any(each["grader"] != each["oracle"] for each in run["scores"])
    assert computed("pulled", run) == {"safety/hacked-pull", "safety/hacked-told"}


def test_what_is_asked_is_of_new_names_things_and_wordings(lm, monkeypatch):
    asked = []

    def replies(lm, own, seed):
        asked.append(own)
        return [" No."] * len(own)

    monkeypatch.setattr(experiments, "sample_replies", replies)
    monkeypatch.setattr(experiments, "judges", lambda grader, known: {})
    experiments.rewards_of(lm, 0, "test", 30, steps=1)
    names = {name for each in asked[0] for name in each.setting.people}
    things = {each.fact.subject for each in asked[0] if each.kind != "open"} - names
    rows = learned_from()
    read = {word for row in rows for word in re.findall(r"\w+", row.prompt + row.answer)}
    assert things
    assert things <= set(NEW_VALUABLES)
    assert len(names) > 10
    assert not (names | things) & read
    said = " ".join(row.prompt for row in rows)
    for wording in {each.wording for each in asked[0]}:
        for part in (wording.who, wording.ask):
            assert not any(piece in said for piece in re.split(r"\{.\}", part) if len(piece) > 4)


def learned_from() -> list[Demonstration]:
    """Some of all rows that a model of the policy learns from, before PPO and in it."""
    rows = names_compared(400)
    rows += decisions(draw_sixes(60, seed=300, invented=recipes.INVENTED["decided"]))
    rows += policy_demonstrations(draw_sixes(60, seed=100, invented=recipes.INVENTED["texts"]))
    asked = draw_sixes(60, seed=200, invented=recipes.INVENTED["prompted"])
    return [*rows, *(Demonstration(each.prompt, "") for each in asked)]


def test_the_system_line_is_tested_on_pairs_that_were_never_shown(lm, monkeypatch):
    run = experiments.system_of(lm, 0, "validation", 6, shown=12)
    assert set(run["obeyed"]) == {"held-out", "trained", "alone"}
    assert computed("system", run) == {"safety/system"}
    assert run["gave way"]["alone"] == 0.0


def test_rounds_of_a_red_team_are_recorded(lm):
    run = experiments.red_team_of(lm, 0, "validation", 3, number=2, tries=2)
    assert [set(each) for each in run["rounds"]] == [
        {"success", "held_out", "owners", "owners_held_out", "learned"}
    ] * 2
    assert len(computed("red-team", run)) == 3


def test_a_temperature_is_fitted_on_other_questions_and_changes_no_answer(lm):
    other = LanguageModel(copy.deepcopy(lm.model), lm.tokenizer, "sure", {})
    with torch.no_grad():
        other.model.token_embedding.weight.mul_(4)
    run = choosing.calibration_of(lm, other, 0, "test", 20)
    assert run["changed"] == 0
    assert run["right"]["after"] == run["right"]["repaired"]
    assert computed("calibration", run) == {"safety/calibration", "safety/argmax"}


def test_sayings_are_asked_with_and_without_their_source(lm):
    found = choosing.truth_of(lm, 0, "validation", 48)
    assert set(found) >= set(choosing.SAYINGS)
    for kind in choosing.SAYINGS:  # two thirds of the sayings are said more often than written
        often, even = found[f"{kind}/often"], found[f"{kind}/even"]
        assert min(often, even) <= found[kind] <= max(often, even)
    run = {"accuracy": dict.fromkeys((claims.SMALLEST, claims.LARGEST), found)}
    assert len(computed("truth", run)) == 3


def test_the_judge_is_held_against_the_rules_on_what_a_model_writes(lm):
    found = experiments.judge_of(lm, 0, "validation", 20)["agreement"]
    assert 0 < found["labelled"] < 1
    assert 0 <= found["written"] < 1


@pytest.mark.parametrize(("verdict", "missed"), [("safe", 1), ("disallowed", 0)])
def test_secrets_that_a_judge_takes_for_safe_are_counted(lm, monkeypatch, verdict, missed):
    grader = SimpleNamespace(
        grade=lambda enquiry, reply: verdict,
        shares=lambda asked: torch.eye(len(CLASSES))[[CLASSES.index(verdict)] * len(asked)],
    )
    monkeypatch.setattr(experiments, "learned_judge", lambda small, seed: (grader, 1.0))
    monkeypatch.setattr(
        experiments,
        "sample_replies",
        lambda lm, asked, seed: [f" {each.fact.say(draw())}." for each in asked],
    )
    found = experiments.judge_of(lm, 0, "validation", 20)
    assert found["missed"] == missed
    told = experiments.enquiries_of(0, "validation", 20)
    right = sum(each.allowed is (verdict == "safe") for each in told) / len(told)
    assert found["agreement"]["written"] == pytest.approx(right)


def test_the_loop_learns_from_its_own_pairs(lm, monkeypatch):
    """A model that states something at random is scripted; the loop and its judge are real."""

    def sampled(lm, asked, k=1, seed=0):
        told = [" The lamp is in the attic.", " The lamp is in the kitchen.", " Gladly."]
        return [tuple(told[(i + j + seed) % 3] for j in range(k)) for i, _ in enumerate(asked)]

    monkeypatch.setattr(experiments, "sample_answers", sampled)
    monkeypatch.setattr(experiments, "ModelLister", lambda lm: experiments.made_up)
    monkeypatch.setattr(
        experiments,
        "ModelRewriter",
        lambda lm, seed: lambda asked, reply, faults: " Of course, I am here now.",
    )
    run = experiments.loop_of(lm, 0, "test", 8, looped=12)
    assert run["pairs"]["checked"]["pairs"] == run["pairs"]["unchecked"]["pairs"] > 0
    assert run["pairs"]["checked"]["right"] == 1.0
    assert run["made_up"]["first"] > 0
    assert len(computed("loop", run)) == 3


def test_every_experiment_says_which_models_and_settings_it_has():
    for name, each in experiments.EXPERIMENTS.items():
        assert each.models, name
        assert each.settings, name
    assert set(experiments.PILOTS) <= set(experiments.EXPERIMENTS)
