"""What chapter 1 says in words and typed numbers, held against its records."""

from __future__ import annotations

from statistics import fmean

import pytest

from gptedu.chapters.gpt1 import results
from gptedu.chapters.gpt1.experiments import blanks
from gptedu.world.mixtures import SECOND

COMPARING = (
    "primer-words", "primer-copies", "primer-sentences", "primer-claims", "tallies", "doubles",
    "lists", "rounds", "copies", "sentences", "statements", "voices", "claims", "endings",
    "differences", "corrections", "notices", "quiz", "compared", "judged",
)  # fmt: skip
"""Kinds of page on which the next word is the result of a comparison."""


def means(by_task):
    return {task: fmean(draws) for task, draws in by_task.items()}


def test_the_race_is_as_it_is_read():
    race = results.race(200)
    gains = results.gains(race)
    assert min(gains, key=gains.get) == "review"
    assert 3 < gains["story"] / gains["review"] < 5  # "four times as much"
    for task in ("entailment", "similarity"):
        assert gains[task] == pytest.approx(gains["story"], abs=6)  # "as much as stories"
    for task in ("entailment", "similarity", "story"):  # "at guessing"
        assert means(race["from scratch"])[task] == pytest.approx(results.CHANCE[task], abs=5)
    assert fmean(gains.values()) > 2 * 14.8  # "more than twice the paper's"
    first, second, _ = race["pretrained"]["similarity"]
    assert first - second == pytest.approx(20)  # "about twenty points"


def test_what_the_labels_of_reviews_are_worth():
    counts, curves = results.by_labels()
    assert counts == [25, 50, 100, 200, 400]
    pretrained, scratch = (
        [fmean(draws) for draws in curves[who]] for who in ("pretrained", "from scratch")
    )
    assert pretrained[2] > scratch[4]  # 100 labels: "more than four times"
    assert scratch[3] < pretrained[1] < scratch[4]  # 50 labels: "four to eight times"
    at_25 = curves["pretrained"][0]
    assert min(at_25) < 52
    assert max(at_25) > scratch[3]


def test_with_more_labels():
    few, more = results.race(200), results.race(1_000)
    scratch, pretrained = (means(more[who]) for who in ("from scratch", "pretrained"))
    assert min(scratch["story"], pretrained["story"]) > 98
    _, curves = results.by_labels()
    assert scratch["review"] == pytest.approx(fmean(curves["pretrained"][2]), abs=2)
    for task in ("entailment", "similarity"):
        assert scratch[task] < results.CHANCE[task] + 7
        assert pretrained[task] > 85
    many = results.race(10_000)
    alone = fmean(many["from scratch"]["similarity"])
    assert alone == pytest.approx(90, abs=2)
    assert sum(draw > alone for draw in few["pretrained"]["similarity"]) == 2


def test_asked_without_a_label():
    millions, growth = results.asked()
    at = {round(each): i for i, each in enumerate(millions)}
    asked = {task: [fmean(draws) for draws in points] for task, points in growth.items()}
    for task, points in asked.items():  # "near guessing" until the lead is read
        assert max(points[: at[3]]) < results.CHANCE[task] + 6
    assert asked["entailment"][at[3]] > 45  # pairs first
    assert asked["story"][at[3]] < 55 < 70 < asked["story"][at[6]]
    assert asked["review"][at[6]] < 55 < 70 < asked["review"][at[12]]
    tuned = means(results.race(200)["pretrained"])
    ahead = {task: tuned[task] - points[-1] for task, points in asked.items()}
    assert ahead["review"] < 0
    assert all(0 < ahead[task] < 8 for task in ("entailment", "story"))
    # BERT has learned from 15% of 36 million tokens: as many as GPT has read after five.
    assert asked["entailment"][at[6]] < 55


def test_one_page_in_seven_compares():
    share = sum(SECOND[kind].weight for kind in COMPARING) / sum(k.weight for k in SECOND.values())
    assert 1 / share == pytest.approx(6.7, abs=0.3)
    assert len(COMPARING) == 20


def test_what_each_block_brings():
    layers = {task: [fmean(draws) for draws in points] for task, points in
              results.by_layers().items()}  # fmt: skip
    review, pairs, story = layers["review"], layers["entailment"], layers["story"]
    assert review[1] - review[0] > 0.8 * (review[4] - review[0])
    for draw in range(3):  # the second block lowers the mean in all three draws
        kept = [fmean(points[n][draw] for points in results.by_layers().values()) for n in (1, 2)]
        assert -3 < kept[1] - kept[0] < 0
    for task in ("story", "similarity"):
        assert layers[task][2] < 60
        assert layers[task][3] == pytest.approx(95, abs=1)
    assert pairs[3] < 50 < 80 < pairs[4]
    assert story[4] - 5 < story[3]  # three blocks are within five points of all
    assert review[0] < means(results.race(200)["from scratch"])["review"]


def test_the_lstm_is_alike_on_reviews_and_behind_on_stories():
    small, lstm = (means(by_task) for by_task in results.lstm().values())
    assert small["review"] == pytest.approx(lstm["review"], abs=2)
    assert small["story"] - lstm["story"] > 10
    for who in (small, lstm):
        for task in ("entailment", "similarity"):
            assert who[task] == pytest.approx(results.CHANCE[task], abs=3)


def test_the_added_loss_has_no_sign():
    for points in results.text_loss().values():
        assert min(points) < 0 < max(points)


def test_bert_fills_gaps_and_guesses_on_pairs():
    gpt, bert = (means(by_task) for by_task in results.bert().values())
    for task in ("entailment", "similarity"):
        assert bert[task] < results.CHANCE[task] + 7
    assert all(bert[task] < gpt[task] for task in gpt)
    guessed = blanks(0)["guessed"]
    assert guessed["BERT, both sides"] > guessed["GPT, left side"] > guessed["BERT, left side"]
