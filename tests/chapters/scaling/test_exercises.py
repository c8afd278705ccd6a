"""Chapter 6's exercises: right, untouched and wrong answers."""

from __future__ import annotations

import numpy as np
import pytest

from exercise_checks import ExerciseChecks
from gptedu.chapters.scaling import exercises
from gptedu.model import GPTConfig
from gptedu.scaling import ParametricLaw, fit_power_law, vertex
from gptedu.scaling import training_flops as counted


class TestExercises(ExerciseChecks):
    chapter = "scaling"
    exercises = exercises.EXERCISES
    unnamed = {  # noqa: RUF012
        "scaling/flops": (
            lambda n, w, t, v, d: 6 * (12 * n * w**2 + v * w + t * w) * d,
            lambda n, w, t, v, d: exercises.training_flops.reference(n, w, t, v, d) + 1,
            lambda n, w, t, v, d: 8 * (12 * n * w**2 + v * w) * d,
        ),
        "scaling/fit": (
            lambda c, y, f: exercises.fit_above.reference(c, y, f)[::-1],
            lambda c, y, f: (exercises.fit_above.reference(c, y, f)[0], 0.3),
            lambda c, y, f: exercises.fit_above.reference(c, y, f / 2),
        ),
        "scaling/valley": (
            lambda n, y: exercises.best_size.reference(n, y) * 2,
            lambda n, y: float(np.mean(n)),
            lambda n, y: float(np.sqrt(n[0] * n[-1])),
        ),
        "scaling/tokens-per-parameter": (
            lambda *law: 20.0,
            lambda *law: exercises.tokens_per_parameter.reference(*law) / 6,
            lambda *law: exercises.tokens_per_parameter.reference(*law) ** 2,
        ),
        "scaling/rounding": (
            lambda *given: 100 * exercises.mean_residual.reference(*given),
            lambda *given: exercises.mean_residual.reference(*given) ** 2,
            lambda *given: 0.0,
        ),
        "scaling/pass-rate": (
            lambda r, k: exercises.minus_log.reference(r, k + 1),
            lambda r, k: exercises.minus_log.reference(r, 0),
            lambda r, k: exercises.minus_log.reference(r, k) / np.log(2),
        ),
    }


def test_the_references_say_what_the_package_says():
    config = GPTConfig(33, 64, 3, 24, 6)
    assert exercises.training_flops.reference(3, 24, 64, 33, 500) == counted(config, 500)
    flops, losses = [4e9, 1.5e10, 4.4e10, 1e11], [1.31, 1.16, 1.10, 1.08]
    law = fit_power_law(flops, losses, 0.96, delta=10.0)
    assert exercises.fit_above.reference(flops, losses, 0.96) == pytest.approx(
        (law.a, law.b), rel=1e-6
    )
    sizes, valley = [2000, 4000, 8000, 16000, 32000], [1.3, 1.22, 1.2, 1.23, 1.31]
    assert exercises.best_size.reference(sizes, valley) == pytest.approx(vertex(sizes, valley).size)
    ours = ParametricLaw(0.9, 3.5, 24.5, 0.29, 0.41)
    n, d = ours.best(1e11)
    assert exercises.tokens_per_parameter.reference(3.5, 24.5, 0.29, 0.41, 1e11) == pytest.approx(
        d / n
    )


def test_chinchillas_own_budget():
    """The figures of Besiroglu et al. that the chapter quotes: 93 with the paper's rounded
    constants, 18 with the corrected ones."""
    ratio = exercises.tokens_per_parameter.reference
    assert ratio(406.4, 410.7, 0.34, 0.28, 5.76e23) == pytest.approx(93, abs=1)
    assert ratio(482.01, 2085.43, 0.3478, 0.3658, 5.76e23) == pytest.approx(18, abs=1)
