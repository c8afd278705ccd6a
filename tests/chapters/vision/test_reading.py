"""What is asked of mini-m-vision: figures of a reader that sees all, and of one that guesses."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
import torch

from gptedu import assets
from gptedu.chapters.vision import reading
from gptedu.chapters.vision.reading import BLANK, Shown, rouge_l, shown, two_stages
from gptedu.model import GPT, GPTConfig
from gptedu.sampling import seeded
from gptedu.text import Tokenizer
from gptedu.vision.asking import PictureModel
from gptedu.vision.stream import PictureReader
from gptedu.vision.world.held_out import COLOURS, colour_split, place_split, sum_split
from gptedu.vision.world.questions import STEPPED
from gptedu.world.problems.problem import ANSWER, THINK

TOKENIZER = Tokenizer.load(assets.path("tokenizer.json"))


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(reading, "ASKED", 24)
    monkeypatch.setattr(reading, "EPISODES", 24)


@pytest.fixture(scope="module")
def guesser() -> PictureModel:
    body = GPT(GPTConfig(2500, 200, layers=1, width=16, heads=2), seeded(0))
    return PictureModel(PictureReader(body, generator=seeded(1)).eval(), TOKENIZER, "guesser")


class Seer:
    """Knows the answer of every picture that it is shown beforehand; of others, the first choice.

    It writes `worked` where steps are asked for, as they are given to it.
    """

    def __init__(self, own: list[Shown]) -> None:
        self.known = {each.picture.tobytes(): each.question for each in own}

    def ask_all(self, asked):
        found = []
        for each in asked:
            question = self.known.get(np.asarray(each.pictures).tobytes())
            right = question.answer if question else each.answers[0].rstrip(".")
            found.append(torch.tensor([float(c.rstrip(".") == right) for c in each.answers]))
        return found

    def write_all(self, asked, max_tokens):
        written = []
        for each in asked:
            question = self.known.get(np.asarray(each.pictures).tobytes())
            steps = THINK in each.text
            written.append(
                "" if question is None else question.worked if steps else question.answer
            )
        return written


def test_who_sees_is_right_and_a_blank_picture_gives_the_first_choice(few):
    own = shown("shape", "validation", 0)
    found = reading.controlled(Seer(own), "shape", "validation", 0)
    first = np.mean([each.question.answer == each.question.choices[0] for each in own])
    assert found["right"] == 100
    assert found["blank"] == pytest.approx(100 * first)
    assert found["chance"] == 12.5
    assert found["another"] < 50


def test_questions_are_of_the_split_that_is_asked_for(few):
    for split in ("validation", "test"):
        things = [each.question.seen.things[0] for each in shown("colour", split, 1)]
        assert {colour_split(thing.shape, thing.colour) for thing in things} == {split}
        things = [each.question.seen.things[0] for each in shown("place", split, 1)]
        assert {place_split(thing.shape, thing.place) for thing in things} == {split}
        for each in shown("sum", split, 1):
            first, second = reading._bars(each.question)
            chart = each.question.seen
            assert sum_split(chart.height(first), chart.height(second)) == split


def test_sums_of_who_sees_are_right_and_of_a_blank_picture_wrong(few):
    found = reading.chart(Seer(shown("sum", "validation", 0)), "validation", 0)
    assert found["right"] == {"direct": 100, "worked": 100, "worked out": 100, "added": 100}
    assert found["blank"] == dict.fromkeys(found["right"], 0)


def test_two_stages_of_who_sees(few):
    own = [each for kind in STEPPED for each in shown(kind, "validation", 0)]
    found = reading.chain_of_thought(Seer(own), "validation", 0)
    assert found["right"]["with"] == found["rouge"]["with"] == found["direct"]["with"] == 100
    assert found["right"]["without"] == 0, "what comes to no answer counts as wrong"
    assert found["rouge"]["without"] == 0


@pytest.mark.parametrize("pictured", [True, False])
def test_noise_in_place_of_the_solutions_steps_changes_no_answer(few, guesser, pictured):
    """They are not read at test: a trap of two-stage reasoning (Multimodal-CoT)."""
    rng = random.Random(0)
    own = shown("odd", "validation", 0)
    noise = [
        Shown(replace(each.question, worked=f"{rng.choice(COLOURS)} {rng.random()}"), each.picture)
        for each in own
    ]
    pictures = [each.picture for each in own] if pictured else None
    assert two_stages(guesser, own, pictures) == two_stages(guesser, noise, pictures)
    gold = [each.question.worked for each in own]
    assert None not in reading.second_stage(guesser, own, pictures, gold)


def test_names_without_a_sentence_are_a_guess(few, guesser):
    found = reading.describe(guesser, "test", 0)
    assert set(found) == {"described", "bare", "exchanged", "told"}
    assert found == reading.describe(guesser, "test", 0)
    shots = reading.few_shot(guesser, "test", 0)
    assert set(shots) == {"right", "shuffled", "told", "told_shuffled"}


def test_rouge_l_counts_the_longest_row_of_words_in_order():
    assert rouge_l("red is 3. blue is 5.", "red is 3. blue is 5.") == 1
    assert rouge_l("a b c", "a c b") == pytest.approx(2 * 2 / 6)
    assert rouge_l("c b a", "a b c") == pytest.approx(2 * 1 / 6)
    assert rouge_l("", "a") == 0
    assert rouge_l("red is 3", f"red is 5 {ANSWER}") == pytest.approx(2 * 2 / 9)


def test_a_blank_picture_is_one(guesser):
    assert guesser.row(BLANK, "x").pictures[0].sum() == 0
