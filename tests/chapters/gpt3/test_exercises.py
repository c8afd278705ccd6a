"""Chapter 3's exercises: right, untouched and wrong answers."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
import torch

from exercise_checks import ExerciseChecks, check_a_last_norm_is_missed
from gptedu.chapters.gpt3 import exercises
from gptedu.course.exercises import Hint
from gptedu.world.words import lexicon


class TestExercises(ExerciseChecks):
    chapter = "gpt3"
    exercises = exercises.EXERCISES
    unnamed = {  # noqa: RUF012
        "gpt3/few-shot-prompt": (
            lambda p, k: "\n".join([*(f"{a}->{b}" for a, b in p[:k]), f"{p[k][0]}->"]),
            lambda p, k: exercises.few_shot_prompt.reference(p, k) + "\n",
            lambda p, k: "\n".join([*(f"{a} -> {b}" for a, b in p[:k][::-1]), f"{p[k][0]} ->"]),
        ),
        "gpt3/induction-score": (
            lambda a, n: a[n + 1 :, 2 : n + 1].diagonal().mean().item(),
            lambda a, n: (a[n + 1 :].argmax(1) == torch.arange(2, n + 2)).float().mean().item(),
            lambda a, n: a[torch.arange(n + 1, 2 * n + 1), torch.arange(3, n + 3)].mean().item(),
        ),
        "gpt3/calibration": (
            lambda f, c: [p / q for p, q in zip(f, c[-1], strict=True)],
            lambda f, c: [sum(row[i] for row in c) / len(c) for i in range(len(f))],
            lambda f, c: [100 * p for p in exercises.calibrated.reference(f, c)],
        ),
        "gpt3/parameters": (
            lambda n, w, h, d: exercises.gpt3_parameters.reference(n, w, 1, d),
            lambda n, w, h, d: exercises.gpt3_parameters.reference(n, w, h, d) + n * (h * d - w),
            lambda n, w, h, d: exercises.gpt3_parameters.reference(n, w, h, d) - w,
        ),
        "gpt3/epochs": (
            lambda size, percent, read: read * percent / 100 // size,
            lambda size, percent, read: round(read * percent / 100 / size, 1),
            lambda size, percent, read: read / (size * percent / 100),
        ),
        "gpt3/context": (
            lambda x, a, n, c: [not stays for stays in exercises.that_fit.reference(x, a, n, c)],
            lambda x, a, n, c: exercises.that_fit.reference(x, a, n, c + 2),
            lambda x, a, n, c: [each <= c - 1 - a - n for each in x],
            lambda x, a, n, c: [*filter(None, exercises.that_fit.reference(x, a, n, c))],
        ),
    }


ANIMALS, TREES = ["dog", "cat", "horse", "cow", "fox"], ["oak", "pine", "birch", "maple", "elm"]


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ({"yes": ANIMALS, "no": TREES}, "it is the labels"),
        ({"good": ANIMALS, "bad": TREES}, "it is the labels"),
        ({"zib": ANIMALS[:2] + TREES[:2], "mof": ANIMALS[2:4] + TREES[2:4]}, "animals and trees"),
        ({"zib": ["oak", "Oak ", *ANIMALS], "mof": TREES[1:]}, "stands there twice"),
        ({"zib": [*ANIMALS, "oak"], "mof": TREES}, "stands there twice"),
        ({"zib": " ".join(ANIMALS), "mof": " ".join(TREES)}, "a list of words"),
        ({"zib": [1, 2, 3, 4], "mof": TREES}, "a list of words"),
        ({"zib": [f"oak {i}" for i in range(80)], "mof": TREES}, "can read at once"),
        ({"zib": ANIMALS, "mof": TREES, "dax": ["bus"]}, "there are 3"),
        (list(zip(ANIMALS, TREES, strict=True)), "A dictionary is asked for"),
    ],
)
def test_what_a_rule_is_told(groups: Any, words: str) -> None:
    with pytest.raises(Hint, match=re.escape(words)):
        exercises.rule.check(groups)


def test_the_kinds_and_labels_that_its_hints_name_make_a_rule() -> None:
    kinds = lexicon.CATEGORIES
    named = re.sub("s$", "", exercises.rule.hints[0].split(".")[0])
    assert all(re.search(rf"\b{kind}s?\b", named) for kind in kinds)
    for one, other in itertools.pairwise([*kinds, next(iter(kinds))]):
        exercises.rule.check({"zib": list(kinds[one][:5]), "mof": list(kinds[other][:5])})
    exercises.rule.check({"Tom": ANIMALS, "Anna": TREES})


@pytest.mark.parametrize("kind", [int, float])
def test_a_last_norm_may_not_be_forgotten_in_a_large_number(kind: Any) -> None:
    check_a_last_norm_is_missed(exercises.gpt3_parameters, kind)
