"""Questions: the answer follows from the picture, and none from the question alone."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest

from gptedu.vision.world.captions import apart
from gptedu.vision.world.charts import judged
from gptedu.vision.world.held_out import COLOURS, NUMBERS, PLACES, SHAPES
from gptedu.vision.world.questions import QUESTIONS, PictureQuestion, question
from gptedu.vision.world.scenes import Chart


def answer_by_rule(asked: PictureQuestion) -> str:
    """The answer worked out again from what is seen and asked, in another way."""
    words = asked.asked.strip("?").split()
    if asked.kind == "sum":
        named = [bar for bar in asked.seen.bars if bar.colour in words]
        return str(sum(bar.height for bar in named))
    things = asked.seen.things
    if asked.kind == "count":
        return NUMBERS[len(things) - 1]
    if asked.kind == "odd":
        return PLACES[apart(list(things))[1].place]
    if asked.kind == "yes-no":
        (colour,), (shape,) = (set(words) & set(COLOURS)), (set(words) & set(SHAPES))
        return "yes" if any((t.shape, t.colour) == (shape, colour) for t in things) else "no"
    (thing,) = things
    return {"colour": thing.colour, "shape": thing.shape, "place": PLACES[thing.place]}[asked.kind]


@pytest.mark.parametrize("split", ["train", "validation", "test"])
@pytest.mark.parametrize("kind", QUESTIONS)
def test_the_answer_follows_from_the_picture(kind, split):
    rng = random.Random(0)
    for _ in range(50):
        asked = question(kind, rng, split)
        assert asked.answer == answer_by_rule(asked)
        assert asked.answer in asked.choices
        assert asked.prompt().endswith("\nAnswer:")


@pytest.mark.parametrize("kind", QUESTIONS)
def test_no_answer_is_more_frequent_than_the_others(kind):
    """So a model that is blind gets what chance gives."""
    rng = random.Random(1)
    answers = Counter(question(kind, rng).answer for _ in range(800))
    expected = 800 / len(answers)
    assert max(answers.values()) < 1.7 * expected
    choices = set(question(kind, rng).choices)
    assert len(answers) >= len(choices) - (kind == "sum")  # 1 + 1 is held out, so 2 is


def test_the_wrong_yes_no_has_the_shape_of_one_and_the_colour_of_the_other():
    rng = random.Random(2)
    for _ in range(200):
        asked = question("yes-no", rng)
        words = asked.asked.strip("?").split()
        assert {t.shape for t in asked.seen.things} & set(words)
        assert {t.colour for t in asked.seen.things} & set(words)


def test_the_steps_of_a_yes_no_compare_what_is_asked_for_with_what_is_there():
    rng = random.Random(2)
    verdicts = set()
    for _ in range(100):
        asked = question("yes-no", rng)
        shape, own, wanted, verdict, answer = re.search(
            r"The (\w+) is (\w+), (\w+): (\w+)\. The answer is (\w+)\.$", asked.worked
        ).groups()
        assert own == next(t.colour for t in asked.seen.things if t.shape == shape)
        assert f"{wanted} {shape}" in asked.asked
        assert (verdict, answer) == (("same", "yes") if own == wanted else ("different", "no"))
        assert answer == asked.answer
        verdicts.add(verdict)
    assert len(verdicts) == 2


def test_each_kind_is_asked_in_several_ways():
    rng = random.Random(3)
    for kind in QUESTIONS:
        starts = {question(kind, rng).asked.split()[0] for _ in range(100)}
        assert len({question(kind, rng).asked for _ in range(100)}) >= 3, kind
        assert starts


def test_only_a_sum_has_steps_and_they_are_right():
    rng = random.Random(4)
    asked = question("sum", rng, "test")
    assert isinstance(asked.seen, Chart)
    assert asked.prompt(steps=True).endswith("Let's think step by step.\nAnswer:")
    named = [word for word in asked.asked.strip("?").split() if word in COLOURS]
    assert judged(asked.seen, *named, asked.worked).worked_out
    with pytest.raises(ValueError, match="has no steps"):
        question("colour", rng).prompt(steps=True)
    with pytest.raises(ValueError, match="kind is 'taste'"):
        question("taste", rng)
