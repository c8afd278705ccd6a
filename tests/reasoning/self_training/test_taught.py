"""Copies that have read sums of other people: what stands on their pages, and what they do."""

from __future__ import annotations

import math
from collections import Counter

import pytest
import torch

import gptedu
from gptedu.language_model import LanguageModel
from gptedu.reasoning import problems
from gptedu.reasoning.accuracy import thinking
from gptedu.reasoning.checking import check
from gptedu.reasoning.paths import sample_paths
from gptedu.reasoning.self_training import taught
from gptedu.reasoning.self_training.taught import Unsure, demonstrations, in_doubt, in_one_way
from gptedu.world.problems.ways import BACK, RUNNING, WAYS, way_of, wordings

FACTS = [(left, change) for left in range(17) for change in range(-16, 17)
         if change and 0 <= left + change <= 16]  # fmt: skip
TEST = problems.mixed((3, 4, 5), 60, split="test")


@pytest.fixture
def lm() -> LanguageModel:
    return gptedu.load("mini-m", expect=LanguageModel)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_who_is_unsure_misremembers_nothing_else_and_a_gap_as_often_as_is_said(way):
    gaps = [fact for fact in FACTS if way.slip(*fact)]
    wrong = 0
    for page in map(str, range(50)):
        unsure = Unsure(way.name, way.share, way.wrong, page)
        assert all(unsure.recall(*fact).right for fact in FACTS if fact not in gaps)
        assert all(unsure.slip(*fact) in (0, way.slip(*fact)) for fact in gaps)
        wrong += sum(not unsure.recall(*fact).right for fact in gaps)
        assert unsure.recall(7, 5) == unsure.recall(7, 5)
    assert wrong / (50 * len(gaps)) == pytest.approx(taught.WRONG, abs=0.05)


def test_who_is_unsure_stops_at_nothing_as_the_way_does():
    assert Unsure("running", 1, 1, "a").recall(0, -3).result == 0
    assert Unsure(BACK.name, 1, 0, "a").recall(0, -3).result == -3


def test_pages_in_doubt_are_written_in_all_ways_and_more_often_right():
    shown = demonstrations(in_doubt, 1_000)
    ways = Counter(way_of(each.answer) for each in shown)
    for way in WAYS:
        assert ways[way.name] / 1_000 == pytest.approx(way.share, abs=0.05)
    asked = problems.mixed(taught.LENGTHS, 1_000, split="train", seed=100)
    certain = [wordings(RUNNING, each.made)[0] for each in asked]

    def right(texts):
        return sum(check(*each).right for each in zip(asked, texts, strict=True)) / 1_000

    assert right([each.answer for each in shown]) > right(certain) + 0.05
    assert demonstrations(in_doubt, 5) == demonstrations(in_doubt, 5)
    assert demonstrations(in_doubt, 5) != demonstrations(in_doubt, 5, seed=1)


def test_pages_are_of_the_training_split():
    told = {each.told for each in TEST}
    assert not any(problem in each.prompt for each in demonstrations(in_doubt, 200)
                   for problem in told)  # fmt: skip


def test_what_is_taught_in_one_way_works_in_no_other(lm, monkeypatch):
    monkeypatch.setattr(taught, "TAUGHT", 240)
    monkeypatch.setattr(taught, "LENGTHS", (2, 3))
    before = lm.model.token_embedding.weight.clone()
    learner = taught.one_way(lm)
    assert torch.equal(before, lm.model.token_embedding.weight)
    asked = problems.mixed((2, 3), 8, split="validation")
    given = learner.generate(thinking(asked), max_tokens=60, stop="\n")
    ways = [check(problem, text).way for problem, text in zip(asked, given, strict=True)]
    assert ways.count("running") >= 6
    assert {text.split(" ")[2] for text in given} <= {"and", "less"}
    made = asked[0].made
    assert in_one_way(made, "any") == wordings(RUNNING, made)[0]


def test_gaps_are_counted_where_a_path_comes_to_one():
    left, change = next(fact for fact in FACTS if RUNNING.slip(*fact) and fact[1] > 0)
    gap, fine = f" {left} and {change} is", " 0 and 3 is 3."
    assert not RUNNING.slip(0, 3)
    wrong = left + change + RUNNING.slip(left, change)
    assert taught.at_gaps([f"{fine}{gap} {left + change}.", f"{gap} {wrong}.", fine]) == (2, 0.5)
    assert math.isnan(taught.at_gaps([fine])[1])


def test_the_model_that_ships_is_unsure_where_its_base_is_certain():
    prompts = thinking(TEST)
    rights = {}
    for name in ("mini-m-v2", "mini-m-unsure"):
        model = gptedu.load(name, expect=LanguageModel)
        paths = sample_paths(model, prompts, 4)
        met, rights[name] = taught.at_gaps(text for own in paths.texts for text in own)
        assert met > 10
    assert rights["mini-m-v2"] < 0.15
    assert 0.2 < rights["mini-m-unsure"] < 0.65
