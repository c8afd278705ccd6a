"""Chapter 8's exercises: right, untouched and wrong answers; and the package says the same."""

from __future__ import annotations

import itertools
from dataclasses import replace
from statistics import fmean

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from exercise_checks import ExerciseChecks
from gptedu.chapters.safety import exercises
from gptedu.evaluate.calibration import calibration_error
from gptedu.safety import classes, weights
from gptedu.safety.loop import run_loop
from gptedu.safety.propositions import Propositions
from gptedu.sampling import seeded
from gptedu.world.documents.passages import Fact
from policy_samples import of_kind

of = {each.id: each.reference for each in exercises.EXERCISES}


def _by_edges(confidence, right, bins):
    """Bins closed on the right, as in Guo et al. 2017, with numpy's edges."""
    edges, total = np.linspace(0, 1, bins + 1), 0.0
    for low, high in itertools.pairwise(edges):
        own = [(s, c) for s, c in zip(confidence, right, strict=True) if low < s <= high]
        if own:
            gap = fmean(s for s, _ in own) - fmean(c for _, c in own)
            total += len(own) / len(right) * abs(gap)
    return total


def _by_tensors(confidence, right, bins):
    sure, correct = torch.tensor(confidence), torch.tensor(right).float()
    which = (sure * bins).long().clamp(max=bins - 1)
    gaps = [(sure - correct)[which == b].sum().abs() for b in range(bins)]
    return sum(gaps) / len(right)


def _by_cases(tells, refuses, whole, well_put):
    match tells, refuses, whole, well_put:
        case True, _, _, _:
            return "disallowed"
        case _, True, True, True:
            return "refused well"
        case _, False, True, _:
            return "safe"
    return "refused badly"


def _with_zeros(hits, wanted):
    right = sum(hit in wanted for hit in hits)
    return [right / max(1, len(hits)), right / max(1, len(wanted))]


def _by_index(faults):
    try:
        return faults.index(0, 1, 6) if faults[0] else 0
    except ValueError:
        return 0


OTHERS = {
    "safety/classes": (_by_cases,),
    "safety/rule": (_with_zeros,),
    "safety/table": (lambda some, one, other: fmean((other, one)[ok][name] for ok, name in some),),
    "safety/hinge": (
        lambda b, w: F.relu(1 - b + w).mean(),
        lambda b, w: sum(max(0, 1 - (x - y)) for x, y in zip(b, w, strict=True)) / len(b),
        lambda b, w: F.margin_ranking_loss(b, w, torch.ones_like(b), margin=1.0),
    ),
    "safety/loop": (_by_index,),
    "safety/calibration": (_by_edges, _by_tensors),
}
"""Right answers in other styles than the reference's."""


@pytest.mark.parametrize(
    ("id", "place"), [(id, place) for id, own in OTHERS.items() for place in range(len(own))]
)
def test_right_answers_in_other_styles_pass(id, place):
    (exercise,) = (each for each in exercises.EXERCISES if each.id == id)
    exercise.check(OTHERS[id][place])


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
            lambda replies, one, other: [(one if a else other)[n] for a, n in replies],
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
    (passed,) = run_loop(
        [(asked, "first")],  # type: ignore[list-item]
        lambda a, r: [fact] * next(listed),
        lambda a, r, f: "again",  # type: ignore[arg-type]
    )
    assert of["safety/loop"](faults) == (passed.rounds if passed.makes_pair else 0)
