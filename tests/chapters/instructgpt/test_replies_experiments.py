"""Replies that are counted: which are right, what the judge orders rightly, whose pick helps."""

from __future__ import annotations

import random
from types import SimpleNamespace

import pytest
import torch

from gptedu import records
from gptedu.chapters.instructgpt import claims, figures
from gptedu.chapters.instructgpt.experiments import replies
from gptedu.rlhf.judging import TRUE
from gptedu.rlhf.labels.demonstrations import demonstrations
from request_samples import requests

ASKED = requests(40, split="test")
REFUSAL, CHATTER = " The text does not say that.", " Of course. Gladly. You are welcome."
RIGHT = {each.prompt: each.answer for each in demonstrations(ASKED)}


class Polite:
    """A judge that counts polite words, and sees nothing else."""

    def __call__(self, texts):
        return torch.tensor([float(replies._phrases(text)) for text in texts])


@pytest.fixture
def small(monkeypatch):
    """Every request gets a right reply, a refusal and chatter, eight or four in all."""

    def sampled(lm, asked, k, seed):
        rng, found = random.Random(seed), []
        for each in asked:
            own = [RIGHT[each.prompt], *(rng.choice([REFUSAL, CHATTER]) for _ in range(k - 1))]
            found.append(tuple(own[::-1]))
        return found

    monkeypatch.setattr(replies, "sample_answers", sampled)
    monkeypatch.setattr(replies, "prompt_sets", lambda: SimpleNamespace(held_out=ASKED))
    monkeypatch.setattr(records, "model", lambda name, expect=None: Polite())


def test_refusals_are_right_where_the_text_has_no_answer(small):
    run = replies.refusals(0)
    questions = [each for each in ASKED if each.kind in ("answer", "unsaid")]
    assert run["without an answer"] == 0.5
    assert run["refusals"]["count"] + run["statements"]["count"] == 4 * len(questions)
    unsaid = sum(each.kind == "unsaid" for each in questions)
    right = run["refusals"]["count"] * run["refusals"]["right"]
    assert unsaid <= right <= run["refusals"]["count"] - 1
    assert run["statements"]["right"] < 1  # chatter is no answer


def test_a_judge_of_manners_is_a_coin_where_manners_are_alike(small):
    run = replies.manners(0)
    assert run["alike"]["right"] == 0.5
    assert run["other"]["right"] != 0.5
    assert run["alike"]["count"] > 5 < run["other"]["count"]
    told_apart = sum(
        TRUE(each, a) != TRUE(each, b)
        for each, own in zip(ASKED, replies.sample_answers(None, ASKED, 4, 5), strict=True)
        for i, a in enumerate(own)
        for b in own[:i]
    )
    assert run["alike"]["count"] + run["other"]["count"] == told_apart
    assert run["over-polite"] > 0


def test_the_true_score_picks_what_helps_and_a_judge_of_manners_what_is_polite(small):
    run = replies.best_of(0)
    assert run["picked"]["helpful"] == 1.0
    assert run["by the judge"]["helpful"] < run["picked"]["helpful"]
    assert claims.best_of.of(run) == pytest.approx(100 * (1 - run["one"]["helpful"]))


@pytest.mark.parametrize(
    ("given", "held"),
    [
        (" In the garden. You are welcome.", True),
        ("Of course. in the garden", True),
        ("in the garage", False),
        ("the garden in", False),
        ("in my the garden", False),
    ],
)
def test_an_answer_is_held_where_its_words_stand_together(given, held):
    assert replies._holds(given, " in the garden") is held


def test_what_the_chapter_says_of_the_counts_is_what_was_recorded():
    refused = records.read("instructgpt", "refusals").results
    assert all(0.6 < run["refusals"]["right"] < 0.7 for run in refused)  # two of three
    assert all(0.33 < run["statements"]["right"] < 0.45 for run in refused)  # two of five
    pairs = records.read("instructgpt", "manners").results
    assert all(run["other"]["count"] > run["alike"]["count"] for run in pairs)
    assert all(run["other"]["right"] > 0.8 for run in pairs)
    assert all(0.545 <= run["alike"]["right"] <= 0.655 for run in pairs)
    assert sorted(run["over-polite"] for run in pairs) == [2, 3, 5]
    one, judged, truth = figures.helpful_picks()
    assert truth > one + 0.2
    assert abs(judged - one) < 0.05
    held = [run["tasks"] for run in records.read("instructgpt", "held").results]
    assert all(run["summary"]["held"] > 0.8 > 0.05 > run["summary"]["verbatim"] for run in held)
