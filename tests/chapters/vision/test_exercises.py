"""Chapter 7's exercises: right, untouched and wrong answers."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from exercise_checks import ExerciseChecks
from gptedu.chapters.vision import exercises
from gptedu.training.command import shipped_tokenizer
from gptedu.vision.clip import ensemble
from gptedu.vision.contrastive import contrastive_loss
from gptedu.vision.stream import CLOSE, IMAGE, OPEN, SEEN, stream
from gptedu.vision.world.charts import judged
from gptedu.vision.world.scenes import Bar, Chart


class TestExercises(ExerciseChecks):
    chapter = "vision"
    exercises = exercises.EXERCISES
    unnamed = {  # noqa: RUF012
        "vision/loss": (
            lambda p, t, s: exercises.contrastive.reference(p, t, s) + 1,
            lambda p, t, s: exercises.contrastive.reference(p, t.flip(0), s),
            lambda p, t, s: exercises.contrastive.reference(p, t, s * s),
        ),
        "vision/temperature": (
            lambda x, g, r: max(exercises.step.reference(x, g, r), 0.0),
            lambda x, g, r: min(x - g, math.log(100)),
            lambda x, g, r: min(x - r * g, math.log(10)),
        ),
        "vision/targets": (
            lambda captions: exercises.targets.reference(captions) / 2,
            lambda captions: exercises.targets.reference(captions[::-1]).tril(),
            lambda captions: torch.full((len(captions),) * 2, 1 / len(captions)),
        ),
        "vision/ensemble": (
            lambda v: exercises.ensemble.reference(v.flip(-1)),
            lambda v: exercises.ensemble.reference(v[:1]),
            lambda v: 2 * exercises.ensemble.reference(v),
        ),
        "vision/stream": (
            lambda parts, answer: exercises.lay_out.reference(parts[::-1], answer),
            lambda parts, answer: exercises.lay_out.reference(parts, answer[:-1]),
            lambda parts, answer: exercises.lay_out.reference(parts, answer)[::-1],
        ),
        "vision/chart": (
            lambda h, r, t: not exercises.worked_out.reference(h, r, t),
            lambda h, r, t: exercises.worked_out.reference(h, r[:1], t),
            lambda h, r, t: len(r) == 2,
        ),
    }


def test_the_references_say_what_the_package_says():
    chance = torch.Generator().manual_seed(0)
    pictures, texts = (torch.randn(5, 4, generator=chance) for _ in range(2))
    torch.testing.assert_close(
        exercises.contrastive.reference(pictures, texts, 9.0),
        contrastive_loss(pictures, texts, math.log(9)),
    )
    vectors = torch.randn(3, 5, 4, generator=chance)
    torch.testing.assert_close(exercises.ensemble.reference(vectors), ensemble(vectors))


def test_the_exercises_row_is_the_packages():
    tokenizer = shipped_tokenizer()
    picture = np.zeros((24, 24, 3), dtype=np.uint8)
    texts = ("", " This is a", ". ", " This is a")
    row = stream(tokenizer, IMAGE.join(texts), [picture] * 3, " zib")
    first, *others = map(tokenizer.encode, texts)
    answer = [*tokenizer.encode(" zib"), tokenizer.end]
    ids, learned = exercises.lay_out.reference([[tokenizer.end, *first], *others], answer)
    assert (tuple(ids), tuple(learned)) == (row.ids, row.learned)
    assert (OPEN, SEEN, CLOSE) == (-2, -1, -3)  # as the card says


def test_with_the_exercises_targets_the_loss_is_the_packages():
    chance = torch.Generator().manual_seed(1)
    pictures, texts = (
        torch.nn.functional.normalize(torch.randn(4, 4, generator=chance), dim=1) for _ in range(2)
    )
    captions = ["a", "b", "a", "c"]
    soft = exercises.targets.reference(captions)
    logits = 5.0 * pictures @ texts.T
    cross_entropy = torch.nn.functional.cross_entropy
    by_hand = (cross_entropy(logits, soft) + cross_entropy(logits.T, soft)) / 2
    groups = torch.tensor([captions.index(each) for each in captions])
    torch.testing.assert_close(contrastive_loss(pictures, texts, math.log(5), groups), by_hand)


@pytest.mark.parametrize(
    ("readings", "total"), [((3, 5), 8), ((4, 4), 8), ((3, 5), 9), ((3, 4), 7)]
)
def test_the_chart_exercise_judges_as_the_packages_checker_does(readings, total):
    chart = Chart((Bar("red", 3), Bar("blue", 5), Bar("white", 9)))
    a, b = readings
    said = f"red is {a}. blue is {b}. {a} and {b} is {total}. The answer is {total}."
    heights = {bar.colour: bar.height for bar in chart.bars}
    own = exercises.worked_out.reference(heights, [("red", a), ("blue", b)], total)
    assert own is judged(chart, "red", "blue", said).worked_out
