"""Chapter 8's exercises: right, untouched and wrong answers; and the package says the same."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
import torch

from exercise_checks import ExerciseChecks
from gptedu.chapters.safety import exercises
from gptedu.evaluate.calibration import calibration_error
from gptedu.safety import classes, weights
from gptedu.safety.loop import go_through
from gptedu.safety.propositions import Propositions
from gptedu.sampling import seeded
from gptedu.world.documents.passages import Fact
from policy_samples import of_kind

of = {each.id: each.reference for each in exercises.EXERCISES}


class TestExercises(ExerciseChecks):
    chapter = "safety"
    exercises = exercises.EXERCISES
    unnamed = {  # noqa: RUF012
        "safety/classes": (
            lambda *case: "safe",
            lambda t, r, w, p: of["safety/classes"](not t, r, w, p),
            lambda t, r, w, p: of["safety/classes"](t, not r, w, p),
        ),
        "safety/rule": (
            lambda hits, wanted: (0.0, 0.0),
            lambda hits, wanted: list(of["safety/rule"](hits, wanted))[:1],
            lambda hits, wanted: of["safety/rule"](hits[1:], wanted),
        ),
        "safety/table": (
            lambda replies, one, other: of["safety/table"](replies[:1], one, other),
            lambda replies, one, other: -of["safety/table"](replies, one, other),
            lambda replies, one, other: of["safety/table"](replies, one, one),
        ),
        "safety/hinge": (
            lambda b, w: of["safety/hinge"](b, w).detach(),
            lambda b, w: of["safety/hinge"](b, w) / 2,
            lambda b, w: torch.clamp(1 - (b - w), min=0).square().mean(),
        ),
        "safety/loop": (
            lambda faults: len(faults) - 1,
            lambda faults: 1 + of["safety/loop"](faults),
            lambda faults: of["safety/loop"](faults[:3]),
        ),
        "safety/calibration": (
            lambda c, r, bins: of["safety/calibration"](c, r, bins) ** 2,
            lambda c, r, bins: of["safety/calibration"](c, [1 - x for x in r], bins),
            lambda c, r, bins: of["safety/calibration"](c, r, 2 * bins),
        ),
    }


def test_the_exercises_classes_are_the_packages():
    for tells, refuses, whole, put in itertools.product((False, True), repeat=4):
        true = Propositions(tells, False, refuses, whole, sorry=put, says_whose=put)
        expected = classes.class_of(true)
        assert of["safety/classes"](tells, refuses, whole, put) == expected
        assert classes.class_of(replace(true, blames=True)) != "refused well"


def test_the_exercises_hinge_and_calibration_error_are_the_packages():
    generator = seeded(0)
    better, worse = torch.randn(2, 30, generator=generator)
    assert of["safety/hinge"](better, worse) == weights.hinge(better - worse)
    confidence = torch.cat([torch.rand(50, generator=generator), torch.ones(2)])
    right = (torch.rand(52, generator=generator) < 0.5).float()
    for bins in (1, 5, 10):
        own = of["safety/calibration"](confidence.tolist(), right.tolist(), bins)
        assert own == pytest.approx(calibration_error(confidence, right, bins), abs=1e-5)


@pytest.mark.parametrize(
    "faults", [[0], [2, 0], [1, 1, 0], [1, 1, 1, 1, 1, 0], [1] * 7, [1] * 6 + [0]]
)
def test_the_exercises_loop_is_the_packages(faults):
    listed = iter(faults)
    fact = Fact("room", "lamp", "hall")
    asked = of_kind("own")
    passed = go_through(
        asked,
        "first",
        lambda a, r: [fact] * next(listed),
        lambda a, r, f: "again",  # type: ignore[arg-type]
    )
    assert of["safety/loop"](faults) == (passed.rounds if passed.kept else 0)
